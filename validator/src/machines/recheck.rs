//! The check of one pair when its turn comes: the world may have changed since the profile was checked.

use std::collections::BTreeSet;

use dasdlab_model::finding::Severity;
use dasdlab_model::name::{ProfileName, SystemName, Volser};
use dasdlab_model::observation::{BackupProfile, Device, Observation};
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::unit::{Unit, VolumeId};

use super::plan::PlannedPair;
use crate::findings::{Findings, Subject};
use crate::inventory::Inventory;
use crate::rules;

/// The rules that are asked again.
const RULES: [Rule; 5] = [Rule::PS05, Rule::PS06, Rule::PS09, Rule::PS12, Rule::PS13];

/// What the pair no longer passes, each reason once; empty if it may be established.
pub(super) fn recheck(seen: &Observation, profile: &ProfileName, pair: &PlannedPair) -> Vec<Reason> {
    let Some(inventory) = part(seen, profile, pair).and_then(|part| Inventory::new(&part, profile)) else { return Vec::new() };
    let mut findings = Findings::default();
    for entry in RULES.into_iter().filter_map(rules::entry) {
        entry.evaluate(&inventory, &mut findings);
    }
    let errors = findings.with_subjects().filter(|(_, severity, _)| *severity == Severity::E);
    let about = errors.filter(|(_, _, subjects)| is_about(subjects.clone(), pair));
    let mut reasons: Vec<Reason> = about.map(|(reason, _, _)| reason).collect();
    reasons.sort_unstable();
    reasons.dedup();
    reasons
}

/// Whether a finding names a side of the pair, and no other generation.
fn is_about<'a>(subjects: impl Iterator<Item = Subject<'a>> + Clone, pair: &PlannedPair) -> bool {
    let names_side = subjects.clone().any(|subject| match subject {
        Subject::Unit(unit) => unit == pair.source || unit == pair.target,
        _ => false,
    });
    let names_other = subjects.clone().any(|subject| match subject {
        Subject::Generation(generation) => generation != pair.generation,
        _ => false,
    });
    names_side && !names_other
}

/// As much of what is seen as those rules read for the two units of the pair: their volumes, those that these are
/// mapped to or were ever copied with, every volume with the label of one of them, what is cataloged to these labels, and of each profile what
/// it says of any of these volumes. None where there is no such profile.
fn part(seen: &Observation, profile: &ProfileName, pair: &PlannedPair) -> Option<Observation> {
    let own = seen.profile(profile)?;
    let system = own.system;
    let is_side = |unit: Unit| [pair.source, pair.target].contains(&unit);
    let mut mapped: Vec<Unit> = own
        .targets
        .iter()
        .filter(|entry| is_side(entry.source) || is_side(entry.target))
        .flat_map(|entry| [entry.source, entry.target])
        .collect();
    mapped.sort_unstable();
    let (mut sides, mut near) = (Vec::new(), Vec::new());
    for entry in seen.units.iter().filter(|entry| entry.system == system) {
        let Device::Base(volume, _) = entry.device else { continue };
        if is_side(entry.unit) {
            sides.push(volume);
        }
        if mapped.binary_search(&entry.unit).is_ok() {
            near.push(volume);
        }
    }
    let with_side = |one: VolumeId, other: VolumeId| is_one_of(&sides, one) || is_one_of(&sides, other);
    let mirrors: Vec<_> = seen.mirrors.iter().filter(|mirror| with_side(mirror.standard, mirror.bcv)).copied().collect();
    let relations: Vec<_> = seen.relations.iter().filter(|copy| with_side(copy.source, copy.target)).copied().collect();
    near.extend(mirrors.iter().flat_map(|mirror| [mirror.standard, mirror.bcv]));
    near.extend(relations.iter().flat_map(|copy| [copy.source, copy.target]));
    near.extend(&sides);
    let labels: Vec<Volser> =
        seen.volumes.iter().filter(|volume| is_one_of(&sides, volume.id)).filter_map(|volume| volume.volser).collect();
    let volumes: Vec<_> = seen
        .volumes
        .iter()
        .filter(|volume| is_one_of(&near, volume.id) || volume.volser.is_some_and(|label| labels.contains(&label)))
        .cloned()
        .collect();
    near.extend(volumes.iter().map(|volume| volume.id));
    near.sort_unstable();
    near.dedup();
    let is_near = |device: Device| match device {
        Device::Base(volume, _) | Device::Alias(volume) => is_one_of(&near, volume),
    };
    let of_side = |(of, unit): (SystemName, Unit)| of == system && is_side(unit);
    let units: Vec<_> =
        seen.units.iter().filter(|entry| is_near(entry.device) || of_side((entry.system, entry.unit))).copied().collect();
    let numbers: BTreeSet<(SystemName, Unit)> = units.iter().map(|entry| (entry.system, entry.unit)).collect();
    let lists = |of: SystemName, unit: Unit| numbers.contains(&(of, unit)) || of_side((of, unit));
    let labelled = |with: &[Volser]| with.iter().any(|label| labels.contains(label));
    Some(Observation {
        systems: seen.systems.clone(),
        arrays: seen.arrays.iter().filter(|array| near.iter().any(|volume| volume.array == array.serial)).cloned().collect(),
        volumes,
        units,
        relations,
        mirrors,
        ims: Vec::new(),
        catalogs: seen.catalogs.iter().filter(|catalog| labelled(&catalog.volumes)).cloned().collect(),
        data_sets: seen.data_sets.iter().filter(|data_set| labelled(&data_set.volumes)).cloned().collect(),
        authority: seen.authority.clone(),
        policy: seen.policy.clone(),
        profiles: seen.profiles.iter().map(|profile| said_of(profile, |unit| lists(profile.system, unit))).collect(),
    })
}

/// Whether a volume is among these few. Most volumes of a site have the array in common, and so it is compared last.
fn is_one_of(few: &[VolumeId], volume: VolumeId) -> bool {
    few.iter().any(|one| (one.ua, one.lss) == (volume.ua, volume.lss) && one.array == volume.array)
}

/// What a profile says of these units.
fn said_of(profile: &BackupProfile, lists: impl Fn(Unit) -> bool) -> BackupProfile {
    BackupProfile {
        name: profile.name.clone(),
        creator: String::new(),
        description: String::new(),
        fingerprint: None,
        locked_by: None,
        sources: profile.sources.iter().filter(|source| lists(source.unit)).copied().collect(),
        targets: profile.targets.iter().filter(|entry| lists(entry.source) || lists(entry.target)).copied().collect(),
        backups: Vec::new(),
        ..*profile
    }
}
