//! What a report hears of a run, beside what it makes of each scenario.

use crate::results::row::Row;
use crate::run::event::{Counted, Event, Summary};

/// What was said of the run as a whole.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) version: String,
    pub(super) implementation: String,
    /// What is run: the names of suites among it.
    pub(super) suites: Vec<String>,
    pub(super) counted: Option<Counted>,
    pub(super) summary: Option<Summary>,
}

impl Heard {
    /// Keeps what an event says of the run; the scenario, where it is about one.
    pub(super) fn hear<'a>(&mut self, event: &'a Event) -> Option<&'a Row> {
        match event {
            Event::RunStarted { version, implementation, suites, .. } => {
                (self.version, self.implementation, self.suites) = (version.clone(), implementation.clone(), suites.clone());
            }
            Event::ScenarioFinished(row) => return Some(row),
            Event::Repeated(_) | Event::PiecesAdded { .. } => {}
            Event::CoverageCounted(counted) => self.counted = Some((**counted).clone()),
            Event::RunFinished(summary) => self.summary = Some((**summary).clone()),
        }
        None
    }
}
