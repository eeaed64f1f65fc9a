//! From a failing scenario to a small file that fails the same way and that a person can read.

pub mod large;
mod signature;
mod written;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;

use dasdlab_model::scenario::Scenario;
use dasdlab_scenarios::shrink::{self, Budget, Pass, Refused};
use serde::Serialize;

pub use signature::{FailureSignature, signature};
pub use written::slug;

use crate::judge::{Bench, FaultKind, Outcome, Signature};
use crate::run::clock::Clock;

/// How large a scenario is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Size {
    /// Volumes of its site.
    pub volumes: usize,
    /// Data sets of its site.
    pub data_sets: usize,
    /// Profiles of its site.
    pub profiles: usize,
    /// Steps.
    pub steps: usize,
    /// Planned faults.
    pub faults: usize,
}

impl Size {
    /// The size of a scenario.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let site = &scenario.site;
        Self {
            volumes: site.volumes.iter().map(|range| range.count as usize).sum(),
            data_sets: site.data_sets.iter().map(|range| range.count as usize).sum(),
            profiles: site.profiles.len(),
            steps: scenario.steps.len(),
            faults: scenario.faults.len(),
        }
    }
}

/// A failure that was shrunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shrunk {
    /// The scenario, with a title that says what fails, and with what is expected of it.
    pub scenario: Scenario,
    /// How it fails.
    pub signature: FailureSignature,
    /// How large it was.
    pub before: Size,
    /// How large it is.
    pub after: Size,
    /// Candidates judged.
    pub tried: usize,
    /// Candidates that were kept.
    pub kept: usize,
    /// Whether nothing more goes; else the budget was spent.
    pub finished: bool,
    /// What each pass did.
    pub passes: Vec<Pass>,
}

/// Why there is nothing shrunk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotShrunk {
    /// The scenario passes.
    #[error("the scenario passes: there is nothing to shrink")]
    Passes,
    /// The implementation does not do what the scenario needs.
    #[error("the implementation cannot be asked: the scenario needs {}", .0.join(", "))]
    Unsupported(Vec<&'static str>),
    /// It is malformed, or too large.
    #[error("{0}")]
    Refused(Refused),
    /// It does not fail the same way twice.
    #[error("the scenario does not fail the same way twice")]
    Unsteady,
}

/// Shrinks a scenario that fails before this bench. `name` is what it is called where it comes from.
///
/// # Errors
/// It passes, is malformed or too large, or does not fail the same way twice.
pub fn shrink(bench: &Bench<'_>, name: &str, scenario: &Scenario, budget: Budget) -> Result<Shrunk, NotShrunk> {
    shrink_within(bench, name, scenario, budget, None)
}

/// The same, for so long at most: the smallest that was found by then is given.
///
/// # Errors
/// It passes, is malformed or too large, or does not fail the same way twice.
pub fn shrink_within(
    bench: &Bench<'_>,
    name: &str,
    scenario: &Scenario,
    budget: Budget,
    limit: Option<Duration>,
) -> Result<Shrunk, NotShrunk> {
    let clock = Clock::start();
    shrink_while(bench, name, scenario, budget, &|| limit.is_none_or(|limit| clock.elapsed() <= limit))
}

/// The same, as long as somebody wants it to go on: the smallest that was found by then is given.
///
/// # Errors
/// It passes, is malformed or too large, or does not fail the same way twice.
pub fn shrink_while(
    bench: &Bench<'_>,
    name: &str,
    scenario: &Scenario,
    budget: Budget,
    goes_on: &dyn Fn() -> bool,
) -> Result<Shrunk, NotShrunk> {
    let judged = bench.judge(scenario);
    let (wanted, relations) = match (signature(&judged), judged.outcome) {
        (_, Outcome::HarnessFault { kind: FaultKind::Scenario, message, .. }) => {
            return Err(NotShrunk::Refused(Refused::Malformed(message)));
        }
        (_, Outcome::Unsupported { needs }) => return Err(NotShrunk::Unsupported(needs)),
        (None, _) => return Err(NotShrunk::Passes),
        (Some(wanted), outcome) => (wanted, asks_relations(&outcome)),
    };
    let quick = Bench { relations, ..*bench };
    let (mut asked, mut is_over) = (0_usize, false);
    let mut keeps = |candidate: &Scenario| {
        // The scenario itself is worth its time, and so is what comes after the end: it only changes how that is written.
        if asked > 0 && !is_over && !goes_on() {
            is_over = true;
            return ControlFlow::Break(());
        }
        asked += 1;
        ControlFlow::Continue(signature(&quick.judge(candidate)).as_ref() == Some(&wanted))
    };
    let shrunk = shrink::shrink_until(scenario, &mut keeps, budget).map_err(|refused| match refused {
        Refused::Other => NotShrunk::Unsteady,
        other => NotShrunk::Refused(other),
    })?;
    let mut written = written::written(bench, name, scenario, shrunk.scenario, &wanted);
    if told(&written) == told(scenario) {
        // Nothing went: it keeps its name and what was said of it.
        written.clone_from(scenario);
    }
    Ok(Shrunk {
        before: Size::of(scenario),
        after: Size::of(&written),
        scenario: written,
        signature: wanted,
        tried: shrunk.tried,
        kept: shrunk.kept,
        finished: shrunk.finished,
        passes: shrunk.passes,
    })
}

/// Whether the relations between runs have to be asked for a failure to be seen again. They come last of all: where
/// something else is broken they are never reached.
const fn asks_relations(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Failed { signature: Signature::Relation(_) | Signature::Panic | Signature::NoVerdict, .. }
            | Outcome::HarnessFault { kind: FaultKind::Relation(_) | FaultKind::Panic, .. }
            | Outcome::Errored { .. }
    )
}

/// What a scenario tells, by whatever name.
#[must_use]
pub fn told(scenario: &Scenario) -> Scenario {
    Scenario { id: String::new(), title: String::new(), why: String::new(), token: None, ..scenario.clone() }
}

/// Failures by signature: how many there were of each, and the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Distinct(BTreeMap<FailureSignature, (usize, String)>);

impl Distinct {
    /// Counts a failure; says whether it is the first of its kind.
    pub fn count(&mut self, signature: FailureSignature, id: &str) -> bool {
        let entry = self.0.entry(signature).or_insert_with(|| (0, id.to_owned()));
        entry.0 += 1;
        entry.0 == 1
    }

    /// Each signature with the number of failures and the id of the first.
    pub fn iter(&self) -> impl Iterator<Item = (&FailureSignature, usize, &str)> {
        self.0.iter().map(|(signature, (count, id))| (signature, *count, id.as_str()))
    }
}
