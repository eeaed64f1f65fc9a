//! Results of a run: what is kept of each scenario, what it adds up to, and the files that hold it.
//!
//! A file of results holds a range of a plan: a head that says of what, a row for each scenario, and a foot with what they
//! add up to. Files of neighbouring ranges make the file of the whole, byte by byte the one that an undivided run writes.

pub mod counts;
pub mod diff;
pub mod file;
pub mod folder;
mod lines;
pub mod merged;
mod order;
pub mod report;
pub mod rerun;
pub mod row;
pub mod source;
pub mod totals;
pub mod verify;
