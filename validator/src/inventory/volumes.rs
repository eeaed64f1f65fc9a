//! Arrays, volumes, and the units of the systems that profiles are saved on.

use dasdlab_model::name::{ProfileName, Serial, SystemName};
use dasdlab_model::observation::{ArraySeen, Device, Observation};
use dasdlab_model::run::Run;
use dasdlab_model::states::{Family, Feature, HostStatus, Incapable, RemoteRole};
use dasdlab_model::tables::{Marks, NONE};
use dasdlab_model::unit::{Lss, Unit, UnitAddress, VolumeId};
use rustc_hash::FxHashMap;

use super::columns::{LssKey, SizeKey};
use super::number_index::NumberIndex;
use super::seen::{Seen, VolumeEntry};
pub(crate) use super::units::{FollowingUnits, Resolved, Units};
use super::volume_set::VolumeSet;

/// Arrays from which on they are not looked through for a serial.
const MANY: usize = 4;

/// An array.
#[derive(Debug, Clone)]
pub(crate) struct Array {
    /// Its serial.
    pub(crate) serial: Serial,
    /// Its product line.
    pub(crate) family: Family,
    /// The code level as it reports it.
    pub(crate) code_level: String,
    /// Numbers of the fixes on it.
    pub(crate) fixes: Vec<u32>,
    /// Whether FlashCopy is licensed.
    pub(crate) flashcopy: bool,
    /// Whether it answers.
    pub(crate) reachable: bool,
}

impl Array {
    pub(crate) fn new(seen: &ArraySeen) -> Self {
        Self {
            serial: seen.serial,
            family: seen.family,
            code_level: seen.code_level.clone(),
            fixes: seen.fixes.clone(),
            flashcopy: seen.features.contains(&Feature::FlashCopy),
            reachable: seen.reachable,
        }
    }
}

/// A volume, with its base unit in the profile's system; what few volumes have stands beside all of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Volume {
    /// Its label as a word; 0 where it has none.
    pub(crate) label: u64,
    lss: LssKey,
    size: SizeKey,
    /// Its base unit in the profile's system, or [`NONE`].
    unit: u32,
    marks: Marks,
    ua: UnitAddress,
}

/// What few volumes have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Rare {
    /// The system that has it reserved.
    pub(crate) reserved_by: Option<SystemName>,
    /// The profile that it is held for, by its number among the profile names.
    pub(crate) held_for: Option<u32>,
}

impl Volume {
    #[inline]
    fn new(seen: &VolumeEntry<'_>, unit: u32) -> Self {
        let VolumeEntry { label, lss, ua, size, marks, .. } = *seen;
        Self { label, lss, size, unit, marks, ua }
    }

    /// Host status, device class, and what keeps it from being copied; without a base unit the status says nothing.
    #[inline]
    pub(super) fn marks(&self) -> Marks {
        self.marks
    }

    /// The array that holds it.
    pub(crate) fn array(&self) -> u32 {
        self.lss.array()
    }

    /// Array and logical subsystem in one number.
    #[inline]
    pub(crate) fn lss_key(&self) -> LssKey {
        self.lss
    }

    /// Device type and cylinders in one number.
    #[inline]
    pub(crate) fn size_key(&self) -> SizeKey {
        self.size
    }

    /// Its base unit in the profile's system and how that system sees it.
    pub(crate) fn host(&self) -> Option<(Unit, HostStatus)> {
        Unit::new(self.unit).map(|unit| (unit, self.marks.status()))
    }

    /// How the profile's system sees it, if it has a base unit there.
    #[inline]
    pub(crate) fn status(&self) -> Option<HostStatus> {
        (self.unit != NONE).then(|| self.marks.status())
    }

    /// Whether the profile's system has its label mounted.
    #[inline]
    pub(crate) fn is_mounted(&self) -> bool {
        self.status().is_some_and(HostStatus::is_mounted)
    }

    /// Whether it carries a label in the profile's system, mounted or not.
    #[inline]
    pub(crate) fn carries(&self) -> bool {
        self.label != 0 && self.unit != NONE
    }

    /// Whether it is a remote mirror secondary.
    pub(crate) fn is_remote_secondary(&self) -> bool {
        self.marks.remote() == Some(RemoteRole::Secondary)
    }

    /// Another cause for which it cannot take part in FlashCopy.
    pub(crate) fn incapable(&self) -> Option<Incapable> {
        self.marks.incapable()
    }

    /// From now on this is its base unit in the profile's system, which sees it so.
    pub(crate) fn put_host(&mut self, unit: Unit, status: HostStatus) {
        self.unit = unit.number();
        self.marks = self.marks.with_status(status);
    }
}

/// Arrays and volumes with dense ids, and the ways to them: by identity, and by unit of a system.
#[derive(Debug, Clone, Default)]
pub(crate) struct Volumes {
    /// Arrays by id.
    pub(crate) arrays: Vec<Array>,
    /// Volumes by id.
    pub(crate) list: Vec<Volume>,
    /// Names of profiles: those of the site and those that volumes are held for.
    pub(crate) profile_names: Vec<ProfileName>,
    /// What few volumes have, by the volume.
    rare: Vec<(u32, Rare)>,
    /// Neighbours on one array: the first of them, and the array.
    stretches: Vec<(u32, u32)>,
    /// Arrays by serial, where they are many.
    array_ids: FxHashMap<Serial, u32>,
    by_identity: NumberIndex,
    by_unit: Vec<(SystemName, NumberIndex)>,
}

impl Volumes {
    /// Enters arrays, volumes and the units of every system that a profile is saved on; `home` is the system of the
    /// profile that is judged.
    pub(crate) fn new(seen: &impl Seen, home: SystemName, run: &impl Run) -> Self {
        let few = seen.few();
        let mut this = Self {
            arrays: few.arrays.iter().map(Array::new).collect(),
            profile_names: few.profiles.iter().map(|profile| profile.name.clone()).collect(),
            ..Self::default()
        };
        if this.arrays.len() > MANY {
            this.array_ids = this.arrays.iter().map(|array| array.serial).zip(0..).collect();
        }
        for profile in &few.profiles {
            if !this.knows_units_of(profile.system) {
                this.by_unit.push((profile.system, NumberIndex::default()));
            }
        }
        this.enter_volumes(seen, home, run);
        this.enter_units(few, home);
        for (_, units) in &mut this.by_unit {
            *units = std::mem::take(units).finish();
        }
        this
    }

    fn enter_volumes(&mut self, seen: &impl Seen, home: SystemName, run: &impl Run) {
        let mut listed = Listed::new(seen.count(), seen.home() == Some(home));
        let units = seen.home().and_then(|system| Some(std::mem::take(self.units_mut(system)?)));
        let mut found = Found { by_identity: NumberIndex::default(), units };
        let all = || (0..).zip(seen.volumes(|serial| self.find_array(serial)));
        if run.pieces(seen.count()) > 1 {
            run.both(
                || all().for_each(|(number, entry)| listed.enter(number, &entry)),
                || all().for_each(|(number, entry)| found.enter(number, &entry)),
            );
        } else {
            all().for_each(|(number, entry)| {
                listed.enter(number, &entry);
                found.enter(number, &entry);
            });
        }
        for (number, reserved_by, held_for) in listed.rare {
            let held_for = held_for.map(|name| self.number_of_profile(name));
            self.put_rare(number, Rare { reserved_by, held_for });
        }
        (self.list, self.stretches) = (listed.list, listed.stretches);
        self.by_identity = found.by_identity.finish();
        if let (Some(system), Some(units)) = (seen.home(), found.units)
            && let Some(entry) = self.units_mut(system)
        {
            *entry = units;
        }
    }

    fn enter_units(&mut self, seen: &Observation, home: SystemName) {
        let Self { arrays, array_ids, list, by_identity, by_unit, .. } = self;
        let mut by_identity = by_identity.follow();
        let mut last = None;
        for unit in &seen.units {
            let Some((_, index)) = by_unit.iter_mut().find(|(system, _)| *system == unit.system) else { continue };
            let id = match unit.device {
                Device::Alias(_) => Resolved::ALIAS.0,
                Device::Base(volume, status) => {
                    let array = match last {
                        Some((serial, array)) if serial == volume.array => Some(array),
                        _ => find_array(arrays, array_ids, volume.array),
                    };
                    last = array.map(|array| (volume.array, array));
                    let Some(id) = array.and_then(|array| by_identity.get(address(LssKey::new(array, volume.lss), volume.ua)))
                    else {
                        continue;
                    };
                    if unit.system == home
                        && let Some(volume) = list.get_mut(id as usize)
                    {
                        volume.put_host(unit.unit, status);
                    }
                    id
                }
            };
            index.insert(unit.unit.number().into(), id);
        }
    }

    fn put_rare(&mut self, id: u32, rare: Rare) {
        match self.place_of_rare(id) {
            Ok(place) => self.rare.get_mut(place).into_iter().for_each(|(_, entry)| *entry = rare),
            Err(_) if rare == Rare::default() => {}
            Err(place) => self.rare.insert(place, (id, rare)),
        }
    }

    /// Where what few volumes have stands of this one, or would stand. Volumes are entered in their order.
    fn place_of_rare(&self, id: u32) -> Result<usize, usize> {
        match self.rare.last() {
            Some((last, _)) if *last >= id => self.rare.binary_search_by_key(&id, |(volume, _)| *volume),
            _ => Err(self.rare.len()),
        }
    }

    fn units_mut(&mut self, system: SystemName) -> Option<&mut NumberIndex> {
        self.by_unit.iter_mut().find(|(name, _)| *name == system).map(|(_, units)| units)
    }

    /// From now on the volume is so, on its array and behind its unit; the profile it is held for is given by the number of
    /// its name. What it was before.
    pub(crate) fn change(&mut self, id: u32, seen: &VolumeEntry<'_>, held_for: Option<u32>) -> Option<Volume> {
        self.put_rare(id, Rare { reserved_by: seen.rare.and_then(|(reserved_by, _)| reserved_by), held_for });
        let volume = self.list.get_mut(id as usize)?;
        let before = *volume;
        *volume = Volume::new(seen, before.unit);
        volume.marks = seen.marks.with_status(before.marks.status());
        Some(before)
    }

    /// The array with this serial.
    pub(crate) fn find_array(&self, serial: Serial) -> Option<u32> {
        find_array(&self.arrays, &self.array_ids, serial)
    }

    /// Whether any profile is saved on this system: units of others resolve to nothing that is asked for.
    pub(crate) fn knows_units_of(&self, system: SystemName) -> bool {
        self.by_unit.iter().any(|(name, _)| *name == system)
    }

    /// The number of this profile's name; a new one where there is none.
    pub(crate) fn number_of_profile(&mut self, name: &ProfileName) -> u32 {
        let number = self.profile_names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.profile_names.push(name.clone());
            self.profile_names.len() - 1
        });
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// The volume of this identity.
    pub(crate) fn find(&self, id: VolumeId) -> Option<u32> {
        self.by_identity.get(address(LssKey::new(self.find_array(id.array)?, id.lss), id.ua))
    }

    /// The units of this system.
    pub(crate) fn units_of(&self, system: SystemName) -> Units<'_> {
        Units(self.by_unit.iter().find(|(name, _)| *name == system).map(|(_, units)| units))
    }

    /// For each array, how many of its volumes are in one of the two sets.
    pub(super) fn count_units(&self, sources: &VolumeSet, targets: &VolumeSet) -> Vec<u32> {
        let mut units = vec![0; self.arrays.len()];
        let all = u32::try_from(self.len()).unwrap_or(u32::MAX);
        let ends = self.stretches.iter().skip(1).map(|&(first, _)| first).chain([all]);
        for (&(first, array), end) in self.stretches.iter().zip(ends) {
            if let Some(units) = units.get_mut(array as usize) {
                *units += sources.count_either(targets, first..end);
            }
        }
        units
    }

    /// The volume with this id.
    #[inline]
    pub(crate) fn get(&self, id: u32) -> Option<&Volume> {
        self.list.get(id as usize)
    }

    /// The array and the logical subsystem that hold this volume, and its address there.
    pub(crate) fn identity(&self, volume: &Volume) -> Option<(&Serial, Lss, UnitAddress)> {
        Some((&self.array_of(volume)?.serial, volume.lss.lss()?, volume.ua))
    }

    /// The array that holds this volume.
    pub(crate) fn array_of(&self, volume: &Volume) -> Option<&Array> {
        self.arrays.get(volume.array() as usize)
    }

    /// What few volumes have, of this one.
    pub(crate) fn rare_of(&self, id: u32) -> &Rare {
        static NOTHING: Rare = Rare { reserved_by: None, held_for: None };
        self.place_of_rare(id).ok().and_then(|place| self.rare.get(place)).map_or(&NOTHING, |(_, rare)| rare)
    }

    /// The volumes that are reserved.
    pub(super) fn reserved(&self) -> impl Iterator<Item = u32> {
        self.rare.iter().filter(|(_, rare)| rare.reserved_by.is_some()).map(|&(volume, _)| volume)
    }

    /// The volumes that are held for a profile, with the number of its name.
    pub(super) fn held(&self) -> impl Iterator<Item = (u32, u32)> {
        self.rare.iter().filter_map(|&(volume, rare)| Some((volume, rare.held_for?)))
    }

    /// How many volumes there are.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }
}

/// Volumes as they are entered, one behind the other.
struct Listed<'a> {
    list: Vec<Volume>,
    /// Neighbours on one array: the first of them, and the array.
    stretches: Vec<(u32, u32)>,
    rare: Vec<(u32, Option<SystemName>, Option<&'a ProfileName>)>,
    /// Whether the units beside them are those of the profile's system.
    at_home: bool,
}

impl<'a> Listed<'a> {
    fn new(count: usize, at_home: bool) -> Self {
        Self { list: Vec::with_capacity(count), stretches: Vec::new(), rare: Vec::new(), at_home }
    }

    #[inline]
    fn enter(&mut self, number: u32, entry: &VolumeEntry<'a>) {
        let volume = Volume::new(entry, if self.at_home { entry.unit } else { NONE });
        if self.stretches.last().is_none_or(|&(_, array)| array != volume.array()) {
            self.stretches.push((number, volume.array()));
        }
        if let Some((reserved_by, held_for)) = entry.rare {
            self.rare.push((number, reserved_by, held_for));
        }
        self.list.push(volume);
    }
}

/// The ways to the volumes as they are entered.
struct Found {
    by_identity: NumberIndex,
    /// The units beside them, if a profile is saved on their system.
    units: Option<NumberIndex>,
}

impl Found {
    #[inline]
    fn enter(&mut self, number: u32, entry: &VolumeEntry<'_>) {
        self.by_identity.insert(address(entry.lss, entry.ua), number);
        if let Some(units) = &mut self.units
            && entry.unit != NONE
        {
            units.insert(entry.unit.into(), number);
        }
    }
}

fn find_array(arrays: &[Array], ids: &FxHashMap<Serial, u32>, serial: Serial) -> Option<u32> {
    if !ids.is_empty() {
        return ids.get(&serial).copied();
    }
    arrays.iter().rposition(|array| array.serial == serial).and_then(|id| u32::try_from(id).ok())
}

fn address(lss: LssKey, ua: UnitAddress) -> u64 {
    (u64::from(lss.0) << 8) | u64::from(ua.0)
}
