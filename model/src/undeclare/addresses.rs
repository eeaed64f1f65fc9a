//! Arrays, volumes and aliases: everything that has an address.

use rustc_hash::FxHashMap;

use super::{Range, follow_optional, ranges};
use crate::declare::advance;
use crate::name::SystemName;
use crate::observation::{ArraySeen, Device, Observation, VolumeSeen};
use crate::pattern::NamePattern;
use crate::site::{Aliases, Array, Attachment, LssRange, Volumes};
use crate::states::{DeviceType, HostStatus, Model};
use crate::unit::{CuSsid, Lss, Unit, VolumeId};

pub(super) fn array(seen: &ArraySeen) -> Array {
    Array {
        serial: seen.serial,
        family: seen.family,
        code_level: seen.code_level.clone(),
        fixes: seen.fixes.clone(),
        features: seen.features.clone(),
        reachable: seen.reachable,
        copy_rate: seen.copy_rate,
        lss: ranges(seen.lss.iter().map(|&(id, cu_ssid)| LssRange { id, count: 1, cu_ssid })),
    }
}

impl Range for LssRange {
    fn take(&mut self, next: &Self) -> bool {
        let lss = u8::try_from(u32::from(self.id.id()) + self.count).ok().and_then(Lss::new);
        let cu_ssid = u16::try_from(u32::from(self.cu_ssid.0) + self.count).ok().map(CuSsid);
        let follows = lss == Some(next.id) && cu_ssid == Some(next.cu_ssid);
        self.count += u32::from(follows);
        follows
    }
}

/// Where a volume is attached: system, unit there, and how the system sees it.
type Attached = FxHashMap<VolumeId, Vec<(SystemName, Unit, HostStatus)>>;

pub(super) fn volumes(seen: &Observation, home: Option<SystemName>) -> Vec<Volumes> {
    let mut attached = Attached::default();
    for unit in &seen.units {
        if let Device::Base(volume, status) = unit.device {
            attached.entry(volume).or_default().push((unit.system, unit.unit, status));
        }
    }
    ranges(seen.volumes.iter().map(|volume| {
        let units = attached.get(&volume.id).map(Vec::as_slice).unwrap_or_default();
        single(volume, units, home)
    }))
}

fn single(volume: &VolumeSeen, units: &[(SystemName, Unit, HostStatus)], home: Option<SystemName>) -> Volumes {
    let here = units.iter().find(|(system, ..)| Some(*system) == home);
    let model = model(volume.device_type, volume.cylinders);
    // Online is what goes without saying.
    let said = |status: HostStatus| (status != HostStatus::Online).then_some(status);
    Volumes {
        array: volume.id.array,
        lss: volume.id.lss,
        ua: volume.id.ua,
        count: 1,
        unit: here.map(|&(_, unit, _)| unit),
        status: here.and_then(|&(_, _, status)| said(status)),
        elsewhere: units
            .iter()
            .filter(|(system, ..)| Some(*system) != home)
            .map(|&(system, unit, status)| Attachment { system, unit, status: said(status) })
            .collect(),
        volser: volume.volser.map(|volser| NamePattern::one(volser.as_str())),
        model,
        cylinders: (model.and_then(Model::cylinders) != Some(volume.cylinders)).then_some(volume.cylinders),
        bcv: volume.bcv,
        device: volume.device,
        thin: volume.thin,
        inhibited: volume.inhibited,
        v1_active: volume.v1_active,
        incapable: volume.incapable,
        reserved_by: volume.reserved_by,
        remote: volume.remote,
        held_for: volume.held_for.clone(),
        vtoc: volume.vtoc.clone(),
        storage_group: volume.storage_group.clone(),
        pool: volume.pool.clone(),
    }
}

/// The model of that size; for a size of its own none, which is a 3390, or the largest 3380.
fn model(device_type: DeviceType, cylinders: u32) -> Option<Model> {
    let named = Model::ALL.iter().find(|model| model.device_type() == device_type && model.cylinders() == Some(cylinders));
    named.copied().or(match device_type {
        DeviceType::T3380 => Some(Model::M3380K),
        DeviceType::T3390 => None,
    })
}

impl Range for Volumes {
    fn take(&mut self, next: &Self) -> bool {
        let count = self.count;
        let attached =
            |a: &Attachment, b: &Attachment| a.system == b.system && a.status == b.status && a.unit.plus(count) == Some(b.unit);
        let Some(volser) = follow_optional(self.volser.as_ref(), count, next.volser.as_ref()) else { return false };
        let follows = advance(address(self), count) == Some(address(next))
            && follows_optional(self.unit, next.unit, |unit| unit.plus(count))
            && follows_optional(self.device, next.device, |device| device.plus(count))
            && self.elsewhere.len() == next.elsewhere.len()
            && self.elsewhere.iter().zip(&next.elsewhere).all(|(a, b)| attached(a, b))
            && are_alike(self, next);
        if follows {
            self.volser = volser;
            self.count += 1;
        }
        follows
    }
}

/// Whether two volumes differ in nothing but what counts.
fn are_alike(one: &Volumes, other: &Volumes) -> bool {
    // Every field is named, so that a new one cannot be forgotten here.
    let Volumes {
        array: _,
        lss: _,
        ua: _,
        count: _,
        unit: _,
        status,
        elsewhere: _,
        volser: _,
        model,
        cylinders,
        bcv,
        device: _,
        thin,
        inhibited,
        v1_active,
        incapable,
        reserved_by,
        remote,
        held_for,
        vtoc,
        storage_group,
        pool,
    } = one;
    (*status, *model, *cylinders) == (other.status, other.model, other.cylinders)
        && (*bcv, *thin, *inhibited, *v1_active) == (other.bcv, other.thin, other.inhibited, other.v1_active)
        && (*incapable, *reserved_by, *remote) == (other.incapable, other.reserved_by, other.remote)
        && (held_for, vtoc) == (&other.held_for, &other.vtoc)
        && (storage_group, pool) == (&other.storage_group, &other.pool)
}

fn address(range: &Volumes) -> VolumeId {
    VolumeId { array: range.array, lss: range.lss, ua: range.ua }
}

/// Whether both have none, or the second is where the first leads.
fn follows_optional<T: Copy + PartialEq>(first: Option<T>, second: Option<T>, lead: impl Fn(T) -> Option<T>) -> bool {
    match (first, second) {
        (None, None) => true,
        (Some(first), Some(second)) => lead(first) == Some(second),
        _ => false,
    }
}

pub(super) fn aliases(seen: &Observation, home: Option<SystemName>) -> Vec<Aliases> {
    ranges(seen.units.iter().filter_map(|unit| match unit.device {
        Device::Base(..) => None,
        Device::Alias(VolumeId { array, lss, ua }) => {
            let system = (Some(unit.system) != home).then_some(unit.system);
            Some(Aliases { array, lss, ua, count: 1, system, unit: unit.unit })
        }
    }))
}

impl Range for Aliases {
    fn take(&mut self, next: &Self) -> bool {
        let address = |range: &Self| -> VolumeId { VolumeId { array: range.array, lss: range.lss, ua: range.ua } };
        let follows = advance(address(self), self.count) == Some(address(next))
            && self.system == next.system
            && self.unit.plus(self.count) == Some(next.unit);
        self.count += u32::from(follows);
        follows
    }
}
