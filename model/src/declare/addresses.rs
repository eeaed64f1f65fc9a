//! Arrays, volumes and aliases: everything that has an address.

use super::{Taken, Unroller, advance, field, item};
use crate::name::SystemName;
use crate::observation::{ArraySeen, Device, UnitSeen, VolumeSeen};
use crate::site::{Aliases, Volumes};
use crate::states::{DeviceType, Family, MAX_CYLINDERS, Model};
use crate::unit::{CuSsid, Lss, Unit, UnitAddress, VolumeId};

/// The most cylinders of a volume that is not an extended address volume.
const MAX_PLAIN_CYLINDERS: u32 = 65_520;
/// The most cylinders of a 3380.
const MAX_3380_CYLINDERS: u32 = 2_655;

impl Unroller<'_> {
    pub(super) fn arrays(&mut self) {
        let mut cu_ssids = rustc_hash::FxHashSet::default();
        for (index, array) in self.site.arrays.iter().enumerate() {
            if self.at.families.insert(array.serial, array.family).is_some() {
                self.fault(field("arrays", index, "serial"), format!("array {} is declared twice", array.serial));
                continue;
            }
            let mut seen = ArraySeen {
                serial: array.serial,
                family: array.family,
                code_level: array.code_level.clone(),
                fixes: array.fixes.clone(),
                features: array.features.clone(),
                reachable: array.reachable,
                copy_rate: array.copy_rate,
                lss: Vec::new(),
            };
            seen.fixes.sort_unstable();
            seen.fixes.dedup();
            seen.features.sort_unstable();
            seen.features.dedup();
            for (at, range) in array.lss.iter().enumerate() {
                let mut path = field("arrays", index, "lss");
                path.push(super::Step::Item(at));
                if range.count == 0 || range.count > Lss::COUNT {
                    self.fault(path, format!("{} logical subsystems: expected 1 to {}", range.count, Lss::COUNT));
                    continue;
                }
                for nth in 0..range.count {
                    let lss = u8::try_from(u32::from(range.id.id()) + nth).ok().and_then(Lss::new);
                    let cu_ssid = u16::try_from(u32::from(range.cu_ssid.0) + nth).ok().map(CuSsid);
                    let (Some(lss), Some(cu_ssid)) = (lss, cu_ssid) else {
                        self.fault(path, "the range runs past LSS FE or control-unit SSID FFFF");
                        break;
                    };
                    if self.at.lss.insert((array.serial, lss), ()).is_some() {
                        self.fault(path, format!("LSS {lss} of array {} is declared twice", array.serial));
                        break;
                    }
                    if !cu_ssids.insert(cu_ssid) {
                        self.fault(path, format!("control-unit SSID {cu_ssid} is declared twice: expected one for each LSS"));
                        break;
                    }
                    seen.lss.push((lss, cu_ssid));
                }
            }
            self.seen.arrays.push(seen);
        }
    }

    pub(super) fn volumes(&mut self) {
        for (index, range) in self.site.volumes.iter().enumerate() {
            let before = self.faults.len();
            if self.volumes_are_sound(index, range) {
                self.unroll_volumes(index, range);
            }
            if self.faults.len() > before {
                self.leave_doubtful(range);
            }
        }
    }

    /// Enters what a malformed range would have held, so that what points there is not called a fault as well.
    fn leave_doubtful(&mut self, range: &Volumes) {
        let first = VolumeId { array: range.array, lss: range.lss, ua: range.ua };
        let units: Vec<_> = self
            .home()
            .zip(range.unit)
            .into_iter()
            .chain(range.elsewhere.iter().map(|there| (there.system, there.unit)))
            .collect();
        for nth in 0..range.count.min(Unit::MAX) {
            let Some(id) = advance(first, nth) else { return };
            self.at.taken.entry(id).or_insert(Taken::Doubtful);
            for &(system, unit) in &units {
                if let Some(unit) = unit.plus(nth) {
                    self.at.units.entry((system, unit)).or_insert(Some(id));
                }
            }
        }
    }

    /// Asks everything about a range that does not depend on the single volume.
    fn volumes_are_sound(&mut self, index: usize, range: &Volumes) -> bool {
        let before = self.faults.len();
        let at = |name| field("volumes", index, name);
        match self.at.families.get(&range.array).copied() {
            None => {
                let hint = self.hint(range.array.as_str(), self.at.families.keys());
                self.fault(at("array"), format!("array {} is nowhere in the site{hint}", range.array));
            }
            Some(Family::Ds8000) if range.bcv => self.fault(at("bcv"), "a DS8000 has no BCVs: expected a symmetrix array"),
            Some(Family::Ds8000) if range.device.is_some() => {
                self.fault(at("device"), "a DS8000 volume has no Symmetrix device number");
            }
            Some(_) => {}
        }
        if range.held_for.is_some() && !range.bcv {
            self.fault(at("held_for"), "only BCVs are held: expected `bcv = true` beside it");
        }
        if range.unit.is_none() && range.status.is_some() {
            self.fault(at("status"), "a host status without a unit: expected `unit` beside it");
        }
        if range.unit.is_some() && self.home().is_none() {
            self.fault(at("unit"), "a unit belongs to a system: expected one in `systems`");
        }
        let mut systems = usize::from(self.home().is_some());
        for (nth, attachment) in range.elsewhere.iter().enumerate() {
            if !self.systems.contains(&attachment.system) {
                let hint = self.hint(attachment.system.as_str(), &self.systems);
                self.fault(at("elsewhere"), format!("system {} is nowhere in the site{hint}", attachment.system));
            } else if self.home() == Some(attachment.system)
                || range.elsewhere.iter().take(nth).any(|earlier| earlier.system == attachment.system)
            {
                let name = attachment.system;
                self.fault(at("elsewhere"), format!("a second base unit in {name} for one volume: expected one in each system"));
            } else {
                systems += 1;
            }
        }
        if let Err(message) = geometry(range.model, range.cylinders) {
            self.fault(at(if range.cylinders.is_some() { "cylinders" } else { "model" }), message);
        }
        let fits = self.fits(
            || at("count"),
            "volumes",
            range.count,
            self.seen.volumes.len(),
            systems + range.vtoc.as_ref().map_or(0, Vec::len),
        );
        fits && self.faults.len() == before
    }

    fn unroll_volumes(&mut self, index: usize, range: &Volumes) {
        let Ok((device_type, cylinders)) = geometry(range.model, range.cylinders) else { return };
        let first = VolumeId { array: range.array, lss: range.lss, ua: range.ua };
        let home = self.home().zip(range.unit).map(|(system, unit)| (system, unit, range.status));
        let elsewhere = range.elsewhere.iter().map(|there| (there.system, there.unit, there.status));
        let attachments = home.into_iter().chain(elsewhere);
        for nth in 0..range.count {
            let Some(id) = self.free_address("volumes", index, first, nth, range.count) else { return };
            let volser = match &range.volser {
                None => None,
                Some(pattern) => match self.label(|| field("volumes", index, "volser"), pattern, nth) {
                    None => return,
                    label => label,
                },
            };
            let Some(device) = range.device.map_or(Some(None), |device| device.plus(nth).map(Some)) else {
                return self.fault(field("volumes", index, "device"), "the range runs past device FFFFF");
            };
            self.at.taken.insert(id, Taken::Volume { bcv: range.bcv });
            for (system, unit, status) in attachments.clone() {
                let device = Device::Base(id, status.unwrap_or(crate::states::HostStatus::Online));
                if !self.unit("volumes", index, system, unit, nth, device) {
                    return;
                }
            }
            self.seen.volumes.push(VolumeSeen {
                id,
                volser,
                device_type,
                cylinders,
                bcv: range.bcv,
                device,
                thin: range.thin,
                inhibited: range.inhibited,
                v1_active: range.v1_active,
                incapable: range.incapable,
                reserved_by: range.reserved_by,
                remote: range.remote,
                held_for: range.held_for.clone(),
                vtoc: range.vtoc.clone(),
                storage_group: range.storage_group.clone(),
                pool: range.pool.clone(),
            });
        }
    }

    pub(super) fn aliases(&mut self) {
        for (index, range) in self.site.aliases.iter().enumerate() {
            let Aliases { array, lss, ua, count, system, unit } = range;
            let system = match system {
                None => self.home(),
                Some(system) => self.systems.contains(system).then_some(*system),
            };
            let Some(system) = system else {
                self.fault(item("aliases", index), "the alias belongs to no system of the site: expected one from `systems`");
                continue;
            };
            if !self.fits(|| field("aliases", index, "count"), "aliases", *count, self.seen.units.len(), 0) {
                continue;
            }
            let first = VolumeId { array: *array, lss: *lss, ua: *ua };
            for nth in 0..*count {
                let Some(id) = self.free_address("aliases", index, first, nth, *count) else { break };
                self.at.taken.insert(id, Taken::Alias);
                if !self.unit("aliases", index, system, *unit, nth, Device::Alias(id)) {
                    break;
                }
            }
        }
    }

    /// The address of the `nth` thing of a range, if it exists and is free.
    fn free_address(&mut self, list: &'static str, index: usize, first: VolumeId, nth: u32, count: u32) -> Option<VolumeId> {
        let id = advance(first, nth).filter(|id| self.at.lss.contains_key(&(id.array, id.lss)));
        let Some(id) = id else {
            let message = if nth == 0 {
                format!("array {} has no LSS {}", first.array, first.lss)
            } else {
                let room = UnitAddress::COUNT - u32::from(first.ua.0);
                format!(
                    "{count} {list} do not fit: LSS {} has {room} unit addresses from {} on, and only {nth} fit on the LSSs that array {} has from there",
                    first.lss, first.ua, first.array
                )
            };
            self.fault(field(list, index, if nth == 0 { "lss" } else { "count" }), message);
            return None;
        };
        if let Some(other) = self.at.taken.get(&id) {
            let what = if *other == Taken::Alias { "an alias" } else { "a volume" };
            self.fault(field(list, index, "ua"), format!("there is {what} at {id} already: expected a free unit address"));
            return None;
        }
        Some(id)
    }

    /// Enters the `nth` unit of a range; reports a number that is taken or does not exist.
    fn unit(&mut self, list: &'static str, index: usize, system: SystemName, first: Unit, nth: u32, device: Device) -> bool {
        let place = if self.home() == Some(system) || list == "aliases" { "unit" } else { "elsewhere" };
        let Some(unit) = first.plus(nth) else {
            self.fault(field(list, index, place), "the range runs past unit FFFFF");
            return false;
        };
        let volume = match device {
            Device::Base(volume, _) => Some(volume),
            Device::Alias(_) => None,
        };
        if self.at.units.insert((system, unit), volume).is_some() {
            self.fault(field(list, index, place), format!("unit {unit} of {system} is declared twice"));
            return false;
        }
        self.seen.units.push(UnitSeen { system, unit, device });
        true
    }
}

/// Device type and cylinders of a volume of which its model, its size or both are said.
///
/// # Errors
/// The size is missing or is none that a volume of the model has.
pub fn geometry(model: Option<Model>, cylinders: Option<u32>) -> Result<(DeviceType, u32), String> {
    let device_type = model.map_or(DeviceType::T3390, Model::device_type);
    let Some(cylinders) = cylinders.or_else(|| model.and_then(Model::cylinders)) else {
        return Err(match model {
            Some(model) => format!("a {model} has no size of its own: expected `cylinders` beside it"),
            None => "the size is missing: expected `model` or `cylinders`".to_owned(),
        });
    };
    let legal = match (model, device_type) {
        (Some(Model::M3390A), _) => MAX_PLAIN_CYLINDERS + 1..=MAX_CYLINDERS,
        (None, _) => 1..=MAX_CYLINDERS,
        (_, DeviceType::T3390) => 1..=MAX_PLAIN_CYLINDERS,
        (_, DeviceType::T3380) => 1..=MAX_3380_CYLINDERS,
    };
    if legal.contains(&cylinders) {
        Ok((device_type, cylinders))
    } else {
        let model = model.map_or("a volume", Model::as_str);
        Err(format!("{cylinders} cylinders: {model} has {} to {}", legal.start(), legal.end()))
    }
}
