//! What commands ask of volumes before they ask for states, and what copies do to a volume seen by its hosts.

use dasdlab_model::command::Issuer;
use dasdlab_model::name::DataSetName;
use dasdlab_model::observation::VolumeSeen;
use dasdlab_model::states::{HostStatus, RemoteRole};
use dasdlab_model::transitions::Refusal;
use dasdlab_model::unit::VolumeId;

use crate::World;
use crate::journal::object;

/// How a volume's label and VTOC stand in the event log.
fn contents(volume: &VolumeSeen) -> String {
    let label = volume.volser.map_or_else(|| "no label".to_owned(), |volser| volser.to_string());
    match &volume.vtoc {
        Some(vtoc) => format!("{label}, {} data sets", vtoc.len()),
        None => label,
    }
}

impl World {
    /// Both volumes of a copy, on one array that answers.
    pub(crate) fn ends(&self, from: VolumeId, to: VolumeId) -> Result<(&VolumeSeen, &VolumeSeen), Refusal> {
        let ends = self.volume(from).zip(self.volume(to)).ok_or(Refusal::UnknownVolume)?;
        if from == to {
            return Err(Refusal::SameVolume);
        }
        if from.array != to.array {
            return Err(Refusal::DifferentArray);
        }
        if self.subsystems.get(&from.array).is_some_and(|subsystem| !subsystem.facts.reachable) {
            return Err(Refusal::ArrayUnreachable);
        }
        Ok(ends)
    }

    /// Whether a volume answers. A profile's command goes through the profile's system; somebody else's through
    /// whatever system has a path.
    pub(crate) fn answers(&self, by: &Issuer, volume: VolumeId) -> Result<(), Refusal> {
        let dead = |status: HostStatus| matches!(status, HostStatus::Boxed | HostStatus::NoPath);
        let system = match by {
            Issuer::Profile(profile) => self.repository.profile(profile).map(|profile| profile.system),
            Issuer::Foreign(_) => None,
        };
        let mut seen = self
            .hosts
            .iter()
            .filter(|host| system.is_none_or(|system| host.name() == system))
            .filter_map(|host| host.status(volume))
            .peekable();
        if seen.peek().is_some() && seen.all(dead) { Err(Refusal::DeviceNotReady) } else { Ok(()) }
    }

    /// A volume that is established as a BCV, or that receives remote writes, takes nothing else.
    pub(crate) fn takes_writes(&self, volume: VolumeId) -> Result<(), Refusal> {
        let secondary = self.volume(volume).is_some_and(|volume| volume.remote == Some(RemoteRole::Secondary));
        if secondary || self.is_mirroring(volume) { Err(Refusal::DeviceNotReady) } else { Ok(()) }
    }

    /// Whether a volume is a BCV that is established.
    pub(crate) fn is_mirroring(&self, volume: VolumeId) -> bool {
        self.subsystems
            .get(&volume.array)
            .is_some_and(|subsystem| subsystem.standards_of(volume).any(|(_, state)| state.is_established()))
    }

    /// Gives a volume the label and the VTOC of another. No system keeps a volume mounted whose label changes under it.
    pub(crate) fn copy_contents(&mut self, from: VolumeId, to: VolumeId, cause: &str) {
        let Some(source) = self.volume(from) else { return };
        let (volser, vtoc) = (source.volser, source.vtoc.clone());
        let Some(target) = self.subsystems.get_mut(&to.array).and_then(|subsystem| subsystem.volume_mut(to)) else { return };
        if target.volser == volser && target.vtoc == vtoc {
            return;
        }
        let (before, relabelled) = (contents(target), target.volser != volser);
        (target.volser, target.vtoc) = (volser, vtoc);
        let now = self.clock.now();
        self.journal.log(now, object("volume", &[to]), before, contents(target), cause);
        if relabelled {
            self.see(to, cause, |status| if status.is_mounted() { HostStatus::Offline } else { status });
        }
    }

    /// Enters a data set in the VTOC of a volume that has one of its own.
    pub(crate) fn enter_in_vtoc(&mut self, id: VolumeId, data_set: &DataSetName, cause: &str) {
        let Some(volume) = self.subsystems.get_mut(&id.array).and_then(|subsystem| subsystem.volume_mut(id)) else { return };
        let before = contents(volume);
        let Some(vtoc) = volume.vtoc.as_mut().filter(|vtoc| !vtoc.contains(data_set)) else { return };
        vtoc.push(data_set.clone());
        vtoc.sort_unstable();
        self.journal.log(self.clock.now(), object("volume", &[id]), before, contents(volume), cause);
    }

    /// Lets every system see a change of a volume.
    pub(crate) fn see(&mut self, volume: VolumeId, cause: &str, next: impl Fn(HostStatus) -> HostStatus) {
        let now = self.clock.now();
        for host in &mut self.hosts {
            host.set_status(&mut self.journal, (now, cause), volume, &next);
        }
    }
}
