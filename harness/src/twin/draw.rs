//! Which pieces of work are repeated: those that draw the lowest lots, of files, setups and stories alike.
//!
//! What is not selected is known only when it is come by, so the sample is drawn while the run goes on: of each kind those
//! with the lowest lots are kept, and what they did is kept with them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use super::circumstances::lot;
use crate::results::row::Row;
use crate::run::plan::Item;

/// How many bytes are kept of what happened in all scenarios of one kind, about.
const BYTES: usize = 32 * 1024 * 1024;

/// The least that is kept of what happened in one scenario.
const LEAST: usize = 4 * 1024;

/// The most that is kept of what happened in one scenario.
const MOST: usize = 256 * 1024;

/// Kinds of work: files, setups and stories.
const KINDS: usize = 3;

/// Draws pieces of work.
#[derive(Debug)]
pub struct Draw {
    seed: u64,
    pieces: usize,
    /// The highest lot that is still kept of each kind; it only falls.
    limits: [AtomicU64; KINDS],
}

impl Draw {
    /// Draws so many pieces by this seed.
    #[must_use]
    pub const fn new(pieces: usize, seed: u64) -> Self {
        Self { seed, pieces, limits: [const { AtomicU64::new(u64::MAX) }; KINDS] }
    }

    /// The seed.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// How many bytes are kept of what happened in a scenario.
    #[must_use]
    pub fn bytes(&self) -> usize {
        (BYTES / self.pieces.max(1)).clamp(LEAST, MOST)
    }

    /// Whether a piece of work may be among those that are repeated.
    #[must_use]
    pub fn wants(&self, index: u64, item: &Item<'_>) -> bool {
        let limit = self.limits.get(kind(item)).map_or(0, |limit| limit.load(Ordering::Relaxed));
        lot(self.seed, index) <= limit
    }
}

const fn kind(item: &Item<'_>) -> usize {
    match item {
        Item::File(_) => 0,
        Item::Setup(_) => 1,
        Item::Story(_) => 2,
    }
}

/// The pieces of work drawn, with what came of them.
#[derive(Debug)]
pub struct Drawn<'a> {
    draw: &'a Draw,
    /// By lot and index.
    kept: [BTreeMap<(u64, u64), Vec<Row>>; KINDS],
}

impl<'a> Drawn<'a> {
    /// Nothing drawn yet.
    #[must_use]
    pub fn new(draw: &'a Draw) -> Self {
        Self { draw, kept: Default::default() }
    }

    /// Who draws.
    #[must_use]
    pub const fn draw(&self) -> &'a Draw {
        self.draw
    }

    /// Takes a scenario, whose counterpart follows it.
    pub fn take(&mut self, item: &Item<'_>, row: &Row) {
        if !row.status.is_judged() {
            return;
        }
        let (draw, kind) = (self.draw, kind(item));
        let Some(kept) = self.kept.get_mut(kind) else { return };
        kept.entry((lot(draw.seed, row.index), row.index)).or_default().push(row.clone());
        if kept.len() > draw.pieces {
            kept.pop_last();
        }
        if kept.len() == draw.pieces
            && let (Some(((highest, _), _)), Some(limit)) = (kept.last_key_value(), draw.limits.get(kind))
        {
            limit.store(*highest, Ordering::Relaxed);
        }
    }

    /// The sample: as many of each kind as there are, in turn.
    #[must_use]
    pub fn sample(self) -> BTreeMap<u64, Vec<Row>> {
        let pieces = self.draw.pieces;
        let mut sample = BTreeMap::new();
        let mut kinds = self.kept.map(BTreeMap::into_iter);
        loop {
            let mut more = false;
            for kind in &mut kinds {
                if sample.len() < pieces
                    && let Some(((_, index), rows)) = kind.next()
                {
                    sample.insert(index, rows);
                    more = true;
                }
            }
            if !more {
                return sample;
            }
        }
    }
}
