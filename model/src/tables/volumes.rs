//! Volumes in columns.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::Texts;
use crate::name::{DataSetName, ProfileName, SystemName};
use crate::observation::VolumeSeen;
use crate::states::{DeviceType, HostStatus, Incapable, RemoteRole};
use crate::unit::{Lss, UnitAddress};

/// Stands for nothing in a column of numbers.
pub const NONE: u32 = u32::MAX;

/// Array number, logical subsystem and unit address in one number.
#[must_use]
pub fn address(array: u16, lss: Lss, ua: UnitAddress) -> u32 {
    let [high, low] = array.to_be_bytes();
    u32::from_be_bytes([high, low, lss.id(), ua.0])
}

/// Host status, device class, and what keeps a volume from being copied, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks(pub u16);

impl Marks {
    /// Of the BCV device class.
    pub const BCV: Self = Self(1 << 3);
    /// Space-efficient.
    pub const THIN: Self = Self(1 << 4);
    /// Inhibited from FlashCopy.
    pub const INHIBITED: Self = Self(1 << 5);
    /// A version 1 relation is active.
    pub const V1_ACTIVE: Self = Self(1 << 6);
    const STATUS: u16 = 0b111;
    const REMOTE: u32 = 7;
    const INCAPABLE: u32 = 9;
    const ALL: u16 = (1 << 12) - 1;

    /// Those that a volume has by itself, whatever system sees it.
    #[must_use]
    #[inline]
    pub fn of(volume: &VolumeSeen) -> Self {
        Self::default()
            .with(Self::BCV, volume.bcv)
            .with(Self::THIN, volume.thin)
            .with(Self::INHIBITED, volume.inhibited)
            .with(Self::V1_ACTIVE, volume.v1_active)
            .with_remote(volume.remote)
            .with_incapable(volume.incapable)
    }

    /// With this mark too.
    #[must_use]
    pub const fn with(self, mark: Self, set: bool) -> Self {
        Self(if set { self.0 | mark.0 } else { self.0 })
    }

    /// Whether this mark is set.
    #[must_use]
    pub const fn has(self, mark: Self) -> bool {
        self.0 & mark.0 != 0
    }

    /// With this host status.
    #[must_use]
    pub fn with_status(self, status: HostStatus) -> Self {
        Self((self.0 & !Self::STATUS) | status as u16)
    }

    /// The host status; of a volume without a unit it says nothing.
    #[must_use]
    pub fn status(self) -> HostStatus {
        HostStatus::ALL.get(usize::from(self.0 & Self::STATUS)).copied().unwrap_or(HostStatus::Online)
    }

    /// Whether the host status is online, as it is where nothing is said.
    pub(super) const fn says_online(self) -> bool {
        self.0 & Self::STATUS == HostStatus::Online as u16
    }

    /// With this role in remote mirroring.
    #[must_use]
    pub fn with_remote(self, role: Option<RemoteRole>) -> Self {
        Self(self.0 | (role.map_or(0, |role| role as u16 + 1) << Self::REMOTE))
    }

    /// The role in remote mirroring.
    #[must_use]
    pub fn remote(self) -> Option<RemoteRole> {
        usize::from((self.0 >> Self::REMOTE) & 0b11).checked_sub(1).and_then(|role| RemoteRole::ALL.get(role).copied())
    }

    /// With this cause for which it cannot take part in FlashCopy.
    #[must_use]
    pub fn with_incapable(self, cause: Option<Incapable>) -> Self {
        Self(self.0 | (cause.map_or(0, |cause| cause as u16 + 1) << Self::INCAPABLE))
    }

    /// The cause for which it cannot take part in FlashCopy.
    #[must_use]
    pub fn incapable(self) -> Option<Incapable> {
        usize::from((self.0 >> Self::INCAPABLE) & 0b111).checked_sub(1).and_then(|cause| Incapable::ALL.get(cause).copied())
    }

    /// Whether every part of the word has a meaning.
    #[must_use]
    pub fn is_sound(self) -> bool {
        let rebuilt = Self(self.0 & (Self::BCV.0 | Self::THIN.0 | Self::INHIBITED.0 | Self::V1_ACTIVE.0))
            .with_status(self.status())
            .with_remote(self.remote())
            .with_incapable(self.incapable());
        self.0 & !Self::ALL == 0 && rebuilt == self
    }
}

/// One volume, apart from what is rare.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VolumeRow {
    /// Where it is.
    pub address: u32,
    /// Its label as a word; 0 where it has none.
    pub volser: u64,
    /// Device type and cylinders.
    pub size: u32,
    /// Its base unit in the home system, or [`NONE`].
    pub unit: u32,
    /// Status and marks.
    pub marks: Marks,
}

impl VolumeRow {
    const TYPE_BIT: u32 = 1 << 31;

    /// Device type and cylinders in one number.
    #[must_use]
    pub fn sized(device_type: DeviceType, cylinders: u32) -> u32 {
        match device_type {
            DeviceType::T3380 => cylinders,
            DeviceType::T3390 => cylinders | Self::TYPE_BIT,
        }
    }

    /// Size in cylinders.
    #[must_use]
    pub const fn cylinders(self) -> u32 {
        self.size & !Self::TYPE_BIT
    }

    /// 3390 or 3380.
    #[must_use]
    pub const fn device_type(self) -> DeviceType {
        if self.size & Self::TYPE_BIT == 0 { DeviceType::T3380 } else { DeviceType::T3390 }
    }
}

/// What few volumes have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rare {
    /// The system that holds a hardware reserve on it.
    pub reserved_by: Option<SystemName>,
    /// The profile for which the product holds this BCV.
    pub held_for: Option<ProfileName>,
    /// The data sets in its VTOC, where they are stated.
    pub vtoc: Option<Vec<DataSetName>>,
}

/// Volumes in columns. A column that none needs is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VolumeTable {
    pub(super) address: Vec<u32>,
    pub(super) volser: Vec<u64>,
    pub(super) size: Vec<u32>,
    pub(super) unit: Vec<u32>,
    pub(super) marks: Vec<u16>,
    /// Symmetrix device numbers.
    pub(super) device: Vec<u32>,
    /// Storage groups, by their number among `names`.
    pub(super) group: Vec<u32>,
    /// Pools, by their number among `names`.
    pub(super) pool: Vec<u32>,
    /// Names of storage groups and pools, each once.
    pub(super) names: Texts,
    /// The numbers of these names.
    pub(super) numbers: FxHashMap<String, u32>,
    pub(super) rare: BTreeMap<u32, Rare>,
}

impl VolumeTable {
    /// How many volumes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.address.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.address.is_empty()
    }

    /// How many bytes the columns take.
    pub(super) fn bytes(&self) -> usize {
        let words = [&self.address, &self.size, &self.unit, &self.device, &self.group, &self.pool];
        words.iter().map(|column| size_of_val(column.as_slice())).sum::<usize>()
            + size_of_val(self.volser.as_slice())
            + size_of_val(self.marks.as_slice())
            + self.names.bytes()
    }

    /// Makes room for so many volumes.
    pub fn reserve(&mut self, volumes: usize) {
        self.address.reserve(volumes);
        self.volser.reserve(volumes);
        self.size.reserve(volumes);
        self.unit.reserve(volumes);
        self.marks.reserve(volumes);
    }

    /// Adds a volume behind the others.
    pub fn push(&mut self, row: VolumeRow) {
        self.address.push(row.address);
        self.volser.push(row.volser);
        self.size.push(row.size);
        self.unit.push(row.unit);
        self.marks.push(row.marks.0);
    }

    /// The volumes in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = VolumeRow> + '_ {
        let places = self.address.iter().zip(&self.volser);
        let rest = self.size.iter().zip(&self.unit).zip(&self.marks);
        places.zip(rest).map(|((&address, &volser), ((&size, &unit), &marks))| VolumeRow {
            address,
            volser,
            size,
            unit,
            marks: Marks(marks),
        })
    }

    /// The volume of this row.
    #[must_use]
    pub fn row(&self, row: u32) -> Option<VolumeRow> {
        let row = row as usize;
        Some(VolumeRow {
            address: *self.address.get(row)?,
            volser: *self.volser.get(row)?,
            size: *self.size.get(row)?,
            unit: *self.unit.get(row)?,
            marks: Marks(*self.marks.get(row)?),
        })
    }

    /// What is rare of each volume that has it, ascending.
    pub fn rare(&self) -> impl Iterator<Item = (u32, &Rare)> {
        self.rare.iter().map(|(&row, rare)| (row, rare))
    }

    /// What is rare of this volume.
    #[must_use]
    pub fn rare_of(&self, row: u32) -> Option<&Rare> {
        self.rare.get(&row)
    }

    /// What is rare of the volume that was added last, to be filled in.
    pub fn last_rare(&mut self) -> &mut Rare {
        let row = u32::try_from(self.len().saturating_sub(1)).unwrap_or(NONE);
        self.rare.entry(row).or_default()
    }

    /// Gives the volume that was added last a Symmetrix device number.
    pub fn set_device(&mut self, device: u32) {
        let rows = self.len();
        set_last(&mut self.device, rows, device);
    }

    /// Gives the volume that was added last a storage group.
    pub fn set_group(&mut self, name: &str) {
        let (rows, number) = (self.len(), self.named(name));
        set_last(&mut self.group, rows, number);
    }

    /// Gives the volume that was added last a pool.
    pub fn set_pool(&mut self, name: &str) {
        let (rows, number) = (self.len(), self.named(name));
        set_last(&mut self.pool, rows, number);
    }

    /// The Symmetrix device number of this volume.
    #[must_use]
    pub fn device(&self, row: u32) -> Option<u32> {
        at(&self.device, row)
    }

    /// The storage group of this volume.
    #[must_use]
    pub fn group(&self, row: u32) -> Option<&str> {
        at(&self.group, row).and_then(|number| self.names.get(number))
    }

    /// The pool of this volume.
    #[must_use]
    pub fn pool(&self, row: u32) -> Option<&str> {
        at(&self.pool, row).and_then(|number| self.names.get(number))
    }

    /// The number of this name; a new one where it has none.
    pub(super) fn named(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(NONE);
        self.names.push(name);
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// Takes these names of storage groups and pools for its own.
    pub(super) fn take_names(&mut self, names: Texts) {
        self.numbers = names.iter().map(str::to_owned).zip(0..).collect();
        self.names = names;
    }
}

fn set_last(column: &mut Vec<u32>, rows: usize, value: u32) {
    column.resize(rows, NONE);
    if let Some(last) = column.last_mut() {
        *last = value;
    }
}

fn at(column: &[u32], row: u32) -> Option<u32> {
    column.get(row as usize).copied().filter(|&value| value != NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_keep_what_they_are_given() {
        for &status in HostStatus::ALL {
            for remote in [None, Some(RemoteRole::Primary), Some(RemoteRole::Secondary)] {
                for incapable in std::iter::once(None).chain(Incapable::ALL.iter().copied().map(Some)) {
                    let marks = Marks::default()
                        .with(Marks::THIN, true)
                        .with(Marks::BCV, false)
                        .with_status(status)
                        .with_remote(remote)
                        .with_incapable(incapable);
                    assert_eq!((marks.status(), marks.remote(), marks.incapable()), (status, remote, incapable));
                    assert!(marks.has(Marks::THIN) && !marks.has(Marks::BCV) && marks.is_sound());
                }
            }
        }
        for word in [0b111, 0b11 << 7, 0b111 << 9, 1 << 12, 1 << 15] {
            assert!(!Marks(word).is_sound(), "{word:b}");
        }
    }
}
