//! From an observation to tables and back.

use rustc_hash::FxHashMap;

use super::{DataSetTable, Kind, Marks, NONE, Tables, VolumeRow, VolumeTable, address};
use crate::name::{CatalogName, Serial, Volser};
use crate::observation::{DataSet, Device, Observation, UnitSeen, VolumeSeen};
use crate::states::HostStatus;
use crate::unit::{SymmetrixDevice, Unit, VolumeId};

impl Tables {
    /// The tables of an observation that a site can declare. A data set whose catalog is not observed is left out, and so is
    /// a volume whose array is not.
    #[must_use]
    pub fn new(mut few: Observation) -> Self {
        let home = few.systems.first().map(|system| system.name);
        let arrays: FxHashMap<Serial, u16> = few.arrays.iter().map(|array| array.serial).zip(0..).collect();
        let catalogs: FxHashMap<CatalogName, u32> = few.catalogs.iter().map(|catalog| catalog.name.clone()).zip(0..).collect();
        let mut attached: FxHashMap<VolumeId, (Unit, HostStatus)> = FxHashMap::default();
        few.units.retain(|unit| match unit.device {
            // A second base unit of one volume cannot be; it would stay where it is.
            Device::Base(volume, status) if Some(unit.system) == home => attached.insert(volume, (unit.unit, status)).is_some(),
            Device::Base(..) | Device::Alias(_) => true,
        });
        let mut volumes = VolumeTable::default();
        volumes.reserve(few.volumes.len());
        for volume in std::mem::take(&mut few.volumes) {
            let Some(&array) = arrays.get(&volume.id.array) else { continue };
            let unit = attached.get(&volume.id);
            push(&mut volumes, array, unit.copied(), volume);
        }
        let mut data_sets = DataSetTable::default();
        data_sets.reserve(few.data_sets.len(), 0);
        for set in std::mem::take(&mut few.data_sets) {
            let Some(&catalog) = catalogs.get(&set.catalog) else { continue };
            let users = data_sets.users(set.ims);
            let labels = set.volumes.into_iter().map(Volser::packed);
            data_sets.push(set.name.as_str(), Kind::new(set.class, set.storage), catalog, users, labels);
        }
        Self { home, few, volumes, data_sets }
    }

    /// The observation that the tables stand for, sorted.
    #[must_use]
    pub fn observation(&self) -> Observation {
        let mut seen = self.few.clone();
        seen.volumes.reserve_exact(self.volumes.len());
        for (row, volume) in (0..).zip(self.volumes.iter()) {
            let Some(id) = self.volume_id(volume.address) else { continue };
            if let (Some(system), Some(unit)) = (self.home, Unit::new(volume.unit)) {
                seen.units.push(UnitSeen { system, unit, device: Device::Base(id, volume.marks.status()) });
            }
            let rare = self.volumes.rare_of(row);
            seen.volumes.push(VolumeSeen {
                id,
                volser: Volser::from_packed(volume.volser),
                device_type: volume.device_type(),
                cylinders: volume.cylinders(),
                bcv: volume.marks.has(Marks::BCV),
                device: self.volumes.device(row).and_then(SymmetrixDevice::new),
                thin: volume.marks.has(Marks::THIN),
                inhibited: volume.marks.has(Marks::INHIBITED),
                v1_active: volume.marks.has(Marks::V1_ACTIVE),
                incapable: volume.marks.incapable(),
                reserved_by: rare.and_then(|rare| rare.reserved_by),
                remote: volume.marks.remote(),
                held_for: rare.and_then(|rare| rare.held_for.clone()),
                vtoc: rare.and_then(|rare| rare.vtoc.clone()),
                storage_group: self.volumes.group(row).map(str::to_owned),
                pool: self.volumes.pool(row).map(str::to_owned),
            });
        }
        seen.data_sets.reserve_exact(self.data_sets.len());
        for row in self.data_sets.iter() {
            let catalog = self.few.catalogs.get(row.catalog as usize).map(|catalog| &catalog.name);
            let (Some(catalog), Some(class), Some(storage), Ok(name)) =
                (catalog, row.kind.class(), row.kind.storage(), row.name.parse())
            else {
                continue;
            };
            let volumes = row.labels.iter().filter_map(|&label| Volser::from_packed(label)).collect();
            seen.data_sets.push(DataSet { name, class, catalog: catalog.clone(), ims: row.users.to_vec(), volumes, storage });
        }
        seen.sort();
        seen
    }
}

fn push(table: &mut VolumeTable, array: u16, unit: Option<(Unit, HostStatus)>, volume: VolumeSeen) {
    table.push(VolumeRow {
        address: address(array, volume.id.lss, volume.id.ua),
        volser: volume.volser.map_or(0, Volser::packed),
        size: VolumeRow::sized(volume.device_type, volume.cylinders),
        unit: unit.map_or(NONE, |(unit, _)| unit.number()),
        marks: Marks::of(&volume).with_status(unit.map_or(HostStatus::Online, |(_, status)| status)),
    });
    if let Some(device) = volume.device {
        table.set_device(device.number());
    }
    if let Some(group) = &volume.storage_group {
        table.set_group(group);
    }
    if let Some(pool) = &volume.pool {
        table.set_pool(pool);
    }
    if volume.reserved_by.is_some() || volume.held_for.is_some() || volume.vtoc.is_some() {
        let rare = table.last_rare();
        rare.reserved_by = volume.reserved_by;
        rare.held_for = volume.held_for;
        rare.vtoc = volume.vtoc;
    }
}
