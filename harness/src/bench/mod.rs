//! How fast this machine reads, builds and checks a site, and generates and checks scenarios.
//!
//! Medians of pieces of work that take turns, each held against the floor: reading the same columns once, on the same
//! machine at the same time. What is measured in one sitting can be kept and held against another.

mod memory;
mod report;
mod subject;
mod turns;

use std::time::Duration;

use crate::cli::Problem;
pub use report::{Change, FORMAT, Measure, Report, changes};
pub use subject::{Subject, Text};

/// Generated scenarios of one measured piece of work.
const SCENARIOS: u64 = 64;

/// Measures everything about a subject, for about as long as is said.
///
/// # Errors
/// The site is malformed.
pub fn bench(text: Text, budget: Duration) -> Result<Report, Problem> {
    let (subject, peak_bytes) = Subject::new(text)?;
    let mut report = Report::new(&subject, peak_bytes);
    let half = budget / 2;
    report.add(&subject, turns::medians(half, turns::FEWEST_LOADS, &mut subject.loads()));
    report.add(&subject, turns::medians(half, turns::FEWEST_CHECKS, &mut subject.checks()));
    Ok(report)
}
