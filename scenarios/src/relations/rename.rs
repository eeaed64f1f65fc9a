//! Everything under another name.

mod names;
mod verdict;

use dasdlab_model::name::{CatalogName, DataSetName, ProfileName, Serial, SystemName, Volser};
use dasdlab_model::observation::{Device, Observation};
use dasdlab_model::unit::{Lss, Unit, VolumeId};
use rustc_hash::{FxHashMap, FxHashSet};

use names::{bijection, each, qualifiers};
pub(super) use names::{label, serial};

use super::addresses;
use crate::rng::Rng;

/// New names for what an observation names, one for one: array serials, LSS ids within an array, unit numbers within a
/// system, labels, data sets, catalogs and profiles. The order of the old names is not kept. A name that the
/// observation does not hold stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renaming {
    arrays: FxHashMap<Serial, Serial>,
    lss: FxHashMap<(Serial, Lss), Lss>,
    units: FxHashMap<(SystemName, Unit), Unit>,
    volsers: FxHashMap<Volser, Volser>,
    data_sets: FxHashMap<DataSetName, DataSetName>,
    catalogs: FxHashMap<CatalogName, CatalogName>,
    profiles: FxHashMap<ProfileName, ProfileName>,
    systems: FxHashMap<ProfileName, SystemName>,
}

/// The same observation under other names, and the names. Unit addresses, control-unit SSIDs, systems, IMS systems and
/// the policy keep theirs; so do texts that name nothing (pools, descriptions, fingerprints).
#[must_use]
pub fn rename(observation: &Observation, seed: u64) -> (Observation, Renaming) {
    let renaming = Renaming::new(observation, &Rng::new(seed).child("rename"));
    (renaming.observation(observation.clone()), renaming)
}

impl Renaming {
    fn new(observation: &Observation, rng: &Rng) -> Self {
        let mut renaming = Self {
            arrays: bijection(
                observation.arrays.iter().map(|array| array.serial).chain(addresses(observation).map(|address| address.array)),
                &mut rng.child("arrays"),
                names::serial,
            ),
            volsers: bijection(volsers(observation), &mut rng.child("volsers"), names::label),
            data_sets: bijection(
                observation
                    .data_sets
                    .iter()
                    .map(|data_set| data_set.name.clone())
                    .chain(observation.volumes.iter().filter_map(|volume| volume.vtoc.as_deref()).flatten().cloned()),
                &mut rng.child("data sets"),
                qualifiers,
            ),
            catalogs: bijection(
                observation
                    .catalogs
                    .iter()
                    .map(|catalog| catalog.name.clone())
                    .chain(observation.data_sets.iter().map(|data_set| data_set.catalog.clone())),
                &mut rng.child("catalogs"),
                qualifiers,
            ),
            profiles: bijection(
                observation
                    .profiles
                    .iter()
                    .map(|profile| profile.name.clone())
                    .chain(observation.volumes.iter().filter_map(|volume| volume.held_for.clone())),
                &mut rng.child("profiles"),
                names::profile,
            ),
            systems: observation.profiles.iter().map(|profile| (profile.name.clone(), profile.system)).collect(),
            ..Self::default()
        };
        renaming.name_subsystems(observation, &mut rng.child("lss"));
        renaming.name_units(observation, &mut rng.child("units"));
        renaming
    }

    /// Draws the LSS ids of each array out of all ids that there are.
    fn name_subsystems(&mut self, observation: &Observation, rng: &mut Rng) {
        let declared = observation.arrays.iter().flat_map(|array| array.lss.iter().map(|&(lss, _)| (array.serial, lss)));
        let used: FxHashSet<(Serial, Lss)> = declared.chain(addresses(observation).map(|at| (at.array, at.lss))).collect();
        let used = each(used.into_iter());
        for of_array in used.chunk_by(|a, b| a.0 == b.0) {
            let mut ids: Vec<Lss> = (0..=u8::MAX).filter_map(Lss::new).collect();
            rng.shuffle(&mut ids);
            self.lss.extend(of_array.iter().copied().zip(ids));
        }
    }

    /// Draws the unit numbers of each system, those that only a profile names included.
    fn name_units(&mut self, observation: &Observation, rng: &mut Rng) {
        let seen = observation.units.iter().map(|unit| (unit.system, unit.unit));
        let named = observation.profiles.iter().flat_map(|profile| {
            let sources = profile.sources.iter().map(|source| source.unit);
            let mapped = profile.targets.iter().map(|mapping| mapping.source);
            let targets = profile.targets.iter().map(|mapping| mapping.target);
            sources.chain(mapped).chain(targets).map(|unit| (profile.system, unit))
        });
        let used = each(seen.chain(named));
        for of_system in used.chunk_by(|a, b| a.0 == b.0) {
            let units = of_system.iter().map(|&(_, unit)| unit);
            let names = bijection(units.clone(), rng, |rng| Unit::new(rng.below(u64::from(Unit::MAX) + 1).try_into().ok()?));
            self.units.extend(of_system.iter().filter_map(|&key| names.get(&key.1).map(|&name| (key, name))));
        }
    }

    /// The new serial of an array.
    #[must_use]
    pub fn array(&self, serial: Serial) -> Serial {
        self.arrays.get(&serial).copied().unwrap_or(serial)
    }

    /// The new id of a logical subsystem of an array; the array goes by its old serial.
    #[must_use]
    pub fn lss(&self, array: Serial, lss: Lss) -> Lss {
        self.lss.get(&(array, lss)).copied().unwrap_or(lss)
    }

    /// The new identity of a volume.
    #[must_use]
    pub fn volume(&self, volume: VolumeId) -> VolumeId {
        VolumeId { array: self.array(volume.array), lss: self.lss(volume.array, volume.lss), ua: volume.ua }
    }

    /// The new number of a unit of a system.
    #[must_use]
    pub fn unit(&self, system: SystemName, unit: Unit) -> Unit {
        self.units.get(&(system, unit)).copied().unwrap_or(unit)
    }

    /// The new label.
    #[must_use]
    pub fn volser(&self, volser: Volser) -> Volser {
        self.volsers.get(&volser).copied().unwrap_or(volser)
    }

    /// The new name of a data set.
    #[must_use]
    pub fn data_set(&self, name: &DataSetName) -> DataSetName {
        self.data_sets.get(name).unwrap_or(name).clone()
    }

    /// The new name of a catalog.
    #[must_use]
    pub fn catalog(&self, name: &CatalogName) -> CatalogName {
        self.catalogs.get(name).unwrap_or(name).clone()
    }

    /// The new name of a profile.
    #[must_use]
    pub fn profile(&self, name: &ProfileName) -> ProfileName {
        self.profiles.get(name).unwrap_or(name).clone()
    }

    fn observation(&self, mut other: Observation) -> Observation {
        for array in &mut other.arrays {
            for (lss, _) in &mut array.lss {
                *lss = self.lss(array.serial, *lss);
            }
            array.serial = self.array(array.serial);
        }
        for volume in &mut other.volumes {
            volume.id = self.volume(volume.id);
            volume.volser = volume.volser.map(|label| self.volser(label));
            volume.held_for = volume.held_for.as_ref().map(|profile| self.profile(profile));
            for name in volume.vtoc.iter_mut().flatten() {
                *name = self.data_set(name);
            }
        }
        for unit in &mut other.units {
            unit.unit = self.unit(unit.system, unit.unit);
            unit.device = match unit.device {
                Device::Base(volume, status) => Device::Base(self.volume(volume), status),
                Device::Alias(address) => Device::Alias(self.volume(address)),
            };
        }
        for relation in &mut other.relations {
            relation.source = self.volume(relation.source);
            relation.target = self.volume(relation.target);
        }
        for pair in &mut other.mirrors {
            pair.standard = self.volume(pair.standard);
            pair.bcv = self.volume(pair.bcv);
        }
        for catalog in &mut other.catalogs {
            catalog.name = self.catalog(&catalog.name);
            for label in &mut catalog.volumes {
                *label = self.volser(*label);
            }
        }
        for data_set in &mut other.data_sets {
            data_set.name = self.data_set(&data_set.name);
            data_set.catalog = self.catalog(&data_set.catalog);
            for label in &mut data_set.volumes {
                *label = self.volser(*label);
            }
        }
        for profile in &mut other.profiles {
            profile.name = self.profile(&profile.name);
            for source in &mut profile.sources {
                source.unit = self.unit(profile.system, source.unit);
                source.volser = source.volser.map(|label| self.volser(label));
            }
            for mapping in &mut profile.targets {
                mapping.source = self.unit(profile.system, mapping.source);
                mapping.target = self.unit(profile.system, mapping.target);
            }
        }
        other
    }
}

/// Every label that an observation names.
pub(super) fn volsers(observation: &Observation) -> impl Iterator<Item = Volser> {
    let on_volumes = observation.volumes.iter().filter_map(|volume| volume.volser);
    let of_catalogs = observation.catalogs.iter().flat_map(|catalog| catalog.volumes.iter().copied());
    let of_data_sets = observation.data_sets.iter().flat_map(|data_set| data_set.volumes.iter().copied());
    let saved = observation.profiles.iter().flat_map(|profile| profile.sources.iter().filter_map(|source| source.volser));
    on_volumes.chain(of_catalogs).chain(of_data_sets).chain(saved)
}

#[cfg(test)]
mod tests {
    use dasdlab_model::declare::declare;

    use std::hash::Hash;

    use super::*;
    use crate::undirected::undirected;

    #[track_caller]
    fn one_for_one<T: Ord + Hash + std::fmt::Debug>(names: &FxHashMap<T, T>) {
        let mut new: Vec<&T> = names.values().collect();
        new.sort_unstable();
        new.dedup();
        assert_eq!(new.len(), names.len(), "{names:?}");
    }

    #[test]
    fn names_are_exchanged_one_for_one() {
        for index in 0..200 {
            let observation = declare(&undirected(5, index).site).unwrap();
            let (mut other, renaming) = rename(&observation, index);
            assert_eq!((other.clone(), renaming.clone()), rename(&observation, index));
            one_for_one(&renaming.arrays);
            one_for_one(&renaming.volsers);
            one_for_one(&renaming.data_sets);
            one_for_one(&renaming.catalogs);
            one_for_one(&renaming.profiles);
            let units: FxHashMap<_, _> = renaming.units.iter().map(|(&old, &new)| (old, (old.0, new))).collect();
            one_for_one(&units);
            let lss: FxHashMap<_, _> = renaming.lss.iter().map(|(&old, &new)| (old, (old.0, new))).collect();
            one_for_one(&lss);

            let mut back = Renaming { systems: renaming.systems.clone(), ..Renaming::default() };
            back.arrays = renaming.arrays.iter().map(|(&old, &new)| (new, old)).collect();
            back.lss = renaming.lss.iter().map(|(&(array, old), &new)| ((renaming.array(array), new), old)).collect();
            back.units = renaming.units.iter().map(|(&(system, old), &new)| ((system, new), old)).collect();
            back.volsers = renaming.volsers.iter().map(|(&old, &new)| (new, old)).collect();
            back.data_sets = renaming.data_sets.iter().map(|(old, new)| (new.clone(), old.clone())).collect();
            back.catalogs = renaming.catalogs.iter().map(|(old, new)| (new.clone(), old.clone())).collect();
            back.profiles = renaming.profiles.iter().map(|(old, new)| (new.clone(), old.clone())).collect();
            assert_eq!(back.observation(other.clone()), observation);

            let before = (other.volumes.len(), other.units.len());
            other.sort();
            assert_eq!(before, (observation.volumes.len(), observation.units.len()));
            assert!(observation.volumes.len() < 3 || other != observation);
        }
    }
}
