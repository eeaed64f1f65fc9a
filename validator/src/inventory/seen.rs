//! What an inventory is built from: an observation, or the same in tables. Both are read in one way, without being turned
//! into each other.

use std::sync::Arc;

use dasdlab_model::name::{CatalogName, DataSetName, ImsSsid, ProfileName, Serial, SystemName, Volser};
use dasdlab_model::observation::{Observation, VolumeSeen};
use dasdlab_model::states::{DataSetClass, Storage};
use dasdlab_model::tables::{Marks, NONE, Tables, Texts};
use dasdlab_model::unit::{Unit, UnitAddress, VolumeId};
use rustc_hash::FxHashMap;

use super::columns::{LssKey, SizeKey};

/// A volume as it is read.
pub(crate) struct VolumeEntry<'a> {
    /// Its array and logical subsystem.
    pub(crate) lss: LssKey,
    pub(crate) ua: UnitAddress,
    /// Its label as a word; 0 where it has none.
    pub(crate) label: u64,
    pub(crate) size: SizeKey,
    /// What is known of it; the status is how [`Seen::home`] sees its unit.
    pub(crate) marks: Marks,
    /// A base unit in [`Seen::home`] that is not among the units of [`Seen::few`], or [`NONE`].
    pub(crate) unit: u32,
    /// The system that has it reserved, and the profile that it is held for.
    pub(crate) rare: Option<(Option<SystemName>, Option<&'a ProfileName>)>,
}

impl<'a> VolumeEntry<'a> {
    /// The volume, on the array with this number.
    #[inline]
    pub(crate) fn new(volume: &'a VolumeSeen, array: u32) -> Self {
        let is_rare = volume.reserved_by.is_some() || volume.held_for.is_some();
        Self {
            lss: LssKey::new(array, volume.id.lss),
            ua: volume.id.ua,
            label: volume.volser.map_or(0, Volser::packed),
            size: SizeKey::new(volume.device_type, volume.cylinders),
            marks: Marks::of(volume),
            unit: NONE,
            rare: is_rare.then_some((volume.reserved_by, volume.held_for.as_ref())),
        }
    }
}

/// A data set as it is read; `L` gives its labels as words.
pub(crate) struct DataSetEntry<'a, L> {
    /// The number of its catalog, if the site has it.
    pub(crate) catalog: Option<u32>,
    pub(crate) class: DataSetClass,
    pub(crate) storage: Storage,
    /// The IMS systems that use it; neighbours often share one list.
    pub(crate) ims: &'a [ImsSsid],
    pub(crate) labels: L,
}

/// What an inventory is built from.
pub(crate) trait Seen: Sync {
    /// All that is not in tables.
    fn few(&self) -> &Observation;

    /// The system whose base units stand beside the volumes.
    fn home(&self) -> Option<SystemName>;

    /// How many volumes there are.
    fn count(&self) -> usize;

    /// Every volume; `array` gives the number of the array with a serial. What is on no array of the site cannot be.
    fn volumes(&self, array: impl Fn(Serial) -> Option<u32>) -> impl Iterator<Item = VolumeEntry<'_>>;

    /// The VTOCs that are stated.
    fn vtocs(&self) -> impl Iterator<Item = (VolumeId, &[DataSetName])>;

    /// Every data set from this number on.
    fn data_sets(&self, from: usize) -> impl ExactSizeIterator<Item = DataSetEntry<'_, impl ExactSizeIterator<Item = u64>>>;

    /// The names of the data sets, in their order.
    fn names(&self) -> Arc<Texts>;
}

impl Seen for Observation {
    fn few(&self) -> &Observation {
        self
    }

    fn home(&self) -> Option<SystemName> {
        None
    }

    fn count(&self) -> usize {
        self.volumes.len()
    }

    fn volumes(&self, array: impl Fn(Serial) -> Option<u32>) -> impl Iterator<Item = VolumeEntry<'_>> {
        // Neighbours are on one array.
        let mut last = None;
        self.volumes.iter().filter_map(move |volume| {
            let array = match last {
                Some((serial, array)) if serial == volume.id.array => array,
                _ => array(volume.id.array)?,
            };
            last = Some((volume.id.array, array));
            Some(VolumeEntry::new(volume, array))
        })
    }

    fn vtocs(&self) -> impl Iterator<Item = (VolumeId, &[DataSetName])> {
        self.volumes.iter().filter_map(|volume| Some((volume.id, volume.vtoc.as_deref()?)))
    }

    fn data_sets(&self, from: usize) -> impl ExactSizeIterator<Item = DataSetEntry<'_, impl ExactSizeIterator<Item = u64>>> {
        let catalogs: FxHashMap<&CatalogName, u32> = self.catalogs.iter().map(|catalog| &catalog.name).zip(0..).collect();
        self.data_sets.get(from..).unwrap_or_default().iter().map(move |set| DataSetEntry {
            catalog: catalogs.get(&set.catalog).copied(),
            class: set.class,
            storage: set.storage,
            ims: &set.ims,
            labels: set.volumes.iter().map(|label| label.packed()),
        })
    }

    fn names(&self) -> Arc<Texts> {
        let mut names = Texts::default();
        names.reserve(self.data_sets.len(), self.data_sets.iter().map(|set| set.name.as_str().len()).sum());
        self.data_sets.iter().for_each(|set| names.push(set.name.as_str()));
        names.into()
    }
}

impl Seen for Tables {
    fn few(&self) -> &Observation {
        &self.few
    }

    fn home(&self) -> Option<SystemName> {
        self.home
    }

    fn count(&self) -> usize {
        self.volumes.len()
    }

    fn volumes(&self, _: impl Fn(Serial) -> Option<u32>) -> impl Iterator<Item = VolumeEntry<'_>> {
        let arrays = u32::try_from(self.few.arrays.len()).unwrap_or(u32::MAX);
        // What is rare stands in the order of the rows.
        let mut rare = self.volumes.rare().peekable();
        (0_u32..).zip(self.volumes.iter()).filter_map(move |(row, volume)| {
            let rare = rare.next_if(|&(at, _)| at == row).map(|(_, rare)| rare);
            let lss = LssKey(volume.address >> 8);
            let [.., ua] = volume.address.to_be_bytes();
            (lss.array() < arrays).then_some(VolumeEntry {
                lss,
                ua: UnitAddress(ua),
                label: volume.volser,
                size: SizeKey::new(volume.device_type(), volume.cylinders()),
                marks: volume.marks,
                unit: if volume.unit <= Unit::MAX { volume.unit } else { NONE },
                rare: rare.map(|rare| (rare.reserved_by, rare.held_for.as_ref())),
            })
        })
    }

    fn vtocs(&self) -> impl Iterator<Item = (VolumeId, &[DataSetName])> {
        self.volumes.rare().filter_map(|(row, rare)| {
            let id = self.volume_id(self.volumes.row(row)?.address)?;
            Some((id, rare.vtoc.as_deref()?))
        })
    }

    fn data_sets(&self, from: usize) -> impl ExactSizeIterator<Item = DataSetEntry<'_, impl ExactSizeIterator<Item = u64>>> {
        self.data_sets.unnamed(from).map(|row| DataSetEntry {
            catalog: Some(row.catalog),
            // Tables that can be have no other kinds than these.
            class: row.kind.class().unwrap_or(DataSetClass::NonIms),
            storage: row.kind.storage().unwrap_or(Storage::Disk),
            ims: row.users,
            labels: row.labels.iter().copied(),
        })
    }

    fn names(&self) -> Arc<Texts> {
        Arc::clone(self.data_sets.names())
    }
}
