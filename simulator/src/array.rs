//! One DASD subsystem: its logical subsystems, their volumes, and the copies between them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use dasdlab_model::event::Time;
use dasdlab_model::name::Volser;
use dasdlab_model::observation::{ArraySeen, MirrorPair, Observation, Relation, VolumeSeen};
use dasdlab_model::states::{MirrorState, RelationState, TRACKS_PER_CYLINDER};
use dasdlab_model::unit::{Lss, UnitAddress, VolumeId};

use crate::clock::Clock;
use crate::copies::CopyKey;
use crate::copies::mirror::{Mirror, Side};
use crate::copies::relation::Flash;
use crate::mirrors::SPLIT_TIME;
use crate::saved::Saved;
use crate::service::{DEFAULT_RATE, Service};
use crate::tracked::Touched;
use crate::tracks::TrackTable;

/// Where a volume lies in its array.
type Address = (Lss, UnitAddress);

/// A DASD subsystem. Copies are kept by their receiving side: a target has one source, and a BCV's pairs are its own.
#[derive(Debug, Clone)]
pub(crate) struct Subsystem {
    pub(crate) facts: ArraySeen,
    pub(crate) service: Service,
    volumes: BTreeMap<Address, VolumeSeen>,
    relations: BTreeMap<Address, Flash>,
    by_source: BTreeSet<(Address, Address)>,
    mirrors: BTreeMap<(Address, Address), Mirror>,
    by_standard: BTreeSet<(Address, Address)>,
    /// What was lent out to be written of what can be seen.
    pub(crate) touched: Touched,
}

/// Every pair of this address with another.
fn every(of: Address) -> RangeInclusive<(Address, Address)> {
    let last = u8::try_from(Lss::COUNT - 1).ok().and_then(Lss::new).unwrap_or(of.0);
    (of, (Lss::new(0).unwrap_or(of.0), UnitAddress(0)))..=(of, (last, UnitAddress(u8::MAX)))
}

const fn address(volume: VolumeId) -> Address {
    (volume.lss, volume.ua)
}

/// Tracks of a volume.
pub(crate) const fn tracks(volume: &VolumeSeen) -> u32 {
    volume.cylinders.saturating_mul(TRACKS_PER_CYLINDER)
}

impl Subsystem {
    pub(crate) fn new(facts: ArraySeen) -> Self {
        Self {
            service: Service::new(facts.copy_rate.unwrap_or(DEFAULT_RATE)),
            facts,
            volumes: BTreeMap::new(),
            relations: BTreeMap::new(),
            by_source: BTreeSet::new(),
            mirrors: BTreeMap::new(),
            by_standard: BTreeSet::new(),
            touched: Touched::default(),
        }
    }

    pub(crate) fn attach(&mut self, volumes: impl Iterator<Item = VolumeSeen>) {
        let mut volumes: BTreeMap<Address, VolumeSeen> = volumes.map(|volume| (address(volume.id), volume)).collect();
        self.volumes.append(&mut volumes);
    }

    /// Adds one volume to this array, where none was.
    pub(crate) fn add(&mut self, volume: VolumeSeen) {
        self.touched.volumes.insert(volume.id);
        self.volumes.insert(address(volume.id), volume);
    }

    /// Removes a volume of this array that is in no copy.
    pub(crate) fn detach(&mut self, id: VolumeId) {
        self.touched.volumes.insert(id);
        self.volumes.remove(&address(id));
    }

    /// Forgets that two volumes of this array ever were a pair; nothing of it runs.
    pub(crate) fn forget_pair(&mut self, standard: VolumeId, bcv: VolumeId) {
        self.touched.mirrors.insert((standard, bcv));
        let (standard, bcv) = (address(standard), address(bcv));
        self.mirrors.remove(&(bcv, standard));
        self.by_standard.remove(&(standard, bcv));
    }

    /// The volume at an address.
    const fn at(&self, (lss, ua): Address) -> VolumeId {
        VolumeId { array: self.facts.serial, lss, ua }
    }

    /// The address of a volume; none where it is another array's.
    fn own(&self, volume: VolumeId) -> Option<Address> {
        (volume.array == self.facts.serial).then_some(address(volume))
    }

    pub(crate) fn volume(&self, id: VolumeId) -> Option<&VolumeSeen> {
        self.volumes.get(&self.own(id)?)
    }

    pub(crate) fn volume_mut(&mut self, id: VolumeId) -> Option<&mut VolumeSeen> {
        let volume = self.volumes.get_mut(&self.own(id)?)?;
        self.touched.volumes.insert(id);
        Some(volume)
    }

    fn tracks_of(&self, id: VolumeId) -> u32 {
        self.volume(id).map_or(0, tracks)
    }

    /// The volumes that carry a label.
    pub(crate) fn carriers(&self, volser: Volser) -> impl Iterator<Item = VolumeId> {
        self.volumes.values().filter(move |volume| volume.volser == Some(volser)).map(|volume| volume.id)
    }

    /// The mirror pair of the two, if they ever were one.
    pub(crate) fn mirror(&self, standard: VolumeId, bcv: VolumeId) -> Option<&Mirror> {
        self.mirrors.get(&(self.own(bcv)?, self.own(standard)?))
    }

    /// The mirror pair of the two with what copies it; made where there is none. Both are volumes of this array.
    pub(crate) fn mirror_mut(&mut self, standard: VolumeId, bcv: VolumeId) -> (&mut Mirror, &mut Service) {
        let tracks = self.tracks_of(standard);
        self.touched.mirrors.insert((standard, bcv));
        let (standard, bcv) = (address(standard), address(bcv));
        let pair = match self.mirrors.entry((bcv, standard)) {
            Entry::Occupied(slot) => slot.into_mut(),
            Entry::Vacant(slot) => {
                self.by_standard.insert((standard, bcv));
                slot.insert(Mirror::new(MirrorState::NeverEstab, tracks))
            }
        };
        (pair, &mut self.service)
    }

    /// Every mirror pair: standard volume and BCV.
    pub(crate) fn mirrors(&self) -> impl Iterator<Item = (VolumeId, VolumeId, &Mirror)> {
        self.mirrors.iter().map(|(&(bcv, standard), pair)| (self.at(standard), self.at(bcv), pair))
    }

    /// Every relation by its target.
    pub(crate) fn relations(&self) -> impl Iterator<Item = (VolumeId, &Flash)> {
        self.relations.iter().map(|(&target, flash)| (self.at(target), flash))
    }

    /// The standard volumes that a BCV of this array is or was paired with.
    pub(crate) fn standards_of(&self, bcv: VolumeId) -> impl Iterator<Item = (VolumeId, MirrorState)> {
        self.mirrors.range(every(address(bcv))).map(|(&(_, standard), pair)| (self.at(standard), pair.state))
    }

    /// The BCVs that a volume of this array is or was paired with.
    pub(crate) fn bcvs_of(&self, standard: VolumeId) -> impl Iterator<Item = (VolumeId, MirrorState)> {
        self.by_standard
            .range(every(address(standard)))
            .filter_map(move |&(standard, bcv)| self.mirrors.get(&(bcv, standard)).map(|pair| (self.at(bcv), pair.state)))
    }

    /// The relation to a target.
    pub(crate) fn relation(&self, target: VolumeId) -> Option<&Flash> {
        self.relations.get(&self.own(target)?)
    }

    /// The relation to a target with what copies it.
    pub(crate) fn relation_mut(&mut self, target: VolumeId) -> Option<(&mut Flash, &mut Service)> {
        let target = self.own(target)?;
        self.touched.relations = true;
        self.relations.get_mut(&target).map(|relation| (relation, &mut self.service))
    }

    /// The targets of the relations of a source of this array.
    pub(crate) fn targets_of(&self, source: VolumeId) -> impl Iterator<Item = VolumeId> {
        self.by_source.range(every(address(source))).map(|&(_, target)| self.at(target))
    }

    /// Makes a relation.
    pub(crate) fn relate(&mut self, source: VolumeId, target: VolumeId, state: RelationState) {
        let tracks = self.tracks_of(source);
        self.touched.relations = true;
        self.by_source.insert((address(source), address(target)));
        self.relations.insert(address(target), Flash::new(source, state, tracks));
    }

    /// Ends the relation to a target.
    pub(crate) fn withdraw(&mut self, now: Time, target: VolumeId) -> Option<Flash> {
        let mut relation = self.relations.remove(&self.own(target)?)?;
        self.touched.relations = true;
        relation.work.stop(&mut self.service, now, CopyKey::Relation(target));
        self.by_source.remove(&(address(relation.source), address(target)));
        Some(relation)
    }

    /// Turns a relation round: its target is its source from now on.
    pub(crate) fn turn(&mut self, source: VolumeId, target: VolumeId) {
        if let Some(mut relation) = self.relations.remove(&address(target)) {
            relation.source = target;
            self.touched.relations = true;
            self.relations.insert(address(source), relation);
            self.by_source.remove(&(address(source), address(target)));
            self.by_source.insert((address(target), address(source)));
        }
    }

    /// Brings what was declared in motion, from where it was saved: of a copy that runs nothing is known to be copied
    /// where nothing else was said.
    pub(crate) fn boot(&mut self, clock: &mut Clock<CopyKey>, saved: &Saved<'_>) {
        let now = clock.now();
        let at = |(lss, ua): Address| VolumeId { array: self.facts.serial, lss, ua };
        for (&(bcv, standard), pair) in &mut self.mirrors {
            let (bcv, standard) = (at(bcv), at(standard));
            let key = CopyKey::Mirror { bcv, standard };
            if let Some(&entry) = saved.mirrors.get(&(bcv, standard)) {
                pair.recall(entry, &mut self.service, clock, key);
                continue;
            }
            match pair.state {
                MirrorState::SyncInProg | MirrorState::RestInProg => {
                    pair.owe(true);
                    pair.work.start(&mut self.service, now, clock.sequence(), key);
                }
                MirrorState::SplitBfrSync | MirrorState::SplitBfrRest => pair.owe(true),
                MirrorState::SplitInProg => pair.split = Some(clock.arrange(SPLIT_TIME, key)),
                _ => {}
            }
        }
        for (&target, relation) in &mut self.relations {
            let target = at(target);
            if let Some(&entry) = saved.relations.get(&target) {
                relation.recall(entry, &mut self.service, CopyKey::Relation(target));
                continue;
            }
            match relation.state {
                RelationState::Copying => {
                    relation.owe(true);
                    relation.work.start(&mut self.service, now, clock.sequence(), CopyKey::Relation(target));
                }
                RelationState::Idle => relation.owe(true),
                RelationState::Copied | RelationState::Failed => {}
            }
        }
    }

    /// Tracks of a volume are written, by a host or by the copy `except`: every other copy that the volume takes part
    /// in takes note. What a relation, or a copy back, still owes of these tracks is copied first.
    pub(crate) fn written(&mut self, now: Time, volume: VolumeId, written: &TrackTable, except: Option<CopyKey>) {
        let mirrors: Vec<_> = self
            .standards_of(volume)
            .map(|(standard, _)| (volume, standard, Side::Bcv))
            .chain(self.bcvs_of(volume).map(|(bcv, _)| (bcv, volume, Side::Standard)))
            .filter(|&(bcv, standard, _)| except != Some(CopyKey::Mirror { bcv, standard }))
            .collect();
        for (bcv, standard, side) in mirrors {
            if let Some(pair) = self.mirrors.get_mut(&(address(bcv), address(standard))) {
                // What is written while it is copied back is written onto what comes back.
                if pair.state == MirrorState::RestInProg {
                    pair.work.hasten(&mut self.service, now, CopyKey::Mirror { bcv, standard }, written);
                }
                pair.changed(side, written);
            }
        }
        let targets: Vec<_> = self
            .targets_of(volume)
            .chain(self.relations.contains_key(&address(volume)).then_some(volume))
            .filter(|&target| except != Some(CopyKey::Relation(target)))
            .collect();
        for target in targets {
            if let Some(relation) = self.relations.get_mut(&address(target)) {
                relation.work.hasten(&mut self.service, now, CopyKey::Relation(target), written);
                relation.changed(written);
            }
        }
    }

    /// Its relations as they can be seen.
    pub(crate) fn seen_relations(&self) -> impl Iterator<Item = Relation> {
        self.relations().map(|(target, flash)| Relation { source: flash.source, target, state: flash.state })
    }

    pub(crate) fn observe(&self, seen: &mut Observation) {
        seen.arrays.push(self.facts.clone());
        seen.volumes.extend(self.volumes.values().cloned());
        seen.relations.extend(self.seen_relations());
        seen.mirrors.extend(self.mirrors().map(|(standard, bcv, pair)| MirrorPair { standard, bcv, state: pair.state }));
    }
}
