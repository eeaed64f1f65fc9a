//! Stories: what happens to a site after it was declared, step after step, and what goes wrong meanwhile.
//!
//! A scenario with steps is a story. Its fault plan names what breaks, where, when and for how long; what is malformed in
//! either is refused on input with its place, and what can never happen is a finding of lint.

mod check;
mod duration;
mod fault;
mod phase;
pub mod place;
pub mod profile;
mod step;

pub use check::{MAX_NAME, MAX_PLANNED, MAX_STEPS, beginning, malformed, malformed_live, pointless};
pub use duration::Duration;
pub use fault::{
    CommandKind, CopyState, NthCommand, NthPhase, PairAt, PairPercent, PairRef, PlannedFault, RivalWork, UnitRef, What, When,
};
pub use phase::Phase;
pub use step::{Do, Edit, ExpectedBackup, Loss, RestoreKind, StepExpectation, StoryStep};
