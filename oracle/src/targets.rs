//! PS06: targets must be usable.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::finding::{Fact, Subject};
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::{Family, HostStatus, Method, RemoteRole};
use dasdlab_model::unit::VolumeId;

use crate::facts::{Base, Facts, Listed, Pair, Placed, established};
use crate::saying::Findings;

pub(crate) fn ask(facts: &Facts, say: &mut Findings) {
    let residents = residents(facts);
    for (unit, listed) in &facts.target_units {
        let system = || [("system", Fact::text(facts.profile.system))];
        match listed {
            // unknown-unit: the system has no such unit.
            Listed::Unknown => say.error(Reason::Ps06UnknownUnit, [Subject::Unit(*unit)], system()),
            // alias-device: the unit is an alias and has no volume.
            Listed::Alias => say.error(Reason::Ps06AliasDevice, [Subject::Unit(*unit)], system()),
            Listed::Base(base) => {
                ask_host(facts, *base, say);
                ask_device(facts, *base, say);
                ask_data(facts, *base, residents.get(&base.id()), say);
            }
        }
    }
    for pair in &facts.pairs {
        match facts.profile.method {
            Method::FlashCopy => ask_flashcopy_pair(pair, say),
            Method::Bcv => ask_bcv_pair(pair, say),
        }
        ask_device_type(pair, say);
    }
}

fn ask_host(facts: &Facts, base: Base, say: &mut Findings) {
    let volser = || [("volser", base.volser())];
    match base.status {
        // offline is the normal case.
        HostStatus::Offline => {}
        // boxed, no-path: the array's commands do not reach it.
        HostStatus::Boxed => say.error(Reason::Ps06Boxed, [base.subject()], volser()),
        HostStatus::NoPath => say.error(Reason::Ps06NoPath, [base.subject()], volser()),
        // not-ready: as it is normal only for a BCV that mirrors a source of this profile.
        HostStatus::NotReady => {
            let mirrors_a_source = facts
                .mirrors(base.id())
                .any(|mirror| mirror.bcv == base.id() && established(mirror.state) && facts.is_source(mirror.standard));
            if facts.profile.method != Method::Bcv || !mirrors_a_source {
                say.error(Reason::Ps06NotReady, [base.subject()], volser());
            }
        }
        // in-use: a job has it allocated.
        HostStatus::Allocated => say.error(Reason::Ps06InUse, [base.subject()], volser()),
        // online: idle, but the copy takes it away from the host.
        HostStatus::Online => say.warning(Reason::Ps06Online, [base.subject()], volser()),
        // pending-offline: it waits for its last user.
        HostStatus::PendingOffline => say.warning(Reason::Ps06PendingOffline, [base.subject()], volser()),
    }
    // reserved: any system holds a reserve, the profile's own included.
    if let Some(holder) = base.volume.reserved_by {
        say.error(Reason::Ps06Reserved, [base.subject()], [("volser", base.volser()), ("reserved_by", Fact::text(holder))]);
    }
}

fn ask_device(facts: &Facts, base: Base, say: &mut Findings) {
    let array = || ("array", Fact::text(base.array.serial));
    if facts.profile.method == Method::Bcv {
        // not-bcv: an ordinary volume cannot be established.
        if !base.volume.bcv {
            say.error(Reason::Ps06NotBcv, [base.subject()], [("volser", base.volser()), array()]);
        }
        // method-unsupported: BCVs are a Symmetrix function.
        if base.array.family != Family::Symmetrix {
            say.error(Reason::Ps06MethodUnsupported, [base.subject()], [array(), ("family", Fact::text(base.array.family))]);
        }
    }
    // space-efficient: it may run out of space amid a copy.
    if base.volume.thin {
        say.error(Reason::Ps06SpaceEfficient, [base.subject()], [("volser", base.volser())]);
    }
    // remote-secondary: remote mirroring writes on it.
    if base.volume.remote == Some(RemoteRole::Secondary) {
        say.error(Reason::Ps06RemoteSecondary, [base.subject()], [("volser", base.volser())]);
    }
}

/// Target by target, every data set and catalog that resolves to it.
fn residents(facts: &Facts) -> BTreeMap<VolumeId, BTreeSet<Subject>> {
    let mut residents: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (Placed { data_set, .. }, volumes) in facts.data_sets() {
        for base in volumes.iter().filter(|base| base.is_target) {
            residents.entry(base.id()).or_default().insert(Subject::DataSet(data_set.name.clone()));
        }
    }
    for catalog in &facts.seen.catalogs {
        for base in catalog.volumes.iter().flat_map(|volser| facts.means(*volser)).filter(|base| base.is_target) {
            residents.entry(base.id()).or_default().insert(Subject::Catalog(catalog.name.clone()));
        }
    }
    residents
}

fn ask_data(facts: &Facts, base: Base, residents: Option<&BTreeSet<Subject>>, say: &mut Findings) {
    let id = base.id();
    // holds-data: the copy would overwrite data that a catalog names.
    if let Some(holds) = residents {
        say.error(Reason::Ps06HoldsData, [base.subject()], [("volser", base.volser()), ("holds", Fact::list(holds))]);
    }
    // also-source: the copy would overwrite what is backed up.
    if base.is_source {
        say.error(Reason::Ps06AlsoSource, [base.subject()], [("volser", base.volser())]);
    }
    // foreign-relation: it takes part in a copy with a volume that is not its mapped source.
    let mut partners = BTreeSet::new();
    for relation in facts.relations(id) {
        partners.insert(if relation.target == id { relation.source } else { relation.target });
    }
    if facts.profile.method == Method::FlashCopy {
        for mirror in facts.mirrors(id).filter(|mirror| established(mirror.state)) {
            partners.insert(if mirror.bcv == id { mirror.standard } else { mirror.bcv });
        }
    }
    let others: Vec<_> = partners.into_iter().filter(|partner| !facts.is_mapped(*partner, id)).collect();
    if !others.is_empty() {
        say.error(Reason::Ps06ForeignRelation, [base.subject()], [("volser", base.volser()), ("others", facts.devices(others))]);
    }
}

fn subjects(pair: &Pair) -> [Subject; 3] {
    [pair.target.subject(), pair.source.subject(), Subject::Generation(pair.generation)]
}

fn sizes(pair: &Pair) -> [(&'static str, Fact); 2] {
    [
        ("target_cylinders", Fact::Number(pair.target.volume.cylinders.into())),
        ("source_cylinders", Fact::Number(pair.source.volume.cylinders.into())),
    ]
}

fn ask_device_type(pair: &Pair, say: &mut Findings) {
    // device-type: 3390 and 3380 do not copy to each other.
    if pair.target.volume.device_type != pair.source.volume.device_type {
        say.error(
            Reason::Ps06DeviceType,
            subjects(pair),
            [
                ("target_type", Fact::text(pair.target.volume.device_type)),
                ("source_type", Fact::text(pair.source.volume.device_type)),
            ],
        );
    }
}

fn ask_flashcopy_pair(pair: &Pair, say: &mut Findings) {
    let (target, source) = (pair.target.volume.cylinders, pair.source.volume.cylinders);
    // too-small: the source does not fit.
    if target < source {
        say.error(Reason::Ps06TooSmall, subjects(pair), sizes(pair));
    }
    // larger: the copy cannot be reversed.
    if target > source {
        say.warning(Reason::Ps06Larger, subjects(pair), sizes(pair));
    }
}

fn ask_bcv_pair(pair: &Pair, say: &mut Findings) {
    // size-mismatch: a mirror has the cylinders of its standard volume.
    if pair.target.volume.cylinders != pair.source.volume.cylinders {
        say.error(Reason::Ps06SizeMismatch, subjects(pair), sizes(pair));
    }
    // different-array: a mirror does not leave the array.
    if pair.target.id().array != pair.source.id().array {
        say.error(
            Reason::Ps06DifferentArray,
            subjects(pair),
            [("target_array", Fact::text(pair.target.array.serial)), ("source_array", Fact::text(pair.source.array.serial))],
        );
    }
}
