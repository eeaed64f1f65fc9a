//! Determinism as a test: a sample of what a run has judged is judged again, by other numbers of threads, in parts and in
//! other orders. Everything has to come out as it did the first time.

pub mod circumstances;
pub mod compare;
pub mod draw;
pub mod record;
pub mod written;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use parking_lot::Mutex;
use rayon::ThreadPool;
use serde::{Deserialize, Serialize};

use crate::results::row::Row;
use crate::run::plan::Plan;
use crate::run::work::{Judging, Keep, work};
use circumstances::{Circumstances, TIMES};
use compare::{Unlike, unlike};

/// The most pieces of work that are repeated.
pub const MAX_PIECES: u16 = 10_000;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeated {
    /// How many scenarios were judged again.
    pub scenarios: u64,
    /// How many times.
    pub times: usize,
    /// The first difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub different: Option<Different>,
}

/// A scenario that came out in another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Different {
    /// Its id.
    pub id: String,
    /// Its place in the plan of the run.
    pub index: u64,
    /// Which repetition it was, from 1.
    pub time: usize,
    /// What was otherwise than the first time.
    pub circumstances: String,
    /// How many pieces of work came out in another way in that repetition.
    pub pieces: u64,
    /// What differs.
    #[serde(flatten)]
    pub unlike: Unlike,
}

/// Pieces of work and what came of them the first time.
pub struct Twin<'a> {
    /// What they are pieces of.
    pub plan: &'a Plan,
    /// Who judged them.
    pub judging: Judging<'a>,
    /// The scenarios of each piece.
    pub first: &'a BTreeMap<u64, Vec<Row>>,
    /// From where the shuffled orders are drawn.
    pub seed: u64,
    /// Whether it is to end before its time.
    pub stop: &'a AtomicBool,
}

impl Twin<'_> {
    /// How many pieces of work there are to do.
    #[must_use]
    pub fn pieces(&self) -> u64 {
        (self.first.len() * TIMES.len()) as u64
    }

    /// Judges everything again until something is different; none where it was stopped. `done` hears of each piece of work.
    ///
    /// # Errors
    /// There are no threads.
    pub fn repeat(&self, done: &(dyn Fn() + Sync)) -> Result<Option<Repeated>, rayon::ThreadPoolBuildError> {
        let scenarios = self.first.values().map(|rows| rows.len() as u64).sum();
        for (at, circumstances) in TIMES.iter().enumerate() {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(circumstances.threads).build()?;
            let found = self.again(circumstances, &pool, done);
            if self.is_stopped() {
                return Ok(None);
            }
            if let Some((index, unlike)) = found.first {
                let id = self.first.get(&index).and_then(|rows| rows.get(unlike.row)).map(|row| row.id.clone());
                let (id, time, pieces) = (id.unwrap_or_default(), at + 1, found.pieces);
                let different = Different { id, index, time, circumstances: circumstances.to_string(), pieces, unlike };
                return Ok(Some(Repeated { scenarios, times: time, different: Some(different) }));
            }
        }
        Ok(Some(Repeated { scenarios, times: TIMES.len(), different: None }))
    }

    /// Judges everything once.
    fn again(&self, circumstances: &Circumstances, pool: &ThreadPool, done: &(dyn Fn() + Sync)) -> Found {
        let indexes: Vec<u64> = self.first.keys().copied().collect();
        let found = Mutex::new(Found::default());
        for part in circumstances.parts(&indexes, self.seed) {
            let next = AtomicUsize::new(0);
            pool.broadcast(|_| {
                while let Some(&index) = part.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if self.is_stopped() {
                        break;
                    }
                    if let Some(unlike) = self.piece(index) {
                        found.lock().add(index, unlike);
                    }
                    done();
                }
            });
        }
        found.into_inner()
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.judging.bench.sut.is_some_and(|sut| sut.unusable().is_some())
    }

    /// How a piece of work differs from the first time.
    fn piece(&self, index: u64) -> Option<Unlike> {
        let first = self.first.get(&index)?;
        let item = self.plan.item(index)?;
        let judging = Judging { keep: Keep::Everything(self.judging.keep.bytes()), ..self.judging };
        unlike(first, &work(index, &item, &self.plan.filter, &judging).rows)
    }
}

/// What came out in another way.
#[derive(Default)]
struct Found {
    pieces: u64,
    /// The first in the order of the plan.
    first: Option<(u64, Unlike)>,
}

impl Found {
    fn add(&mut self, index: u64, unlike: Unlike) {
        self.pieces += 1;
        if self.first.as_ref().is_none_or(|(first, _)| index < *first) {
            self.first = Some((index, unlike));
        }
    }
}
