//! PS07: volumes that cannot take part in FlashCopy.

use dasdlab_model::finding::Side;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{Incapable, RelationState};

use super::{Defect, Needs, Planting};
use crate::draft::{Draft, Role, Vol, stating};
use crate::rng::Rng;
use Side::{Source, Target};

/// Relations that a source can have at once.
const LIMIT: usize = 12;

pub(super) const DEFECTS: &[Defect] = &[
    Defect::sided("PS07:not-licensed/source", Reason::Ps07NotLicensed, Source, Needs::FLASHCOPY, not_licensed),
    Defect::sided("PS07:not-licensed/target", Reason::Ps07NotLicensed, Target, Needs::FLASHCOPY, not_licensed),
    Defect::sided("PS07:not-licensed/target-array", Reason::Ps07NotLicensed, Target, Needs::FLASHCOPY, target_array),
    Defect::sided("PS07:not-capable/source", Reason::Ps07NotCapable, Source, Needs::FLASHCOPY, |draft, rng| {
        one(draft, rng, Source, Reason::Ps07NotCapable)
    }),
    Defect::sided("PS07:not-capable/target", Reason::Ps07NotCapable, Target, Needs::FLASHCOPY, |draft, rng| {
        one(draft, rng, Target, Reason::Ps07NotCapable)
    }),
    Defect::sided("PS07:inhibited/source", Reason::Ps07Inhibited, Source, Needs::FLASHCOPY, |draft, rng| {
        one(draft, rng, Source, Reason::Ps07Inhibited)
    }),
    Defect::sided("PS07:inhibited/target", Reason::Ps07Inhibited, Target, Needs::FLASHCOPY, |draft, rng| {
        one(draft, rng, Target, Reason::Ps07Inhibited)
    }),
    Defect::sided("PS07:v1-active/source", Reason::Ps07V1Active, Source, Needs::FLASHCOPY, |draft, rng| {
        one(draft, rng, Source, Reason::Ps07V1Active)
    }),
    Defect::sided("PS07:v1-active/target", Reason::Ps07V1Active, Target, Needs::FLASHCOPY, |draft, rng| {
        one(draft, rng, Target, Reason::Ps07V1Active)
    }),
    Defect::sided("PS07:relation-limit/thirteenth", Reason::Ps07RelationLimit, Source, Needs::FLASHCOPY, |draft, rng| {
        relations(draft, rng, LIMIT + 1)
    }),
    Defect::sided(
        "PS07:relation-limit/many-generations",
        Reason::Ps07RelationLimit,
        Source,
        Needs::FLASHCOPY.generations(4),
        |draft, rng| relations(draft, rng, LIMIT + 1),
    ),
    Defect::sided("PS07:relation-limit/all-taken", Reason::Ps07RelationLimit, Source, Needs::FLASHCOPY, |draft, rng| {
        let generations = usize::from(draft.profile.generations);
        relations(draft, rng, LIMIT + generations)
    }),
    Defect::near_miss("PS07:near-miss/twelfth-relation", Rule::PS07, Needs::FLASHCOPY, |draft, rng| relations(draft, rng, LIMIT)),
    Defect::near_miss("PS07:near-miss/bcv-profile", Rule::PS07, Needs::BCV, |draft, rng| {
        let (target, source, _) = draft.claim_pair(rng)?;
        draft.volumes[source].inhibited = true;
        draft.volumes[source].incapable = Some(Incapable::ConcurrentCopy);
        draft.volumes[target].v1_active = true;
        Some(Vec::new())
    }),
];

/// An array whose licence has run out: every unit of the profile on it is a finding.
fn not_licensed(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let in_profile = |draft: &Draft, vol: Vol| draft.volumes[vol].is_source() || draft.volumes[vol].is_target();
    let free: Vec<usize> = (0..draft.arrays.len())
        .filter(|&array| {
            let found = &draft.arrays[array];
            found.in_profile && !found.claimed && !found.touched
        })
        .filter(|&array| {
            let mut volumes = (0..draft.volumes.len()).filter(|&vol| draft.volumes[vol].array == array && in_profile(draft, vol));
            // A log volume of a DATA profile is only good to know, and stays so.
            volumes.all(|vol| !draft.volumes[vol].claimed || good_to_know(draft, vol))
        })
        .collect();
    let array = crate::draft::place(rng, &free)?;
    draft.arrays[array].licensed = false;
    (draft.arrays[array].claimed, draft.arrays[array].sealed) = (true, true);
    let mut found = Vec::new();
    for vol in 0..draft.volumes.len() {
        if draft.volumes[vol].array != array || !in_profile(draft, vol) {
            continue;
        }
        draft.volumes[vol].claimed = true;
        let side = if draft.volumes[vol].is_source() { Source } else { Target };
        found.push(draft.about_side(Reason::Ps07NotLicensed, vol, side));
    }
    Some(found)
}

/// Whether a volume is claimed only because the clean world has a finding about it.
fn good_to_know(draft: &Draft, vol: Vol) -> bool {
    let subject = draft.subject(vol);
    draft.known.iter().any(|known| known.subjects.contains(&subject))
}

/// A target that was moved to an array without the licence.
fn target_array(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let (target, source, generation) = draft.claim_target(rng)?;
    let home = draft.volumes[source].array;
    let (array, lss) = draft.plant_array(draft.arrays[home].family)?;
    draft.arrays[array].code_level = draft.arrays[home].code_level.clone();
    draft.arrays[array].fixes = draft.arrays[home].fixes.clone();
    draft.arrays[array].licensed = false;
    if draft.arrays[home].claimed {
        return None;
    }
    draft.move_volume(target, array, lss)?;
    draft.arrays[array].sealed = true;
    let mut found = draft.pair_findings(source, target, generation);
    found.push(draft.about_side(Reason::Ps07NotLicensed, target, Target));
    Some(found)
}

fn one(draft: &mut Draft, rng: &mut Rng, side: Side, reason: Reason) -> Planting {
    let vol = match side {
        Source => draft.claim_source(rng)?,
        Target => draft.claim_target(rng)?.0,
    };
    let volume = &mut draft.volumes[vol];
    match reason {
        Reason::Ps07Inhibited => volume.inhibited = true,
        Reason::Ps07V1Active => volume.v1_active = true,
        _ => volume.incapable = Some(*rng.pick(Incapable::ALL)),
    }
    Some(vec![draft.about_side(reason, vol, side)])
}

/// So many relations to volumes outside that with one to each generation there are `total`.
fn relations(draft: &mut Draft, rng: &mut Rng, total: usize) -> Planting {
    let source = draft.claim_source(rng)?;
    // Those of earlier backups would not fit beside them, and the array holds no more than the limit.
    let own =
        |draft: &Draft, target: Vol| matches!(draft.volumes[target].role, Role::Target { source: own, .. } if own == source);
    let relations = std::mem::take(&mut draft.relations).take();
    let kept: Vec<_> = relations.into_iter().filter(|relation| relation.0 != source || !own(draft, relation.1)).collect();
    draft.relations = kept.into();
    let present = draft.relations.iter().filter(|relation| relation.0 == source).count();
    let wanted = total.checked_sub(usize::from(draft.profile.generations))?.checked_sub(present)?;
    for _ in 0..wanted {
        let other = draft.plant_volume(source)?;
        draft.relate(source, other, *rng.pick(RelationState::ALL));
    }
    if total <= LIMIT {
        return Some(Vec::new());
    }
    let found = draft.about_side(Reason::Ps07RelationLimit, source, Source);
    let found = stating(found, "relations", ((present + wanted) as u64).into());
    Some(vec![stating(found, "generations", u64::from(draft.profile.generations).into())])
}
