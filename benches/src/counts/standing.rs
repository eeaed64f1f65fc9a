//! A check that stands, told that a few volumes have changed: it must cost the same however large the site is, and next to
//! nothing beside a check from the beginning.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::change_set::ChangeSet;
use dasdlab_model::declare::declare;
use dasdlab_model::name::{NameError, ProfileName, SystemName, Volser};
use dasdlab_model::observation::{Device, Mapping, Observation, VolumeSeen};
use dasdlab_model::states::{HostStatus, Method};
use dasdlab_model::unit::{Unit, VolumeId};
use dasdlab_validator::{Applied, Inventory, StandingCheck};

use super::Count;
use super::pieces::{Piece, site};

/// Volumes of the sites.
const VOLUMES: [u32; 2] = [10_000, 1_000_000];

/// How many volumes change at a time.
const CHANGED: usize = 16;

/// How many hundredths more the large site may cost than the small one.
const MOST_GROWTH: u64 = 10;

/// How many times more a check from the beginning must cost.
const LEAST_GAIN: u64 = 5_000;

fn standing(volumes: u32) -> String {
    format!("standing/{volumes} volumes, {CHANGED} changed")
}

fn in_full(volumes: u32) -> String {
    format!("in full/{volumes} volumes")
}

/// On sites of both sizes the change of some volumes and the judgement after it; and the same from the beginning, once, on the
/// larger one.
///
/// # Errors
/// A site that is not as it must be: a fault of this program.
pub fn pieces() -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    for volumes in VOLUMES {
        let faults = |faults: Vec<_>| format!("{} faults in a site of {volumes} volumes", faults.len());
        let seen = declare(&site(volumes / 2, 0, Method::FlashCopy)?).map_err(faults)?;
        let profile = seen.profiles.first().map(|profile| profile.name.clone()).ok_or("there is no profile")?;
        let turns = [turn(&seen, 0)?, turn(&seen, 1)?];
        let mut standing_check = StandingCheck::new(&seen, &profile);
        let is_large = Some(&volumes) == VOLUMES.last();
        for changes in turns.iter().filter(|_| !is_large) {
            hold(&mut standing_check, changes, &seen, &profile)?;
        }
        if is_large {
            let (full, profile) = (seen, profile.clone());
            let work = move || drop(std::hint::black_box(Inventory::new(&full, &profile).map(|inventory| inventory.check())));
            pieces.push(Piece { name: in_full(volumes), repeats: false, work: Box::new(work) });
        }
        let nothing = Observation::default();
        let mut turn = 0;
        pieces.push(Piece::new(standing(volumes), move || {
            turn = (turn + 1) % turns.len();
            let applied = turns.get(turn).map(|changes| standing_check.apply(changes, &nothing));
            (applied, standing_check.judge().map(|judgement| judgement.findings.len()))
        }));
    }
    Ok(pieces)
}

/// Takes in changes, and compares with a check from the beginning.
fn hold(check: &mut StandingCheck, changes: &ChangeSet, seen: &Observation, profile: &ProfileName) -> Result<(), String> {
    let mut now = seen.clone();
    changes.carry_out(&mut now);
    let applied = check.apply(changes, &now);
    let (said, expected) = (check.check(), dasdlab_validator::check(&now, profile));
    let findings = said.as_ref().map_or(0, |verdict| verdict.findings.len());
    if applied == Applied::InPlace && said == expected && findings >= CHANGED {
        Ok(())
    } else {
        Err(format!(
            "{profile}: {applied:?}, {findings} findings of a standing check; a whole one says the same: {}",
            said == expected
        ))
    }
}

/// One of two ways in which volumes all over the profile are changed: statuses of sources, sizes and reserves of targets, and
/// labels.
fn turn(seen: &Observation, turn: u32) -> Result<ChangeSet, String> {
    let profile = seen.profiles.first().ok_or("there is no profile")?;
    let wrong = |error: NameError| error.to_string();
    let label: Volser = if turn == 0 { "ODD001" } else { "ODD002" }.parse().map_err(wrong)?;
    let other: SystemName = "SYSZ".parse().map_err(wrong)?;
    let status = if turn == 0 { HostStatus::Boxed } else { HostStatus::Offline };
    // Not the first sources, on which the catalogs are.
    let step = profile.targets.len() / (CHANGED + 1);
    let pairs: Vec<&Mapping> = profile.targets.iter().step_by(step.max(1)).skip(1).take(CHANGED).collect();
    let volumes = behind(seen, pairs.iter().flat_map(|pair| [pair.source, pair.target]));
    let volume = |unit: Unit| volumes.get(&unit).copied().ok_or_else(|| format!("unit {unit} has no volume"));
    let mut changes = ChangeSet::default();
    for (pair, number) in pairs.into_iter().zip(0..) {
        let (source, target) = (volume(pair.source)?, volume(pair.target)?);
        let now = match number % 4 {
            0 => {
                changes.units.insert((profile.system, pair.source), Some(Device::Base(source.id, status)));
                continue;
            }
            1 => VolumeSeen { cylinders: target.cylinders + 1 + turn, ..target.clone() },
            2 => VolumeSeen { volser: Some(label), ..source.clone() },
            _ => VolumeSeen { reserved_by: Some(if turn == 0 { other } else { profile.system }), ..target.clone() },
        };
        changes.volumes.insert(now.id, Some(now));
    }
    if changes.volumes.len() + changes.units.len() == CHANGED { Ok(changes) } else { Err("volumes that change twice".to_owned()) }
}

/// The volumes behind these units of the only system.
fn behind(seen: &Observation, units: impl Iterator<Item = Unit>) -> BTreeMap<Unit, &VolumeSeen> {
    let units: BTreeSet<Unit> = units.collect();
    let found = seen.units.iter().filter(|entry| units.contains(&entry.unit)).filter_map(|entry| match entry.device {
        Device::Base(id, _) => Some((id, entry.unit)),
        Device::Alias(_) => None,
    });
    let found: BTreeMap<VolumeId, Unit> = found.collect();
    seen.volumes.iter().filter_map(|volume| Some((*found.get(&volume.id)?, volume))).collect()
}

/// What is wrong with these counts: a standing check that depends on the size of the site, or gains too little.
#[must_use]
pub fn wrong(counted: &BTreeMap<String, Count>) -> Vec<String> {
    let count = |name: String| counted.get(&name).map_or(0, |count| count.instructions);
    let [small, large] = VOLUMES.map(|volumes| count(standing(volumes)));
    let full = count(in_full(VOLUMES.into_iter().max().unwrap_or(0)));
    let mut wrong = Vec::new();
    if small == 0 || large == 0 || full == 0 {
        wrong.push("a standing check was not counted".to_owned());
    }
    if large.saturating_mul(100) > small.saturating_mul(100 + MOST_GROWTH) {
        wrong.push(format!(
            "{CHANGED} changed volumes take {small} instructions on the small site and {large} on the large one: more than \
             {MOST_GROWTH} % more"
        ));
    }
    if large.saturating_mul(LEAST_GAIN) > full {
        wrong.push(format!(
            "{CHANGED} changed volumes take {large} instructions and a check from the beginning {full}: not {LEAST_GAIN} times as many"
        ));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(small: u64, large: u64, full: u64, expected: usize) {
        let count = |instructions| Count { instructions, ..Count::default() };
        let [few, many] = VOLUMES;
        let counted = [(standing(few), count(small)), (standing(many), count(large)), (in_full(many), count(full))];
        assert_eq!(wrong(&counted.into()).len(), expected);
    }

    #[test]
    fn a_standing_check_must_not_grow_with_the_site_and_must_gain() {
        check(1_000, 1_100, 5_500_000, 0);
        check(1_000, 900, 4_500_000, 0);
        check(1_000, 1_101, 6_000_000, 1);
        check(1_000, 1_000, 4_999_999, 1);
        check(1_000, 2_000, 4_999_999, 2);
    }

    #[test]
    fn what_was_not_counted_is_not_held() {
        assert_eq!(wrong(&BTreeMap::new()).len(), 1);
    }
}
