//! Known failures written anew: what fails now, with the reasons that still hold.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use dasdlab_model::known::{KnownFailure, KnownFailures};
use dasdlab_model::site::FORMAT;

use super::{Entry, Known};
use crate::report::Reporter;
use crate::results::counts::Status;
use crate::results::row::Row;
use crate::run::event::{Event, Summary};

/// How a scenario ended, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ended {
    Passed,
    Failed(String),
    /// Nothing can be said: it was not asked, or the harness is at fault.
    Unsaid,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, Default)]
struct Fate {
    /// A scenario failed as is known.
    holds: bool,
    /// A scenario passed, or failed otherwise.
    broken: bool,
    /// Nothing can be said of a scenario.
    unsaid: bool,
}

/// Gathers what fails in a run, beside what was known before.
#[derive(Debug)]
pub struct Renewal {
    before: Known,
    /// Scenarios that failed, and those of which something was known.
    ended: BTreeMap<String, Ended>,
    whole: bool,
    stopped: bool,
}

impl Renewal {
    /// Nothing gathered yet.
    #[must_use]
    pub const fn new(before: Known) -> Self {
        Self { before, ended: BTreeMap::new(), whole: false, stopped: false }
    }

    /// Whether the run was stopped before its end, so that nothing should be written.
    #[must_use]
    pub const fn was_stopped(&self) -> bool {
        self.stopped
    }

    /// Adds a scenario.
    pub fn row(&mut self, row: &Row) {
        let ended = match (row.status, &row.trouble) {
            (Status::Failed | Status::Errored | Status::ExpectedFailure, Some(trouble)) => {
                Ended::Failed(trouble.signature.clone())
            }
            (Status::Passed | Status::UnexpectedPass, _) => Ended::Passed,
            _ => Ended::Unsaid,
        };
        if matches!(ended, Ended::Failed(_)) || self.before.about(&row.id).next().is_some() {
            self.ended.insert(row.id.clone(), ended);
        }
    }

    /// Says how the run ended.
    pub fn summary(&mut self, summary: &Summary) {
        self.stopped = summary.stopped.is_some();
        self.whole = !self.stopped && !summary.partial && summary.not_run == 0 && summary.counts.not_selected == 0;
    }

    /// What is known now. What is new has the reason given, which may be empty: it then waits for somebody to say why.
    #[must_use]
    pub fn known(&self, implementation: &str, reason: &str) -> KnownFailures {
        let keeps: Vec<bool> = self.fates().iter().enumerate().map(|(at, fate)| self.keeps(at, *fate)).collect();
        let or_new = |known: &str| if known.trim().is_empty() { reason.to_owned() } else { known.to_owned() };
        // In order, so that two files are the same where the same is known.
        let mut groups: BTreeMap<(Option<String>, String), BTreeSet<String>> = BTreeMap::new();
        let mut add = |signature: Option<String>, reason: String, scenario: &str| {
            groups.entry((signature, reason)).or_default().insert(scenario.to_owned());
        };
        for (entry, _) in self.before.entries().iter().zip(&keeps).filter(|(_, keeps)| **keeps) {
            add(entry.signature.clone(), or_new(&entry.reason), &entry.scenario);
        }
        for (id, ended) in &self.ended {
            let Ended::Failed(signature) = ended else { continue };
            let about = || self.before.about(id).filter(|&at| self.entry(at).is_some_and(|entry| entry.fits(Some(signature))));
            if about().any(|at| keeps.get(at) == Some(&true)) {
                continue;
            }
            // One of several that were known together, of which not all fail any more, keeps its reason.
            let known = about().find_map(|at| self.entry(at)).map(|entry| entry.reason.as_str());
            add(Some(signature.clone()), or_new(known.unwrap_or_default()), id);
        }
        let known = groups.into_iter().map(|((signature, reason), scenarios)| KnownFailure {
            reason,
            signature,
            scenarios: scenarios.into_iter().collect(),
        });
        KnownFailures { format: FORMAT, implementation: implementation.to_owned(), known: known.collect() }
    }

    fn entry(&self, at: usize) -> Option<&Entry> {
        self.before.entries().get(at)
    }

    fn fates(&self) -> Vec<Fate> {
        let mut fates = vec![Fate::default(); self.before.entries().len()];
        for (id, ended) in &self.ended {
            for at in self.before.about(id) {
                let (Some(entry), Some(fate)) = (self.entry(at), fates.get_mut(at)) else { continue };
                match ended {
                    Ended::Failed(signature) if entry.fits(Some(signature)) => fate.holds = true,
                    Ended::Failed(_) | Ended::Passed => fate.broken = true,
                    Ended::Unsaid => fate.unsaid = true,
                }
            }
        }
        fates
    }

    /// Whether an entry stays as it is: what it says was seen, or was not looked at.
    fn keeps(&self, at: usize, fate: Fate) -> bool {
        let was_looked_for = self.whole && self.before.is_looked_for(at);
        !fate.broken && (fate.holds || fate.unsaid || !was_looked_for)
    }
}

/// A reporter in front of another one, which gathers what fails.
pub struct Gathering<'a> {
    inner: &'a mut dyn Reporter,
    renewal: &'a mut Renewal,
}

impl<'a> Gathering<'a> {
    /// Gathers here what this reporter hears.
    pub fn new(inner: &'a mut dyn Reporter, renewal: &'a mut Renewal) -> Self {
        Self { inner, renewal }
    }
}

impl Reporter for Gathering<'_> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::ScenarioFinished(row) => self.renewal.row(row),
            Event::RunFinished(summary) => self.renewal.summary(summary),
            _ => {}
        }
        self.inner.event(event)
    }

    fn progress(&mut self, done: u64, all: u64, troubles: u64) {
        self.inner.progress(done, all, troubles);
    }
}
