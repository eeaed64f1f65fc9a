//! Matrices: every fault in every phase at every place, as one scenario each.
//!
//! A cell is a fault, a phase, a place, a method and a number of generations. What a cell cannot be is said with its
//! reason. Cells of one method and number of generations share one clean site, so that they can be compared, but for those
//! that need logs suspended around a split or a second profile; or all share the site and the steps of a scenario that is
//! given.

mod covering;
mod fault;
mod place;

use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::FORMAT;
use dasdlab_model::states::{BackupType, Method};
use dasdlab_model::story::{Do, Phase, PlannedFault, StoryStep};

pub use covering::pairwise;
use fault::Target;
pub use place::{Place, PlaceError, Which};

use crate::rng::Rng;
use crate::stories::{self, Cell, Kind, Path};

/// The dimensions of a matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// Kinds of faults.
    pub faults: Vec<&'static str>,
    /// Phases.
    pub phases: Vec<Phase>,
    /// Places.
    pub places: Vec<Place>,
    /// Methods.
    pub methods: Vec<Method>,
    /// Numbers of generations.
    pub generations: Vec<u8>,
    /// Pairs of each generation.
    pub pairs: u32,
}

/// The most generations of a cell.
pub const MOST_GENERATIONS: u8 = 8;
/// The most pairs of a generation.
pub const MOST_PAIRS: u32 = 100;

/// One combination of the dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatrixCell {
    /// The kind of fault.
    pub fault: &'static str,
    /// The phase in which it fires.
    pub phase: Phase,
    /// Where.
    pub place: Place,
    /// The method of the profile.
    pub method: Method,
    /// Its number of generations.
    pub generations: u8,
}

impl MatrixCell {
    /// The stable name of its scenario.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}-{}-{}-{}-{}", self.phase, self.fault, self.place, self.method, self.generations)
    }

    /// Whether a profile of so many pairs can meet it.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn possible(&self, pairs: u32) -> Result<(), &'static str> {
        stories::possible(self.fault, self.phase, self.method, self.generations)?;
        self.place.takes(self.fault, self.phase)?;
        self.place.pair(pairs)?;
        Ok(())
    }

    fn cell(&self) -> Cell {
        Cell { word: self.fault, phase: self.phase }
    }
}

impl Matrix {
    /// Every dimension at its full length, with three pairs.
    #[must_use]
    pub fn full() -> Self {
        Self {
            faults: dasdlab_model::story::What::WORDS.to_vec(),
            phases: Phase::ALL.to_vec(),
            places: Place::ALL.to_vec(),
            methods: Method::ALL.to_vec(),
            generations: vec![1, 2, 3],
            pairs: 3,
        }
    }

    /// Every cell, in the order of its dimensions.
    #[must_use]
    pub fn cells(&self) -> Vec<MatrixCell> {
        let mut cells = Vec::new();
        for &method in &self.methods {
            for &generations in &self.generations {
                for &phase in &self.phases {
                    for &fault in &self.faults {
                        cells.extend(self.places.iter().map(|&place| MatrixCell { fault, phase, place, method, generations }));
                    }
                }
            }
        }
        cells
    }

    /// The scenario of a cell, in the clean site that all cells of its method and generations share.
    ///
    /// # Errors
    /// Why there is none.
    pub fn scenario(&self, cell: MatrixCell) -> Result<Scenario, String> {
        cell.possible(self.pairs)?;
        let name = format!("{} {} {}", cell.method, cell.generations, self.pairs);
        let rng = Rng::new(0).child("matrix").child(&name);
        let base = stories::base(cell.cell(), cell.method, cell.generations, self.pairs, &rng)
            .ok_or_else(|| format!("no site has a place for {}", cell.id()))?;
        let seen = declared(&base)?;
        self.strike(base, &seen, cell)
    }

    /// The scenario of a cell in the site of another scenario, and in its steps if it has any. Its faults and what it
    /// expects are left out.
    ///
    /// # Errors
    /// Why there is none.
    pub fn like(&self, like: &Scenario, seen: &Observation, cell: MatrixCell) -> Result<Scenario, String> {
        let steps = like.steps.iter().map(|step| StoryStep { expect: None, ..step.clone() });
        let base = Scenario { faults: Vec::new(), expect: None, token: None, steps: steps.collect(), ..like.clone() };
        self.strike(base, seen, cell)
    }

    fn strike(&self, base: Scenario, seen: &Observation, cell: MatrixCell) -> Result<Scenario, String> {
        let only = base.site.profiles.first().filter(|_| base.site.profiles.len() == 1).map(|profile| &profile.name);
        let name = base.profile.as_ref().or(only).ok_or("the scenario names none of its profiles")?;
        let profile = seen.profile(name).ok_or_else(|| format!("profile {name} is nowhere in the site"))?;
        let kind = kind(seen, profile);
        cell.possible(kind.sources)?;
        if (kind.method, kind.generations) != (cell.method, cell.generations) {
            return Err(format!("the profile is {} with {} generations", kind.method, kind.generations));
        }
        let given: Vec<Do> = base.steps.iter().map(|step| step.action.clone()).collect();
        let (route, before) = if given.is_empty() {
            let route = stories::route(cell.cell(), kind, profile.backup_type == BackupType::Full, false);
            let before = Path::of(kind, route.split_last().map_or(&[][..], |(_, rest)| rest));
            (route, before)
        } else {
            let path = Path::of(kind, &given);
            if path.times(cell.phase) == 0 {
                return Err(format!("the steps of the scenario do not come to the phase {}", cell.phase));
            }
            (given, Path::new(kind))
        };
        let nth = cell.place.pair(kind.sources)?.unwrap_or(1);
        let shot = stories::shot(cell.cell(), kind, &before, nth)?;
        let generation = *shot.generations.first().ok_or("no generation has pairs in play")?;
        let target = Target { seen, profile, phase: cell.phase, place: cell.place, generation, nth };
        let what = target.what(cell.fault)?;
        let when = shot.start.when(cell.phase, target.reference());
        let steps = if base.steps.is_empty() {
            route.into_iter().map(|action| StoryStep { name: String::new(), action, expect: None }).collect()
        } else {
            base.steps
        };
        Ok(Scenario {
            format: FORMAT,
            id: cell.id(),
            title: format!("{} in phase {}, {}", cell.fault, cell.phase, cell.place),
            profile: Some(profile.name.clone()),
            steps,
            faults: vec![PlannedFault { name: String::new(), what, when, lasts: None }],
            ..base
        })
    }
}

fn declared(scenario: &Scenario) -> Result<Observation, String> {
    let texts = |faults: Vec<dasdlab_model::declare::Fault>| faults.iter().take(5).map(ToString::to_string).collect::<Vec<_>>();
    dasdlab_model::declare::declare(&scenario.site).map_err(|faults| texts(faults).join("; "))
}

/// What decides through which phases a declared profile goes.
fn kind(seen: &Observation, profile: &BackupProfile) -> Kind {
    let level = seen.systems.iter().find(|system| system.name == profile.system).and_then(|system| {
        let (version, release) = system.host_software_level.as_deref()?.split_once('.')?;
        Some((version.parse::<u32>().ok()?, release.parse::<u32>().ok()?))
    });
    Kind {
        method: profile.method,
        generations: profile.generations,
        sources: u32::try_from(profile.sources.len()).unwrap_or(u32::MAX),
        suspends: level.is_some_and(|level| level < (5, 5)),
    }
}

#[cfg(test)]
mod tests;
