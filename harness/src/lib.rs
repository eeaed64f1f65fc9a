//! The harness: drives the validator against simulated worlds, judges it, and is the command line of dasdlab.

pub mod bench;
pub mod cli;
pub mod config;
pub mod coverage;
pub mod drive;
pub mod exit;
pub mod explore;
pub mod job;
pub mod judge;
pub mod known;
pub mod mutants;
pub mod picture;
pub mod report;
pub mod results;
pub mod run;
#[cfg(feature = "serve")]
pub mod serve;
pub mod shrink;
pub mod story;
pub mod suite;
pub mod sut;
pub mod tables;
pub mod tour;
pub mod twin;
pub mod why;
