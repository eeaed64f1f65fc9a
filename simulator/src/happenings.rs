//! What goes wrong and what others do: everything that nobody ordered.

use dasdlab_model::name::{CatalogName, DataSetName, ProfileName, Serial, SystemName, Volser};
use dasdlab_model::states::{HostStatus, Storage};
use dasdlab_model::transitions::{MirrorEvent, RelationEvent};
use dasdlab_model::unit::{Unit, VolumeId};

use crate::World;
use crate::repository::Entry;
use crate::service::DEFAULT_RATE;

/// Something that nobody ordered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Happening {
    /// A device of a mirror pair fails.
    MirrorFails {
        /// The volume that is mirrored.
        standard: VolumeId,
        /// The BCV.
        bcv: VolumeId,
    },
    /// The relation of this target fails.
    RelationFails(VolumeId),
    /// This space-efficient target has no room left.
    OutOfSpace(VolumeId),
    /// A system sees a unit in another status.
    Vary {
        /// The system.
        system: SystemName,
        /// The unit.
        unit: Unit,
        /// Its status from now on.
        status: HostStatus,
    },
    /// An array answers, or does not.
    Reachable(Serial, bool),
    /// The copies of an array share another rate, in tracks a second; 0 stalls them, none is the default.
    Rate(Serial, Option<u32>),
    /// An array reports another code level.
    CodeLevel(Serial, String),
    /// The product's repository can be written, or cannot.
    Repository(bool),
    /// A catalog can be read, or cannot.
    Catalog(CatalogName, bool),
    /// A data set on disk is extended onto one more volume: its catalog entry names the label, and the VTOC of the mounted
    /// volumes that carry it has the data set.
    Extend {
        /// The data set.
        data_set: DataSetName,
        /// Label of the volume.
        volser: Volser,
    },
    /// A profile takes a unit as generation 1 target of its first source, in place of the one that it has. As with every
    /// edit, the profile needs setup then, and a locked one cannot be edited.
    TakeTarget {
        /// The profile.
        profile: ProfileName,
        /// The unit.
        target: Unit,
    },
    /// Somebody locks a profile that is free.
    Lock {
        /// The profile.
        profile: ProfileName,
        /// Who.
        by: String,
    },
    /// The lock of a profile is gone, whoever had it.
    Unlock(ProfileName),
}

impl World {
    /// Lets something happen that nobody ordered; says whether it could and changed anything.
    pub fn happen(&mut self, happening: &Happening, cause: &str) -> bool {
        let now = self.clock.now();
        let mut entry = Entry { journal: &mut self.journal, at: now, cause };
        let changed = match happening {
            &Happening::MirrorFails { standard, bcv } => self.happen_to_mirror(standard, bcv, MirrorEvent::Failed, cause),
            &Happening::RelationFails(target) => self.happen_to_relation(target, RelationEvent::Failed, cause),
            &Happening::OutOfSpace(target) => {
                self.volume(target).is_some_and(|volume| volume.thin)
                    && self.happen_to_relation(target, RelationEvent::OutOfSpace, cause)
            }
            &Happening::Vary { system, unit, status } => self.vary(system, unit, status, cause),
            Happening::Reachable(array, reachable) => {
                let word = |&reachable: &bool| if reachable { "reachable" } else { "unreachable" };
                self.subsystems.get_mut(array).is_some_and(|subsystem| {
                    entry.turn(&mut subsystem.facts.reachable, *reachable, format!("array {array}"), word)
                })
            }
            &Happening::Rate(array, rate) => {
                let number = |rate: &Option<u32>| rate.unwrap_or(DEFAULT_RATE);
                self.subsystems.get_mut(&array).is_some_and(|subsystem| {
                    subsystem.service.set_rate(now, number(&rate));
                    entry.turn(&mut subsystem.facts.copy_rate, rate, format!("rate {array}"), number)
                })
            }
            Happening::CodeLevel(array, level) => self.subsystems.get_mut(array).is_some_and(|subsystem| {
                entry.turn(&mut subsystem.facts.code_level, level.clone(), format!("code-level {array}"), String::clone)
            }),
            Happening::Repository(available) => {
                let word = |&available: &bool| if available { "available" } else { "unavailable" };
                entry.turn(&mut self.repository.available, *available, "repository".to_owned(), word)
            }
            Happening::Catalog(name, reachable) => {
                let word = |&reachable: &bool| if reachable { "reachable" } else { "unreachable" };
                self.catalogs
                    .iter_mut()
                    .find(|catalog| catalog.name == *name)
                    .is_some_and(|catalog| entry.turn(&mut catalog.reachable, *reachable, format!("catalog {name}"), word))
            }
            Happening::Extend { data_set, volser } => self.extend(data_set, *volser, cause),
            Happening::TakeTarget { profile, target } => self.repository.take_target(entry, profile, *target),
            Happening::Lock { profile, by } => self.repository.seize(entry, profile, by),
            Happening::Unlock(profile) => self.repository.set_free(&mut entry, profile),
        };
        self.advance(now);
        changed
    }

    /// The host abends and takes what ran for a profile with it: its lock is freed, and the logs of its IMS system are
    /// resumed where they were suspended. All else stays as it is. Says whether anything changed.
    pub fn abend(&mut self, profile: &ProfileName, cause: &str) -> bool {
        let mut entry = Entry { journal: &mut self.journal, at: self.clock.now(), cause };
        let freed = self.repository.set_free(&mut entry, profile);
        let ims = self.repository.profile(profile).map(|profile| profile.ims_ssid);
        let resumed = ims.is_some_and(|ims| self.repository.resume(entry, ims) == dasdlab_model::command::Reply::Done);
        freed || resumed
    }

    fn vary(&mut self, system: SystemName, unit: Unit, status: HostStatus, cause: &str) -> bool {
        let at = (self.clock.now(), cause);
        let Some(host) = self.hosts.iter_mut().find(|host| host.name() == system) else { return false };
        let Some(volume) = host.volume(unit) else { return false };
        host.set_status(&mut self.journal, at, volume, |_| status)
    }

    fn extend(&mut self, name: &DataSetName, volser: Volser, cause: &str) -> bool {
        let now = self.clock.now();
        let Ok(index) = self.data_sets.binary_search_by(|entry| entry.name.cmp(name)) else { return false };
        let Some(data_set) = self.data_sets.get_mut(index) else { return false };
        if data_set.storage != Storage::Disk || data_set.volumes.contains(&volser) {
            return false;
        }
        let labels = |volumes: &[Volser]| match volumes {
            [] => "no volume".to_owned(),
            volumes => volumes.iter().map(Volser::as_str).collect::<Vec<_>>().join(" "),
        };
        let before = labels(&data_set.volumes);
        data_set.volumes.push(volser);
        data_set.volumes.sort_unstable();
        self.journal.log(now, format!("data-set {name}"), before, labels(&data_set.volumes), cause);
        self.contents.entry_changed(name);
        let carriers: Vec<VolumeId> = self
            .subsystems
            .values()
            .flat_map(|subsystem| subsystem.carriers(volser))
            .filter(|&volume| self.hosts.iter().any(|host| host.status(volume).is_some_and(HostStatus::is_mounted)))
            .collect();
        for volume in carriers {
            self.enter_in_vtoc(volume, name, cause);
        }
        true
    }
}
