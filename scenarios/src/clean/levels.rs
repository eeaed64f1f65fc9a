//! Code-level policies, and levels that meet them: equal to the minimum, above it, or written in another way.

use dasdlab_model::level::LevelFamily;
use dasdlab_model::site::CodeLevelRow;
use dasdlab_model::states::{Family, Method};

use super::Shape;
use crate::draft::{Array, Draft};
use crate::factors::Relation;
use crate::rng::Rng;

/// Minimum levels that other installations ask for, family by family.
const SYMMETRIX: [(u16, [&str; 3]); 3] = [
    (5876, ["5876.82.57", "5876.10", "5876.286.194"]),
    (5977, ["5977.596.583", "5977.1131.1131", "5977.691.684"]),
    (5978, ["5978.144.144", "5978.300", "5978.0444.0100"]),
];
const DS8000: [&str; 4] = ["87.30.105.0", "87.31.2.2", "88.20.0112.1", "7.7.30.307"];

/// The installation's own minimum levels, or those of the product.
pub(super) fn policy(draft: &mut Draft, shape: &Shape, rng: &mut Rng) {
    if rng.chance(1, 2) {
        return;
    }
    let mut rows = Vec::new();
    let mut row = |rng: &mut Rng, family, method, minimum: &str| {
        let fixes = if rng.chance(1, 3) { (0..rng.range(1, 3)).map(|nth| 97_000 + nth * 17).collect() } else { Vec::new() };
        rows.push(CodeLevelRow { family, method, minimum: minimum.to_owned(), fixes });
    };
    for method in [Method::FlashCopy, Method::Bcv] {
        for (family, minimums) in SYMMETRIX {
            if rng.chance(3, 4) || family == 5978 {
                let minimum = rng.one(minimums);
                row(rng, LevelFamily::Symmetrix(family), method, minimum);
            }
        }
    }
    let minimum = rng.one(DS8000);
    row(rng, LevelFamily::Ds8000, Method::FlashCopy, minimum);
    if shape.method == Method::FlashCopy {
        rng.shuffle(&mut rows);
    }
    draft.policy.code_levels = rows;
}

/// Gives an array a level that passes; an idle one may have any.
pub(super) fn level(array: &mut Array, draft: &Draft, idle: bool, wanted: Option<Relation>, rng: &mut Rng) {
    let rows: Vec<&CodeLevelRow> = draft
        .policy
        .code_levels
        .iter()
        .filter(|row| row.method == draft.method() && row.family.family() == array.family)
        .collect();
    if idle && rng.chance(1, 2) {
        array.code_level = rng.one(["", "5876.x", "1.0.0.0", "5773.1.1", "R9"]).to_owned();
        array.licensed = rng.chance(1, 2);
        array.reachable = rng.chance(1, 2);
        return;
    }
    let Some(row) = rng.choose(&rows).copied() else {
        array.code_level = if array.family == Family::Ds8000 { "89.1.2.0" } else { "5978.711.711" }.to_owned();
        return;
    };
    array.fixes = row.fixes.clone();
    if rng.chance(1, 4) {
        array.fixes.push(98_001);
    }
    array.code_level = match wanted {
        Some(Relation::Above) => above(&row.minimum, rng),
        Some(Relation::Equal) => equal(&row.minimum, rng),
        _ => passing(&row.minimum, rng),
    };
}

/// A level that is not below this one, on the same scale and of the same family.
pub(crate) fn passing(minimum: &str, rng: &mut Rng) -> String {
    match rng.below(4) {
        0 => minimum.to_owned(),
        1 => padded(minimum, rng),
        2 => later(minimum, rng),
        _ => higher(minimum, rng),
    }
}

/// This level, as it is written or in another way.
fn equal(minimum: &str, rng: &mut Rng) -> String {
    if rng.chance(1, 2) { minimum.to_owned() } else { padded(minimum, rng) }
}

/// A level above this one.
fn above(minimum: &str, rng: &mut Rng) -> String {
    if rng.chance(1, 2) { later(minimum, rng) } else { higher(minimum, rng) }
}

/// The same but for a higher last number.
fn later(minimum: &str, rng: &mut Rng) -> String {
    let mut numbers = numbers(minimum);
    if let Some(last) = numbers.last_mut() {
        *last += rng.range(1, 9);
    }
    joined(&numbers)
}

/// A higher level and a lower patch than the minimum's.
fn higher(minimum: &str, rng: &mut Rng) -> String {
    let mut numbers = numbers(minimum);
    if let [_, level, rest @ ..] = numbers.as_mut_slice() {
        *level += rng.range(1, 20);
        rest.iter_mut().for_each(|number| *number /= 2);
    }
    joined(&numbers)
}

/// The same level written with leading zeros.
pub(crate) fn padded(level: &str, rng: &mut Rng) -> String {
    let mut parts = level.split('.').map(str::to_owned).collect::<Vec<_>>();
    if parts.len() > 1 {
        let at = 1 + rng.index(parts.len() - 1);
        if let Some(part) = parts.get_mut(at) {
            part.insert_str(0, rng.one(["0", "00"]));
        }
    }
    parts.join(".")
}

/// The numbers of a level.
pub(crate) fn numbers(level: &str) -> Vec<u32> {
    level.split('.').filter_map(|part| part.parse().ok()).collect()
}

/// A level of these numbers.
pub(crate) fn joined(numbers: &[u32]) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(".")
}
