//! Which changes are taken in where they are, and which need everything to be built anew.

use dasdlab_model::change_set::ChangeSet;
use dasdlab_model::name::{ProfileName, Serial, SystemName};
use dasdlab_model::observation::{ArraySeen, BackupProfile, Device};
use dasdlab_model::unit::Unit;

use super::standing::Standing;
use crate::inventory::volumes::{Array, Resolved, Volume};

impl Standing {
    /// Whether these changes can be taken in where they are.
    pub(super) fn takes_in_place(&self, changes: &ChangeSet) -> bool {
        let ChangeSet { systems: _, arrays, volumes, units, relations: _, mirrors: _, ims, catalogs, .. } = changes;
        ims.is_none()
            && changes.policy.is_none()
            && arrays.iter().all(|(serial, array)| self.takes_array(*serial, array.as_ref()))
            && volumes.iter().all(|(id, volume)| volume.is_some() && self.inventory.volumes.find(*id).is_some())
            && units.iter().all(|(&(system, unit), device)| self.takes_unit(system, unit, *device))
            && catalogs.iter().all(|(name, catalog)| catalog.is_some() && self.catalogs.contains_key(name))
            && changes.profiles.iter().all(|(name, profile)| self.takes_profile(name, profile.as_ref()))
    }

    fn takes_array(&self, serial: Serial, array: Option<&ArraySeen>) -> bool {
        let known = self.inventory.volumes.find_array(serial);
        let known = known.and_then(|id| self.inventory.volumes.arrays.get(id as usize));
        known.zip(array.map(Array::new)).is_some_and(|(a, b)| (a.family, a.flashcopy) == (b.family, b.flashcopy))
    }

    /// A unit of a system that profiles are saved on must stand for the volume, or the alias, for which it stood.
    fn takes_unit(&self, system: SystemName, unit: Unit, device: Option<Device>) -> bool {
        let volumes = &self.inventory.volumes;
        if !volumes.knows_units_of(system) {
            return true;
        }
        let known = volumes.units_of(system).resolve(unit);
        match device {
            None => known == Resolved::UNKNOWN,
            Some(Device::Alias(_)) => known == Resolved::ALIAS,
            Some(Device::Base(volume, _)) => match (known.volume(), volumes.find(volume)) {
                (Some(known), Some(volume)) => {
                    let host = || volumes.get(known).and_then(Volume::host);
                    let is_home = system == self.inventory.terms.system;
                    known == volume && (!is_home || host().is_some_and(|(number, _)| number == unit))
                }
                (None, None) => known == Resolved::UNKNOWN,
                _ => false,
            },
        }
    }

    /// Of the profile that is judged its lock may change, and all that no rule reads; of others all but what they claim.
    fn takes_profile(&self, name: &ProfileName, profile: Option<&BackupProfile>) -> bool {
        self.profiles.get(name).zip(profile).is_some_and(|(known, now)| {
            let is_own = *name == self.inventory.terms.name;
            let claims = known.system == now.system && known.sources == now.sources && known.targets == now.targets;
            let terms = |profile: &BackupProfile| (profile.ims_ssid, profile.backup_type, profile.method, profile.generations);
            claims && (!is_own || terms(known) == terms(now))
        })
    }
}
