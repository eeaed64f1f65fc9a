//! The pairs of a profile and what one look at the world says of them.

use std::collections::BTreeMap;

use dasdlab_model::finding::Subject;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Device, Observation};
use dasdlab_model::states::{MirrorState, RelationState};
use dasdlab_model::unit::{Unit, VolumeId};

use crate::facts::established;

/// A source and its target in one generation; the order is that in which pairs are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    pub(super) generation: u8,
    pub(super) source: Unit,
    pub(super) target: Unit,
    pub(super) standard: VolumeId,
    pub(super) bcv: VolumeId,
}

impl Pair {
    /// What findings about it name.
    pub(super) fn subjects(&self) -> [Subject; 3] {
        [Subject::Unit(self.source), Subject::Unit(self.target), Subject::Generation(self.generation)]
    }
}

/// The volume behind a base unit of the profile's system.
pub(super) fn volume_of(seen: &Observation, profile: &BackupProfile, unit: Unit) -> Option<VolumeId> {
    let entry = seen.units.iter().find(|entry| entry.system == profile.system && entry.unit == unit)?;
    match entry.device {
        Device::Base(volume, _) => Some(volume),
        Device::Alias(_) => None,
    }
}

/// All pairs, generation after generation, in the order of their source units.
pub(super) fn pairs_of(seen: &Observation, profile: &BackupProfile) -> Vec<Pair> {
    let units: BTreeMap<Unit, VolumeId> = seen
        .units
        .iter()
        .filter(|entry| entry.system == profile.system)
        .filter_map(|entry| match entry.device {
            Device::Base(volume, _) => Some((entry.unit, volume)),
            Device::Alias(_) => None,
        })
        .collect();
    let mut pairs = Vec::new();
    for mapping in &profile.targets {
        let is_source = profile.sources.iter().any(|source| source.unit == mapping.source);
        if let (true, Some(standard), Some(bcv)) = (is_source, units.get(&mapping.source), units.get(&mapping.target)) {
            pairs.push(Pair {
                generation: mapping.generation,
                source: mapping.source,
                target: mapping.target,
                standard: *standard,
                bcv: *bcv,
            });
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The pairs of one generation.
pub(super) fn of_generation(pairs: &[Pair], generation: u8) -> Vec<Pair> {
    pairs.iter().filter(|pair| pair.generation == generation).copied().collect()
}

/// The state of the mirror pair, if the array knows it as one.
pub(super) fn mirror_state(seen: &Observation, pair: &Pair) -> Option<MirrorState> {
    // The list is mostly sorted. Where it is not, the pair may be anywhere.
    let key = (pair.standard, pair.bcv);
    let place = seen.mirrors.binary_search_by_key(&key, |mirror| (mirror.standard, mirror.bcv)).ok();
    let place = place.or_else(|| seen.mirrors.iter().position(|mirror| (mirror.standard, mirror.bcv) == key))?;
    seen.mirrors.get(place).map(|mirror| mirror.state)
}

/// The same, NeverEstab where the array knows nothing.
pub(super) fn state_or_never(seen: &Observation, pair: &Pair) -> MirrorState {
    mirror_state(seen, pair).unwrap_or(MirrorState::NeverEstab)
}

/// Invalid or Unknown, where any pair that this BCV is part of is so; Invalid before Unknown.
pub(super) fn unusable(seen: &Observation, bcv: VolumeId) -> Option<MirrorState> {
    [MirrorState::Invalid, MirrorState::Unknown]
        .into_iter()
        .find(|state| seen.mirrors.iter().any(|mirror| mirror.bcv == bcv && mirror.state == *state))
}

/// What the BCV is established to, and the state of that pair.
pub(super) fn mirrored(seen: &Observation, bcv: VolumeId) -> Option<(VolumeId, MirrorState)> {
    let pair = seen.mirrors.iter().find(|mirror| mirror.bcv == bcv && established(mirror.state))?;
    Some((pair.standard, pair.state))
}

/// The profile that the BCV is held for.
pub(super) fn held_for(seen: &Observation, bcv: VolumeId) -> Option<&ProfileName> {
    let place = seen.volumes.binary_search_by_key(&bcv, |volume| volume.id).ok();
    let place = place.or_else(|| seen.volumes.iter().position(|volume| volume.id == bcv))?;
    seen.volumes.get(place)?.held_for.as_ref()
}

/// The state of the FlashCopy relation from one volume to the other.
pub(super) fn relation_state(seen: &Observation, source: VolumeId, target: VolumeId) -> Option<RelationState> {
    let own = seen.relations.iter().find(|relation| relation.source == source && relation.target == target);
    own.map(|relation| relation.state)
}
