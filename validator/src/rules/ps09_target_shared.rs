//! PS09: no target belongs to another profile, and no source is another profile's target.

use dasdlab_model::finding::{Fact, Subject};
use dasdlab_model::name::Volser;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::unit::Unit;

use super::{ReasonDoc, RowPart, RuleDoc, RuleEntry};
use crate::findings::{self, Findings};
use crate::inventory::facts::{any_of, source, target};
use crate::inventory::{Inventory, Use};

const DOC: RuleDoc = RuleDoc {
    protects: "A target of two profiles holds whichever backup ran last. A target that another profile backs up is live data, and a \
        source that another profile copies onto is overwritten.",
    fires: "A target of this profile is a target or source of another profile or held for one, or a source of this profile is \
        another profile's target.",
    passing: "Target 2000 is listed in generations 1 and 2 of this profile, and in no other.",
    failing: "Target 2000 is also a source of profile PAYROLL: `source-in-other-profile`, however idle it looks.",
    fine_print: &[
        "Volumes are compared by identity: each profile's units are resolved in the system that it was saved on. Unit 2000 of another \
         system is another unit.",
        "Every other profile of the site counts, set up or not, whatever its IMS system, type or method. One finding per unit and other \
         profile, however many generations.",
        "A volume that is held for another profile counts as its target (`how` says `held`), also if the site has no such profile any \
         more; a hold for this profile is no finding. Holds matter for targets only.",
        "The three reasons do not exclude each other.",
    ],
    reasons: &[
        ReasonDoc {
            reason: Reason::Ps09TargetInOtherProfile,
            when: "The target is a target of another profile, or held for it.",
            remedy: &["Map another target than {unit}, or remove it from profile {profile} ({how}) and release its hold."],
        },
        ReasonDoc {
            reason: Reason::Ps09SourceInOtherProfile,
            when: "The target is a source of another profile: live data.",
            remedy: &["Map another target than {unit}: profile {profile} backs it up."],
        },
        ReasonDoc {
            reason: Reason::Ps09SourceIsTargetElsewhere,
            when: "A source of this profile is a target of another profile.",
            remedy: &["Map another target than {unit} in profile {profile}: its next backup would overwrite this source."],
        },
    ],
};

/// The rule.
pub(super) static RULE: RuleEntry = RuleEntry {
    sources: Some(RowPart { mask: source::TARGET_ELSEWHERE, visit: visit_source }),
    targets: Some(RowPart { mask: any_of(&[target::TARGET_ELSEWHERE, target::SOURCE_ELSEWHERE]), visit: visit_target }),
    ..RuleEntry::new(Rule::PS09, &DOC)
};

fn visit_source(inventory: &Inventory, row: u32, findings: &mut Findings) {
    let Some((source, Some((id, volume)))) = inventory.source(row) else { return };
    for (profile, uses) in claims(inventory, id) {
        if uses.contains(&Use::Target) {
            report(inventory, Reason::Ps09SourceIsTargetElsewhere, source.unit, volume.volser(), profile, findings);
        }
    }
}

fn visit_target(inventory: &Inventory, row: u32, findings: &mut Findings) {
    let Some((target, Some((id, volume)))) = inventory.target(row) else { return };
    for (profile, uses) in claims(inventory, id) {
        if uses.contains(&Use::Source) {
            report(inventory, Reason::Ps09SourceInOtherProfile, target.unit, volume.volser(), profile, findings);
        }
        let how = [(Use::Target, "listed"), (Use::Held, "held")];
        let how: Vec<_> = how.iter().filter(|(by, _)| uses.contains(by)).map(|(_, word)| word).collect();
        if let Some(name) = inventory.volumes.profile_names.get(profile as usize).filter(|_| !how.is_empty()) {
            let subjects = [Subject::Unit(target.unit), Subject::Profile(name.clone())];
            let facts = [findings::volser(volume.volser()), Fact::list(how)];
            findings.add(Reason::Ps09TargetInOtherProfile, subjects, facts);
        }
    }
}

fn report(inventory: &Inventory, reason: Reason, unit: Unit, label: Option<Volser>, profile: u32, findings: &mut Findings) {
    let Some(name) = inventory.volumes.profile_names.get(profile as usize) else { return };
    findings.add(reason, [Subject::Unit(unit), Subject::Profile(name.clone())], [findings::volser(label)]);
}

/// The uses of the volume by other profiles, profile by profile.
fn claims(inventory: &Inventory, volume: u32) -> impl Iterator<Item = (u32, Vec<Use>)> + '_ {
    let same = inventory.claims.on.of(volume).chunk_by(|a, b| a.profile == b.profile);
    same.filter_map(|claims| Some((claims.first()?.profile, claims.iter().map(|claim| claim.by).collect())))
}
