//! The pairs of a profile at one instant, by identity.

use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::name::{ProfileName, SystemName};
use dasdlab_model::observation::{BackupProfile, Device, Observation};
use dasdlab_model::states::MirrorState;
use dasdlab_model::unit::{Unit, VolumeId};

/// The volumes behind the base units of a system.
pub(super) fn base_units(seen: &Observation, system: SystemName) -> BTreeMap<Unit, VolumeId> {
    let of_system = seen.units.iter().filter(|entry| entry.system == system);
    of_system
        .filter_map(|entry| match entry.device {
            Device::Base(volume, _) => Some((entry.unit, volume)),
            Device::Alias(_) => None,
        })
        .collect()
}

/// The pairs of each generation of a profile: the mapped volumes of its listed sources.
pub(super) fn generations(seen: &Observation, profile: &BackupProfile) -> BTreeMap<u8, BTreeSet<(VolumeId, VolumeId)>> {
    let units = base_units(seen, profile.system);
    let listed: BTreeSet<Unit> = profile.sources.iter().map(|source| source.unit).collect();
    let mut generations: BTreeMap<u8, BTreeSet<(VolumeId, VolumeId)>> = BTreeMap::new();
    for entry in profile.targets.iter().filter(|entry| listed.contains(&entry.source)) {
        if let (Some(&source), Some(&target)) = (units.get(&entry.source), units.get(&entry.target)) {
            generations.entry(entry.generation).or_default().insert((source, target));
        }
    }
    generations
}

/// The generations of which every pair is Synchronized, every source having one.
pub(super) fn synchronized(seen: &Observation, name: &ProfileName) -> BTreeSet<u8> {
    let Some(profile) = seen.profile(name) else { return BTreeSet::new() };
    let mirrors: BTreeSet<(VolumeId, VolumeId)> = seen
        .mirrors
        .iter()
        .filter(|pair| pair.state == MirrorState::Synchronized)
        .map(|pair| (pair.standard, pair.bcv))
        .collect();
    let whole = |pairs: &BTreeSet<(VolumeId, VolumeId)>| pairs.len() == profile.sources.len() && pairs.is_subset(&mirrors);
    generations(seen, profile).into_iter().filter(|(_, pairs)| whole(pairs)).map(|(generation, _)| generation).collect()
}
