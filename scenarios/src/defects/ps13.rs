//! PS13: targets that mirror a volume outside the profile.

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{HostStatus, MirrorState};

use super::{Defect, Needs, Planting};
use crate::draft::{Draft, Vol, finding};
use crate::rng::Rng;

pub(super) const DEFECTS: &[Defect] = &[
    Defect::new("PS13:established/first-generation", Reason::Ps13Established, Needs::BCV, |draft, rng| {
        let target = draft.claim_target_of(rng, |generation| generation == 1)?.0;
        established(draft, rng, target)
    }),
    Defect::new("PS13:established/last-generation", Reason::Ps13Established, Needs::BCV.generations(2), |draft, rng| {
        let last = draft.profile.generations;
        let target = draft.claim_target_of(rng, |generation| generation == last)?.0;
        established(draft, rng, target)
    }),
    Defect::new("PS13:established/without-unit", Reason::Ps13Established, Needs::BCV, |draft, rng| {
        let (target, ..) = draft.claim_target(rng)?;
        draft.forget_copies(target);
        let other = draft.plant_volume(target)?;
        draft.detach(other);
        draft.mirror(other, target, MirrorState::Synchronized);
        Some(vec![finding(Reason::Ps13Established, [draft.subject(target), draft.subject(other)])])
    }),
    Defect::new("PS13:established/not-ready", Reason::Ps13Established, Needs::BCV, |draft, rng| {
        let (target, ..) = draft.claim_target(rng)?;
        let mut found = established(draft, rng, target)?;
        draft.volumes[target].status = HostStatus::NotReady;
        found.push(draft.about(Reason::Ps06NotReady, target));
        Some(found)
    }),
    Defect::near_miss("PS13:near-miss/other-source-of-the-profile", Rule::PS13, Needs::BCV.sources(2), other_source),
    Defect::near_miss("PS13:near-miss/split-from-outside", Rule::PS13, Needs::BCV, |draft, rng| {
        let (target, ..) = draft.claim_target(rng)?;
        draft.forget_copies(target);
        let other = draft.plant_volume(target)?;
        let states = [
            MirrorState::Split,
            MirrorState::SplitNoInc,
            MirrorState::SplitBfrSync,
            MirrorState::NeverEstab,
            MirrorState::Invalid,
        ];
        draft.mirror(other, target, rng.one(states));
        Some(Vec::new())
    }),
];

fn established(draft: &mut Draft, rng: &mut Rng, target: Vol) -> Planting {
    draft.forget_copies(target);
    let other = draft.plant_volume(target)?;
    let state = rng.one([
        MirrorState::Synchronized,
        MirrorState::SyncInProg,
        MirrorState::SplitInProg,
        MirrorState::Restored,
        MirrorState::RestInProg,
    ]);
    draft.mirror(other, target, state);
    Some(vec![finding(Reason::Ps13Established, [draft.subject(target), draft.subject(other)])])
}

/// A target that mirrors another source of the profile: setup splits it first.
fn other_source(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let (target, other) = draft.claim_target_and_other_source(rng)?;
    draft.mirror(other, target, MirrorState::Synchronized);
    draft.volumes[target].status = rng.one([HostStatus::NotReady, HostStatus::Offline]);
    Some(Vec::new())
}
