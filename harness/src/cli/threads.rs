//! How many scenarios are judged at once, as arguments say it.

use clap::Args;

/// The most workers.
const MAX_THREADS: i64 = 1_024;

/// How many workers there are.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Threads {
    /// How many scenarios to judge at once; as many as there are processors where left out
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=MAX_THREADS))]
    threads: Option<u16>,
}

impl Threads {
    /// As many as were asked for, else as many as there are processors.
    #[must_use]
    pub fn count(self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or_else(processors, usize::from)
    }
}
