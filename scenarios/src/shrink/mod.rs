//! From a scenario that fails to a small one that fails the same way.
//!
//! Whoever shrinks says what "the same way" is: nothing here knows a validator or the oracle. A candidate leaves something
//! out, or makes something plainer; what hangs on what is left out goes with it, so that each candidate is well-formed.
//! Large bites come first and are halved until one thing at a time is left out, round after round until nothing goes any
//! more or the budget is spent. The same scenario, predicate and budget always give the same result.

mod bites;
mod generations;
mod lists;
mod names;
mod places;
mod plain;
mod prune;
mod single;
mod story;
mod systems;
#[cfg(test)]
mod tests;
mod volumes;

use std::fmt::{self, Write};
use std::hash::Hasher;
use std::ops::ControlFlow;

use dasdlab_model::declare::declare;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::undeclare;
use rustc_hash::{FxHashSet, FxHasher};

/// The most rounds; each takes something away, so that few are needed.
const ROUNDS: usize = 20;

/// The most things of a site that are taken apart one by one; what is larger is not shrunk.
pub const MAX_THINGS: usize = 262_144;

/// How much may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// The most candidates that are judged.
    pub candidates: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { candidates: 5_000 }
    }
}

/// What a pass did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    /// What it leaves out or makes plainer.
    pub name: &'static str,
    /// Candidates judged.
    pub tried: usize,
    /// Candidates that were kept.
    pub kept: usize,
}

/// A scenario that was shrunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shrunk {
    /// The smallest that was found.
    pub scenario: Scenario,
    /// Candidates judged.
    pub tried: usize,
    /// Candidates that were kept.
    pub kept: usize,
    /// Whether nothing more goes; else the budget was spent.
    pub finished: bool,
    /// What each pass did, in the order in which they first came.
    pub passes: Vec<Pass>,
}

/// Why a scenario is not shrunk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is malformed.
    #[error("the scenario is malformed: {0}")]
    Malformed(String),
    /// It is too large.
    #[error("the site has {0} things: expected {MAX_THINGS} at most")]
    TooLarge(usize),
    /// The predicate does not hold for the scenario itself.
    #[error("the scenario does not do what is to be kept")]
    Other,
}

/// The smallest scenario that can be found for which the predicate still holds.
///
/// # Errors
/// The scenario is malformed or too large, or the predicate does not hold for it.
pub fn shrink(scenario: &Scenario, keeps: &mut dyn FnMut(&Scenario) -> bool, budget: Budget) -> Result<Shrunk, Refused> {
    shrink_until(scenario, &mut |candidate| ControlFlow::Continue(keeps(candidate)), budget)
}

/// The same, where the predicate may also end the search as if the budget were spent. A few candidates come after that,
/// which only change how the same thing is written.
///
/// # Errors
/// The scenario is malformed or too large, or the predicate does not hold for it.
pub fn shrink_until(
    scenario: &Scenario,
    keeps: &mut dyn FnMut(&Scenario) -> ControlFlow<(), bool>,
    budget: Budget,
) -> Result<Shrunk, Refused> {
    let faults = prune::faults(scenario);
    if let Some(fault) = faults.first() {
        return Err(Refused::Malformed(fault.to_string()));
    }
    let things = single::things(scenario);
    if things > MAX_THINGS {
        return Err(Refused::TooLarge(things));
    }
    if keeps(scenario) != ControlFlow::Continue(true) {
        return Err(Refused::Other);
    }
    let mut search = Search {
        current: scenario.clone(),
        keeps,
        left: budget.candidates,
        seen: FxHashSet::default(),
        passes: Vec::new(),
        pass: "ranges",
    };
    search.take_apart();
    for _ in 0..ROUNDS {
        let before = search.kept();
        search.round();
        if search.kept() == before || search.left == 0 {
            break;
        }
    }
    let finished = search.left > 0;
    // What is left to do only changes how the same thing is written, and is worth a few candidates in any case.
    search.left = search.left.max(10);
    search.tidy();
    let (tried, kept) = (search.tried(), search.kept());
    Ok(Shrunk { scenario: search.current, tried, kept, finished, passes: search.passes })
}

/// The smallest scenario so far, and what was tried.
struct Search<'a> {
    current: Scenario,
    keeps: &'a mut dyn FnMut(&Scenario) -> ControlFlow<(), bool>,
    left: usize,
    /// Hashes of what was judged before.
    seen: FxHashSet<u64>,
    passes: Vec<Pass>,
    /// The pass under way.
    pass: &'static str,
}

impl Search<'_> {
    /// Judges a candidate, after what hangs on nothing any more was taken out of it. It is kept if the predicate holds.
    fn offer(&mut self, candidate: Scenario) -> bool {
        if self.left == 0 {
            return false;
        }
        let Some(candidate) = prune::well_formed(candidate) else { return false };
        if candidate == self.current || !self.seen.insert(hash(&candidate)) {
            return false;
        }
        self.left -= 1;
        let ControlFlow::Continue(holds) = (self.keeps)(&candidate) else {
            self.left = 0;
            return false;
        };
        let at = self.passes.iter().position(|pass| pass.name == self.pass).unwrap_or_else(|| {
            self.passes.push(Pass { name: self.pass, tried: 0, kept: 0 });
            self.passes.len() - 1
        });
        if let Some(pass) = self.passes.get_mut(at) {
            pass.tried += 1;
            pass.kept += usize::from(holds);
        }
        if holds {
            self.current = candidate;
        }
        holds
    }

    /// Offers the current scenario with something changed.
    fn change(&mut self, change: impl FnOnce(&mut Scenario)) -> bool {
        let mut candidate = self.current.clone();
        change(&mut candidate);
        self.offer(candidate)
    }

    fn tried(&self) -> usize {
        self.passes.iter().map(|pass| pass.tried).sum()
    }

    fn kept(&self) -> usize {
        self.passes.iter().map(|pass| pass.kept).sum()
    }

    /// One entry for each thing, a name for each step, and nothing said that no longer holds of a smaller scenario.
    fn take_apart(&mut self) {
        let mut apart = single::scenario(&self.current);
        story::name_all(&mut apart);
        systems::point(&mut apart);
        self.offer(apart);
        self.pass = "expectations";
        self.change(|scenario| {
            scenario.token = None;
            scenario.defects.clear();
            scenario.expect = None;
            scenario.steps.iter_mut().for_each(|step| step.expect = None);
        });
    }

    fn round(&mut self) {
        self.steps();
        self.planned_faults();
        self.volumes();
        self.lists();
        self.one_system();
        self.generations();
        self.plain();
        self.labels();
    }

    /// The same scenario as a person would write it: steps and faults without names where nobody calls them, ranges where
    /// there is much alike.
    fn tidy(&mut self) {
        /// So many volumes are easier read one by one.
        const FEW: usize = 8;
        self.pass = "tidying";
        self.change(story::unname);
        self.names();
        self.pass = "tidying";
        if self.current.site.volumes.len() > FEW
            && let Ok(seen) = declare(&self.current.site)
        {
            self.change(|scenario| {
                let site = undeclare::site(&seen);
                scenario.site = dasdlab_model::site::Site {
                    format: scenario.site.format,
                    description: std::mem::take(&mut scenario.site.description),
                    alive: std::mem::take(&mut scenario.site.alive),
                    ..site
                };
            });
        }
    }
}

/// The hash of a scenario by what it is written like.
fn hash(scenario: &Scenario) -> u64 {
    struct Into(FxHasher);
    impl Write for Into {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.write(text.as_bytes());
            Ok(())
        }
    }
    let mut into = Into(FxHasher::default());
    // Writing to a hasher does not fail.
    let _ = write!(into, "{scenario:?}");
    into.0.finish()
}
