//! Profile setup judged: an observation in columns, one file per rule, findings in a stable order.
//!
//! [`check`] answers for one profile; [`Inventory`] is the same in two steps, so that a profile can be checked again
//! without reading the observation anew; [`StandingCheck`] is kept up to date by what changes. The validator sees observations only: it knows nothing of sites, worlds or
//! where a scenario came from. A check issues no command; [`machines`] say which command they want, and call nobody.

mod check;
mod findings;
mod incremental;
mod inventory;
mod scan;

pub mod explain;
pub mod machines;
pub mod rules;

pub use check::{Judgement, check, check_keeping};
pub use findings::Findings;
pub use incremental::{Applied, StandingCheck};
pub use inventory::Inventory;
pub use scan::Suspects;
