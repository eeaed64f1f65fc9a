//! A check that stands, told that a few volumes have changed: it must cost the same however large the site is, and next to
//! nothing beside a check from the beginning.

use std::collections::BTreeMap;

use dasdlab_model::change_set::ChangeSet;
use dasdlab_model::declare::declare;
use dasdlab_model::name::{ProfileName, SystemName, Volser};
use dasdlab_model::observation::{Device, Observation, VolumeSeen};
use dasdlab_model::states::{HostStatus, Method};
use dasdlab_model::unit::Unit;
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
        for changes in &turns {
            hold(&mut standing_check, changes, &seen, &profile)?;
        }
        if Some(&volumes) == VOLUMES.last() {
            // Before the counted check begins, so that the observation can be given away.
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
    let label = |text: &str| text.parse::<Volser>().map_err(|error| error.to_string());
    let status = if turn == 0 { HostStatus::Boxed } else { HostStatus::Offline };
    let (label, other_system) = (label(if turn == 0 { "ODD001" } else { "ODD002" })?, other_system()?);
    let mut changes = ChangeSet::default();
    for number in 0..CHANGED {
        // Not the first sources, on which the catalogs are.
        let at = profile.targets.len() / (CHANGED + 1) * (number + 1);
        let pair = profile.targets.get(at).ok_or("a profile without pairs")?;
        let (source, target) = (volume(seen, profile.system, pair.source)?, volume(seen, profile.system, pair.target)?);
        match number % 4 {
            0 => {
                changes.units.insert((profile.system, pair.source), Some(Device::Base(source.id, status)));
            }
            1 => {
                let cylinders = target.cylinders + 1 + turn;
                changes.volumes.insert(target.id, Some(VolumeSeen { cylinders, ..target.clone() }));
            }
            2 => {
                let volser = Some(label);
                changes.volumes.insert(source.id, Some(VolumeSeen { volser, ..source.clone() }));
            }
            _ => {
                let reserved_by = Some(if turn == 0 { other_system } else { profile.system });
                changes.volumes.insert(target.id, Some(VolumeSeen { reserved_by, ..target.clone() }));
            }
        }
    }
    if changes.volumes.len() + changes.units.len() == CHANGED { Ok(changes) } else { Err("volumes that change twice".to_owned()) }
}

fn other_system() -> Result<SystemName, String> {
    "SYSZ".parse().map_err(|error: dasdlab_model::name::NameError| error.to_string())
}

fn volume(seen: &Observation, system: SystemName, unit: Unit) -> Result<&VolumeSeen, String> {
    let device = seen.units.iter().find(|entry| (entry.system, entry.unit) == (system, unit)).map(|entry| entry.device);
    let volume = match device {
        Some(Device::Base(id, _)) => seen.volumes.iter().find(|volume| volume.id == id),
        _ => None,
    };
    volume.ok_or_else(|| format!("unit {unit} has no volume"))
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
