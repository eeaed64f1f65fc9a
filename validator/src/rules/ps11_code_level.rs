//! PS11: the code levels of the arrays suffice for the method.

use std::cmp::Ordering;

use dasdlab_model::level::{Level, LevelFamily, Scale};
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::site::CodeLevelRow;
use dasdlab_model::states::Family;

use super::{ReasonDoc, RuleDoc, RuleEntry};
use crate::findings::{Fact, Findings, Subject};
use crate::inventory::Inventory;
use crate::inventory::volumes::Array;

const DOC: RuleDoc = RuleDoc {
    protects: "Below the level that the method needs, commands are refused, or split and copy without the consistency that makes a \
        set of volumes a backup.",
    fires: "An array that owns a source or target has a level below the policy's minimum for its family and the method, lacks a \
        required fix, or has a level that cannot be judged.",
    passing: "A Symmetrix at 5876.286.194 with minimum 5876.82.57: 286 is above 82, so the patch is not asked.",
    failing: "A Symmetrix at 5876.82.56 with the same minimum: `patch-below-minimum`.",
    fine_print: &[
        "The policy is a table (level family, method) -> minimum and required fixes. The level family is `ds8000`, or the first \
         number of a Symmetrix level.",
        "A level is 1 to 4 decimal numbers joined by dots, of at most 9 digits each. Numbers are compared as numbers, a missing one is 0: \
         5876.9 < 5876.10, 5978.0300 = 5978.300.",
        "Symmetrix: at most 3 numbers, the first 1000 to 9999, `family.level.patch`; the patch is asked only where family and level equal \
         the minimum's. DS8000: a first number of 10 to 99 is a bundle, 1 to 9 an LMC; all numbers are compared, and there is no \
         patch.",
        "The order of questions: a level that cannot be read is `undeterminable`, with nothing required in evidence; then the row is \
         looked up; then a level and a minimum of different scales are `undeterminable`. Each of these ends the questions.",
        "Without a row: a Symmetrix family above the highest with a row for this method is `newer-than-policy`; any other, and an array \
         of a product line without any row for the method, is `unsupported-family`. `required` lists the families that have one.",
        "Required fixes count at any level, beside a level that is too low. One finding lists them all.",
        "`units` counts the distinct units of the profile on the array. An array that owns none is not asked.",
    ],
    reasons: &[
        ReasonDoc {
            reason: Reason::Ps11LevelBelowMinimum,
            when: "The level is below the minimum, the patch aside.",
            remedy: &["Upgrade array {array} from {found} to at least {required}."],
        },
        ReasonDoc {
            reason: Reason::Ps11PatchBelowMinimum,
            when: "Symmetrix: family and level equal the minimum's, and the patch is below it.",
            remedy: &["Upgrade array {array} from {found} to at least {required}."],
        },
        ReasonDoc {
            reason: Reason::Ps11FixMissing,
            when: "Fixes that the policy requires are not on the array.",
            remedy: &["Install fixes {missing} on array {array}."],
        },
        ReasonDoc {
            reason: Reason::Ps11Undeterminable,
            when: "The level cannot be read, or is not of the scale of the minimum.",
            remedy: &[
                "Read the code level of array {array} again ({found} cannot be compared with minimum {required}), or state the \
                 minimum on its scale.",
                "Read the code level of array {array} again: {found} is none.",
                "Read the code level of array {array}: none is known.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps11UnsupportedFamily,
            when: "The policy has no row for this family and method.",
            remedy: &[
                "Use another array or method: {array} is at {found}, supported are families {required}. If the family is supported, \
                 add its row to policy code_levels.",
                "Use another array or method: {array} is at {found}, and policy code_levels has no row for its product line and \
                 the method. If the family is supported, add its row.",
            ],
        },
        ReasonDoc {
            reason: Reason::Ps11NewerThanPolicy,
            when: "The Symmetrix family is newer than every family that the policy knows for this method.",
            remedy: &["Add a row for the family of {found} to policy code_levels; it knows {required}."],
        },
    ],
};

/// The rule.
pub(super) static RULE: RuleEntry = RuleEntry { arrays: Some(visit), ..RuleEntry::new(Rule::PS11, &DOC) };

fn visit<'a>(inventory: &'a Inventory, id: u32, findings: &mut Findings<'a>) {
    let units = inventory.units.get(id as usize).copied().unwrap_or(0);
    if let Some(array) = inventory.volumes.arrays.get(id as usize).filter(|_| units > 0) {
        judge(inventory, array, units, findings);
    }
}

fn judge<'a>(inventory: &'a Inventory, array: &'a Array, units: u32, findings: &mut Findings<'a>) {
    let units = Fact::Number(u64::from(units));
    let subject = [Subject::Array(&array.serial)];
    let say = |reason, required, findings: &mut Findings<'a>| {
        findings.add(reason, subject, [Fact::text(&array.code_level), required, units]);
    };
    let Some(level) = Level::read(array.family, &array.code_level) else {
        return say(Reason::Ps11Undeterminable, Fact::Text(None), findings);
    };
    let rows: Vec<&CodeLevelRow> = rows_of(inventory, array.family).collect();
    let family = level_family(&level);
    let Some(row) = rows.iter().find(|row| Some(row.family) == family) else {
        // Only Symmetrix families have an order.
        let newer = rows.iter().map(|row| Some(row.family)).max().is_some_and(|highest| family > highest);
        let reason = if newer { Reason::Ps11NewerThanPolicy } else { Reason::Ps11UnsupportedFamily };
        let families = findings.list(rows.iter().map(|row| row.family));
        return say(reason, families, findings);
    };
    let minimum = Level::read(array.family, &row.minimum).filter(|minimum| minimum.scale == level.scale);
    let Some(minimum) = minimum else {
        return say(Reason::Ps11Undeterminable, Fact::text(&row.minimum), findings);
    };
    if let Some(reason) = shortfall(&level, &minimum) {
        say(reason, Fact::text(&row.minimum), findings);
    }
    let mut missing = row.fixes.iter().copied().filter(|fix| !array.fixes.contains(fix)).peekable();
    if missing.peek().is_some() {
        let facts =
            [findings.list(array.fixes.iter().copied()), findings.list(row.fixes.iter().copied()), findings.list(missing), units];
        findings.add(Reason::Ps11FixMissing, subject, facts);
    }
}

/// The policy's rows for the profile's method and this product line.
fn rows_of(inventory: &Inventory, family: Family) -> impl Iterator<Item = &CodeLevelRow> {
    let method = inventory.terms.method;
    inventory.policy.code_levels.iter().filter(move |row| row.method == method && row.family.family() == family)
}

fn level_family(level: &Level) -> Option<LevelFamily> {
    match level.scale {
        Scale::Bundle | Scale::Lmc => Some(LevelFamily::Ds8000),
        Scale::Symmetrix => level.components.first().and_then(|&first| u16::try_from(first).ok()).map(LevelFamily::Symmetrix),
    }
}

/// What a level of the minimum's scale and family falls short of.
fn shortfall(level: &Level, minimum: &Level) -> Option<Reason> {
    // The numbers that are compared before the patch is asked.
    let leading = if level.scale == Scale::Symmetrix { 2 } else { usize::MAX };
    match compare(level, minimum, 0, leading) {
        Ordering::Less => Some(Reason::Ps11LevelBelowMinimum),
        Ordering::Equal if compare(level, minimum, leading, usize::MAX).is_lt() => Some(Reason::Ps11PatchBelowMinimum),
        _ => None,
    }
}

/// Compares the numbers from `first` on and before `end`; missing ones are 0.
fn compare(level: &Level, minimum: &Level, first: usize, end: usize) -> Ordering {
    let length = level.components.len().max(minimum.components.len()).min(end);
    let at = |level: &Level, index: usize| level.components.get(index).copied().unwrap_or(0);
    (first..length).map(|index| at(level, index).cmp(&at(minimum, index))).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(family: Family, level: &str, minimum: &str, expected: Option<Reason>) {
        let read = |text| Level::read(family, text).unwrap();
        assert_eq!(shortfall(&read(level), &read(minimum)), expected, "{level} against {minimum}");
    }

    #[test]
    fn numbers_compare_as_numbers_and_missing_ones_are_zero() {
        check(Family::Symmetrix, "5876.9", "5876.10", Some(Reason::Ps11LevelBelowMinimum));
        check(Family::Symmetrix, "5978.0300", "5978.300", None);
        check(Family::Symmetrix, "5876", "5876.0.0", None);
        check(Family::Ds8000, "87.31.2.2", "87.31.16.0", Some(Reason::Ps11LevelBelowMinimum));
        check(Family::Ds8000, "87.31", "87.31.0.0", None);
        check(Family::Ds8000, "88", "87.31.16.0", None);
    }

    #[test]
    fn a_patch_is_asked_only_where_family_and_level_are_equal() {
        check(Family::Symmetrix, "5876.82.56", "5876.82.57", Some(Reason::Ps11PatchBelowMinimum));
        check(Family::Symmetrix, "5876.82.57", "5876.82.57", None);
        check(Family::Symmetrix, "5876.83.1", "5876.82.57", None);
        check(Family::Symmetrix, "5876.81.99", "5876.82.57", Some(Reason::Ps11LevelBelowMinimum));
        check(Family::Ds8000, "87.30.104.9", "87.30.105.0", Some(Reason::Ps11LevelBelowMinimum));
    }
}
