//! One DASD subsystem: its logical subsystems, their volumes, and the copies between them.

use std::collections::BTreeMap;

use dasdlab_model::observation::{ArraySeen, MirrorPair, Observation, Relation, VolumeSeen};
use dasdlab_model::states::{MirrorState, RelationState};
use dasdlab_model::unit::{Lss, UnitAddress, VolumeId};

/// A DASD subsystem. Copies are kept by their receiving side: a target has one source, and a BCV's pairs are its own.
#[derive(Debug, Clone)]
pub(crate) struct Subsystem {
    facts: ArraySeen,
    volumes: BTreeMap<(Lss, UnitAddress), VolumeSeen>,
    relations: BTreeMap<VolumeId, (VolumeId, RelationState)>,
    mirrors: BTreeMap<(VolumeId, VolumeId), MirrorState>,
}

impl Subsystem {
    pub(crate) fn new(facts: ArraySeen) -> Self {
        Self { facts, volumes: BTreeMap::new(), relations: BTreeMap::new(), mirrors: BTreeMap::new() }
    }

    pub(crate) fn attach(&mut self, volume: VolumeSeen) {
        self.volumes.insert((volume.id.lss, volume.id.ua), volume);
    }

    pub(crate) fn relate(&mut self, source: VolumeId, target: VolumeId, state: RelationState) {
        self.relations.insert(target, (source, state));
    }

    pub(crate) fn mirror(&mut self, standard: VolumeId, bcv: VolumeId, state: MirrorState) {
        self.mirrors.insert((bcv, standard), state);
    }

    pub(crate) fn volume(&self, id: VolumeId) -> Option<&VolumeSeen> {
        self.volumes.get(&(id.lss, id.ua))
    }

    pub(crate) fn observe(&self, seen: &mut Observation) {
        seen.arrays.push(self.facts.clone());
        seen.volumes.extend(self.volumes.values().cloned());
        seen.relations.extend(self.relations.iter().map(|(&target, &(source, state))| Relation { source, target, state }));
        seen.mirrors.extend(self.mirrors.iter().map(|(&(bcv, standard), &state)| MirrorPair { standard, bcv, state }));
    }
}
