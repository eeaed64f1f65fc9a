//! A served world: time that leaves no trace, work beside requests, faults that come live, and orders that outlive a crash.

#![cfg(all(feature = "serve", unix))]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail the test")]
#![expect(clippy::disallowed_methods, reason = "servers are killed and measured by the clock, and the caller says how long")]

mod client;
#[path = "../common/mod.rs"]
mod common;
mod kills;
mod load;
mod work;
mod world;
