//! What did not pass, run again: which scenarios, and what became of them.

use std::collections::BTreeMap;
use std::io;

use dasdlab_scenarios::token::{Token, TokenError};
use serde::Serialize;

use super::counts::{Counts, Status};
use super::row::{Origin, Row};
use super::source::Source;
use crate::cli::Problem;
use crate::report::Reporter;
use crate::run::event::Event;
use crate::run::plan::Plan;
use crate::suite::Entry;

/// What somebody has to look at.
#[derive(Debug, Clone, Default)]
pub struct Failed {
    /// How all scenarios ended.
    pub counts: Counts,
    /// Those that did not pass, by id.
    ended: BTreeMap<String, Status>,
    /// Those of them that are files.
    files: Vec<String>,
    /// Those that are generated; one that was judged without a defect is judged with it too.
    tokens: Vec<Token>,
}

impl Failed {
    /// What somebody has to look at in these results.
    ///
    /// # Errors
    /// Results are damaged, or another release has generated a scenario.
    pub fn of(source: &Source) -> Result<Self, Problem> {
        let mut failed = Self::default();
        // Within one piece of work the scenario with all of its defects comes first.
        let mut whole: Option<(u64, String)> = None;
        let counts = source.each(|row| {
            if row.origin != Origin::Counterpart {
                whole = Some((row.index, row.id.clone()));
            }
            let id = whole.as_ref().map_or(row.id.as_str(), |(_, id)| id.as_str());
            if row.status.is_trouble() { failed.add(&row, id) } else { Ok(()) }
        })?;
        Ok(Self { counts, ..failed })
    }

    fn add(&mut self, row: &Row, whole: &str) -> Result<(), Problem> {
        self.ended.insert(row.id.clone(), row.status);
        if row.origin == Origin::File {
            self.files.push(row.id.clone());
            return Ok(());
        }
        let token: Token = whole.parse().map_err(|error: TokenError| {
            Problem::usage(format!("{whole} cannot be generated: {error}")).help("run the suite anew with this release")
        })?;
        if self.tokens.last() != Some(&token) {
            self.tokens.push(token);
        }
        Ok(())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ended.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ended.is_empty()
    }

    /// Whether some of them are files.
    #[must_use]
    pub fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// A plan of them, with the files as they are now, and the ids of those that are no more.
    #[must_use]
    pub fn plan(&self, suites: &[String], entries: Vec<Entry>) -> (Plan, Vec<String>) {
        let mut there: BTreeMap<String, Entry> = BTreeMap::new();
        for entry in entries {
            there.entry(entry.id.clone()).or_insert(entry);
        }
        let found: Vec<(&String, Option<Entry>)> = self.files.iter().map(|id| (id, there.remove(id))).collect();
        let gone = found.iter().filter(|(_, entry)| entry.is_none()).map(|(id, _)| (*id).clone()).collect();
        let entries = found.into_iter().filter_map(|(_, entry)| entry).collect();
        let suites = vec![format!("{} again of {}", self.len(), suites.join(", "))];
        (Plan { suites, entries, tokens: self.tokens.clone(), ..Plan::default() }, gone)
    }
}

/// What became of what did not pass.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Mended {
    /// How many did not pass before.
    pub failed: usize,
    /// How many of them pass now, or fail as is known.
    pub mended: usize,
    /// Those that still do not pass.
    pub still: Vec<String>,
    /// Those that were judged along with them, passed before and do not pass any more.
    pub broken: Vec<String>,
    /// Those that could not be judged this time.
    pub unjudged: Vec<String>,
    /// Those that are no more in their suite.
    pub gone: Vec<String>,
    /// How many were not run, because the run was stopped.
    pub not_run: usize,
}

/// Passes on what happens, and keeps what becomes of what did not pass.
pub struct Mending<'a> {
    reporter: &'a mut dyn Reporter,
    failed: &'a Failed,
    mended: Mended,
}

impl<'a> Mending<'a> {
    /// Before these are run again; some are no more.
    pub fn new(reporter: &'a mut dyn Reporter, failed: &'a Failed, gone: Vec<String>) -> Self {
        Self { reporter, failed, mended: Mended { failed: failed.len(), gone, ..Mended::default() } }
    }

    /// What became of them.
    #[must_use]
    pub fn end(mut self) -> Mended {
        let Mended { failed, mended, still, unjudged, gone, .. } = &self.mended;
        self.mended.not_run = failed.saturating_sub(mended + still.len() + unjudged.len() + gone.len());
        self.mended
    }

    fn row(&mut self, row: &Row) {
        let before = self.failed.ended.contains_key(&row.id);
        let id = row.id.clone();
        match row.status {
            status if status.is_trouble() && before => self.mended.still.push(id),
            status if status.is_trouble() => self.mended.broken.push(id),
            _ if !before => {}
            Status::Passed | Status::ExpectedFailure => self.mended.mended += 1,
            _ => self.mended.unjudged.push(id),
        }
    }
}

impl Reporter for Mending<'_> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        if let Event::ScenarioFinished(row) = event {
            self.row(row);
        }
        self.reporter.event(event)
    }

    fn progress(&mut self, done: u64, all: u64, troubles: u64) {
        self.reporter.progress(done, all, troubles);
    }
}
