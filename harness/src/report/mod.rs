//! Reporters: each turns the same events into one kind of output. They decide nothing.

mod flaws;
mod heard;
pub mod html;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
pub(crate) mod picture;
pub mod sarif;
pub mod several;
mod telling;
mod xml;

use std::io;

use crate::cli::Problem;
use crate::results::row::Row;
use crate::run::event::Event;
use html::small::Small;

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

/// A reporter that gathers what it is told, and writes it when the run has ended.
pub trait Document: Reporter {
    /// Writes all of it.
    ///
    /// # Errors
    /// It cannot be written.
    fn write(&self, out: &mut dyn io::Write) -> io::Result<()>;

    /// The scenarios that did not pass and that are told in full, where they are told smaller too.
    fn failing(&self) -> &[Row] {
        &[]
    }

    /// Hears what became of them when they were shrunk, in the same order.
    fn shrunk(&mut self, _small: &[Small]) {}
}

/// Tells a reporter, until it cannot write any more.
pub struct Teller<'a> {
    reporter: &'a mut dyn Reporter,
    gone: bool,
}

impl<'a> Teller<'a> {
    /// Tells this reporter.
    pub fn new(reporter: &'a mut dyn Reporter) -> Self {
        Self { reporter, gone: false }
    }

    /// Says what happened; nothing more once nobody listens.
    ///
    /// # Errors
    /// The report cannot be written.
    pub fn tell(&mut self, event: &Event) -> Result<(), Problem> {
        if self.gone {
            return Ok(());
        }
        match self.reporter.event(event) {
            Ok(()) => Ok(()),
            Err(error) => {
                self.gone = true;
                // A reader that goes away is no failure.
                let closed = error.kind() == io::ErrorKind::BrokenPipe;
                if closed { Ok(()) } else { Err(Problem::machine(format!("cannot write the report: {error}"))) }
            }
        }
    }

    /// Whether nobody listens any more.
    #[must_use]
    pub const fn is_gone(&self) -> bool {
        self.gone
    }

    /// Says how far the run is.
    pub fn progress(&mut self, done: u64, all: u64, troubles: u64) {
        self.reporter.progress(done, all, troubles);
    }
}
