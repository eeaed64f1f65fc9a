//! The near miss: by how much a limit was missed, where a finding is a matter of degree.

use std::cmp::Ordering;

use dasdlab_model::finding::{Fact, Finding};
use dasdlab_model::level::Level;
use dasdlab_model::reasons::Reason;
use serde::Serialize;

use super::view::{View, generation, listed, number, text};

/// By how much a limit was missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NearMiss {
    /// How much there is.
    pub found: u64,
    /// What it is held to.
    pub limit: u64,
    /// What is counted.
    pub unit: &'static str,
    /// The same in words.
    pub said: String,
}

/// A number with what is counted.
fn counted(count: u64, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// By how much it was missed; none where the finding is not a matter of degree.
pub(super) fn near_miss(finding: &Finding, view: &View<'_>) -> Option<NearMiss> {
    match finding.reason {
        Reason::Ps06TooSmall | Reason::Ps06SizeMismatch | Reason::Ps06Larger => {
            let (found, limit) = (number(finding, "target_cylinders")?, number(finding, "source_cylinders")?);
            let how = if found < limit { "short" } else { "too many" };
            let said =
                format!("{} {how}: the target has {found}, its source {limit}", counted(found.abs_diff(limit), "cylinder"));
            Some(NearMiss { found, limit, unit: "cylinders", said })
        }
        Reason::Ps07RelationLimit => {
            let (relations, generations) = (number(finding, "relations")?, number(finding, "generations")?);
            let (found, limit) = (relations + generations, number(finding, "limit")?);
            let parts = format!("{} and {}", counted(relations, "relation"), counted(generations, "generation"));
            let said = format!("{} too many: {parts} make {found} of {limit}", counted(found.saturating_sub(limit), "relation"));
            Some(NearMiss { found, limit, unit: "relations", said })
        }
        Reason::Ps11LevelBelowMinimum | Reason::Ps11PatchBelowMinimum => level(finding, view),
        Reason::Ps11FixMissing => {
            let required = listed(finding, "required").len() as u64;
            let missing = listed(finding, "missing").len() as u64;
            let said = format!("{missing} of {} missing", counted(required, "required fix").replace("fixs", "fixes"));
            Some(NearMiss { found: required.saturating_sub(missing), limit: required, unit: "fixes", said })
        }
        Reason::Ps11NewerThanPolicy => family(finding),
        Reason::Ps14MissingTarget => {
            let generation = generation(finding)?;
            let unit = finding.subjects.first()?.to_string();
            let has = |nth: u8| {
                let of = |mapping: &dasdlab_model::observation::Mapping| {
                    mapping.generation == nth && unit == format!("unit:{}", mapping.source)
                };
                view.profile.targets.iter().any(of)
            };
            let generations = view.profile.generations;
            let found = (1..=generations).filter(|nth| has(*nth)).count() as u64;
            let said = format!("a target in {found} of {}, none in {generation}", counted(generations.into(), "generation"));
            Some(NearMiss { found, limit: generations.into(), unit: "generations", said })
        }
        Reason::Ps14NoGenerations => Some(NearMiss {
            found: 0,
            limit: 1,
            unit: "generations",
            said: "1 generation short: the profile has none, and needs 1 at least".to_owned(),
        }),
        Reason::Ps14NoSources => Some(NearMiss {
            found: 0,
            limit: 1,
            unit: "sources",
            said: "1 source short: the profile has none, and needs 1 at least".to_owned(),
        }),
        Reason::Ps14DuplicateTarget => {
            let unit = finding.subjects.first()?.to_string();
            let shared = view.profile.targets.iter().filter(|mapping| unit == format!("unit:{}", mapping.target));
            let found = shared.count() as u64;
            let said = format!(
                "{} too many: the unit is given {found} times, and may be given once",
                counted(found.saturating_sub(1), "mapping")
            );
            Some(NearMiss { found, limit: 1, unit: "mappings", said })
        }
        _ => things(finding),
    }
}

/// Reasons that ask for none of something: how many there are.
fn things(finding: &Finding) -> Option<NearMiss> {
    let (key, unit, one) = match finding.reason {
        Reason::Ps01Missing
        | Reason::Ps02Missing
        | Reason::Ps02LogInDataBackup
        | Reason::Ps03ForeignEntries
        | Reason::Ps03MasterCatalog
        | Reason::Ps10ControlData
        | Reason::Ps15NonImsData => ("data_sets", "data sets", "data set"),
        Reason::Ps05DuplicateVolser => ("units", "units", "other unit"),
        Reason::Ps06HoldsData => ("holds", "data sets and catalogs", "thing"),
        Reason::Ps06ForeignRelation => ("others", "volumes", "other volume"),
        Reason::Ps04SharedVolume | Reason::Ps04SharedCatalog => {
            let side = |key| listed(finding, key).len() as u64;
            let (log, data) = (side("log_side"), side("data_side"));
            let said = format!("{log} on the log side and {data} on the data side: without the smaller side it would pass");
            return Some(NearMiss { found: log.min(data), limit: 0, unit: "data sets and catalogs", said });
        }
        _ => return None,
    };
    let Some(Fact::List(names)) = finding.evidence.get(key) else { return None };
    let found = names.len() as u64;
    Some(NearMiss { found, limit: 0, unit, said: format!("{} where none may be", counted(found, one)) })
}

/// The first number in which a level falls short.
fn level(finding: &Finding, view: &View<'_>) -> Option<NearMiss> {
    const NTH: [&str; 4] = ["first", "second", "third", "fourth"];
    let (found, required) = (text(finding, "found"), text(finding, "required"));
    let serial = finding.subjects.first()?.to_string();
    let array = view.seen.arrays.iter().find(|array| serial == format!("array:{}", array.serial))?;
    let numbers = |level: &str| Some(Level::read(array.family, level)?.components);
    let (has, needs) = (numbers(found)?, numbers(required)?);
    let at = |numbers: &[u32], nth: usize| numbers.get(nth).copied().unwrap_or(0);
    let nth = (0..NTH.len()).find(|&nth| at(&has, nth).cmp(&at(&needs, nth)) == Ordering::Less)?;
    let (found_at, limit) = (u64::from(at(&has, nth)), u64::from(at(&needs, nth)));
    let which = NTH.get(nth).copied().unwrap_or_default();
    let said = format!(
        "{} below: {found_at} is less than {limit} in the {which} number of {found}, the minimum being {required}",
        limit - found_at
    );
    Some(NearMiss { found: found_at, limit, unit: "levels", said })
}

/// How far a family is above the highest of the policy.
fn family(finding: &Finding) -> Option<NearMiss> {
    let found: u64 = text(finding, "found").split('.').next()?.parse().ok()?;
    let limit: u64 = listed(finding, "required").iter().filter_map(|family| family.parse().ok()).max()?;
    let said = format!("family {found} is above {limit}, the highest that the policy knows");
    Some(NearMiss { found, limit, unit: "families", said })
}
