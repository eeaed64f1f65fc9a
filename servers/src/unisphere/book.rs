//! What Unisphere remembers that no array shows: storage groups, names of volumes, clone sessions and jobs.
//!
//! A clone session is a view: what its pairs are is said by the world, which others change too, and the book only knows
//! which pairs there are. Where the array no longer knows of any of them, the session is over.

mod clones;
mod groups;
mod jobs;
mod make;

use std::collections::BTreeMap;
use std::ops::Range;

use dasdlab_model::command::Issuer;
use dasdlab_model::name::Serial;
use dasdlab_model::observation::{ArraySeen, Observation, VolumeSeen};
use dasdlab_model::unit::{SymmetrixDevice, VolumeId};

pub use clones::{Pair, Session, UNIFIED};
pub use groups::Group;
pub use jobs::{Job, Jobs, MAX_JOBS};
pub use make::{MAX_NEW_VOLUMES, MAX_VOLUME_CYLINDERS};

use super::capacity::Emulation;
use super::numbers::{Numbers, text};
use super::order::{Action, Done, Order, Refused, RefusedKind};
use crate::engine::Engine;

/// Storage groups, clone sessions and jobs of all arrays.
#[derive(Debug, Clone, Default)]
pub struct Book {
    pages: BTreeMap<Serial, Page>,
    jobs: Jobs,
}

/// What is remembered of one array.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Storage groups by name.
    pub groups: BTreeMap<String, Group>,
    /// Clone sessions, in the order of the groups copied from and to.
    pub sessions: Vec<Session>,
    /// Device numbers, until volumes come or go.
    numbers: Option<Numbers>,
    /// What hosts see volumes as that were made here.
    emulations: BTreeMap<VolumeId, Emulation>,
    /// Names of volumes.
    names: BTreeMap<VolumeId, String>,
}

/// The volumes of an array in an observation.
fn range(seen: &Observation, array: Serial) -> Range<usize> {
    let from = seen.volumes.partition_point(|volume| volume.id.array < array);
    from..seen.volumes.partition_point(|volume| volume.id.array <= array)
}

/// The volumes of an array.
#[must_use]
pub fn volumes(seen: &Observation, array: Serial) -> &[VolumeSeen] {
    seen.volumes.get(range(seen, array)).unwrap_or_default()
}

/// An array.
#[must_use]
pub fn array(seen: &Observation, serial: Serial) -> Option<&ArraySeen> {
    seen.arrays.iter().find(|array| array.serial == serial)
}

/// Who gives the commands that an order comes to.
fn issuer() -> Issuer {
    Issuer::Foreign("unisphere".to_owned())
}

impl Book {
    /// Carries out an order on the world and notes it. One that is answered by a job is never refused here: the job says why.
    ///
    /// # Errors
    /// Why it was refused; then nothing has changed.
    pub fn apply(&mut self, order: &Order, engine: &mut dyn Engine) -> Result<Done, Refused> {
        self.follow(engine);
        let done = self.carry_out(order, engine);
        if !order.as_job {
            return done.map(|_| Done::Done);
        }
        Ok(Done::Job(self.jobs.enter(order, done, engine.now())))
    }

    /// Does what is ordered; what it did, a line for each task.
    fn carry_out(&mut self, order: &Order, engine: &mut dyn Engine) -> Result<Vec<String>, Refused> {
        let serial = order.array;
        let seen = engine.look();
        let facts =
            array(&seen, serial).ok_or_else(|| RefusedKind::NotFound.because(format!("There is no Symmetrix {serial}")))?;
        if !facts.reachable {
            return Err(RefusedKind::State.because(format!("Symmetrix {serial} cannot be reached")));
        }
        let page = self.opened(&seen, serial);
        match &order.action {
            Action::CreateGroup { group, service_level, resource_pool, volumes } => {
                let made = Group::new(service_level.clone(), resource_pool.clone());
                page.create_group(group, made, volumes, &seen, serial, engine)
            }
            Action::DeleteGroup { group } => page.delete_group(group),
            Action::RenameGroup { group, to } => page.rename_group(group, to),
            Action::AddVolumes { group, volumes } => page.add_volumes(group, volumes),
            Action::AddNewVolumes { group, volumes } => page.add_new_volumes(group, volumes, &seen, serial, engine),
            Action::RemoveVolumes { group, volumes } => page.remove_volumes(group, volumes),
            Action::MoveVolumes { group, to, volumes } => page.move_volumes(group, to, volumes),
            Action::NameVolume { volume, name } => page.name_volume(*volume, name.as_ref()),
            Action::DeleteVolume { volume } => page.delete_volume(*volume, engine),
            Action::CreateClone(groups) => page.create_clone(groups, &seen, serial, engine),
            Action::EstablishClone(groups) => page.establish_clone(groups, &seen, engine),
            Action::RestoreClone(groups) => page.restore_clone(groups, &seen, engine),
            Action::SplitClone(groups) => page.split_clone(groups, &seen, engine),
            Action::SetCloneMode { groups, mode } => page.set_mode(groups, *mode, &seen, facts),
            Action::TerminateClone { source, target, force } => {
                page.terminate_clone(source, target.as_deref(), *force, &seen, engine)
            }
        }
    }

    /// Forgets the sessions of which the array knows nothing any more: what is established later is another's.
    pub fn follow(&mut self, engine: &mut dyn Engine) {
        if self.pages.values().all(|page| page.sessions.is_empty()) {
            return;
        }
        let seen = engine.look();
        for page in self.pages.values_mut() {
            page.sessions.retain(|session| session.is_known(&seen));
        }
    }

    /// The page of an array, with the storage groups that its volumes declare where it has none yet.
    pub fn opened(&mut self, seen: &Observation, serial: Serial) -> &mut Page {
        let page = self.pages.entry(serial).or_insert_with(|| Page::new(volumes(seen, serial)));
        if page.numbers.is_none() {
            page.numbers = Some(Numbers::new(volumes(seen, serial)));
        }
        page
    }

    /// The page of an array that was opened.
    #[must_use]
    pub fn page(&self, serial: Serial) -> Option<&Page> {
        self.pages.get(&serial)
    }

    /// Every job that is kept.
    #[must_use]
    pub const fn jobs(&self) -> &Jobs {
        &self.jobs
    }
}

impl Page {
    fn new(volumes: &[VolumeSeen]) -> Self {
        let mut page = Self::default();
        for volume in volumes {
            if let Some(name) = &volume.storage_group {
                page.groups.entry(name.clone()).or_default().volumes.insert(volume.id);
            }
        }
        page
    }

    /// The number of a volume.
    #[must_use]
    pub fn number(&self, volume: VolumeId) -> Option<SymmetrixDevice> {
        self.numbers.as_ref()?.of(volume)
    }

    /// The number of a volume as it stands in Unisphere.
    #[must_use]
    pub fn number_text(&self, volume: VolumeId) -> String {
        self.number(volume).map_or_else(|| volume.to_string(), text)
    }

    /// The volume of a number.
    #[must_use]
    pub fn volume(&self, number: SymmetrixDevice) -> Option<VolumeId> {
        self.numbers.as_ref()?.at(number)
    }

    /// Every volume with its number, in the order of the numbers.
    pub fn numbered(&self) -> impl Iterator<Item = (SymmetrixDevice, VolumeId)> {
        self.numbers.iter().flat_map(Numbers::volumes)
    }

    /// What hosts see a volume as.
    #[must_use]
    pub fn emulation(&self, volume: &VolumeSeen) -> Emulation {
        self.emulations.get(&volume.id).copied().unwrap_or(Emulation::of(volume.device_type))
    }

    /// The name that a volume was given.
    #[must_use]
    pub fn name(&self, volume: VolumeId) -> Option<&str> {
        self.names.get(&volume).map(String::as_str)
    }

    /// The volumes of these numbers.
    fn found(&self, numbers: &[SymmetrixDevice]) -> Result<Vec<VolumeId>, Refused> {
        let found = |&number: &SymmetrixDevice| {
            self.volume(number).ok_or_else(|| RefusedKind::NotFound.because(format!("Cannot find Volume {}", text(number))))
        };
        numbers.iter().map(found).collect()
    }
}
