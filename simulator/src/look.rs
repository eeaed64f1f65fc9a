//! Looks at the world, one after the other: each is an earlier one brought up to date, as far as nobody keeps that one.

use std::sync::Arc;

use dasdlab_model::observation::{MirrorPair, Observation};

use crate::World;
use crate::array::Subsystem;
use crate::tracked::Touched;

/// How many looks are kept. One is shown, and who follows may keep the one before it until then.
const KEPT: usize = 3;

/// The largest world, in volumes, in which every look is compared with what there is where debug assertions are on.
const COMPARED: usize = 64;

/// The last looks, each with what was touched since.
#[derive(Debug, Default)]
pub(crate) struct Looks(Vec<(Arc<Observation>, Touched)>);

impl Clone for Looks {
    /// Whoever has the original keeps its looks.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Looks {
    /// Of the looks one that nothing was done after, or that nobody keeps, with what it lacks.
    fn take(&mut self) -> Option<(Arc<Observation>, Touched)> {
        let fresh = self.0.iter().position(|(_, lacks)| lacks.is_nothing());
        let place = fresh.or_else(|| self.0.iter_mut().position(|(seen, _)| Arc::get_mut(seen).is_some()))?;
        Some(self.0.remove(place))
    }

    fn put(&mut self, seen: Arc<Observation>) {
        if self.0.len() == KEPT {
            self.0.remove(0);
        }
        self.0.push((seen, Touched::default()));
    }
}

impl World {
    /// The same as [`World::observe`]. To look again and again costs what has changed in between, and no more than that
    /// where the looks before the last one are no longer kept.
    pub fn look(&mut self) -> Arc<Observation> {
        self.spread_touched();
        let seen = match self.looks.take() {
            Some((mut seen, lacks)) => {
                if !(lacks.is_nothing() && self.has_same_surroundings(&seen)) {
                    self.update(Arc::make_mut(&mut seen), &lacks);
                }
                seen
            }
            None => Arc::new(self.observe()),
        };
        debug_assert!(seen.volumes.len() > COMPARED || *seen == self.observe(), "a look brought up to date is wrong");
        self.looks.put(Arc::clone(&seen));
        seen
    }

    /// Enters what was touched lately as what every look, and whoever follows the world, lacks.
    pub(crate) fn spread_touched(&mut self) {
        let touched = self.take_touched();
        for (_, lacks) in &mut self.looks.0 {
            lacks.absorb(&touched);
        }
        self.follower.lack(&touched);
    }

    /// Takes what was touched since this was last asked.
    fn take_touched(&mut self) -> Touched {
        let mut touched = Touched {
            profiles: self.repository.profiles.take_touched(),
            catalogs: self.catalogs.take_touched(),
            data_sets: self.data_sets.take_touched(),
            ..Touched::default()
        };
        let of_arrays = self.subsystems.values_mut().map(|subsystem| &mut subsystem.touched);
        for of_one in of_arrays.chain(self.hosts.iter_mut().map(|host| &mut host.touched)) {
            touched.absorb(&std::mem::take(of_one));
        }
        touched
    }

    /// Whether the few things that are not tracked are the same in a look.
    fn has_same_surroundings(&self, seen: &Observation) -> bool {
        self.subsystems.values().map(|subsystem| &subsystem.facts).eq(&seen.arrays)
            && self.repository.ims == seen.ims
            && self.authority == seen.authority
            && self.policy == seen.policy
    }

    /// Brings a look up to date that lacks this.
    fn update(&self, seen: &mut Observation, lacks: &Touched) {
        let surroundings = !self.has_same_surroundings(seen);
        if surroundings {
            seen.arrays = self.subsystems.values().map(|subsystem| subsystem.facts.clone()).collect();
            seen.ims.clone_from(&self.repository.ims);
            seen.authority = self.authority.clone();
            seen.policy = self.policy.clone();
        }
        for id in &lacks.volumes {
            let place = seen.volumes.binary_search_by_key(id, |volume| volume.id);
            match (self.volume(*id), place) {
                (Some(volume), Ok(place)) => {
                    if let Some(entry) = seen.volumes.get_mut(place) {
                        entry.clone_from(volume);
                        entry.vtoc.iter_mut().for_each(|vtoc| vtoc.sort_unstable());
                    }
                }
                (Some(volume), Err(place)) => {
                    let mut entry = volume.clone();
                    entry.vtoc.iter_mut().for_each(|vtoc| vtoc.sort_unstable());
                    seen.volumes.insert(place, entry);
                }
                (None, Ok(place)) => drop(seen.volumes.remove(place)),
                (None, Err(_)) => {}
            }
        }
        for &(standard, bcv) in &lacks.mirrors {
            let pair = self.subsystems.get(&bcv.array).and_then(|subsystem| subsystem.mirror(standard, bcv));
            let place = seen.mirrors.binary_search_by_key(&(standard, bcv), |pair| (pair.standard, pair.bcv));
            match (pair.map(|pair| pair.state), place) {
                (Some(state), Ok(place)) => {
                    if let Some(entry) = seen.mirrors.get_mut(place) {
                        entry.state = state;
                    }
                }
                (Some(state), Err(place)) => seen.mirrors.insert(place, MirrorPair { standard, bcv, state }),
                (None, Ok(place)) => drop(seen.mirrors.remove(place)),
                (None, Err(_)) => {}
            }
        }
        for &(system, unit) in &lacks.units {
            let device = self.hosts.iter().find(|host| host.name() == system).and_then(|host| host.device(unit));
            let place = seen.units.binary_search_by_key(&(system, unit), |entry| (entry.system, entry.unit));
            if let (Some(device), Ok(place)) = (device, place)
                && let Some(entry) = seen.units.get_mut(place)
            {
                entry.device = device;
            }
        }
        if lacks.relations {
            seen.relations.clear();
            seen.relations.extend(self.subsystems.values().flat_map(Subsystem::seen_relations));
        }
        if lacks.profiles {
            seen.profiles.clone_from(&self.repository.profiles);
        }
        if lacks.catalogs {
            seen.catalogs.clone_from(&self.catalogs);
        }
        if lacks.data_sets {
            seen.data_sets.clone_from(&self.data_sets);
        }
        // Catalogs and data sets stay in the order in which they were declared, which is this one.
        if surroundings || lacks.relations || lacks.profiles {
            seen.sort();
        }
    }
}
