//! Tables of an installation on all threads: read piece by piece, and put into the inventories of all profiles.

use dasdlab_model::run::Run;
use dasdlab_model::tables::Tables;
use dasdlab_validator::Inventory;
use rayon::prelude::*;

/// Rows that are joined in less time than it takes to wake another thread.
const LEAST: usize = 8 * 1024;

/// Does pieces of work on all threads.
#[derive(Debug, Clone, Copy, Default)]
pub struct Workers;

impl Run for Workers {
    fn pieces(&self, rows: usize) -> usize {
        rayon::current_num_threads().min(rows / LEAST).max(1)
    }

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
    match &*tables.few.profiles {
        [profile] => Inventory::from_tables_on(tables, &profile.name, &Workers).into_iter().collect(),
        profiles => profiles.par_iter().filter_map(|profile| Inventory::from_tables(tables, &profile.name)).collect(),
    }
}
