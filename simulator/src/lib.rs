//! The world: simulated DASD subsystems and what hangs on them.
//!
//! A [`World`] is a site alive. Volumes are found by identity alone: array serial, logical subsystem, unit address. The
//! simulator knows nothing about profiles' rules: it holds what is, and [`World::observe`] says what can be seen of it.
//!
//! It is told what to do by [`World::execute`], and time passes by [`World::advance`]. What the state of a copy permits is
//! said by the tables of [`dasdlab_model::transitions`]; what else an array refuses is asked before them. Every change that
//! can be observed is a line of [`World::events`].
//!
//! A copy carries its source's label and VTOC: a FlashCopy target and a volume that is copied back at once, a BCV when it is
//! split, provided that the first track had been copied. The units of a BCV are not ready while it is established and
//! offline once it is split, and no system keeps a volume mounted whose label changes under it.

mod array;
mod clock;
mod conservation;
mod contents;
mod copies;
mod devices;
mod edits;
mod execute;
mod finish;
mod flash;
mod follower;
mod happenings;
mod host;
mod journal;
mod life;
mod look;
mod mirrors;
mod repository;
mod saved;
mod service;
mod tracked;
mod tracks;
mod volumes;

use std::collections::BTreeMap;

use dasdlab_model::alive::Alive;
use dasdlab_model::declare::{Fault, declare};
use dasdlab_model::event::Time;
use dasdlab_model::name::Serial;
use dasdlab_model::observation::{CatalogSeen, DataSet, MirrorPair, Observation, Relation, VolumeSeen};
use dasdlab_model::site::{Authority, Policy, Site};
use dasdlab_model::unit::VolumeId;

use array::Subsystem;
use contents::Contents;
use copies::CopyKey;
use follower::Follower;
use host::Host;
use journal::Journal;
use look::Looks;
use repository::Repository;
use saved::Saved;
use tracked::Tracked;

pub use clock::{Clock, Sequence};
pub use contents::{Content, Written};
pub use copies::{Ledger, Progress};
pub use flash::MAX_RELATIONS;
pub use happenings::Happening;
pub use mirrors::SPLIT_TIME;
pub use tracks::TrackTable;

/// A site alive: arrays with their volumes and copies, systems with their units, and what is cataloged on them.
#[derive(Debug, Clone)]
pub struct World {
    subsystems: BTreeMap<Serial, Subsystem>,
    hosts: Vec<Host>,
    repository: Repository,
    catalogs: Tracked<Vec<CatalogSeen>>,
    data_sets: Tracked<Vec<DataSet>>,
    authority: Authority,
    policy: Policy,
    clock: Clock<CopyKey>,
    journal: Journal,
    contents: Contents,
    looks: Looks,
    follower: Follower,
}

impl World {
    /// Brings a site to life.
    ///
    /// # Errors
    /// Everything that is malformed in the site.
    pub fn boot(site: &Site) -> Result<Self, Vec<Fault>> {
        declare(site).map(|declared| Self::from_declared(declared, &site.alive))
    }

    /// Brings to life what a site declares: the same as [`World::boot`] for whoever has unrolled the site already.
    #[must_use]
    pub fn from_declared(declared: Observation, alive: &Alive) -> Self {
        let mut subsystems: BTreeMap<Serial, Subsystem> =
            declared.arrays.into_iter().map(|array| (array.serial, Subsystem::new(array))).collect();
        let mut volumes = declared.volumes.into_iter().peekable();
        while let Some(array) = volumes.peek().map(|volume| volume.id.array) {
            let of_array = std::iter::from_fn(|| volumes.next_if(|volume| volume.id.array == array));
            match subsystems.get_mut(&array) {
                Some(subsystem) => subsystem.attach(of_array),
                None => of_array.for_each(drop),
            }
        }
        let was_saved = *alive != Alive::default();
        let mut clock = Clock::at(Time(alive.now_ms), alive.arranged);
        if !was_saved {
            // What was recorded lies in the past: of two backups the later one stays the later one.
            let recorded = declared.profiles.iter().flat_map(|profile| &profile.backups).map(|backup| backup.taken_at).max();
            clock.move_to(recorded.map_or(Time(0), |taken_at| Time::seconds(taken_at.saturating_add(1))));
        }
        let now = clock.now();
        let mut contents = Contents::new(declared.ims.iter().map(|ims| ims.ssid));
        for Relation { source, target, state } in declared.relations {
            if let Some(subsystem) = subsystems.get_mut(&source.array) {
                subsystem.relate(source, target, state);
                contents.declare_relation(now, source, target, state);
            }
        }
        for MirrorPair { standard, bcv, state } in declared.mirrors {
            if let Some(subsystem) = subsystems.get_mut(&standard.array) {
                subsystem.mirror_mut(standard, bcv).0.state = state;
                contents.declare_mirror(now, standard, bcv, state);
            }
        }
        for sharing in &alive.sharing {
            if let Some(subsystem) = subsystems.get_mut(&sharing.array) {
                subsystem.service.recall(Time(sharing.at_ms), sharing.given);
            }
        }
        let saved = Saved::new(alive);
        for subsystem in subsystems.values_mut() {
            subsystem.boot(&mut clock, &saved);
        }
        let mut repository = Repository::new(declared.profiles, declared.ims);
        if was_saved {
            contents.recall(alive);
            repository.recall(alive);
        }
        let hosts = declared.systems.into_iter().map(|system| Host::configured(system, &declared.units)).collect();
        Self {
            subsystems,
            hosts,
            repository,
            catalogs: Tracked::new(declared.catalogs),
            data_sets: Tracked::new(declared.data_sets),
            authority: declared.authority,
            policy: declared.policy,
            clock,
            journal: Journal::default(),
            contents,
            looks: Looks::default(),
            follower: Follower::default(),
        }
    }

    /// The volume of this identity.
    #[must_use]
    pub fn volume(&self, id: VolumeId) -> Option<&VolumeSeen> {
        self.subsystems.get(&id.array)?.volume(id)
    }

    /// Everything that can be seen at this instant, sorted by identity and name.
    #[must_use]
    pub fn observe(&self) -> Observation {
        let mut seen = Observation {
            systems: self.hosts.iter().map(Host::seen).collect(),
            ims: self.repository.ims.clone(),
            catalogs: self.catalogs.to_vec(),
            data_sets: self.data_sets.to_vec(),
            authority: self.authority.clone(),
            policy: self.policy.clone(),
            profiles: self.repository.profiles.to_vec(),
            ..Observation::default()
        };
        for subsystem in self.subsystems.values() {
            subsystem.observe(&mut seen);
        }
        for host in &self.hosts {
            seen.units.extend(host.units());
        }
        seen.sort();
        seen
    }
}
