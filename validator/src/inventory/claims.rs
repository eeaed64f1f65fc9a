//! What other profiles claim: their sources, their targets, the volumes held for them.

use std::sync::Arc;

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};

use super::mapping::Mapping;
use super::volume_set::VolumeSet;
use super::volumes::Volumes;

/// How another profile uses a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Uses {
    /// It backs it up.
    pub(crate) source: bool,
    /// It copies onto it.
    pub(crate) target: bool,
    /// The product holds it for that profile.
    pub(crate) held: bool,
}

/// The sources and targets of another profile, resolved in its own system.
#[derive(Debug, Clone)]
pub(super) struct Other {
    /// Number of its name.
    profile: u32,
    sources: VolumeSet,
    targets: VolumeSet,
}

impl Other {
    fn new(number: u32, profile: &BackupProfile, volumes: &Volumes) -> Self {
        let mut units = volumes.units_of(profile.system).follow();
        let mut set = |numbers: &mut dyn Iterator<Item = _>| {
            let mut set = VolumeSet::new(volumes.len());
            numbers.filter_map(|unit| units.resolve(unit).volume()).for_each(|volume| set.insert(volume));
            set
        };
        let sources = set(&mut profile.sources.iter().map(|source| source.unit));
        let targets = set(&mut profile.targets.iter().map(|entry| entry.target));
        Self { profile: number, sources, targets }
    }

    /// The same of a profile whose mapping was read.
    pub(super) fn of(number: u32, mapping: &Mapping) -> Self {
        Self { profile: number, sources: mapping.source_set.clone(), targets: mapping.target_set.clone() }
    }

    /// All profiles of the site but this one.
    pub(super) fn all(seen: &Observation, volumes: &Volumes, this: &ProfileName) -> Vec<Arc<Self>> {
        let others = (0..).zip(&seen.profiles).filter(|(_, profile)| profile.name != *this);
        others.map(|(number, profile)| Self::new(number, profile, volumes).into()).collect()
    }
}

/// The claims of all other profiles.
#[derive(Debug, Clone, Default)]
pub(crate) struct Claims {
    /// The other profiles, by the numbers of their names.
    others: Vec<Arc<Other>>,
    /// Their sources.
    pub(crate) sources: VolumeSet,
    /// Their targets.
    pub(crate) targets: VolumeSet,
    /// The targets of every profile, this one included.
    pub(crate) any_target: VolumeSet,
    /// Volumes that are held for another profile, with the number of its name; ascending.
    held: Vec<(u32, u32)>,
}

impl Claims {
    /// Collects the claims of every profile but this one, whose targets are these.
    pub(super) fn new(others: Vec<Arc<Other>>, volumes: &Volumes, this: &ProfileName, targets: &VolumeSet) -> Self {
        let mut claims = Self { others, any_target: targets.clone(), ..Self::default() };
        for other in &claims.others {
            claims.sources.add(&other.sources);
            claims.targets.add(&other.targets);
        }
        claims.any_target.add(&claims.targets);
        let is_other = |profile: u32| volumes.profile_names.get(profile as usize).is_some_and(|name| name != this);
        claims.held.extend(volumes.held().filter(|&(_, profile)| is_other(profile)));
        claims
    }

    /// What other profiles claim of this volume: numbers of their names, ascending, and how they use it.
    pub(crate) fn on(&self, volume: u32) -> Vec<(u32, Uses)> {
        let mut claims: Vec<(u32, Uses)> = Vec::new();
        for other in &self.others {
            let (source, target) = (other.sources.contains(volume), other.targets.contains(volume));
            if source || target {
                claims.push((other.profile, Uses { source, target, held: false }));
            }
        }
        if let Some(holder) = self.holder(volume) {
            let place = claims.binary_search_by_key(&holder, |(profile, _)| *profile);
            let place = place.unwrap_or_else(|place| {
                claims.insert(place, (holder, Uses::default()));
                place
            });
            claims.get_mut(place).into_iter().for_each(|(_, uses)| uses.held = true);
        }
        claims
    }

    /// The other profile that this volume is held for, by the number of its name.
    pub(crate) fn holder(&self, volume: u32) -> Option<u32> {
        let place = self.held.binary_search_by_key(&volume, |(held, _)| *held).ok()?;
        self.held.get(place).map(|(_, profile)| *profile)
    }

    /// The volumes that are held for other profiles.
    pub(super) fn held(&self) -> impl Iterator<Item = u32> {
        self.held.iter().map(|(volume, _)| *volume)
    }

    /// From now on the volume is held for this other profile, by the number of its name, or for none.
    pub(crate) fn hold(&mut self, volume: u32, profile: Option<u32>) {
        match (self.held.binary_search_by_key(&volume, |(held, _)| *held), profile) {
            (Ok(place), Some(profile)) => self.held.get_mut(place).into_iter().for_each(|(_, held)| *held = profile),
            (Ok(place), None) => _ = self.held.remove(place),
            (Err(place), Some(profile)) => self.held.insert(place, (volume, profile)),
            (Err(_), None) => {}
        }
    }
}
