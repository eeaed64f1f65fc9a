//! The machines of profile setup and backup, and the life of a profile.
//!
//! A machine is a value that is given an [`Input`](dasdlab_model::machine::Input) and says what it wants next. It calls
//! nobody and knows no clock: whoever drives it does the commands, and can drop it between any two steps.

mod backup;
mod checks;
mod choice;
mod establish;
mod fingerprint;
mod life;
mod locked;
mod outcome;
mod plan;
mod recheck;
mod report;
mod restore;
mod setup;
mod sight;

pub use backup::{Backup, Ending};
pub use checks::{AllRules, Rules};
pub use fingerprint::{Covered, fingerprint};
pub use life::{EditRefused, at_build, edited, entered};
pub use plan::PlannedPair;
pub use restore::{Restore, RestoreEnding, Unrestored};
pub use setup::Setup;
