//! The explorer: every order in which a small system can act, within bounds.
//!
//! A system is one array with a few pairs, one profile, its jobs, a foreign job and a handful of faults. The explorer
//! starts from a new profile and does everything that can be done next, breadth first, so that the first story that leads
//! to a place is a shortest one. Two states that look alike to everybody are one; virtual time stands still, copies end
//! whenever they like, and machines wait without a limit. After every move the invariants are asked again, each in a few
//! lines of its own.
//!
//! `docs/explore.md` counts the smallest systems by hand.

mod actor;
mod canon;
mod check;
mod lab;
mod moves;
mod report;
mod search;
mod state;
mod story;

pub use actor::{Explored, Job, Work};
pub use check::Broken;
pub use lab::Unbuilt;
pub use report::{Count, Report, Violation};
pub use search::explore;

use dasdlab_model::states::Method;

/// How large the system is, and how much of it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Sources, and pairs of each generation.
    pub pairs: u8,
    /// Generations of the profile.
    pub generations: u8,
    /// Faults, orders of the foreign job and second jobs, all of them together.
    pub faults: u8,
    /// How volumes are copied.
    pub method: Method,
    /// Whether restores are among the jobs.
    pub restores: bool,
    /// The most states.
    pub limit: u32,
    /// Whether pairs are taken for interchangeable while no job is at work on them.
    pub symmetry: bool,
}

impl Bounds {
    /// The most pairs of a generation.
    pub const MAX_PAIRS: u8 = 4;
    /// The most generations.
    pub const MAX_GENERATIONS: u8 = 4;
    /// The most faults.
    pub const MAX_FAULTS: u8 = 8;
    /// The most states unless another limit is given.
    pub const LIMIT: u32 = 2_000_000;

    /// So many pairs, generations and faults of a BCV profile without restores, within the default limit, with symmetry.
    #[must_use]
    pub const fn new(pairs: u8, generations: u8, faults: u8) -> Self {
        Self { pairs, generations, faults, method: Method::Bcv, restores: false, limit: Self::LIMIT, symmetry: true }
    }
}
