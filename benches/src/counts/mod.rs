//! Instructions and allocations of named pieces of work: what a machine repeats exactly, however busy it is.
//!
//! A piece is prepared, and then done once inside [`meter::counted_region`]. Callgrind writes down what was executed
//! between the entry of that function and its end; an allocator that counts says how much memory was asked for.

pub mod callgrind;
pub mod growth;
pub mod kept;
pub mod meter;
pub mod pieces;
pub mod plot;
pub mod standing;

use serde::{Deserialize, Serialize};

/// What a piece of work takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// Instructions.
    pub instructions: u64,
    /// Times that memory was asked for, or a piece of memory made larger or smaller.
    pub allocations: u64,
    /// The most bytes that were held at once, beyond what was held before.
    pub peak_bytes: u64,
}
