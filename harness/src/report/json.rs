//! JSON lines: one event a line, for programs.

use std::io::{self, Write};

use super::Reporter;
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
        serde_json::to_writer(&mut self.out, event)?;
        self.out.write_all(b"\n")?;
        // Readers follow the run; a line that waits in a buffer is no news.
        self.out.flush()
    }
}
