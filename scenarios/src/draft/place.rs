//! Where things are: addresses, units, subsystems, arrays, and the copies between volumes.

use dasdlab_model::name::SystemName;
use dasdlab_model::states::{Family, HostStatus, Method, MirrorState, Model, RelationState};
use dasdlab_model::unit::{Lss, Unit};

use super::{Array, Draft, Role, Subsystem, Vol, Volume};
use crate::rng::Rng;

/// Unit addresses from here on are left for aliases.
const FIRST_ALIAS: u16 = 0xF0;

impl Subsystem {
    pub(crate) fn new(id: Lss, cu_ssid: u16, block: u32, blocks: Vec<Option<u32>>) -> Self {
        Self { id, cu_ssid, block, blocks, next_ua: 0, next_alias: 0xFF }
    }

    /// How many volumes still fit.
    pub(crate) fn room(&self) -> u16 {
        FIRST_ALIAS - self.next_ua
    }

    /// A unit address that nothing has.
    pub(crate) fn take(&mut self) -> Option<u8> {
        if self.next_ua >= FIRST_ALIAS {
            return None;
        }
        self.next_ua += 1;
        u8::try_from(self.next_ua - 1).ok()
    }
}

impl Draft {
    /// A new volume at the next address of a subsystem, with its units; offline there is up to the caller.
    pub(crate) fn add_volume(&mut self, array: usize, lss: Lss, role: Role) -> Option<Vol> {
        let bcv = role.bcv_for(self.profile.method);
        let subsystem = self.arrays[array].lss.iter_mut().find(|subsystem| subsystem.id == lss)?;
        let ua = subsystem.take()?;
        let offset = if matches!(role, Role::Target { .. }) { self.target_offset } else { 0 };
        let unit = Unit::new((subsystem.block << 8 | u32::from(ua)) + offset)?;
        let elsewhere = subsystem
            .blocks
            .iter()
            .enumerate()
            .filter_map(|(nth, block)| Some((nth, Unit::new((*block)? << 8 | u32::from(ua))?)))
            .map(|(nth, unit)| (self.systems[if nth < self.home { nth } else { nth + 1 }], unit, HostStatus::Online))
            .collect();
        self.volumes.push(Volume {
            array,
            lss,
            ua,
            unit: Some(unit),
            status: HostStatus::Online,
            elsewhere,
            volser: None,
            model: Some(Model::M3390x3),
            cylinders: 3_339,
            bcv,
            thin: false,
            inhibited: false,
            v1_active: false,
            incapable: None,
            reserved_by: None,
            remote: None,
            held_for: None,
            vtoc: None,
            role,
            claimed: false,
            loosened: false,
        });
        self.by_unit.insert(unit, self.volumes.len() - 1);
        Some(self.volumes.len() - 1)
    }

    /// A new claimed volume in the subsystem of another, of its size, online under its own label and empty.
    pub(crate) fn plant_volume(&mut self, near: Vol) -> Option<Vol> {
        let (array, lss, model, cylinders) = self.place_and_size(near);
        let vol = self.add_volume(array, lss, Role::Spare)?;
        let label = self.fresh_label("X")?;
        let volume = &mut self.volumes[vol];
        (volume.model, volume.cylinders, volume.volser, volume.claimed) = (model, cylinders, Some(label), true);
        Some(vol)
    }

    /// A new claimed volume like [`Draft::plant_volume`], offline and of the BCV class where the array has it.
    pub(crate) fn plant_bcv(&mut self, near: Vol) -> Option<Vol> {
        let vol = self.plant_volume(near)?;
        self.volumes[vol].bcv = true;
        self.volumes[vol].status = HostStatus::Offline;
        Some(vol)
    }

    /// Takes a volume out of the profile's system: other systems alone have units for it.
    pub(crate) fn detach(&mut self, vol: Vol) {
        if let Some(unit) = self.volumes[vol].unit.take() {
            self.by_unit.remove(&unit);
        }
    }

    pub(super) fn place_and_size(&self, vol: Vol) -> (usize, Lss, Option<Model>, u32) {
        let volume = &self.volumes[vol];
        (volume.array, volume.lss, volume.model, volume.cylinders)
    }

    /// Moves a volume to a free address of another subsystem, out of every copy; its unit goes with it.
    pub(crate) fn move_volume(&mut self, vol: Vol, array: usize, lss: Lss) -> Option<()> {
        if self.arrays[array].sealed {
            return None;
        }
        let from = self.volumes[vol].array;
        (self.arrays[array].touched, self.arrays[from].touched) = (true, true);
        let subsystem = self.arrays[array].lss.iter_mut().find(|subsystem| subsystem.id == lss)?;
        let ua = subsystem.take()?;
        self.forget_copies(vol);
        let volume = &mut self.volumes[vol];
        (volume.array, volume.lss, volume.ua) = (array, lss, ua);
        Some(())
    }

    /// A new alias beside a volume, and its unit in the profile's system.
    pub(crate) fn plant_alias(&mut self, near: Vol) -> Option<Unit> {
        let (array, lss) = (self.volumes[near].array, self.volumes[near].lss);
        self.add_alias(array, lss)
    }

    /// A new alias in a subsystem, and its unit in the profile's system.
    pub(crate) fn add_alias(&mut self, array: usize, lss: Lss) -> Option<Unit> {
        let subsystem = self.arrays[array].lss.iter_mut().find(|subsystem| subsystem.id == lss)?;
        if subsystem.next_alias < FIRST_ALIAS {
            return None;
        }
        let ua = u8::try_from(subsystem.next_alias).ok()?;
        subsystem.next_alias -= 1;
        let unit = Unit::new(subsystem.block << 8 | u32::from(ua))?;
        self.aliases.push((array, lss, ua, unit));
        Some(unit)
    }

    /// Another subsystem than that of this volume, on its array; one is added where there is none with room.
    pub(crate) fn other_lss(&mut self, vol: Vol, rng: &mut Rng) -> Option<Lss> {
        let (array, lss) = (self.volumes[vol].array, self.volumes[vol].lss);
        let others: Vec<Lss> = self.arrays[array]
            .lss
            .iter()
            .filter(|subsystem| subsystem.id != lss && subsystem.room() > 8)
            .map(|subsystem| subsystem.id)
            .collect();
        match rng.choose(&others) {
            Some(lss) => Some(*lss),
            None => self.add_lss(array),
        }
    }

    /// A new subsystem with the lowest id that the array does not have. Its units are numbers that nobody else has.
    pub(crate) fn add_lss(&mut self, array: usize) -> Option<Lss> {
        let id = (0..255).filter_map(Lss::new).find(|id| self.arrays[array].lss.iter().all(|subsystem| subsystem.id != *id))?;
        self.add_lss_with(array, id)
    }

    /// A new subsystem with this id, or none where the array has it.
    pub(crate) fn add_lss_with(&mut self, array: usize, id: Lss) -> Option<Lss> {
        if self.arrays[array].lss.iter().any(|subsystem| subsystem.id == id) {
            return None;
        }
        let cu_ssid = self.fresh_cu_ssid();
        let block = 0x800 + u32::from(self.counters.cu_ssid);
        let blocks = vec![None; self.systems.len().saturating_sub(1)];
        self.arrays[array].lss.push(Subsystem::new(id, cu_ssid, block, blocks));
        Some(id)
    }

    /// A new claimed array that the profile has nothing to do with yet, with one subsystem.
    pub(crate) fn plant_array(&mut self, family: Family) -> Option<(usize, Lss)> {
        self.counters.name += 1;
        let serial = match family {
            Family::Ds8000 => format!("75NEW{:02}", self.counters.name),
            Family::Symmetrix => format!("000297900{:03}", self.counters.name),
        };
        let code_level = if family == Family::Ds8000 { "89.40.1.0" } else { "5978.999.999" };
        self.arrays.push(Array {
            serial: serial.parse().ok()?,
            family,
            code_level: code_level.to_owned(),
            fixes: Vec::new(),
            licensed: true,
            reachable: true,
            lss: Vec::new(),
            in_profile: false,
            claimed: true,
            sealed: false,
            touched: false,
        });
        let array = self.arrays.len() - 1;
        let id = self.arrays.first()?.lss.first()?.id;
        Some((array, self.add_lss_with(array, id)?))
    }

    /// A system that is not the profile's; one is added where there is none.
    pub(crate) fn other_system(&mut self) -> Option<SystemName> {
        if let Some(name) = self.systems.iter().copied().find(|&name| name != self.home_system()) {
            return Some(name);
        }
        let name: SystemName = "SYSZ".parse().ok()?;
        self.systems.push(name);
        for subsystem in self.arrays.iter_mut().flat_map(|array| &mut array.lss) {
            subsystem.blocks.push(None);
        }
        Some(name)
    }

    /// The unit of a volume in this system; it gets one where it has none.
    pub(crate) fn unit_in(&mut self, vol: Vol, system: usize) -> Option<Unit> {
        if system == self.home {
            return self.volumes[vol].unit;
        }
        let name = *self.systems.get(system)?;
        if let Some(there) = self.volumes[vol].elsewhere.iter().find(|there| there.0 == name) {
            return Some(there.1);
        }
        self.counters.unit += 1;
        let unit = Unit::new(0xE_0000 + self.counters.unit)?;
        self.volumes[vol].elsewhere.push((name, unit, HostStatus::Offline));
        Some(unit)
    }

    /// Whether this system has, or may get, a volume at this number of a subsystem.
    pub(crate) fn may_reach(&self, system: usize, unit: Unit) -> bool {
        let nth = if system < self.home { system } else { system.saturating_sub(1) };
        let block = Some(unit.number() >> 8);
        self.arrays.iter().flat_map(|array| &array.lss).any(|subsystem| subsystem.blocks.get(nth).copied().flatten() == block)
    }

    /// A FlashCopy relation.
    pub(crate) fn relate(&mut self, source: Vol, target: Vol, state: RelationState) {
        self.relations.push((source, target, state));
    }

    /// A mirror pair.
    pub(crate) fn mirror(&mut self, standard: Vol, bcv: Vol, state: MirrorState) {
        self.mirrors.push((standard, bcv, state));
    }

    /// Ends every copy that a volume takes part in.
    pub(crate) fn forget_copies(&mut self, vol: Vol) {
        self.relations.retain(|relation| relation.0 != vol && relation.1 != vol);
        self.mirrors.retain(|pair| pair.0 != vol && pair.1 != vol);
        if self.volumes[vol].is_target() && self.volumes[vol].status == HostStatus::NotReady {
            self.volumes[vol].status = HostStatus::Offline;
        }
    }
}

impl Role {
    /// Whether a volume with this role is of the BCV class when the profile has this method.
    fn bcv_for(self, method: Method) -> bool {
        method == Method::Bcv && matches!(self, Self::Target { .. })
    }
}
