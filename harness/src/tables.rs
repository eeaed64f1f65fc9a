//! Tables of an installation on all threads: read piece by piece, and put into the inventories of all profiles.

use dasdlab_model::run::Run;
use dasdlab_model::tables::Tables;
use dasdlab_validator::Inventory;
use rayon::prelude::*;

/// Does pieces of work on all threads.
#[derive(Debug, Clone, Copy, Default)]
pub struct Workers;

impl Run for Workers {
    fn run<I: Send, O: Send>(&self, pieces: Vec<I>, work: impl Fn(I) -> O + Send + Sync) -> Vec<O> {
        pieces.into_par_iter().map(work).collect()
    }

    fn both<A: Send, B: Send>(&self, first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B + Send) -> (A, B) {
        rayon::join(first, second)
    }
}

/// The inventories of all profiles, in their order.
#[must_use]
pub fn inventories(tables: &Tables) -> Vec<Inventory> {
    Inventory::all_of(tables, &Workers)
}
