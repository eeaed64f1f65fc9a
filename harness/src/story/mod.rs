//! Stories: told on a world, watched while they are told.

pub mod actors;
pub mod ignoring;
mod plan;
pub mod stage;
pub mod watch;

pub use plan::{Fate, FaultTold};

/// How long a step waits for its pairs where it does not say, in milliseconds.
pub const DEFAULT_WAIT: u64 = 2 * 3_600_000;
