//! PS09: no target belongs to another profile, and no source is another profile's target.

use dasdlab_model::name::ProfileName;
use dasdlab_model::reasons::{Reason, Rule};

use super::{ReasonDoc, RowPart, RuleDoc, RuleEntry};
use crate::findings::{Fact, Findings, Subject};
use crate::inventory::facts::{any_of, source, target};
use crate::inventory::{Inventory, Uses};

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
    sources: Some(RowPart::visited(source::TARGET_ELSEWHERE, visit_source)),
    targets: Some(RowPart::visited(any_of(&[target::TARGET_ELSEWHERE, target::SOURCE_ELSEWHERE]), visit_target)),
    ..RuleEntry::new(Rule::PS09, &DOC)
};

fn visit_source<'a>(inventory: &'a Inventory, row: u32, findings: &mut Findings<'a>) {
    let Some((source, Some((id, volume)))) = inventory.source(row) else { return };
    for (name, _) in claims(inventory, id).filter(|(_, uses)| uses.target) {
        let subjects = [Subject::Unit(source.unit), Subject::Profile(name)];
        findings.add(Reason::Ps09SourceIsTargetElsewhere, subjects, [Fact::Label(&volume.label)]);
    }
}

fn visit_target<'a>(inventory: &'a Inventory, row: u32, findings: &mut Findings<'a>) {
    let Some((target, Some((id, volume)))) = inventory.target(row) else { return };
    let label = Fact::Label(&volume.label);
    for (name, uses) in claims(inventory, id) {
        let subjects = [Subject::Unit(target.unit), Subject::Profile(name)];
        if uses.source {
            findings.add(Reason::Ps09SourceInOtherProfile, subjects, [label]);
        }
        let how = [(uses.target, &"listed"), (uses.held, &"held")];
        let mut how = how.into_iter().filter(|(is_so, _)| *is_so).map(|(_, word)| word).peekable();
        if how.peek().is_some() {
            let facts = [label, findings.list(how)];
            findings.add(Reason::Ps09TargetInOtherProfile, subjects, facts);
        }
    }
}

/// What other profiles claim of the volume, profile by profile.
fn claims(inventory: &Inventory, volume: u32) -> impl Iterator<Item = (&ProfileName, Uses)> {
    let claims = inventory.claims.on(volume).into_iter();
    claims.filter_map(|(profile, uses)| Some((inventory.volumes.profile_names.get(profile as usize)?, uses)))
}
