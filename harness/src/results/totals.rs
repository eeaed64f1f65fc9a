//! What rows add up to. Everything that a report or a file says in numbers is made of its rows here, and only here.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::counts::Counts;
use super::row::{Origin, Row};
use crate::coverage::story::StoryCoverage;
use crate::coverage::tuples::TupleMap;
use crate::coverage::{Coverage, Seen};
use crate::run::digest::{Digest, Hash};
use crate::run::event::{Counted, Slow, Stop, Summary};

/// How many of the slowest scenarios are named.
const SLOWEST: usize = 3;

/// Plain sums over scenarios.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sums {
    /// How many scenarios are files.
    pub files: u64,
    /// How many were generated.
    pub generated: u64,
    /// How many are generated setups with one defect left out.
    pub counterparts: u64,
    /// How many are stories.
    pub stories: u64,
    /// How many steps those have.
    pub steps: u64,
    /// How many faults were planned in them.
    pub faults: u64,
    /// How many of those did something.
    pub faults_struck: u64,
    /// How many volumes were judged.
    pub volumes: u64,
    /// How many findings were given.
    pub findings: u64,
}

/// Sums over the rows of a range.
#[derive(Debug, Clone, Default)]
pub struct Totals {
    pieces: u64,
    /// Pieces of work that have rows.
    answered: u64,
    last: Option<u64>,
    rows: u64,
    counts: Counts,
    sums: Sums,
    digest: Digest,
    coverage: Coverage,
    stories: StoryCoverage,
    tuples: TupleMap,
    /// Stories that were generated: only what is generated is sure to meet everything.
    generated_stories: u64,
    slowest: Vec<Slow>,
}

impl Totals {
    /// Adds a row; rows come in the order of their indexes.
    pub fn add(&mut self, row: &Row) {
        self.rows += 1;
        self.answered += u64::from(self.last != Some(row.index));
        self.last = Some(row.index);
        self.counts.add(row.status);
        self.digest.add(row.hash);
        let sums = &mut self.sums;
        *match row.origin {
            Origin::File => &mut sums.files,
            Origin::Generated => &mut sums.generated,
            Origin::Counterpart => &mut sums.counterparts,
        } += 1;
        sums.volumes = sums.volumes.saturating_add(row.volumes as u64);
        sums.findings = sums.findings.saturating_add(row.findings as u64);
        self.coverage.add(Seen { present: row.present, absent: row.absent });
        if let Some(factors) = &row.factors {
            self.tuples.add(row.index, factors);
        }
        if let Some(story) = &row.story {
            self.stories.add(&story.met);
            self.generated_stories += u64::from(row.origin == Origin::Generated);
            sums.stories += 1;
            sums.steps = sums.steps.saturating_add(story.steps as u64);
            sums.faults = sums.faults.saturating_add(story.faults as u64);
            sums.faults_struck = sums.faults_struck.saturating_add(story.faults_struck as u64);
        }
        if let Some(duration_us) = row.duration_us {
            self.slow(Slow { duration_us, id: row.id.clone(), volumes: row.volumes });
        }
    }

    fn slow(&mut self, slow: Slow) {
        if self.slowest.len() < SLOWEST || self.slowest.last().is_some_and(|last| last.duration_us < slow.duration_us) {
            self.slowest.push(slow);
            self.slowest.sort_unstable_by(|a, b| b.cmp(a));
            self.slowest.truncate(SLOWEST);
        }
    }

    /// Adds pieces of work, whether or not they have rows: those that have none were not selected.
    pub const fn cover(&mut self, pieces: u64) {
        self.pieces += pieces;
    }

    /// How many rows there are.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// How many scenarios ended in each way.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts { not_selected: self.counts.not_selected + self.pieces.saturating_sub(self.answered), ..self.counts }
    }

    /// The digest of all outcomes.
    #[must_use]
    pub const fn digest(&self) -> Hash {
        self.digest.sum()
    }

    /// Which pairs and triples of factors were seen.
    #[must_use]
    pub const fn tuples(&self) -> &TupleMap {
        &self.tuples
    }

    /// What was covered, where so many percent of all triples are required.
    #[must_use]
    pub fn counted(&self, gates: bool, required: usize) -> Counted {
        let unmet = match self.generated_stories {
            0 => Vec::new(),
            _ => self.stories.misses().iter().map(ToString::to_string).collect(),
        };
        let (coverage, misses) = (self.coverage.clone(), self.coverage.misses());
        Counted { coverage, misses, gates, stories: self.stories.clone(), unmet, tuples: self.tuples.tuples(required) }
    }

    /// The totals as the foot of a file says them.
    #[must_use]
    pub fn foot(&self) -> Foot {
        let coverage = self.coverage.rows().filter(|row| row.present + row.absent > 0);
        let met = self.stories.rows().filter(|&(_, count)| count > 0);
        Foot {
            rows: self.rows,
            counts: self.counts(),
            sums: self.sums,
            coverage: coverage.map(|row| (row.key.to_string(), [row.present, row.absent])).collect(),
            met: met.map(|(key, count)| (key.to_string(), count)).collect(),
            digest: self.digest(),
        }
    }

    /// The totals as the end of a run says them.
    #[must_use]
    pub fn summary(&self, counted: &Counted, stopped: Option<Stop>, duration: Option<Duration>) -> Summary {
        let counts = self.counts();
        Summary {
            selected: counts.selected(),
            counts,
            not_run: 0,
            unmatched: Vec::new(),
            not_looked_for: 0,
            repeated: None,
            digest: self.digest(),
            sums: self.sums,
            coverage_misses: if counted.gates {
                counted.misses.len() + counted.unmet.len() + counted.tuples.shortfalls()
            } else {
                0
            },
            partial: false,
            stopped,
            duration_ms: duration.map(|duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)),
            slowest: if duration.is_some() { self.slowest.clone() } else { Vec::new() },
        }
    }
}

/// What the rows of a file add up to, as its last line says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Foot {
    /// How many rows there are.
    pub rows: u64,
    /// How many scenarios ended in each way.
    pub counts: Counts,
    /// Plain sums.
    pub sums: Sums,
    /// How often each key was present, and absent without its defect; those that were never are left out.
    pub coverage: BTreeMap<String, [u32; 2]>,
    /// In how many stories each thing was met; those that never were are left out.
    pub met: BTreeMap<String, u32>,
    /// The digest of all outcomes.
    pub digest: Hash,
}
