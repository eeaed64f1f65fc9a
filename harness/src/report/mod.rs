//! Reporters: each turns the same events into one kind of output. They decide nothing.

pub mod human;
pub mod json;
mod picture;

use std::io;

use crate::run::event::Event;

/// Whoever tells the user what happens in a run.
pub trait Reporter {
    /// Something happened.
    ///
    /// # Errors
    /// The report cannot be written.
    fn event(&mut self, event: &Event) -> io::Result<()>;

    /// So many pieces of work are done, with so many scenarios that did not pass.
    fn progress(&mut self, _done: u64, _all: u64, _troubles: u64) {}
}
