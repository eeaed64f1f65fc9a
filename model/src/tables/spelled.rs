//! From tables to a site with one entry for each row, in which [`declare`](crate::declare::declare) finds what is wrong.

use rustc_hash::FxHashMap;

use super::{Marks, Tables};
use crate::name::{SystemName, Volser};
use crate::observation::Device;
use crate::pattern::NamePattern;
use crate::site::{Attachment, DataSets, Site, Sources, Targets, Volumes};
use crate::states::{DeviceType, HostStatus, Model, Storage};
use crate::unit::{SymmetrixDevice, Unit, VolumeId};

impl Tables {
    /// The site that `base` is with what the tables hold: the volume of row 7 is `volumes[7]`, and likewise data sets, and
    /// the sources and targets of the profiles of the same name.
    #[must_use]
    pub fn spelled(&self, base: &Site) -> Site {
        let mut site = base.clone();
        let mut elsewhere: FxHashMap<VolumeId, Vec<Attachment>> = FxHashMap::default();
        for unit in &self.few.units {
            if let Device::Base(volume, status) = unit.device {
                let status = (status != HostStatus::Online).then_some(status);
                elsewhere.entry(volume).or_default().push(Attachment { system: unit.system, unit: unit.unit, status });
            }
        }
        site.volumes.extend((0..self.volumes.len()).filter_map(|row| self.volume(u32::try_from(row).ok()?, &elsewhere)));
        site.data_sets.extend(self.data_sets.iter().filter_map(|row| {
            Some(DataSets {
                name: NamePattern::one(row.name),
                count: 1,
                class: row.kind.class()?,
                catalog: self.few.catalogs.get(row.catalog as usize)?.name.clone(),
                ims: row.users.to_vec(),
                volumes: row.labels.iter().map(|&label| pattern(label)).collect::<Option<_>>()?,
                storage: row.kind.storage().filter(|&storage| storage != Storage::Disk),
            })
        }));
        for profile in &mut site.profiles {
            let Some(held) = self.few.profile(&profile.name) else { continue };
            profile.sources.extend(held.sources.iter().map(|source| Sources {
                unit: source.unit,
                count: 1,
                volser: source.volser.map(|volser| NamePattern::one(volser.as_str())),
            }));
            profile.targets.extend(held.targets.iter().map(|entry| Targets {
                generation: entry.generation,
                source: entry.source,
                target: entry.target,
                count: 1,
            }));
        }
        site
    }

    fn volume(&self, row: u32, elsewhere: &FxHashMap<VolumeId, Vec<Attachment>>) -> Option<Volumes> {
        let volume = self.volumes.row(row)?;
        let id = self.volume_id(volume.address)?;
        let unit = Unit::new(volume.unit);
        let rare = self.volumes.rare_of(row);
        let status = volume.marks.status();
        Some(Volumes {
            array: id.array,
            lss: id.lss,
            ua: id.ua,
            count: 1,
            unit,
            status: unit.and((status != HostStatus::Online).then_some(status)),
            elsewhere: elsewhere.get(&id).cloned().unwrap_or_default(),
            volser: pattern(volume.volser),
            model: (volume.device_type() == DeviceType::T3380).then_some(Model::M3380K),
            cylinders: Some(volume.cylinders()),
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
        })
    }

    /// The systems other than the home system in which volumes have units.
    #[must_use]
    pub fn other_systems(&self) -> Vec<SystemName> {
        let mut systems: Vec<SystemName> = self.few.units.iter().map(|unit| unit.system).collect();
        systems.sort_unstable();
        systems.dedup();
        systems.retain(|system| Some(*system) != self.home);
        systems
    }
}

fn pattern(label: u64) -> Option<NamePattern> {
    Volser::from_packed(label).map(|volser| NamePattern::one(volser.as_str()))
}
