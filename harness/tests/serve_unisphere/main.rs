//! The face of a Symmetrix array, asked request by request.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod checks;
mod clones;
mod faults;
mod groups;
mod lab;
mod malformed;
mod table;
mod vendor;
