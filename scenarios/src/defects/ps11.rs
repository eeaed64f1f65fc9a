//! PS11: arrays whose code level does not suffice, or says nothing.

use dasdlab_model::finding::Fact;
use dasdlab_model::level::LevelFamily;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::scenario::ExpectedFinding;
use dasdlab_model::states::Family;

use super::{Defect, Needs, Planting};
use crate::clean::levels::{joined, numbers, padded, passing};
use crate::draft::{Draft, Role, stating};
use crate::rng::Rng;

const SYMMETRIX: Needs = Needs::ANY.family(Family::Symmetrix);
const DS8000: Needs = Needs::FLASHCOPY.family(Family::Ds8000);

pub(super) const DEFECTS: &[Defect] = &[
    Defect::new("PS11:level-below-minimum/one-below", Reason::Ps11LevelBelowMinimum, Needs::ANY, |draft, rng| {
        below(draft, rng, one_below)
    }),
    Defect::new("PS11:level-below-minimum/lower-number-higher-text", Reason::Ps11LevelBelowMinimum, Needs::ANY, |draft, rng| {
        below(draft, rng, lower_number_higher_text)
    }),
    Defect::new("PS11:level-below-minimum/cut-short", Reason::Ps11LevelBelowMinimum, Needs::ANY, |draft, rng| {
        below(draft, rng, |minimum| minimum.get(..1).unwrap_or_default().to_vec())
    }),
    Defect::new(
        "PS11:level-below-minimum/one-array-of-many",
        Reason::Ps11LevelBelowMinimum,
        Needs::ANY.arrays(3),
        |draft, rng| below(draft, rng, one_below),
    ),
    Defect::new("PS11:patch-below-minimum/one-below", Reason::Ps11PatchBelowMinimum, SYMMETRIX, |draft, rng| {
        patch_below(draft, rng, |patch| Some(patch - 1))
    }),
    Defect::new("PS11:patch-below-minimum/no-patch", Reason::Ps11PatchBelowMinimum, SYMMETRIX, |draft, rng| {
        patch_below(draft, rng, |_| None)
    }),
    Defect::new("PS11:fix-missing/level-passes", Reason::Ps11FixMissing, Needs::ANY, |draft, rng| fix(draft, rng, false)),
    Defect::new("PS11:undeterminable/text", Reason::Ps11Undeterminable, Needs::ANY, undeterminable),
    Defect::new("PS11:undeterminable/other-scale", Reason::Ps11Undeterminable, DS8000, other_scale),
    Defect::new("PS11:unsupported-family/older", Reason::Ps11UnsupportedFamily, SYMMETRIX, |draft, rng| {
        let array = draft.claim_array(rng)?;
        draft.arrays[array].code_level = rng.one(["5773.184.130", "5671.85", "5874.1.1", "5875.9.9"]).to_owned();
        Some(vec![draft.about_array(Reason::Ps11UnsupportedFamily, array)])
    }),
    Defect::new("PS11:unsupported-family/no-row", Reason::Ps11UnsupportedFamily, Needs::ANY, no_row),
    Defect::new("PS11:newer-than-policy", Reason::Ps11NewerThanPolicy, SYMMETRIX, |draft, rng| {
        let array = draft.claim_array(rng)?;
        draft.arrays[array].code_level = rng.one(["6079.65.0", "5979", "9999.0.1"]).to_owned();
        Some(vec![draft.about_array(Reason::Ps11NewerThanPolicy, array)])
    }),
    Defect::near_miss("PS11:near-miss/equal", Rule::PS11, Needs::ANY, |draft, rng| {
        let (array, minimum) = array_and_minimum(draft, rng)?;
        draft.arrays[array].code_level = minimum;
        Some(Vec::new())
    }),
    Defect::near_miss("PS11:near-miss/equal-with-leading-zeros", Rule::PS11, Needs::ANY, |draft, rng| {
        let (array, minimum) = array_and_minimum(draft, rng)?;
        draft.arrays[array].code_level = padded(&minimum, rng);
        Some(Vec::new())
    }),
    Defect::near_miss("PS11:near-miss/higher-level-lower-patch", Rule::PS11, SYMMETRIX, |draft, rng| {
        let (array, minimum) = array_and_minimum(draft, rng)?;
        let mut numbers = numbers(&minimum);
        *numbers.get_mut(1)? += 1;
        numbers.truncate(2);
        draft.arrays[array].code_level = joined(&numbers);
        Some(Vec::new())
    }),
    Defect::near_miss("PS11:near-miss/above", Rule::PS11, Needs::ANY, |draft, rng| {
        let (array, minimum) = array_and_minimum(draft, rng)?;
        draft.arrays[array].code_level = passing(&minimum, rng);
        Some(Vec::new())
    }),
    Defect::near_miss("PS11:near-miss/fix-present", Rule::PS11, Needs::ANY, |draft, rng| fix(draft, rng, true)),
    Defect::near_miss("PS11:near-miss/idle-array", Rule::PS11, Needs::ANY, |draft, rng| {
        let family = draft.arrays.first()?.family;
        let (array, lss) = draft.plant_array(family)?;
        draft.arrays[array].code_level = rng.one(["", "5876.x", "1000.1", "1.0.0.0"]).to_owned();
        let vol = draft.add_volume(array, lss, Role::Spare)?;
        draft.volumes[vol].claimed = true;
        Some(Vec::new())
    }),
];

/// The policy row of an array, by index.
fn row(draft: &Draft, array: usize) -> Option<usize> {
    let array = &draft.arrays[array];
    let family = match array.family {
        Family::Ds8000 => LevelFamily::Ds8000,
        Family::Symmetrix => LevelFamily::Symmetrix(u16::try_from(*numbers(&array.code_level).first()?).ok()?),
    };
    draft.policy.code_levels.iter().position(|row| row.family == family && row.method == draft.method())
}

/// A free array, claimed, and the level that it must have.
fn array_and_minimum(draft: &mut Draft, rng: &mut Rng) -> Option<(usize, String)> {
    let array = draft.claim_array(rng)?;
    let row = row(draft, array)?;
    Some((array, draft.policy.code_levels.get(row)?.minimum.clone()))
}

/// A finding that states both levels.
fn compared(draft: &Draft, array: usize, reason: Reason, minimum: &str) -> ExpectedFinding {
    let found = stating(draft.about_array(reason, array), "found", Fact::text(&draft.arrays[array].code_level));
    stating(found, "required", Fact::text(minimum))
}

fn below(draft: &mut Draft, rng: &mut Rng, level: impl Fn(&[u32]) -> Vec<u32>) -> Planting {
    let (array, minimum) = array_and_minimum(draft, rng)?;
    draft.arrays[array].code_level = joined(&level(&numbers(&minimum)));
    Some(vec![compared(draft, array, Reason::Ps11LevelBelowMinimum, &minimum)])
}

/// The second number one lower, and whatever follows as high as can be.
fn one_below(minimum: &[u32]) -> Vec<u32> {
    match minimum {
        [family, level, ..] => vec![*family, level.saturating_sub(1), 9_999],
        _ => minimum.to_vec(),
    }
}

/// The first number of two digits or more becomes 9: less as a number, more as text.
fn lower_number_higher_text(minimum: &[u32]) -> Vec<u32> {
    let mut level = minimum.to_vec();
    if let Some(number) = level.iter_mut().skip(1).find(|number| **number >= 10) {
        *number = 9;
    }
    level
}

fn patch_below(draft: &mut Draft, rng: &mut Rng, patch: impl Fn(u32) -> Option<u32>) -> Planting {
    let (array, minimum) = array_and_minimum(draft, rng)?;
    let [family, level, least] = *numbers(&minimum) else { return None };
    if least == 0 {
        return None;
    }
    let mut level = vec![family, level];
    level.extend(patch(least));
    draft.arrays[array].code_level = joined(&level);
    Some(vec![compared(draft, array, Reason::Ps11PatchBelowMinimum, &minimum)])
}

/// One more fix that every array of a family must have; the array chosen has it, or has not.
fn fix(draft: &mut Draft, rng: &mut Rng, present: bool) -> Planting {
    let array = draft.claim_array(rng)?;
    let row = row(draft, array)?;
    let number = 99_000 + draft.fresh_number();
    draft.policy.code_levels.get_mut(row)?.fixes.push(number);
    for at in 0..draft.arrays.len() {
        if present || at != array {
            draft.arrays[at].fixes.push(number);
        }
    }
    Some(if present { Vec::new() } else { vec![draft.about_array(Reason::Ps11FixMissing, array)] })
}

fn undeterminable(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let array = draft.claim_array(rng)?;
    let texts = match draft.arrays[array].family {
        Family::Ds8000 => ["", "R9.3", "0.31.16.0", "87.31.16.0.1", "870.1"],
        Family::Symmetrix => ["", "5876.x", "5978.1.2.3", "876.82.57", "59780.1"],
    };
    draft.arrays[array].code_level = rng.one(texts).to_owned();
    Some(vec![draft.about_array(Reason::Ps11Undeterminable, array)])
}

/// A bundle where a machine code level is asked for, or the other way round.
fn other_scale(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let (array, minimum) = array_and_minimum(draft, rng)?;
    let bundle = *numbers(&minimum).first()? >= 10;
    draft.arrays[array].code_level = if bundle { "7.9.99.999" } else { "89.40.83.0" }.to_owned();
    Some(vec![draft.about_array(Reason::Ps11Undeterminable, array)])
}

/// A policy without a row for the method and the product line: no array of it can be judged.
fn no_row(draft: &mut Draft, rng: &mut Rng) -> Planting {
    // An array that another defect has added would lose its row as well.
    if draft.arrays.iter().any(|array| array.claimed) {
        return None;
    }
    let family = draft.arrays.iter().find(|array| array.in_profile)?.family;
    let arrays = draft.arrays.iter().filter(|array| array.in_profile).count();
    let mut found = Vec::new();
    let unreadable = if arrays > 1 && rng.chance(1, 3) { 1 } else { 0 };
    for nth in 0..arrays {
        let array = draft.claim_array(rng)?;
        if nth < unreadable {
            // The level is read before a row is looked for.
            draft.arrays[array].code_level = "R9.3".to_owned();
            found.push(draft.about_array(Reason::Ps11Undeterminable, array));
            continue;
        }
        found.push(draft.about_array(Reason::Ps11UnsupportedFamily, array));
    }
    let method = draft.method();
    draft.policy.code_levels.retain(|row| row.method != method || row.family.family() != family);
    Some(found)
}
