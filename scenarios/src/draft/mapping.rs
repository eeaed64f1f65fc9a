//! The profile: sources, their targets, and other profiles beside it.

use dasdlab_model::name::{ProfileName, Volser};
use dasdlab_model::states::{BackupType, HostStatus, ProfileState, SetupReason};
use dasdlab_model::unit::Unit;

use super::{Content, Draft, Profile, Role, Vol};
use crate::rng::Rng;

impl Draft {
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
}
