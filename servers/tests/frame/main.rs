//! The frame of the faces: listeners within their limits, and the journal.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod journal;
mod listen;
