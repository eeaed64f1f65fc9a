//! PS09: targets and sources that another profile counts on.

use dasdlab_model::finding::Subject;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::Family;

use super::{Defect, Needs, Planting};
use crate::draft::{Draft, Vol, finding};
use crate::rng::Rng;

/// Where there are BCVs, and so holds.
const ON_SYMMETRIX: Needs = Needs::ANY.family(Family::Symmetrix);

pub(super) const DEFECTS: &[Defect] = &[
    Defect::new("PS09:target-in-other-profile/listed", Reason::Ps09TargetInOtherProfile, Needs::ANY, |draft, rng| {
        let (target, ..) = draft.claim_target(rng)?;
        let other = some_profile(draft, rng)?;
        list_as_target(draft, other, target)?;
        Some(vec![about(draft, Reason::Ps09TargetInOtherProfile, target, other)])
    }),
    Defect::new("PS09:target-in-other-profile/held", Reason::Ps09TargetInOtherProfile, ON_SYMMETRIX, |draft, rng| {
        let (target, ..) = draft.claim_target(rng)?;
        let other = some_profile(draft, rng)?;
        draft.volumes[target].bcv = true;
        draft.volumes[target].held_for = Some(draft.others[other].name.clone());
        Some(vec![about(draft, Reason::Ps09TargetInOtherProfile, target, other)])
    }),
    Defect::new("PS09:target-in-other-profile/listed-and-held", Reason::Ps09TargetInOtherProfile, ON_SYMMETRIX, |draft, rng| {
        let (target, ..) = draft.claim_target(rng)?;
        let other = some_profile(draft, rng)?;
        list_as_target(draft, other, target)?;
        draft.volumes[target].bcv = true;
        draft.volumes[target].held_for = Some(draft.others[other].name.clone());
        Some(vec![about(draft, Reason::Ps09TargetInOtherProfile, target, other)])
    }),
    Defect::new(
        "PS09:target-in-other-profile/held-for-nobody-known",
        Reason::Ps09TargetInOtherProfile,
        ON_SYMMETRIX,
        |draft, rng| {
            let (target, ..) = draft.claim_target(rng)?;
            let gone: dasdlab_model::name::ProfileName = "DELETED PROFILE".parse().ok()?;
            draft.volumes[target].bcv = true;
            draft.volumes[target].held_for = Some(gone.clone());
            Some(vec![finding(Reason::Ps09TargetInOtherProfile, [draft.subject(target), Subject::Profile(gone)])])
        },
    ),
    Defect::new("PS09:source-in-other-profile/source-alone", Reason::Ps09SourceInOtherProfile, Needs::ANY, |draft, rng| {
        let (target, ..) = draft.claim_target(rng)?;
        let other = some_profile(draft, rng)?;
        list_as_source(draft, other, target)?;
        Some(vec![about(draft, Reason::Ps09SourceInOtherProfile, target, other)])
    }),
    Defect::new("PS09:source-in-other-profile/and-target", Reason::Ps09SourceInOtherProfile, Needs::ANY, |draft, rng| {
        let (target, ..) = draft.claim_target(rng)?;
        let other = some_profile(draft, rng)?;
        list_as_source(draft, other, target)?;
        list_as_target(draft, other, target)?;
        let reasons = [Reason::Ps09SourceInOtherProfile, Reason::Ps09TargetInOtherProfile];
        Some(reasons.map(|reason| about(draft, reason, target, other)).into())
    }),
    Defect::new("PS09:source-is-target-elsewhere", Reason::Ps09SourceIsTargetElsewhere, Needs::ANY, |draft, rng| {
        let source = draft.claim_source(rng)?;
        let other = some_profile(draft, rng)?;
        list_as_target(draft, other, source)?;
        Some(vec![about(draft, Reason::Ps09SourceIsTargetElsewhere, source, other)])
    }),
    Defect::near_miss("PS09:near-miss/same-number-of-another-system", Rule::PS09, Needs::ANY, same_number),
    Defect::near_miss("PS09:near-miss/same-source", Rule::PS09, Needs::ANY, |draft, rng| {
        let source = draft.claim_source(rng)?;
        let other = draft.plant_other_profile(rng)?;
        list_as_source(draft, other, source)?;
        Some(Vec::new())
    }),
    Defect::near_miss("PS09:near-miss/source-held", Rule::PS09, ON_SYMMETRIX, |draft, rng| {
        // A hold is a matter of targets.
        let source = draft.claim_source(rng)?;
        let other = draft.plant_other_profile(rng)?;
        draft.volumes[source].bcv = true;
        draft.volumes[source].held_for = Some(draft.others[other].name.clone());
        Some(Vec::new())
    }),
];

fn about(draft: &Draft, reason: Reason, vol: Vol, other: usize) -> dasdlab_model::scenario::ExpectedFinding {
    finding(reason, [draft.subject(vol), Subject::Profile(draft.others[other].name.clone())])
}

/// One of the other profiles, or a new one.
fn some_profile(draft: &mut Draft, rng: &mut Rng) -> Option<usize> {
    if draft.clean_others > 0 && rng.chance(1, 2) {
        return Some(rng.index(draft.clean_others));
    }
    draft.plant_other_profile(rng)
}

/// Lists a volume as a target of another profile, in the numbers of that profile's system.
fn list_as_target(draft: &mut Draft, other: usize, vol: Vol) -> Option<()> {
    let unit = draft.unit_in(vol, draft.others[other].system)?;
    let source = draft.fresh_unit()?;
    draft.others[other].pairs.push((1, source, unit));
    Some(())
}

/// Lists a volume as a source of another profile, in the numbers of that profile's system.
fn list_as_source(draft: &mut Draft, other: usize, vol: Vol) -> Option<()> {
    let unit = draft.unit_in(vol, draft.others[other].system)?;
    let label = draft.volumes[vol].volser;
    draft.others[other].sources.push((unit, label));
    Some(())
}

/// A profile of another system lists the number of a target, which is nothing there.
fn same_number(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let name = draft.other_system()?;
    let system = draft.systems.iter().position(|&known| known == name)?;
    let (target, ..) = draft.claim_target(rng)?;
    let unit = draft.volumes[target].unit?;
    if draft.may_reach(system, unit) {
        return None;
    }
    let other = draft.plant_other_profile(rng)?;
    draft.others[other].system = system;
    let source = draft.fresh_unit()?;
    draft.others[other].pairs.push((1, source, unit));
    draft.others[other].sources.push((unit, None));
    Some(Vec::new())
}
