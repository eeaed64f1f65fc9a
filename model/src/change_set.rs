//! What is different between two observations of one site: each thing by its identity, as it is now.
//!
//! Whoever was told an observation needs no second one to know the site again: [`ChangeSet::carry_out`] makes the later
//! observation of the earlier one. A change set says nothing of how a thing was before, so that later changes of a thing
//! simply take the place of earlier ones.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::name::{CatalogName, DataSetName, ProfileName, Serial, SystemName};
use crate::observation::{
    ArraySeen, BackupProfile, CatalogSeen, DataSet, Device, MirrorPair, Observation, Relation, SystemSeen, UnitSeen, VolumeSeen,
};
use crate::site::{Authority, Ims, Policy};
use crate::states::{MirrorState, RelationState};
use crate::unit::{Unit, VolumeId};

/// Things that have changed, by identity: what each is now, or none where it is no more.
pub type Changed<Id, State> = BTreeMap<Id, Option<State>>;

/// What is different between two observations. What is entered may also be as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeSet {
    /// z/OS systems, all of them, where one has changed.
    pub systems: Option<Vec<SystemSeen>>,
    /// Arrays: code levels, fixes, licensed functions, whether they answer.
    pub arrays: Changed<Serial, ArraySeen>,
    /// Volumes.
    pub volumes: Changed<VolumeId, VolumeSeen>,
    /// Units of all systems.
    pub units: Changed<(SystemName, Unit), Device>,
    /// FlashCopy relations: source and target.
    pub relations: Changed<(VolumeId, VolumeId), RelationState>,
    /// Mirror pairs: standard volume and BCV.
    pub mirrors: Changed<(VolumeId, VolumeId), MirrorState>,
    /// IMS systems, all of them, where one has changed.
    pub ims: Option<Vec<Ims>>,
    /// Catalogs.
    pub catalogs: Changed<CatalogName, CatalogSeen>,
    /// Data sets.
    pub data_sets: Changed<DataSetName, DataSet>,
    /// Who runs profile setup, where that has changed.
    pub authority: Option<Authority>,
    /// The installation's choices, where one has changed.
    pub policy: Option<Policy>,
    /// Profiles: their sources, targets and whatever else they say.
    pub profiles: Changed<ProfileName, BackupProfile>,
}

impl ChangeSet {
    /// What is different in the later observation. In both each thing stands once.
    #[must_use]
    pub fn between(earlier: &Observation, later: &Observation) -> Self {
        Self {
            systems: replaced(&earlier.systems, &later.systems),
            arrays: differences(&earlier.arrays, &later.arrays),
            volumes: differences(&earlier.volumes, &later.volumes),
            units: differences(&earlier.units, &later.units),
            relations: differences(&earlier.relations, &later.relations),
            mirrors: differences(&earlier.mirrors, &later.mirrors),
            ims: replaced(&earlier.ims, &later.ims),
            catalogs: differences(&earlier.catalogs, &later.catalogs),
            data_sets: differences(&earlier.data_sets, &later.data_sets),
            authority: replaced(&earlier.authority, &later.authority),
            policy: replaced(&earlier.policy, &later.policy),
            profiles: differences(&earlier.profiles, &later.profiles),
        }
    }

    /// Whether nothing has changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes in what has changed after this.
    pub fn absorb(&mut self, later: Self) {
        self.systems = later.systems.or(self.systems.take());
        self.arrays.extend(later.arrays);
        self.volumes.extend(later.volumes);
        self.units.extend(later.units);
        self.relations.extend(later.relations);
        self.mirrors.extend(later.mirrors);
        self.ims = later.ims.or(self.ims.take());
        self.catalogs.extend(later.catalogs);
        self.data_sets.extend(later.data_sets);
        self.authority = later.authority.or(self.authority.take());
        self.policy = later.policy.or(self.policy.take());
        self.profiles.extend(later.profiles);
    }

    /// Makes of the observation before the changes the one after them. Lists that things come to or go from are left in the
    /// order of identity; [`Observation::sort`] brings all of them there.
    pub fn carry_out(&self, seen: &mut Observation) {
        fn replace<T: Clone>(list: &mut T, now: Option<&T>) {
            now.into_iter().for_each(|now| list.clone_from(now));
        }
        replace(&mut seen.systems, self.systems.as_ref());
        put(&mut seen.arrays, &self.arrays);
        put(&mut seen.volumes, &self.volumes);
        put(&mut seen.units, &self.units);
        put(&mut seen.relations, &self.relations);
        put(&mut seen.mirrors, &self.mirrors);
        replace(&mut seen.ims, self.ims.as_ref());
        put(&mut seen.catalogs, &self.catalogs);
        put(&mut seen.data_sets, &self.data_sets);
        replace(&mut seen.authority, self.authority.as_ref());
        replace(&mut seen.policy, self.policy.as_ref());
        put(&mut seen.profiles, &self.profiles);
    }
}

/// An entry of a list of an observation: its identity, and all else.
pub trait Entry: PartialEq + Sized {
    /// What it is known by.
    type Id: Ord;
    /// What is said of it in a change set.
    type State;

    /// Its identity.
    fn id(&self) -> Self::Id;

    /// What else it is.
    fn state(&self) -> Self::State;

    /// The entry of this identity that is this.
    fn new(id: &Self::Id, state: &Self::State) -> Self;

    /// How its identity stands to another.
    fn compare(&self, id: &Self::Id) -> Ordering;

    /// How its identity stands to another entry's.
    fn compare_entry(&self, other: &Self) -> Ordering;
}

/// Entries that are known by one of their fields and stand in a change set as they are.
macro_rules! named {
    ($($Entry:ty, $field:ident: $Id:ty;)+) => {
        $(impl Entry for $Entry {
            type Id = $Id;
            type State = Self;

            fn id(&self) -> $Id {
                self.$field.clone()
            }

            fn state(&self) -> Self {
                self.clone()
            }

            fn new(_: &$Id, state: &Self) -> Self {
                state.clone()
            }

            fn compare(&self, id: &$Id) -> Ordering {
                self.$field.cmp(id)
            }

            fn compare_entry(&self, other: &Self) -> Ordering {
                self.$field.cmp(&other.$field)
            }
        })+
    };
}

named! {
    ArraySeen, serial: Serial;
    VolumeSeen, id: VolumeId;
    CatalogSeen, name: CatalogName;
    DataSet, name: DataSetName;
    BackupProfile, name: ProfileName;
}

/// Entries that are known by two of their fields; the third is their state.
macro_rules! paired {
    ($($Entry:ident, $one:ident: $One:ty, $other:ident: $Other:ty, $state:ident: $State:ty;)+) => {
        $(impl Entry for $Entry {
            type Id = ($One, $Other);
            type State = $State;

            fn id(&self) -> Self::Id {
                (self.$one, self.$other)
            }

            fn state(&self) -> $State {
                self.$state
            }

            fn new(&($one, $other): &Self::Id, &$state: &$State) -> Self {
                Self { $one, $other, $state }
            }

            fn compare(&self, id: &Self::Id) -> Ordering {
                self.id().cmp(id)
            }

            fn compare_entry(&self, other: &Self) -> Ordering {
                self.id().cmp(&other.id())
            }
        })+
    };
}

paired! {
    UnitSeen, system: SystemName, unit: Unit, device: Device;
    Relation, source: VolumeId, target: VolumeId, state: RelationState;
    MirrorPair, standard: VolumeId, bcv: VolumeId, state: MirrorState;
}

fn replaced<T: Clone + PartialEq>(earlier: &T, later: &T) -> Option<T> {
    (earlier != later).then(|| later.clone())
}

/// The entries in the order of identity.
fn ordered<T: Entry>(list: &[T]) -> Vec<&T> {
    let mut entries: Vec<&T> = list.iter().collect();
    if !entries.is_sorted_by(|a, b| a.compare_entry(b).is_le()) {
        entries.sort_by(|a, b| a.compare_entry(b));
    }
    entries
}

/// What is different in the later one of two lists; in both each thing stands once.
#[must_use]
pub fn differences<T: Entry>(earlier: &[T], later: &[T]) -> Changed<T::Id, T::State> {
    let mut changed = Changed::new();
    if earlier == later {
        return changed;
    }
    let mut before = ordered(earlier).into_iter().peekable();
    for now in ordered(later) {
        while let Some(gone) = before.next_if(|entry| entry.compare_entry(now).is_lt()) {
            changed.insert(gone.id(), None);
        }
        let same = before.next_if(|entry| entry.compare_entry(now).is_eq());
        if same.is_none_or(|entry| entry != now) {
            changed.insert(now.id(), Some(now.state()));
        }
    }
    changed.extend(before.map(|gone| (gone.id(), None)));
    changed
}

fn put<T: Entry>(list: &mut Vec<T>, changed: &Changed<T::Id, T::State>) {
    if changed.is_empty() {
        return;
    }
    if !list.is_sorted_by(|a, b| a.compare_entry(b).is_le()) {
        list.sort_by(T::compare_entry);
    }
    for (id, state) in changed {
        match (list.binary_search_by(|entry| entry.compare(id)), state) {
            (Ok(place), Some(state)) => {
                if let Some(entry) = list.get_mut(place) {
                    *entry = T::new(id, state);
                }
            }
            (Ok(place), None) => drop(list.remove(place)),
            (Err(place), Some(state)) => list.insert(place, T::new(id, state)),
            (Err(_), None) => {}
        }
    }
}
