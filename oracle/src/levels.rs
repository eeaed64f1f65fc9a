//! PS11: code levels suffice.

use std::collections::BTreeSet;

use dasdlab_model::finding::{Fact, Subject};
use dasdlab_model::level::LevelFamily;
use dasdlab_model::observation::ArraySeen;
use dasdlab_model::reasons::Reason;
use dasdlab_model::site::CodeLevelRow;
use dasdlab_model::states::Family;

use crate::facts::Facts;
use crate::saying::Findings;

/// The most digits of one number of a level, leading zeros aside.
const MOST_DIGITS: usize = 9;

/// What a level is a level of; only levels of one kind compare.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bundle,
    Lmc,
    Symmetrix,
}

/// A level, missing numbers filled up with 0.
#[derive(Clone, Copy)]
struct Read {
    kind: Kind,
    numbers: [u64; 4],
}

/// Reads a level of an array of this family; none where it cannot be determined.
fn read(family: Family, text: &str) -> Option<Read> {
    let mut numbers = [0; 4];
    let parts: Vec<&str> = text.split('.').collect();
    if parts.len() > numbers.len() {
        return None;
    }
    for (number, part) in numbers.iter_mut().zip(&parts) {
        let digits = part.trim_start_matches('0');
        if part.is_empty() || !part.chars().all(|digit| digit.is_ascii_digit()) || digits.len() > MOST_DIGITS {
            return None;
        }
        *number = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    }
    let [first, ..] = numbers;
    let kind = match family {
        Family::Ds8000 if (10..=99).contains(&first) => Kind::Bundle,
        Family::Ds8000 if (1..=9).contains(&first) => Kind::Lmc,
        Family::Symmetrix if (1000..=9999).contains(&first) && parts.len() <= 3 => Kind::Symmetrix,
        _ => return None,
    };
    Some(Read { kind, numbers })
}

pub(crate) fn ask(facts: &Facts, say: &mut Findings) {
    for (array, units) in facts.units_by_array().into_values() {
        let rows: Vec<_> = facts
            .seen
            .policy
            .code_levels
            .iter()
            .filter(|row| {
                row.method == facts.profile.method
                    && matches!(row.family, LevelFamily::Ds8000) == (array.family == Family::Ds8000)
            })
            .collect();
        ask_array(array, units, &rows, say);
    }
}

/// Asks one array with the rows of its product line and the profile's method.
fn ask_array(array: &ArraySeen, units: u64, rows: &[&CodeLevelRow], say: &mut Findings) {
    let subject = [Subject::Array(array.serial)];
    let evidence =
        |required: Fact| [("found", Fact::text(&array.code_level)), ("required", required), ("units", Fact::Number(units))];

    // undeterminable: the level cannot be read.
    let Some(found) = read(array.family, &array.code_level) else {
        say.error(Reason::Ps11Undeterminable, subject, evidence(Fact::text("")));
        return;
    };
    let [first, ..] = found.numbers;
    let row = rows.iter().find(|row| match row.family {
        LevelFamily::Ds8000 => true,
        LevelFamily::Symmetrix(family) => u64::from(family) == first,
    });
    let Some(row) = row else {
        let families = evidence(Fact::list(rows.iter().map(|row| row.family)));
        let highest = rows.iter().filter_map(|row| match row.family {
            LevelFamily::Ds8000 => None,
            LevelFamily::Symmetrix(family) => Some(u64::from(family)),
        });
        if highest.max().is_some_and(|highest| first > highest) {
            // newer-than-policy: the policy ends below this family.
            say.info(Reason::Ps11NewerThanPolicy, subject, families);
        } else {
            // unsupported-family: the policy has no row for this family and method.
            say.error(Reason::Ps11UnsupportedFamily, subject, families);
        }
        return;
    };
    // undeterminable: a bundle and a licensed machine code level do not compare.
    let required = || evidence(Fact::text(&row.minimum));
    let Some(minimum) = read(array.family, &row.minimum).filter(|minimum| minimum.kind == found.kind) else {
        say.error(Reason::Ps11Undeterminable, subject, required());
        return;
    };

    let [found_family, found_level, found_patch, _] = found.numbers;
    let [family, level, patch, _] = minimum.numbers;
    let below = match found.kind {
        Kind::Bundle | Kind::Lmc => found.numbers < minimum.numbers,
        Kind::Symmetrix => (found_family, found_level) < (family, level),
    };
    // level-below-minimum: the level is too old.
    if below {
        say.error(Reason::Ps11LevelBelowMinimum, subject.clone(), required());
    }
    // patch-below-minimum: the level is the least one, its patch too old.
    if found.kind == Kind::Symmetrix && (found_family, found_level) == (family, level) && found_patch < patch {
        say.error(Reason::Ps11PatchBelowMinimum, subject.clone(), required());
    }
    // fix-missing: a fix that is required at any level is not on the array.
    let present: BTreeSet<u32> = array.fixes.iter().copied().collect();
    let missing: Vec<_> = row.fixes.iter().filter(|fix| !present.contains(fix)).collect();
    if !missing.is_empty() {
        say.error(
            Reason::Ps11FixMissing,
            subject,
            [
                ("found", Fact::list(&present)),
                ("required", Fact::list(&row.fixes)),
                ("missing", Fact::list(missing)),
                ("units", Fact::Number(units)),
            ],
        );
    }
}
