//! Arrays, volumes, and the units of the systems that profiles are saved on.

use dasdlab_model::name::{ProfileName, Serial, SystemName};
use dasdlab_model::observation::{ArraySeen, Device, Observation};
use dasdlab_model::states::{DeviceType, Family, Feature, HostStatus, Incapable, RemoteRole};
use dasdlab_model::unit::{Unit, VolumeId};
use rustc_hash::FxHashMap;

use super::columns::{LssKey, SizeKey};
use super::paged::PagedIndex;
use super::seen::{Seen, VolumeEntry};
use super::volume_set::VolumeSet;

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
    /// How many units of the profile it owns.
    pub(crate) units: u32,
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
            units: 0,
        }
    }
}

/// A volume, with its base unit in the profile's system.
#[derive(Debug, Clone)]
pub(crate) struct Volume {
    /// Its identity.
    pub(crate) id: VolumeId,
    /// The array that holds it.
    pub(crate) array: u32,
    /// Its label as a word; 0 where it has none.
    pub(crate) label: u64,
    /// Size in cylinders.
    pub(crate) cylinders: u32,
    /// 3390 or 3380.
    pub(crate) device_type: DeviceType,
    /// Of the BCV device class.
    pub(crate) bcv: bool,
    /// Space-efficient.
    pub(crate) thin: bool,
    /// Inhibited from FlashCopy.
    pub(crate) inhibited: bool,
    /// A version 1 relation is active.
    pub(crate) v1_active: bool,
    /// Another cause for which it cannot take part in FlashCopy.
    pub(crate) incapable: Option<Incapable>,
    /// The system that has it reserved.
    pub(crate) reserved_by: Option<SystemName>,
    /// Whether it is a remote mirror secondary.
    pub(crate) remote_secondary: bool,
    /// The profile that it is held for, by its number among the profile names.
    pub(crate) held_for: Option<u32>,
    /// Its base unit in the profile's system and how that system sees it.
    pub(crate) host: Option<(Unit, HostStatus)>,
}

impl Volume {
    /// A volume as it is read, with what is known of it elsewhere.
    #[inline]
    pub(crate) fn new(seen: &VolumeEntry<'_>, array: u32, held_for: Option<u32>, host: Option<(Unit, HostStatus)>) -> Self {
        Self {
            id: seen.id,
            array,
            label: seen.label,
            cylinders: seen.cylinders,
            device_type: seen.device_type,
            bcv: seen.bcv,
            thin: seen.thin,
            inhibited: seen.inhibited,
            v1_active: seen.v1_active,
            incapable: seen.incapable,
            reserved_by: seen.reserved_by,
            remote_secondary: seen.remote == Some(RemoteRole::Secondary),
            held_for,
            host,
        }
    }

    /// Array and logical subsystem in one number.
    pub(crate) fn lss_key(&self) -> LssKey {
        LssKey((self.array << 8) | u32::from(self.id.lss.id()))
    }

    /// Device type and cylinders in one number.
    pub(crate) fn size_key(&self) -> SizeKey {
        SizeKey::new(self.device_type, self.cylinders)
    }

    /// How the profile's system sees it, if it has a base unit there.
    pub(crate) fn status(&self) -> Option<HostStatus> {
        self.host.map(|(_, status)| status)
    }

    /// Whether the profile's system has its label mounted.
    pub(crate) fn is_mounted(&self) -> bool {
        self.status().is_some_and(HostStatus::is_mounted)
    }
}

/// What a unit number of a system stands for: a volume by its id, an alias or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Resolved(u32);

impl Resolved {
    /// An alias: no volume. No site has that many volumes.
    pub(crate) const ALIAS: Self = Self(u32::MAX - 1);
    /// Nothing.
    pub(crate) const UNKNOWN: Self = Self(u32::MAX);

    /// The volume, if there is one.
    pub(crate) fn volume(self) -> Option<u32> {
        (self.0 < Self::ALIAS.0).then_some(self.0)
    }

    /// Where its volume stands in a column; past the end of any where it has none.
    pub(super) fn place(self) -> usize {
        self.0 as usize
    }
}

/// The units of a system.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Units<'a>(Option<&'a PagedIndex>);

impl Units<'_> {
    /// What this unit stands for.
    pub(crate) fn resolve(self, unit: Unit) -> Resolved {
        self.0.and_then(|index| index.get(unit.number() as usize)).map_or(Resolved::UNKNOWN, Resolved)
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
    /// Volumes that were held for a profile when this was built, with the number of its name.
    pub(super) held: Vec<(u32, u32)>,
    array_ids: FxHashMap<Serial, u32>,
    by_identity: PagedIndex,
    by_unit: FxHashMap<SystemName, PagedIndex>,
}

impl Volumes {
    /// Enters arrays, volumes and the units of every system that a profile is saved on; `home` is the system of the
    /// profile that is judged.
    pub(crate) fn new(seen: &impl Seen, home: SystemName) -> Self {
        let mut this = Self::default();
        let few = seen.few();
        for (id, array) in (0..).zip(&few.arrays) {
            this.array_ids.insert(array.serial, id);
            this.arrays.push(Array::new(array));
        }
        let mut profile_ids: FxHashMap<&ProfileName, u32> = FxHashMap::default();
        for (id, profile) in (0..).zip(&few.profiles) {
            this.by_unit.entry(profile.system).or_default();
            profile_ids.insert(&profile.name, id);
            this.profile_names.push(profile.name.clone());
        }
        this.list.reserve_exact(seen.count());
        this.by_identity = PagedIndex::with_room(seen.count());
        let is_home = seen.home() == Some(home);
        let mut units = seen.home().and_then(|system| this.by_unit.remove(&system));
        let mut last = None;
        for volume in seen.volumes() {
            // Neighbours are on one array.
            let array = match last {
                Some((serial, array)) if serial == volume.id.array => array,
                _ => {
                    let Some(&array) = this.array_ids.get(&volume.id.array) else { continue };
                    last = Some((volume.id.array, array));
                    array
                }
            };
            let held_for = volume.held_for.map(|name| {
                *profile_ids.entry(name).or_insert_with(|| {
                    this.profile_names.push(name.clone());
                    u32::try_from(this.profile_names.len() - 1).unwrap_or(u32::MAX)
                })
            });
            let number = u32::try_from(this.list.len()).unwrap_or(u32::MAX);
            this.by_identity.insert(address(array, volume.id), number);
            if let (Some((unit, _)), Some(units)) = (volume.unit, &mut units) {
                units.insert(unit.number() as usize, number);
            }
            this.held.extend(held_for.map(|profile| (number, profile)));
            let host = volume.unit.filter(|_| is_home);
            this.list.push(Volume::new(&volume, array, held_for, host));
        }
        this.by_unit.extend(seen.home().zip(units));
        this.enter_units(few, home);
        this
    }

    fn enter_units(&mut self, seen: &Observation, home: SystemName) {
        for unit in &seen.units {
            if !self.by_unit.contains_key(&unit.system) {
                continue;
            }
            let id = match unit.device {
                Device::Alias(_) => Resolved::ALIAS.0,
                Device::Base(volume, status) => {
                    let Some(id) = self.find(volume) else { continue };
                    if unit.system == home
                        && let Some(volume) = self.list.get_mut(id as usize)
                    {
                        volume.host = Some((unit.unit, status));
                    }
                    id
                }
            };
            if let Some(index) = self.by_unit.get_mut(&unit.system) {
                index.insert(unit.unit.number() as usize, id);
            }
        }
    }

    /// The array with this serial.
    pub(crate) fn find_array(&self, serial: Serial) -> Option<u32> {
        self.array_ids.get(&serial).copied()
    }

    /// Whether any profile is saved on this system: units of others resolve to nothing that is asked for.
    pub(crate) fn knows_units_of(&self, system: SystemName) -> bool {
        self.by_unit.contains_key(&system)
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
        let array = *self.array_ids.get(&id.array)?;
        self.by_identity.get(address(array, id))
    }

    /// The units of this system.
    pub(crate) fn units_of(&self, system: SystemName) -> Units<'_> {
        Units(self.by_unit.get(&system))
    }

    /// Counts for each array how many of its volumes are in one of the two sets.
    pub(super) fn count_units(&mut self, sources: &VolumeSet, targets: &VolumeSet) {
        for (id, volume) in (0..).zip(&self.list) {
            if (sources.contains(id) || targets.contains(id))
                && let Some(array) = self.arrays.get_mut(volume.array as usize)
            {
                array.units += 1;
            }
        }
    }

    /// The volume with this id.
    pub(crate) fn get(&self, id: u32) -> Option<&Volume> {
        self.list.get(id as usize)
    }

    /// The array that holds this volume.
    pub(crate) fn array_of(&self, volume: &Volume) -> Option<&Array> {
        self.arrays.get(volume.array as usize)
    }

    /// How many volumes there are.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }
}

fn address(array: u32, id: VolumeId) -> usize {
    ((array as usize) << 16) | (usize::from(id.lss.id()) << 8) | usize::from(id.ua.0)
}
