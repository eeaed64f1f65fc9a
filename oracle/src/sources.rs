//! PS05: sources must be usable.

use dasdlab_model::finding::{Fact, Subject};
use dasdlab_model::observation::Source;
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::{Family, HostStatus, Method, MirrorState, RemoteRole};

use crate::facts::{Base, Facts, Listed, established, label, mounted, reserved_elsewhere};
use crate::saying::Findings;

pub(crate) fn ask(facts: &Facts, say: &mut Findings) {
    for (source, listed) in &facts.source_units {
        let system = || [("system", Fact::text(facts.profile.system))];
        match listed {
            // unknown-unit: the system has no such unit.
            Listed::Unknown => say.error(Reason::Ps05UnknownUnit, [Subject::Unit(source.unit)], system()),
            // alias-device: the unit is an alias and has no volume.
            Listed::Alias => say.error(Reason::Ps05AliasDevice, [Subject::Unit(source.unit)], system()),
            Listed::Base(base) => {
                ask_label(facts, *source, *base, say);
                ask_host(facts, *base, say);
                ask_copies(facts, *base, say);
            }
        }
    }
}

fn ask_label(facts: &Facts, source: Source, base: Base, say: &mut Findings) {
    // volser-mismatch: the label is not the one saved, or none was saved.
    if source.volser.is_none() || source.volser != base.volume.volser {
        say.error(Reason::Ps05VolserMismatch, [base.subject()], [("saved", label(source.volser)), ("found", base.volser())]);
    }
    // duplicate-volser: the same label is mounted twice in this system.
    let Some(volser) = base.volume.volser.filter(|_| mounted(base.status)) else { return };
    let others: Vec<_> =
        facts.carriers(volser).filter(|other| other.id() != base.id() && mounted(other.status)).map(|other| other.unit).collect();
    if !others.is_empty() {
        say.error(Reason::Ps05DuplicateVolser, [base.subject()], [("volser", base.volser()), ("units", Fact::list(others))]);
    }
}

fn ask_host(facts: &Facts, base: Base, say: &mut Findings) {
    // offline, pending-offline, boxed, not-ready, no-path: the host cannot rely on the unit.
    let reason = match base.status {
        HostStatus::Online | HostStatus::Allocated => None,
        HostStatus::Offline => Some(Reason::Ps05Offline),
        HostStatus::PendingOffline => Some(Reason::Ps05PendingOffline),
        HostStatus::Boxed => Some(Reason::Ps05Boxed),
        HostStatus::NotReady => Some(Reason::Ps05NotReady),
        HostStatus::NoPath => Some(Reason::Ps05NoPath),
    };
    if let Some(reason) = reason {
        say.error(reason, [base.subject()], [("volser", base.volser())]);
    }
    // reserved: another system holds a reserve.
    if let Some(holder) = reserved_elsewhere(base.volume, facts.profile.system) {
        say.error(Reason::Ps05Reserved, [base.subject()], [("volser", base.volser()), ("reserved_by", Fact::text(holder))]);
    }
    // method-unsupported: BCVs are a Symmetrix function.
    if facts.profile.method == Method::Bcv && base.array.family != Family::Symmetrix {
        say.error(
            Reason::Ps05MethodUnsupported,
            [base.subject()],
            [("array", Fact::text(base.array.serial)), ("family", Fact::text(base.array.family))],
        );
    }
}

fn ask_copies(facts: &Facts, base: Base, say: &mut Findings) {
    let id = base.id();
    // copy-target: something is copied onto the source.
    let mut roles = Vec::new();
    let mut copied_from = Vec::new();
    for relation in facts.relations(id).filter(|relation| relation.target == id) {
        roles.push("flashcopy-target");
        copied_from.push(relation.source);
    }
    for mirror in facts.mirrors(id).filter(|mirror| mirror.bcv == id && mirror.standard != id && established(mirror.state)) {
        roles.push("bcv");
        copied_from.push(mirror.standard);
    }
    if base.volume.remote == Some(RemoteRole::Secondary) {
        roles.push("remote-secondary");
    }
    if !roles.is_empty() {
        say.error(
            Reason::Ps05CopyTarget,
            [base.subject()],
            [("volser", base.volser()), ("roles", Fact::list(roles)), ("copied_from", facts.devices(copied_from))],
        );
    }
    // restoring: a restore from or to the volume runs or was broken off.
    let restoring: Vec<_> =
        facts.mirrors(id).filter(|mirror| matches!(mirror.state, MirrorState::RestInProg | MirrorState::SplitBfrRest)).collect();
    if !restoring.is_empty() {
        say.error(
            Reason::Ps05Restoring,
            [base.subject()],
            [
                ("volser", base.volser()),
                ("states", Fact::list(restoring.iter().map(|mirror| mirror.state))),
                (
                    "partners",
                    facts.devices(restoring.iter().map(|mirror| if mirror.bcv == id { mirror.standard } else { mirror.bcv })),
                ),
            ],
        );
    }
}
