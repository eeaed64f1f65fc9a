//! The tools of builders and defects: fresh names, new volumes, claims, choices among what is still free.

use dasdlab_model::name::{CatalogName, DataSetName, ImsSsid, ProfileName, SystemName, Volser};
use dasdlab_model::states::{
    BackupType, CatalogKind, DataSetClass, Family, HostStatus, Method, MirrorState, Model, ProfileState, RelationState,
    SetupReason, Storage,
};
use dasdlab_model::unit::{Lss, Unit};

use super::{Array, Catalog, Content, DataSet, Draft, Profile, Role, Side, Subsystem, Vol, Volume};
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
    /// A label that nothing carries: a letter that says what for, and a number.
    pub(crate) fn fresh_label(&mut self, kind: &str) -> Option<Volser> {
        self.counters.label += 1;
        format!("{kind}{:0width$}", self.counters.label, width = 6 - kind.len()).parse().ok()
    }

    /// A unit number of the profile's system behind which there is nothing.
    pub(crate) fn fresh_unit(&mut self) -> Option<Unit> {
        self.counters.unit += 1;
        Unit::new(self.counters.unit)
    }

    /// A name that no data set has.
    pub(crate) fn fresh_name(&mut self, class: DataSetClass) -> String {
        self.counters.data_set += 1;
        let kind = match class {
            DataSetClass::Database => "DB.DBD",
            DataSetClass::Log => "LOG.OLP",
            DataSetClass::Recon => "RECON.R",
            DataSetClass::System => "SYS.LIB",
            DataSetClass::Control => "REPOS.T",
            DataSetClass::UserIncluded => "USER.U",
            DataSetClass::NonIms => "TSO.X",
        };
        format!("{}.{kind}{:05}", self.prefix, self.counters.data_set)
    }

    /// A control-unit SSID that no subsystem has.
    pub(crate) fn fresh_cu_ssid(&mut self) -> u16 {
        self.counters.cu_ssid += 1;
        0x2000 + self.counters.cu_ssid
    }

    /// A number that was not given before.
    pub(crate) fn fresh_number(&mut self) -> u32 {
        self.counters.name += 1;
        self.counters.name
    }

    /// An empty catalog under a new name.
    pub(crate) fn add_catalog(&mut self, side: Side, volumes: Vec<Volser>) -> Option<usize> {
        self.counters.catalog += 1;
        let kind = if side == Side::Master { CatalogKind::Master } else { CatalogKind::User };
        let word = match side {
            Side::Data => "DATA",
            Side::Log => "LOGS",
            Side::Foreign => "MISC",
            Side::Master => "MASTER",
        };
        let name: CatalogName =
            format!("{}CAT.{}.{word}{}", if side == Side::Master { "M" } else { "U" }, self.prefix, self.counters.catalog)
                .parse()
                .ok()?;
        self.catalogs.push(Catalog { name, kind, volumes, reachable: true, side, claimed: false });
        Some(self.catalogs.len() - 1)
    }

    /// A new data set on disk.
    pub(crate) fn add_data_set(&mut self, class: DataSetClass, catalog: usize, ims: Vec<ImsSsid>, volumes: Vec<Volser>) -> usize {
        let name = self.fresh_name(class);
        let ims = if class.names_ims() { ims } else { Vec::new() };
        self.data_sets.push(DataSet { name, class, catalog, ims, volumes, storage: Storage::Disk, claimed: false });
        self.data_sets.len() - 1
    }

    /// A new claimed data set of the profile's IMS system.
    pub(crate) fn plant_data_set(&mut self, class: DataSetClass, catalog: usize, volumes: Vec<Volser>) -> usize {
        let at = self.add_data_set(class, catalog, vec![self.profile.ims_ssid], volumes);
        self.data_sets[at].claimed = true;
        self.enter_in_vtocs(at);
        at
    }

    /// Enters a data set in the VTOC of each of its volumes that states one.
    pub(crate) fn enter_in_vtocs(&mut self, data_set: usize) {
        let DataSet { name, volumes, .. } = &self.data_sets[data_set];
        for volume in &mut self.volumes {
            if let Some(vtoc) = &mut volume.vtoc
                && volume.volser.is_some_and(|label| volumes.contains(&label))
            {
                vtoc.extend(name.parse::<DataSetName>());
            }
        }
    }

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

    fn place_and_size(&self, vol: Vol) -> (usize, Lss, Option<Model>, u32) {
        let volume = &self.volumes[vol];
        (volume.array, volume.lss, volume.model, volume.cylinders)
    }

    /// A new claimed target for this source and generation; the mapping is up to the caller.
    pub(crate) fn plant_target(&mut self, source: Vol, generation: u8) -> Option<Vol> {
        let (array, lss, model, cylinders) = self.place_and_size(source);
        if self.arrays[array].sealed {
            return None;
        }
        self.arrays[array].touched = true;
        let vol = self.add_volume(array, lss, Role::Target { generation, source })?;
        let volume = &mut self.volumes[vol];
        (volume.model, volume.cylinders, volume.status, volume.claimed) = (model, cylinders, HostStatus::Offline, true);
        Some(vol)
    }

    /// A new claimed source beside another, empty, with a target in every generation.
    pub(crate) fn plant_source(&mut self, near: Vol) -> Option<Vol> {
        let array = self.volumes[near].array;
        if self.arrays[array].sealed {
            return None;
        }
        self.arrays[array].touched = true;
        let source = self.plant_volume(near)?;
        self.volumes[source].role = Role::Source(Content::Empty);
        self.volumes[source].bcv = false;
        let unit = self.volumes[source].unit?;
        self.profile.sources.push((unit, self.volumes[source].volser));
        self.map_fresh_targets(unit, source)?;
        Some(source)
    }

    /// Maps a unit to a new claimed target in every generation, each beside and of the size of `like`.
    pub(crate) fn map_fresh_targets(&mut self, unit: Unit, like: Vol) -> Option<()> {
        for generation in 1..=self.profile.generations {
            let target = self.plant_target(like, generation)?;
            let target = self.volumes[target].unit?;
            self.profile.pairs.push((generation, unit, target));
        }
        Some(())
    }

    /// Ends every copy that a volume takes part in.
    pub(crate) fn forget_copies(&mut self, vol: Vol) {
        self.relations.retain(|relation| relation.0 != vol && relation.1 != vol);
        self.mirrors.retain(|pair| pair.0 != vol && pair.1 != vol);
        if self.volumes[vol].is_target() && self.volumes[vol].status == HostStatus::NotReady {
            self.volumes[vol].status = HostStatus::Offline;
        }
    }

    /// Makes a target an empty volume of nobody, with its own label or none.
    pub(crate) fn retire(&mut self, target: Vol) {
        self.forget_copies(target);
        self.leave(target);
        let volume = &mut self.volumes[target];
        volume.volser = None;
        volume.held_for = None;
        volume.status = HostStatus::Offline;
        volume.claimed = true;
    }

    /// Takes a source out of the profile, its targets with it.
    pub(crate) fn drop_source(&mut self, source: Vol) -> Option<()> {
        let unit = self.volumes[source].unit?;
        for generation in 1..=self.profile.generations {
            if let Some(target) = self.target_of(source, generation) {
                self.retire(target);
            }
        }
        self.profile.sources.retain(|entry| entry.0 != unit);
        self.profile.pairs.retain(|pair| pair.1 != unit);
        self.leave(source);
        Some(())
    }

    /// Makes a volume of the profile one of nobody.
    pub(crate) fn leave(&mut self, vol: Vol) {
        let array = self.volumes[vol].array;
        self.arrays[array].touched = true;
        self.volumes[vol].role = Role::Spare;
    }

    /// Whether this system has, or may get, a volume at this number of a subsystem.
    pub(crate) fn may_reach(&self, system: usize, unit: Unit) -> bool {
        let nth = if system < self.home { system } else { system.saturating_sub(1) };
        let block = Some(unit.number() >> 8);
        self.arrays.iter().flat_map(|array| &array.lss).any(|subsystem| subsystem.blocks.get(nth).copied().flatten() == block)
    }

    /// Gives a pair another target unit.
    pub(crate) fn remap(&mut self, generation: u8, source: Unit, target: Unit) {
        for pair in &mut self.profile.pairs {
            if pair.0 == generation && pair.1 == source {
                pair.2 = target;
            }
        }
    }

    /// Saves a source with the label that it carries now.
    pub(crate) fn save_label(&mut self, source: Vol) {
        self.save_label_as(source, self.volumes[source].volser);
    }

    /// Saves a source with this label.
    pub(crate) fn save_label_as(&mut self, source: Vol, label: Option<Volser>) {
        let unit = self.volumes[source].unit;
        self.profile.sources.iter_mut().filter(|entry| Some(entry.0) == unit).for_each(|entry| entry.1 = label);
    }

    /// Takes a data set off its volumes.
    pub(crate) fn clear_data_set(&mut self, data_set: usize) {
        let labels = std::mem::take(&mut self.data_sets[data_set].volumes);
        self.loosen(&labels);
    }

    /// Puts a catalog on one volume and no other.
    pub(crate) fn move_catalog(&mut self, catalog: usize, label: Volser) {
        let labels = std::mem::replace(&mut self.catalogs[catalog].volumes, vec![label]);
        self.loosen(&labels);
    }

    fn loosen(&mut self, labels: &[Volser]) {
        for volume in &mut self.volumes {
            volume.loosened |= volume.volser.is_some_and(|label| labels.contains(&label));
        }
    }

    /// Claims a volume; none if it was claimed before.
    pub(crate) fn claim(&mut self, vol: Vol) -> Option<Vol> {
        if self.volumes[vol].claimed {
            return None;
        }
        self.volumes[vol].claimed = true;
        Some(vol)
    }

    /// Claims a source together with all its targets, its data sets and its catalogs; none if any was claimed before.
    pub(crate) fn claim_whole(&mut self, source: Vol) -> Option<Vol> {
        let targets: Vec<Vol> =
            (1..=self.profile.generations).filter_map(|generation| self.target_of(source, generation)).collect();
        let (data_sets, catalogs) = (self.data_sets_on(source), self.catalogs_at(source));
        let taken = self.volumes[source].claimed
            || targets.iter().any(|&vol| self.volumes[vol].claimed)
            || data_sets.iter().any(|&at| self.data_sets[at].claimed)
            || catalogs.iter().any(|&at| self.catalogs[at].claimed);
        if taken {
            return None;
        }
        self.volumes[source].claimed = true;
        targets.iter().for_each(|&vol| self.volumes[vol].claimed = true);
        data_sets.iter().for_each(|&at| self.data_sets[at].claimed = true);
        catalogs.iter().for_each(|&at| self.catalogs[at].claimed = true);
        Some(source)
    }

    /// One of the free volumes for which `wanted` holds: often the first or the last, else any.
    pub(crate) fn choose_volume(&self, rng: &mut Rng, wanted: impl Fn(&Self, Vol) -> bool) -> Option<Vol> {
        let free: Vec<Vol> = (0..self.volumes.len()).filter(|&vol| !self.volumes[vol].claimed && wanted(self, vol)).collect();
        place(rng, &free)
    }

    /// A free source, claimed.
    pub(crate) fn claim_source(&mut self, rng: &mut Rng) -> Option<Vol> {
        self.claim_source_where(rng, |_, _| true)
    }

    /// A free source for which `wanted` holds, claimed.
    pub(crate) fn claim_source_where(&mut self, rng: &mut Rng, wanted: impl Fn(&Self, Vol) -> bool) -> Option<Vol> {
        let vol = self.choose_volume(rng, |draft, vol| draft.volumes[vol].is_source() && wanted(draft, vol))?;
        self.claim(vol)
    }

    /// A free source of this content, claimed.
    pub(crate) fn claim_source_with(&mut self, rng: &mut Rng, content: Content) -> Option<Vol> {
        self.claim_source_where(rng, |draft, vol| draft.volumes[vol].role == Role::Source(content))
    }

    /// A free source that can be taken away with everything that hangs on it, claimed with all of that.
    pub(crate) fn claim_whole_where(&mut self, rng: &mut Rng, wanted: impl Fn(&Self, Vol) -> bool) -> Option<Vol> {
        let vol =
            self.choose_volume(rng, |draft, vol| draft.volumes[vol].is_source() && wanted(draft, vol) && draft.is_whole(vol))?;
        self.claim_whole(vol)
    }

    /// Whether nothing that hangs on a source is claimed.
    fn is_whole(&self, source: Vol) -> bool {
        (1..=self.profile.generations)
            .filter_map(|generation| self.target_of(source, generation))
            .all(|vol| !self.volumes[vol].claimed)
            && !self.volumes[source].loosened
            && self.data_sets_on(source).iter().all(|&at| !self.data_sets[at].claimed)
            && self.catalogs_at(source).iter().all(|&at| !self.catalogs[at].claimed)
    }

    /// A free target, its source and generation; the target is claimed. First, last and middle generations alike.
    pub(crate) fn claim_target(&mut self, rng: &mut Rng) -> Option<(Vol, Vol, u8)> {
        let generations = self.profile.generations;
        let wanted = match rng.below(3) {
            0 => 1,
            1 => generations,
            _ => rng.range(1, u32::from(generations.max(1))) as u8,
        };
        self.claim_target_of(rng, |generation| generation == wanted).or_else(|| self.claim_target_of(rng, |_| true))
    }

    /// A free target of a generation for which `wanted` holds, claimed, with its source and generation.
    pub(crate) fn claim_target_of(&mut self, rng: &mut Rng, wanted: impl Fn(u8) -> bool) -> Option<(Vol, Vol, u8)> {
        let vol = self.choose_volume(
            rng,
            |draft, vol| matches!(draft.volumes[vol].role, Role::Target { generation, .. } if wanted(generation)),
        )?;
        let Role::Target { generation, source } = self.volumes[vol].role else { return None };
        self.claim(vol)?;
        Some((vol, source, generation))
    }

    /// A free target and its free source, both claimed, and the generation.
    pub(crate) fn claim_pair(&mut self, rng: &mut Rng) -> Option<(Vol, Vol, u8)> {
        let vol = self.choose_volume(
            rng,
            |draft, vol| matches!(draft.volumes[vol].role, Role::Target { source, .. } if !draft.volumes[source].claimed),
        )?;
        let Role::Target { generation, source } = self.volumes[vol].role else { return None };
        self.claim(vol)?;
        self.claim(source)?;
        Some((vol, source, generation))
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

    /// A free array with units of the profile, claimed together with one source on it and that source's targets, so that
    /// the array stays one of the profile's whatever else is planted.
    pub(crate) fn claim_array(&mut self, rng: &mut Rng) -> Option<usize> {
        let free: Vec<usize> =
            (0..self.arrays.len()).filter(|&at| self.arrays[at].in_profile && !self.arrays[at].claimed).collect();
        let array = place(rng, &free)?;
        self.claim_whole_where(rng, |draft, vol| draft.volumes[vol].array == array)?;
        self.arrays[array].claimed = true;
        Some(array)
    }

    /// A free data set for which `wanted` holds, claimed.
    pub(crate) fn claim_data_set(&mut self, rng: &mut Rng, wanted: impl Fn(&Self, &DataSet) -> bool) -> Option<usize> {
        let free: Vec<usize> =
            (0..self.data_sets.len()).filter(|&at| !self.data_sets[at].claimed && wanted(self, &self.data_sets[at])).collect();
        let at = place(rng, &free)?;
        self.data_sets[at].claimed = true;
        Some(at)
    }

    /// A free data set of this class on disk that belongs to the profile's IMS system, claimed.
    pub(crate) fn claim_ours(&mut self, rng: &mut Rng, class: DataSetClass) -> Option<usize> {
        self.claim_data_set(rng, |draft, data_set| {
            data_set.class == class && data_set.storage == Storage::Disk && draft.is_ours(data_set)
        })
    }

    /// A free catalog for which `wanted` holds, claimed.
    pub(crate) fn claim_catalog(&mut self, rng: &mut Rng, wanted: impl Fn(&Self, usize) -> bool) -> Option<usize> {
        let free: Vec<usize> = (0..self.catalogs.len()).filter(|&at| !self.catalogs[at].claimed && wanted(self, at)).collect();
        let at = place(rng, &free)?;
        self.catalogs[at].claimed = true;
        Some(at)
    }

    /// Any catalog of this side, claimed or not: a data set added to it changes nothing else.
    pub(crate) fn some_catalog(&self, side: Side) -> Option<usize> {
        self.catalogs.iter().position(|catalog| catalog.side == side)
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

    /// A new profile of another IMS system that lists nothing yet, on the profile's system or another.
    pub(crate) fn plant_other_profile(&mut self, rng: &mut Rng) -> Option<usize> {
        let system = if rng.chance(1, 2) {
            self.home
        } else {
            let name = self.other_system()?;
            self.systems.iter().position(|&known| known == name)?
        };
        self.counters.name += 1;
        let name: ProfileName = format!("OTHER JOB {}", self.counters.name).parse().ok()?;
        self.others.push(Profile {
            name,
            system,
            ims_ssid: if rng.chance(1, 2) { self.stranger } else { self.profile.ims_ssid },
            backup_type: rng.one([BackupType::Full, BackupType::Data]),
            method: self.profile.method,
            generations: 1,
            state: rng.one([ProfileState::SetupNeeded, ProfileState::Ready]),
            reason: None,
            locked_by: None,
            sources: Vec::new(),
            pairs: Vec::new(),
        });
        let at = self.others.len() - 1;
        if self.others[at].state == ProfileState::SetupNeeded {
            self.others[at].reason = Some(rng.one([SetupReason::New, SetupReason::Units, SetupReason::Findings]));
        }
        Some(at)
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

    /// The names of the data sets that are cataloged to a volume.
    pub(crate) fn names_on(&self, vol: Vol) -> Vec<DataSetName> {
        self.data_sets_on(vol).iter().filter_map(|&at| self.data_sets[at].name.parse().ok()).collect()
    }

    /// A FlashCopy relation.
    pub(crate) fn relate(&mut self, source: Vol, target: Vol, state: RelationState) {
        self.relations.push((source, target, state));
    }

    /// A mirror pair.
    pub(crate) fn mirror(&mut self, standard: Vol, bcv: Vol, state: MirrorState) {
        self.mirrors.push((standard, bcv, state));
    }

    /// Takes over what an edit claimed and used up, and nothing else: the world is as if it had not been made, and every
    /// later edit finds the same places free.
    pub(crate) fn adopt_claims(&mut self, edited: Self) {
        for (mine, theirs) in self.volumes.iter_mut().zip(&edited.volumes) {
            mine.claimed |= theirs.claimed;
            mine.loosened |= theirs.loosened;
        }
        for (mine, theirs) in self.data_sets.iter_mut().zip(&edited.data_sets) {
            mine.claimed |= theirs.claimed;
        }
        for (mine, theirs) in self.catalogs.iter_mut().zip(&edited.catalogs) {
            mine.claimed |= theirs.claimed;
        }
        for (mine, theirs) in self.arrays.iter_mut().zip(edited.arrays) {
            mine.claimed |= theirs.claimed;
            mine.sealed |= theirs.sealed;
            mine.touched |= theirs.touched;
            mine.lss = theirs.lss;
        }
        self.profile_claimed |= edited.profile_claimed;
        self.policy_claimed |= edited.policy_claimed;
        self.systems = edited.systems;
        self.counters = edited.counters;
    }
}

impl Role {
    /// Whether a volume with this role is of the BCV class when the profile has this method.
    fn bcv_for(self, method: Method) -> bool {
        method == Method::Bcv && matches!(self, Self::Target { .. })
    }
}

/// One of these: often the first or the last, else any.
pub(crate) fn place<T: Copy>(rng: &mut Rng, from: &[T]) -> Option<T> {
    match rng.below(4) {
        0 => from.first().copied(),
        1 => from.last().copied(),
        _ => rng.choose(from).copied(),
    }
}
