//! The machines against hand-made observations and an array that does what the tables say.

// Marked as tests, so that the lints for tests cover the helpers.
#[cfg(test)]
#[expect(dead_code, unused_imports, reason = "the rules' tests use more of it")]
#[path = "../rules/lab.rs"]
mod lab;
#[cfg(test)]
mod recheck;
#[cfg(test)]
mod script;

mod backup;
mod fingerprint;
mod life;
mod properties;
mod restore;
mod setup;
