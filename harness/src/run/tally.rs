//! What a run adds up, row by row, and how it ends: the same whether the rows were just made or are read again.

use std::ops::Range;
use std::time::Duration;

use super::event::{Counted, Stop, Summary};
use crate::coverage::tuples::{REQUIRED_TRIPLES, TupleMap};
use crate::known::{Known, Met};
use crate::results::row::Row;
use crate::results::totals::Totals;

/// Rows added up.
#[derive(Debug)]
pub struct Tally<'a> {
    known: &'a Known,
    totals: Totals,
    met: Met,
    /// How many percent of all triples are required where coverage gates.
    required: usize,
}

/// How far a run came, and how.
#[derive(Debug)]
pub struct Ended {
    /// What it was to do.
    pub range: Range<u64>,
    /// Up to here it is done.
    pub next: u64,
    /// How many pieces of work the whole plan has.
    pub pieces: u64,
    /// Whether a key seen too seldom makes the whole run bad.
    pub gates: bool,
    /// What stopped it.
    pub stopped: Option<Stop>,
    /// How long it took.
    pub duration: Option<Duration>,
}

impl<'a> Tally<'a> {
    /// Nothing yet.
    #[must_use]
    pub fn new(known: &'a Known) -> Self {
        Self { known, totals: Totals::default(), met: Met::default(), required: REQUIRED_TRIPLES }
    }

    /// The same where everything that can be covered must be.
    #[must_use]
    pub fn required(self, everything: bool) -> Self {
        Self { required: if everything { 100 } else { self.required }, ..self }
    }

    /// Which pairs and triples of factors were seen.
    #[must_use]
    pub const fn tuples(&self) -> &TupleMap {
        self.totals.tuples()
    }

    /// What was covered so far.
    #[must_use]
    pub fn counted(&self) -> Counted {
        self.totals.counted(true, self.required)
    }

    /// Adds a row; rows come in the order of their indexes.
    pub fn row(&mut self, row: &Row) {
        self.totals.add(row);
        self.met.meet(self.known, row);
    }

    /// Adds pieces of work, whether or not they have rows.
    pub const fn cover(&mut self, pieces: u64) {
        self.totals.cover(pieces);
    }

    /// How many scenarios somebody has to look at.
    #[must_use]
    pub fn troubles(&self) -> u64 {
        self.totals.counts().troubles()
    }

    /// What was covered, and how the run ended.
    #[must_use]
    pub fn conclude(&self, ended: &Ended) -> (Counted, Summary) {
        let of_all = ended.range == (0..ended.pieces);
        let is_whole = of_all && ended.next == ended.range.end;
        let counted = self.totals.counted(ended.gates && is_whole, self.required);
        let mut summary = self.totals.summary(&counted, ended.stopped, ended.duration);
        summary.not_run = ended.range.end - ended.next;
        summary.partial = !of_all;
        // What was not selected was not looked at: a known failure may be among it.
        if is_whole && summary.counts.not_selected == 0 {
            summary.unmatched = self.met.unmatched(self.known).map(|entry| entry.scenario.clone()).collect();
            summary.not_looked_for = self.met.not_looked_for(self.known);
        }
        (counted, summary)
    }
}
