//! The harness: drives the validator against simulated worlds, judges it, and is the command line of dasdlab.

pub mod cli;
pub mod exit;
pub mod suite;
