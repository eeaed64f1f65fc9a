//! JSON lines: one event a line, for programs.

use std::io::{self, Write};

use super::Reporter;
use crate::cli::paint::escaped;
use crate::run::event::Event;

/// Writes every event as a line of JSON.
#[derive(Debug)]
pub struct Json<W> {
    out: W,
}

impl<W: Write> Json<W> {
    /// A reporter that writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Reporter for Json<W> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        writeln!(self.out, "{}", escaped(&serde_json::to_string(event)?))?;
        // Readers follow the run; a line that waits in a buffer is no news.
        self.out.flush()
    }
}
