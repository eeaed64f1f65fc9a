//! What would be said if code levels were compared otherwise.

use dasdlab_model::finding::{Fact, Finding, Subject, Verdict};
use dasdlab_model::level::{Level, LevelFamily, Scale};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{ArraySeen, Observation};
use dasdlab_model::reasons::Reason;
use dasdlab_model::site::CodeLevelRow;

use super::words::take_from;

/// What a level comes to.
pub(super) enum Opinion {
    /// It suffices.
    Suffices,
    /// It is too low.
    Low,
    /// Its patch is too low.
    LowPatch,
}

/// The row of the policy that a level belongs to.
fn row<'a>(seen: &'a Observation, profile: &ProfileName, array: &ArraySeen, level: &Level) -> Option<&'a CodeLevelRow> {
    let method = seen.profile(profile)?.method;
    let family = match level.scale {
        Scale::Bundle | Scale::Lmc => LevelFamily::Ds8000,
        Scale::Symmetrix => LevelFamily::Symmetrix(u16::try_from(*level.components.first()?).ok()?),
    };
    seen.policy.code_levels.iter().find(|row| row.method == method && row.family == family && family.family() == array.family)
}

/// A level of which this would be said beside the minimum.
fn example(opinion: &Opinion, minimum: &Level, text: &str) -> String {
    let numbers: Vec<String> = minimum.components.iter().map(ToString::to_string).collect();
    let family = numbers.first().map_or("", String::as_str);
    let level = numbers.get(1).map_or("0", String::as_str);
    match (opinion, minimum.scale) {
        (Opinion::Suffices, _) => text.to_owned(),
        (Opinion::Low, Scale::Symmetrix) => format!("{family}.0"),
        (Opinion::Low, Scale::Bundle) => "10.0".to_owned(),
        (Opinion::Low, Scale::Lmc) => "1.0".to_owned(),
        (Opinion::LowPatch, _) => format!("{family}.{level}.0"),
    }
}

/// Has levels compared by somebody else, who is given level and minimum; no opinion is ours.
pub(super) fn compared(
    seen: &Observation,
    profile: &ProfileName,
    verdict: &mut Verdict,
    opinion: impl Fn(&Level, &Level) -> Option<Opinion>,
) {
    let mut other = seen.clone();
    let mut levels = Vec::new();
    for array in &mut other.arrays {
        let Some(level) = Level::read(array.family, &array.code_level) else { continue };
        let Some(row) = row(seen, profile, array, &level) else { continue };
        let Some(minimum) = Level::read(array.family, &row.minimum) else { continue };
        let Some(opinion) = opinion(&level, &minimum) else { continue };
        let text = example(&opinion, &minimum, &row.minimum);
        levels.push((array.serial, std::mem::replace(&mut array.code_level, text)));
    }
    let is_of_a_level = |finding: &Finding| {
        matches!(
            finding.reason,
            Reason::Ps11LevelBelowMinimum | Reason::Ps11PatchBelowMinimum | Reason::Ps11Undeterminable | Reason::Ps11FixMissing
        )
    };
    take_from(verdict, &other, profile, is_of_a_level);
    for finding in verdict.findings.iter_mut().filter(|finding| is_of_a_level(finding)) {
        let found = levels.iter().find(|(serial, _)| finding.subjects.contains(&Subject::Array(*serial)));
        let fact = finding.evidence.0.iter_mut().find(|(key, fact)| *key == "found" && matches!(fact, Fact::Text(_)));
        if let (Some((_, level)), Some((_, fact))) = (found, fact) {
            *fact = Fact::Text(level.clone());
        }
    }
}

/// The number of a level at a place; missing ones are 0.
pub(super) fn at(level: &Level, place: usize) -> u32 {
    level.components.get(place).copied().unwrap_or(0)
}

/// What numbers come to that are compared by somebody else: those before the patch first, then the patch.
pub(super) fn by(level: &Level, minimum: &Level, compare: impl Fn(u32, u32) -> std::cmp::Ordering) -> Opinion {
    let places = level.components.len().max(minimum.components.len());
    let leading = if minimum.scale == Scale::Symmetrix { places.min(2) } else { places };
    let first = |mut places: std::ops::Range<usize>| {
        places.find_map(|place| Some(compare(at(level, place), at(minimum, place))).filter(|order| order.is_ne()))
    };
    match (first(0..leading), first(leading..places)) {
        (Some(std::cmp::Ordering::Less), _) => Opinion::Low,
        (None, Some(std::cmp::Ordering::Less)) => Opinion::LowPatch,
        _ => Opinion::Suffices,
    }
}
