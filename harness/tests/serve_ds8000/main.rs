//! The face of a DS8000, asked request by request.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail the test")]

#[path = "../common/mod.rs"]
mod common;
mod copies;
mod faults;
mod lab;
mod links;
mod malformed;
mod table;
