//! Tables of an installation on all threads: read piece by piece, and put into the inventories of all profiles.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use dasdlab_import::{MAX_TABLE_BYTES, Source};
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

/// A file that is read in pieces.
#[derive(Debug, Clone)]
pub struct OnDisk {
    path: PathBuf,
    length: usize,
}

impl OnDisk {
    /// A table in a file; none where it is no plain file, or a larger one than a table may be.
    #[must_use]
    pub fn new(path: &Path) -> Option<Self> {
        let said = fs::metadata(path).ok().filter(|said| said.is_file() && said.len() <= MAX_TABLE_BYTES)?;
        Some(Self { path: path.to_owned(), length: usize::try_from(said.len()).ok()? })
    }
}

impl Source for OnDisk {
    fn length(&self) -> usize {
        self.length
    }

    fn read(&self, from: usize, length: usize, into: &mut Vec<u8>) -> io::Result<()> {
        into.clear();
        into.reserve(length);
        // Each piece has a file of its own, because threads share the place in an open one.
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(from as u64))?;
        file.take(length as u64).read_to_end(into).map(|_| ())
    }
}

/// The inventories of all profiles, in their order.
#[must_use]
pub fn inventories(tables: &Tables) -> Vec<Inventory> {
    Inventory::all_of(tables, &Workers)
}
