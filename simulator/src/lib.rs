//! The world: simulated DASD subsystems and what hangs on them.
//!
//! A [`World`] is a site alive. Volumes are found by identity alone: array serial, logical subsystem, unit address. The
//! simulator knows nothing about profiles' rules: it holds what is, and [`World::observe`] says what can be seen of it.

mod array;
mod host;

use std::collections::BTreeMap;

use dasdlab_model::declare::{Fault, declare};
use dasdlab_model::name::Serial;
use dasdlab_model::observation::{BackupProfile, CatalogSeen, DataSet, MirrorPair, Observation, Relation, VolumeSeen};
use dasdlab_model::site::{Authority, Ims, Policy, Site};
use dasdlab_model::unit::VolumeId;

use array::Subsystem;
use host::Host;

/// A site alive: arrays with their volumes and copies, systems with their units, and what is cataloged on them.
#[derive(Debug, Clone)]
pub struct World {
    subsystems: BTreeMap<Serial, Subsystem>,
    hosts: Vec<Host>,
    ims: Vec<Ims>,
    catalogs: Vec<CatalogSeen>,
    data_sets: Vec<DataSet>,
    authority: Authority,
    policy: Policy,
    profiles: Vec<BackupProfile>,
}

impl World {
    /// Brings a site to life.
    ///
    /// # Errors
    /// Everything that is malformed in the site.
    pub fn boot(site: &Site) -> Result<Self, Vec<Fault>> {
        declare(site).map(Self::from_declared)
    }

    fn from_declared(declared: Observation) -> Self {
        let mut subsystems: BTreeMap<Serial, Subsystem> =
            declared.arrays.into_iter().map(|array| (array.serial, Subsystem::new(array))).collect();
        for volume in declared.volumes {
            if let Some(subsystem) = subsystems.get_mut(&volume.id.array) {
                subsystem.attach(volume);
            }
        }
        for Relation { source, target, state } in declared.relations {
            if let Some(subsystem) = subsystems.get_mut(&source.array) {
                subsystem.relate(source, target, state);
            }
        }
        for MirrorPair { standard, bcv, state } in declared.mirrors {
            if let Some(subsystem) = subsystems.get_mut(&standard.array) {
                subsystem.mirror(standard, bcv, state);
            }
        }
        let mut hosts: Vec<Host> = declared.systems.into_iter().map(Host::new).collect();
        for unit in declared.units {
            if let Some(host) = hosts.iter_mut().find(|host| host.name() == unit.system) {
                host.configure(unit.unit, unit.device);
            }
        }
        Self {
            subsystems,
            hosts,
            ims: declared.ims,
            catalogs: declared.catalogs,
            data_sets: declared.data_sets,
            authority: declared.authority,
            policy: declared.policy,
            profiles: declared.profiles,
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
            ims: self.ims.clone(),
            catalogs: self.catalogs.clone(),
            data_sets: self.data_sets.clone(),
            authority: self.authority.clone(),
            policy: self.policy.clone(),
            profiles: self.profiles.clone(),
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
