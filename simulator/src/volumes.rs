//! Volumes that come and go while the world lives.

use dasdlab_model::declare::geometry;
use dasdlab_model::observation::{Device, VolumeSeen};
use dasdlab_model::states::{DeviceType, Family, MirrorState, Model};
use dasdlab_model::unit::VolumeId;

use crate::World;
use crate::journal::object;

/// How a volume stands in the event log.
fn shape(volume: &VolumeSeen) -> String {
    let class = if volume.bcv { " BCV" } else { "" };
    format!("{}{class}, {} cylinders", volume.device_type, volume.cylinders)
}

impl World {
    /// Adds a volume to its array, at an address that no volume and no alias has. No system has a unit for it.
    ///
    /// # Errors
    /// Why there can be none, in a line.
    pub fn attach(&mut self, volume: VolumeSeen, cause: &str) -> Result<(), String> {
        let id = volume.id;
        let serial = id.array;
        let subsystem = self.subsystems.get_mut(&serial).ok_or_else(|| format!("there is no array {serial}"))?;
        if !subsystem.facts.lss.iter().any(|(lss, _)| *lss == id.lss) {
            return Err(format!("array {serial} has no LSS {}", id.lss));
        }
        if subsystem.facts.family == Family::Ds8000 && (volume.bcv || volume.device.is_some()) {
            return Err("a DS8000 has neither BCVs nor Symmetrix device numbers".to_owned());
        }
        if volume.held_for.is_some() {
            return Err(format!("{id} is new: nobody holds it yet"));
        }
        geometry((volume.device_type == DeviceType::T3380).then_some(Model::M3380K), Some(volume.cylinders))?;
        let alias = |host: &crate::host::Host| host.units().any(|unit| unit.device == Device::Alias(id));
        if subsystem.volume(id).is_some() || self.hosts.iter().any(alias) {
            return Err(format!("there is a volume or an alias at {id} already: expected a free unit address"));
        }
        let now = self.clock.now();
        self.journal.log(now, object("device", &[id]), "none", shape(&volume), cause);
        subsystem.add(volume);
        Ok(())
    }

    /// Removes a volume that is in no copy and for which no system has a unit. What mirror pairs remember of it is
    /// forgotten, and so is that a copy holds its data.
    ///
    /// # Errors
    /// Why it stays, in a line.
    pub fn detach(&mut self, id: VolumeId, cause: &str) -> Result<(), String> {
        let subsystem = self.subsystems.get_mut(&id.array).ok_or_else(|| format!("there is no array {}", id.array))?;
        let volume = subsystem.volume(id).ok_or_else(|| format!("there is no volume {id}"))?;
        let was = shape(volume);
        if let Some(profile) = &volume.held_for {
            return Err(format!("{id} is held for profile {profile}"));
        }
        let as_bcv = subsystem.standards_of(id).map(|(standard, state)| (standard, id, state));
        let as_standard = subsystem.bcvs_of(id).map(|(bcv, state)| (id, bcv, state));
        let pairs: Vec<_> = as_bcv.chain(as_standard).collect();
        if let Some((standard, bcv, state)) = pairs.iter().find(|(_, _, state)| *state != MirrorState::NeverEstab) {
            return Err(format!("{id} is in a mirror pair, {standard} with {bcv} in {state}"));
        }
        if subsystem.relation(id).is_some() || subsystem.targets_of(id).next().is_some() {
            return Err(format!("{id} is in a FlashCopy relation"));
        }
        if let Some(host) = self.hosts.iter().find(|host| host.status(id).is_some()) {
            return Err(format!("system {} has a unit for {id}", host.name()));
        }
        for (standard, bcv, _) in pairs {
            subsystem.forget_pair(standard, bcv);
        }
        subsystem.detach(id);
        self.contents.forget(id);
        let now = self.clock.now();
        self.journal.log(now, object("device", &[id]), was, "none", cause);
        Ok(())
    }
}
