//! Takes in changes: first what things are, then where labels lead, then what follows for rows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dasdlab_model::change_set::ChangeSet;
use dasdlab_model::observation::{Device, VolumeSeen};

use super::standing::{Standing, ascending};
use crate::inventory::VolumeEntry;
use crate::inventory::volumes::Array;

/// What has to be looked at again.
#[derive(Debug, Default)]
pub(super) struct Dirty {
    /// Volumes of which rules may say something else.
    pub(super) volumes: BTreeSet<u32>,
    /// Volumes on which something else lies.
    pub(super) held: BTreeSet<u32>,
    /// Labels that may mean something else, or of whose carriers another is mounted.
    pub(super) labels: BTreeSet<u32>,
    /// Labels of volumes with another VTOC.
    pub(super) vtocs: BTreeSet<u32>,
    /// Catalogs, with the sides that they served: log side and data side.
    pub(super) catalogs: BTreeMap<u32, (bool, bool)>,
    /// Arrays.
    pub(super) arrays: BTreeSet<u32>,
}

impl Standing {
    /// Takes in changes that can be taken in where they are.
    pub(super) fn change(&mut self, changes: &ChangeSet) {
        let mut dirty = Dirty::default();
        self.change_surroundings(changes, &mut dirty);
        for volume in changes.volumes.values().flatten() {
            self.change_volume(volume, &mut dirty);
        }
        self.change_statuses(changes, &mut dirty);
        self.change_copies(changes, &mut dirty);
        self.change_data(changes, &mut dirty);
        self.settle(dirty);
    }

    fn change_surroundings(&mut self, changes: &ChangeSet, dirty: &mut Dirty) {
        let volumes = Arc::make_mut(&mut self.inventory.volumes);
        for array in changes.arrays.values().flatten() {
            let Some(id) = volumes.find_array(array.serial) else { continue };
            if let Some(entry) = volumes.arrays.get_mut(id as usize) {
                *entry = Array::new(array);
                dirty.arrays.insert(id);
            }
        }
        let terms = &mut self.inventory.terms;
        if let Some(authority) = &changes.authority {
            terms.denied = authority.denied.contains(&terms.ims_ssid);
        }
        if let Some(profile) = changes.profiles.get(&terms.name).and_then(Option::as_ref) {
            terms.locked_by.clone_from(&profile.locked_by);
        }
    }

    fn change_volume(&mut self, seen: &VolumeSeen, dirty: &mut Dirty) {
        let inventory = &mut self.inventory;
        let Some(id) = inventory.volumes.find(seen.id) else { return };
        let held_for = seen.held_for.as_ref().map(|name| Arc::make_mut(&mut inventory.volumes).number_of_profile(name));
        let carried = inventory.volumes.get(id).and_then(|volume| inventory.labels.carried(volume));
        let held_before = inventory.volumes.rare_of(id).held_for;
        let Some(array) = inventory.volumes.find_array(seen.id.array) else { return };
        let Some(before) = Arc::make_mut(&mut inventory.volumes).change(id, &VolumeEntry::new(seen, array), held_for) else {
            return;
        };
        let Some(now) = inventory.volumes.get(id) else { return };
        dirty.volumes.insert(id);
        if held_before != held_for {
            let is_own = seen.held_for.as_ref() == Some(&inventory.terms.name);
            inventory.claims.hold(id, held_for.filter(|_| !is_own));
        }
        if before.label != now.label && before.host().is_some() {
            dirty.labels.extend(carried);
            inventory.labels.carry(id, [before.label, now.label]);
            dirty.labels.extend(inventory.labels.carried(now));
        }
        let vtoc = seen.vtoc.as_deref().map(ascending);
        if self.vtocs.get(&id) != vtoc.as_ref() {
            match vtoc {
                Some(vtoc) => self.vtocs.insert(id, vtoc),
                None => self.vtocs.remove(&id),
            };
            dirty.vtocs.extend(inventory.labels.carried(now));
        }
    }

    /// Statuses of the system that the profile is saved on; those of others are asked by nobody.
    fn change_statuses(&mut self, changes: &ChangeSet, dirty: &mut Dirty) {
        let inventory = &mut self.inventory;
        for (&(system, unit), device) in &changes.units {
            let Some(Device::Base(volume, status)) = *device else { continue };
            let Some(id) = inventory.volumes.find(volume).filter(|_| system == inventory.terms.system) else { continue };
            let Some(volume) = Arc::make_mut(&mut inventory.volumes).list.get_mut(id as usize) else { continue };
            let was_mounted = volume.is_mounted();
            volume.put_host(unit, status);
            dirty.volumes.insert(id);
            if volume.is_mounted() != was_mounted {
                dirty.labels.extend(inventory.labels.carried(volume));
            }
        }
    }

    /// Copies of volumes that the site does not have are left out, as in the inventory.
    fn change_copies(&mut self, changes: &ChangeSet, dirty: &mut Dirty) {
        let (volumes, copies) = (&self.inventory.volumes, Arc::make_mut(&mut self.inventory.copies));
        let mut ends = |(one, other)| {
            let ends = volumes.find(one).zip(volumes.find(other))?;
            dirty.volumes.extend([ends.0, ends.1]);
            Some(ends)
        };
        for (&relation, state) in &changes.relations {
            if let Some((source, target)) = ends(relation) {
                copies.relate(source, target, state.is_some(), volumes.len());
            }
        }
        for (&pair, &state) in &changes.mirrors {
            if let Some((standard, bcv)) = ends(pair) {
                copies.mirror(standard, bcv, state, volumes.len());
            }
        }
    }
}
