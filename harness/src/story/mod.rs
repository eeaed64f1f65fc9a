//! Stories: told on a world, watched while they are told.

pub mod actors;
pub mod cut;
pub mod expect;
pub mod ignoring;
pub mod inspect;
pub mod invariants;
#[cfg(feature = "serve")]
pub(crate) mod live;
pub(crate) mod plan;
pub mod recorder;
pub mod second;
pub mod stage;
pub mod tell;
pub mod timeline;
pub(crate) mod twist;
pub mod watch;
pub mod wrong;

pub use plan::{Fate, FaultTold};
pub use tell::{StepTold, Told, Untold, tell, tell_on};

/// How long a step waits for its pairs where it does not say, in milliseconds.
pub const DEFAULT_WAIT: u64 = 2 * 3_600_000;
