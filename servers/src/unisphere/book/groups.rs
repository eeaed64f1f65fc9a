//! Storage groups: sets of volumes with a name.

use std::collections::BTreeSet;

use dasdlab_model::name::Serial;
use dasdlab_model::observation::Observation;
use dasdlab_model::unit::{SymmetrixDevice, VolumeId};

use super::super::order::{NewVolumes, Refused, RefusedKind, VolumeName};
use super::Page;
use crate::engine::Engine;

/// The most storage groups of an array.
pub(super) const MAX_GROUPS: usize = 16_384;

/// A storage group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Its volumes.
    pub volumes: BTreeSet<VolumeId>,
    /// Its service level.
    pub service_level: Option<String>,
    /// Its storage resource pool.
    pub resource_pool: Option<String>,
}

impl Group {
    /// An empty group.
    pub(super) fn new(service_level: Option<String>, resource_pool: Option<String>) -> Self {
        Self { volumes: BTreeSet::new(), service_level, resource_pool }
    }
}

type Tasks = Result<Vec<String>, Refused>;

/// A task that is done.
pub(super) fn task(line: impl Into<String>) -> Vec<String> {
    vec![line.into()]
}

impl Page {
    /// A group of this name.
    pub(super) fn group(&self, name: &str) -> Result<&Group, Refused> {
        self.groups.get(name).ok_or_else(|| no_group(name))
    }

    fn group_mut(&mut self, name: &str) -> Result<&mut Group, Refused> {
        self.groups.get_mut(name).ok_or_else(|| no_group(name))
    }

    /// Whether a group of this name can be made.
    pub(super) fn is_free(&self, name: &str) -> Result<(), Refused> {
        if self.groups.contains_key(name) {
            return Err(RefusedKind::Conflict.because(format!("The storage group {name} exists already")));
        }
        if self.groups.len() >= MAX_GROUPS {
            return Err(RefusedKind::State.because(format!("An array has no more than {MAX_GROUPS} storage groups")));
        }
        Ok(())
    }

    /// The volumes of the sessions of a group. They stay in the group while the sessions last.
    fn in_sessions(&self, group: &str) -> BTreeSet<VolumeId> {
        let of = |session: &super::Session| -> Vec<VolumeId> {
            let as_source = (session.groups.source == group).then(|| session.pairs.iter().map(|pair| pair.source));
            let as_target = (session.groups.target == group).then(|| session.pairs.iter().map(|pair| pair.target));
            as_source.into_iter().flatten().chain(as_target.into_iter().flatten()).collect()
        };
        self.sessions.iter().flat_map(of).collect()
    }

    fn may_leave(&self, group: &str, volumes: &[VolumeId]) -> Result<(), Refused> {
        let members = &self.group(group)?.volumes;
        let copied = self.in_sessions(group);
        for volume in volumes {
            let number = self.number_text(*volume);
            if !members.contains(volume) {
                return Err(RefusedKind::NotFound.because(format!("Volume {number} is not in storage group {group}")));
            }
            if copied.contains(volume) {
                let message = format!("Volume {number} is in a clone session of storage group {group}: terminate that first");
                return Err(RefusedKind::State.because(message));
            }
        }
        Ok(())
    }

    pub(super) fn create_group(
        &mut self,
        name: &str,
        group: Group,
        volumes: &[NewVolumes],
        seen: &Observation,
        array: Serial,
        engine: &mut dyn Engine,
    ) -> Tasks {
        self.is_free(name)?;
        let made = self.make(volumes, seen, array, engine)?;
        let tasks = self.tasks(&made);
        self.groups.insert(name.to_owned(), Group { volumes: made.into_iter().collect(), ..group });
        Ok([task(format!("Creating Storage Group : [{name}]")), tasks].concat())
    }

    pub(super) fn delete_group(&mut self, name: &str) -> Tasks {
        self.group(name)?;
        if self.sessions.iter().any(|session| session.groups.source == name || session.groups.target == name) {
            let message = format!("Storage group {name} is in a clone session: terminate that first");
            return Err(RefusedKind::State.because(message));
        }
        self.groups.remove(name);
        Ok(task(format!("Deleting Storage Group : [{name}]")))
    }

    pub(super) fn rename_group(&mut self, name: &str, to: &str) -> Tasks {
        self.group(name)?;
        self.is_free(to)?;
        if let Some(group) = self.groups.remove(name) {
            self.groups.insert(to.to_owned(), group);
        }
        for session in &mut self.sessions {
            for side in [&mut session.groups.source, &mut session.groups.target] {
                if side == name {
                    to.clone_into(side);
                }
            }
        }
        Ok(task(format!("Renaming Storage Group : [{name}] to [{to}]")))
    }

    pub(super) fn add_volumes(&mut self, group: &str, volumes: &[SymmetrixDevice]) -> Tasks {
        self.group(group)?;
        let volumes = self.found(volumes)?;
        for volume in &volumes {
            if self.group(group)?.volumes.contains(volume) {
                let number = self.number_text(*volume);
                return Err(RefusedKind::Conflict.because(format!("Volume {number} is in storage group {group} already")));
            }
        }
        self.group_mut(group)?.volumes.extend(volumes);
        Ok(task(format!("Adding Volumes to Storage Group : [{group}]")))
    }

    pub(super) fn add_new_volumes(
        &mut self,
        group: &str,
        volumes: &[NewVolumes],
        seen: &Observation,
        array: Serial,
        engine: &mut dyn Engine,
    ) -> Tasks {
        self.group(group)?;
        let made = self.make(volumes, seen, array, engine)?;
        let tasks = self.tasks(&made);
        self.group_mut(group)?.volumes.extend(made);
        Ok([tasks, task(format!("Adding Volumes to Storage Group : [{group}]"))].concat())
    }

    pub(super) fn remove_volumes(&mut self, group: &str, volumes: &[SymmetrixDevice]) -> Tasks {
        let volumes = self.found(volumes)?;
        self.may_leave(group, &volumes)?;
        let members = &mut self.group_mut(group)?.volumes;
        for volume in volumes {
            members.remove(&volume);
        }
        Ok(task(format!("Removing Volumes from Storage Group : [{group}]")))
    }

    pub(super) fn move_volumes(&mut self, group: &str, to: &str, volumes: &[SymmetrixDevice]) -> Tasks {
        let volumes = self.found(volumes)?;
        self.may_leave(group, &volumes)?;
        self.group(to)?;
        if group == to {
            return Err(RefusedKind::Invalid.because(format!("Storage group {group} cannot give volumes to itself")));
        }
        for volume in volumes {
            self.group_mut(group)?.volumes.remove(&volume);
            self.group_mut(to)?.volumes.insert(volume);
        }
        Ok(task(format!("Moving Volumes from Storage Group : [{group}] to [{to}]")))
    }

    pub(super) fn name_volume(&mut self, number: SymmetrixDevice, name: Option<&VolumeName>) -> Tasks {
        for volume in self.found(&[number])? {
            self.set_name(volume, name);
        }
        Ok(task("Modifying Volume Identifier"))
    }

    pub(super) fn set_name(&mut self, volume: VolumeId, name: Option<&VolumeName>) {
        match name {
            None => {
                self.names.remove(&volume);
            }
            Some(VolumeName { text, with_number }) => {
                let suffix = if *with_number { self.number_text(volume) } else { String::new() };
                self.names.insert(volume, format!("{text}{suffix}"));
            }
        }
    }
}

fn no_group(name: &str) -> Refused {
    RefusedKind::NotFound.because(format!("Cannot find Storage Group {name}"))
}
