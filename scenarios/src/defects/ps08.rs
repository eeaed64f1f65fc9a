//! PS08: pairs that are too far apart.

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::LssScope;

use super::{Defect, Needs, Planting};
use crate::draft::Draft;
use crate::rng::Rng;

pub(super) const DEFECTS: &[Defect] = &[
    Defect::new("PS08:different-lss", Reason::Ps08DifferentLss, Needs::FLASHCOPY.lss_scope(LssScope::SameLss), different_lss),
    Defect::new("PS08:different-array/any-lss", Reason::Ps08DifferentArray, Needs::FLASHCOPY.arrays(2), |draft, rng| {
        different_array(draft, rng, false)
    }),
    Defect::new("PS08:different-array/same-lss-id", Reason::Ps08DifferentArray, Needs::FLASHCOPY.arrays(2), |draft, rng| {
        different_array(draft, rng, true)
    }),
    Defect::near_miss(
        "PS08:near-miss/same-array-suffices",
        Rule::PS08,
        Needs::FLASHCOPY.lss_scope(LssScope::SameArray),
        different_lss,
    ),
];

/// A target in another subsystem of its source's array.
fn different_lss(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let (target, source, generation) = draft.claim_target(rng)?;
    let lss = draft.other_lss(source, rng)?;
    let array = draft.volumes[source].array;
    draft.move_volume(target, array, lss)?;
    Some(draft.pair_findings(source, target, generation))
}

/// A target on another array, at the same subsystem id where `alike`.
fn different_array(draft: &mut Draft, rng: &mut Rng, alike: bool) -> Planting {
    let (target, source, generation) = draft.claim_target(rng)?;
    let (home, lss) = (draft.volumes[source].array, draft.volumes[source].lss);
    let others: Vec<usize> = (0..draft.arrays.len())
        .filter(|&array| array != home && draft.arrays[array].in_profile && !draft.arrays[array].claimed)
        .collect();
    let array = *rng.choose(&others)?;
    let same = draft.arrays[array].lss.iter().find(|subsystem| subsystem.id == lss && subsystem.room() > 8).map(|found| found.id);
    let there = match same {
        Some(id) if alike => id,
        _ if alike => draft.add_lss_with(array, lss)?,
        _ => rng.choose(&draft.arrays[array].lss)?.id,
    };
    draft.move_volume(target, array, there)?;
    Some(draft.pair_findings(source, target, generation))
}
