//! PS12: BCVs of others on the sources.

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{Family, MirrorState};

use super::{Defect, Needs, Planting};
use crate::draft::{Draft, finding};
use crate::rng::Rng;

pub(super) const DEFECTS: &[Defect] = &[
    Defect::new("PS12:established/synchronized", Reason::Ps12Established, Needs::BCV, |draft, rng| {
        foreign_bcv(draft, rng, MirrorState::Synchronized, true)
    }),
    Defect::new("PS12:established/in-progress", Reason::Ps12Established, Needs::BCV, |draft, rng| {
        let state = rng.one([MirrorState::SyncInProg, MirrorState::SplitInProg, MirrorState::Restored]);
        foreign_bcv(draft, rng, state, true)
    }),
    Defect::new("PS12:established/restoring", Reason::Ps12Established, Needs::BCV, |draft, rng| {
        foreign_bcv(draft, rng, MirrorState::RestInProg, true)
    }),
    Defect::new("PS12:established/without-unit", Reason::Ps12Established, Needs::BCV, |draft, rng| {
        foreign_bcv(draft, rng, MirrorState::Synchronized, false)
    }),
    Defect::new("PS12:split-history/split", Reason::Ps12SplitHistory, Needs::BCV, |draft, rng| {
        foreign_bcv(draft, rng, MirrorState::Split, true)
    }),
    Defect::new("PS12:split-history/before-sync", Reason::Ps12SplitHistory, Needs::BCV, |draft, rng| {
        foreign_bcv(draft, rng, MirrorState::SplitBfrSync, true)
    }),
    Defect::new("PS12:split-history/before-restore", Reason::Ps12SplitHistory, Needs::BCV, |draft, rng| {
        foreign_bcv(draft, rng, MirrorState::SplitBfrRest, true)
    }),
    Defect::new("PS12:split-history/without-unit", Reason::Ps12SplitHistory, Needs::BCV, |draft, rng| {
        foreign_bcv(draft, rng, MirrorState::Split, false)
    }),
    Defect::near_miss("PS12:near-miss/no-history", Rule::PS12, Needs::BCV, |draft, rng| {
        let state = rng.one([MirrorState::SplitNoInc, MirrorState::NeverEstab, MirrorState::Invalid, MirrorState::Unknown]);
        foreign_bcv(draft, rng, state, true)
    }),
    Defect::near_miss(
        "PS12:near-miss/flashcopy-profile",
        Rule::PS12,
        Needs::FLASHCOPY.family(Family::Symmetrix),
        |draft, rng| foreign_bcv(draft, rng, MirrorState::Synchronized, true).map(|_| Vec::new()),
    ),
];

/// A BCV that is no target of the profile, paired with a source; `reached` where the profile's system has a unit for it.
fn foreign_bcv(draft: &mut Draft, rng: &mut Rng, state: MirrorState, reached: bool) -> Planting {
    let source = draft.claim_source(rng)?;
    let bcv = draft.plant_bcv(source)?;
    if !reached {
        draft.detach(bcv);
    }
    if rng.chance(1, 3) {
        let other = draft.plant_other_profile(rng)?;
        draft.volumes[bcv].held_for = Some(draft.others[other].name.clone());
    }
    draft.mirror(source, bcv, state);
    let subjects = [draft.subject(source), draft.subject(bcv)];
    let mut found = Vec::new();
    if state.is_established() {
        found.push(finding(Reason::Ps12Established, subjects.clone()));
    }
    if matches!(state, MirrorState::Split | MirrorState::SplitBfrSync | MirrorState::SplitBfrRest) {
        found.push(finding(Reason::Ps12SplitHistory, subjects));
    }
    if matches!(state, MirrorState::RestInProg | MirrorState::SplitBfrRest) {
        found.push(draft.about(Reason::Ps05Restoring, source));
    }
    Some(found)
}
