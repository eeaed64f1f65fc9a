//! What a BCV setup has to do, resolved once: the pairs of all generations by identity.

use std::collections::BTreeMap;

use dasdlab_model::finding::Subject;
use dasdlab_model::name::SystemName;
use dasdlab_model::observation::{BackupProfile, Device, Observation};
use dasdlab_model::states::MirrorState;
use dasdlab_model::unit::{Unit, VolumeId};

/// The volumes behind the base units of a system.
pub(super) fn base_units(seen: &Observation, system: SystemName) -> BTreeMap<Unit, VolumeId> {
    let units = seen.units.iter().filter(|entry| entry.system == system);
    units
        .filter_map(|entry| match entry.device {
            Device::Base(volume, _) => Some((entry.unit, volume)),
            Device::Alias(_) => None,
        })
        .collect()
}

/// A source and its target in one generation of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlannedPair {
    /// The generation; the order of pairs begins with it.
    pub generation: u8,
    /// The source.
    pub source: Unit,
    /// Its target.
    pub target: Unit,
    /// The volume behind the source.
    pub standard: VolumeId,
    /// The volume behind the target.
    pub bcv: VolumeId,
}

impl PlannedPair {
    /// What findings about the pair name.
    pub(super) fn subjects(&self) -> [Subject; 3] {
        [Subject::Unit(self.source), Subject::Unit(self.target), Subject::Generation(self.generation)]
    }
}

/// The pairs of a profile that passed its checks, and its sources.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Plan {
    pairs: Vec<PlannedPair>,
    sources: BTreeMap<VolumeId, Unit>,
}

impl Plan {
    /// Resolves the mapping in the profile's own system.
    pub(super) fn new(seen: &Observation, profile: &BackupProfile) -> Self {
        let units = base_units(seen, profile.system);
        let sources = profile.sources.iter().filter_map(|source| Some((*units.get(&source.unit)?, source.unit))).collect();
        let mut pairs: Vec<PlannedPair> = profile
            .targets
            .iter()
            .filter_map(|entry| {
                let (standard, bcv) = (*units.get(&entry.source)?, *units.get(&entry.target)?);
                Some(PlannedPair { generation: entry.generation, source: entry.source, target: entry.target, standard, bcv })
            })
            .collect();
        pairs.sort_unstable();
        Self { pairs, sources }
    }

    /// The pair of this number.
    pub(super) fn pair(&self, number: usize) -> Option<&PlannedPair> {
        self.pairs.get(number)
    }

    /// Every pair with its number, generation after generation.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, &PlannedPair)> {
        self.pairs.iter().enumerate()
    }

    /// The pairs of a generation with their numbers.
    pub(super) fn of_generation(&self, generation: u8) -> impl Iterator<Item = (usize, &PlannedPair)> {
        self.all().filter(move |(_, pair)| pair.generation == generation)
    }

    /// The pairs of a generation with their numbers and states, those that no array knows as NeverEstab. One pass over the
    /// mirror pairs, whatever their order, for this is asked each time that a copy has ended.
    pub(super) fn states(&self, generation: u8, seen: &Observation) -> Vec<(usize, MirrorState)> {
        let mut pairs: Vec<_> = self.of_generation(generation).map(|(number, pair)| (pair.standard, pair.bcv, number)).collect();
        pairs.sort_unstable();
        let mut states: Vec<_> = pairs.iter().map(|&(.., number)| (number, MirrorState::NeverEstab)).collect();
        // Mirror pairs are mostly listed in this very order: then the next one that is looked for is the next one.
        let mut next = 0;
        for mirror in &seen.mirrors {
            let wanted = (mirror.standard, mirror.bcv);
            let is_wanted = |place: usize| pairs.get(place).is_some_and(|&(standard, bcv, _)| (standard, bcv) == wanted);
            if !is_wanted(next) {
                next = pairs.partition_point(|&(standard, bcv, _)| (standard, bcv) < wanted);
            }
            if is_wanted(next) {
                if let Some((_, state)) = states.get_mut(next) {
                    *state = mirror.state;
                }
                next = next.saturating_add(1);
            }
        }
        states.sort_unstable_by_key(|(number, _)| *number);
        states
    }

    /// The unit of a source's volume; none for any other volume.
    pub(super) fn source_unit(&self, volume: VolumeId) -> Option<Unit> {
        self.sources.get(&volume).copied()
    }
}
