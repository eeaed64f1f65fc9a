//! Worlds that are told what to do, and what becomes of them.
#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests fail by panic")]

mod conservation;
mod contents;
mod finish;
mod flash;
mod happenings;
mod lab;
mod looks;
mod mirrors;
mod refusals;
mod repository;
mod saved;
mod scale;
mod tables;
mod volumes;
