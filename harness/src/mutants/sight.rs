//! What mutants look up in an observation, and what they change in it.

use dasdlab_model::name::{ProfileName, SystemName};
use dasdlab_model::observation::{BackupProfile, Device, Observation, VolumeSeen};
use dasdlab_model::states::{DataSetClass, HostStatus, MirrorState};
use dasdlab_model::unit::{Unit, VolumeId};

/// The volume behind a base unit of a system.
pub(super) fn volume(seen: &Observation, system: SystemName, unit: Unit) -> Option<VolumeId> {
    seen.units.iter().find(|entry| (entry.system, entry.unit) == (system, unit)).and_then(|entry| match entry.device {
        Device::Base(volume, _) => Some(volume),
        Device::Alias(_) => None,
    })
}

/// What the volume behind a base unit of the profile's system is like.
pub(super) fn device<'a>(seen: &'a Observation, profile: &ProfileName, unit: Unit) -> Option<&'a VolumeSeen> {
    let id = volume(seen, seen.profile(profile)?.system, unit)?;
    seen.volumes.iter().find(|volume| volume.id == id)
}

/// How the profile's system sees a base unit.
pub(super) fn status(seen: &Observation, profile: &ProfileName, unit: Unit) -> Option<HostStatus> {
    let system = seen.profile(profile)?.system;
    seen.units.iter().find(|entry| (entry.system, entry.unit) == (system, unit)).and_then(|entry| match entry.device {
        Device::Base(_, status) => Some(status),
        Device::Alias(_) => None,
    })
}

/// The volumes of a profile's sources.
pub(super) fn sources(seen: &Observation, profile: &ProfileName) -> Vec<VolumeId> {
    let own = seen.profile(profile);
    own.iter().flat_map(|own| own.sources.iter().filter_map(|source| volume(seen, own.system, source.unit))).collect()
}

/// The volumes of a profile's targets, of all generations.
pub(super) fn targets(seen: &Observation, profile: &ProfileName) -> Vec<VolumeId> {
    let own = seen.profile(profile);
    own.iter().flat_map(|own| own.targets.iter().filter_map(|entry| volume(seen, own.system, entry.target))).collect()
}

/// The profile itself, to be changed.
pub(super) fn own<'a>(seen: &'a mut Observation, profile: &ProfileName) -> Option<&'a mut BackupProfile> {
    seen.profiles.iter_mut().find(|other| other.name == *profile)
}

/// Shows units of one status in another.
pub(super) fn restate(seen: &mut Observation, from: HostStatus, to: HostStatus) {
    for entry in &mut seen.units {
        if let Device::Base(_, status) = &mut entry.device
            && *status == from
        {
            *status = to;
        }
    }
}

/// Shows mirror pairs of one state in another.
pub(super) fn mirror(seen: &mut Observation, from: MirrorState, to: MirrorState) {
    seen.mirrors.iter_mut().filter(|pair| pair.state == from).for_each(|pair| pair.state = to);
}

/// Leaves nothing but the first label of data sets of some classes.
pub(super) fn first_volume_only(seen: &mut Observation, of: fn(DataSetClass) -> bool) {
    seen.data_sets.iter_mut().filter(|data_set| of(data_set.class)).for_each(|data_set| data_set.volumes.truncate(1));
}
