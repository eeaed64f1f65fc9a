//! What every command shares: the message format, colours, and the two streams.
//!
//! Results go to stdout, everything else to stderr. A reader that has gone away ends a command quietly.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;

use super::paint::{escaped, masked};
use super::problem::Problem;
use crate::exit::Exit;

/// For whom results and messages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum MessageFormat {
    /// Text for people.
    #[default]
    Human,
    /// JSON for programs.
    Json,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    fn on(self, terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value == OsString::new()),
        }
    }
}

/// How a command talks to whoever started it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// For whom.
    pub format: MessageFormat,
    /// When to colour.
    pub color: Color,
    /// Leave out progress and notes.
    pub quiet: bool,
}

impl Context {
    /// Whether results are coloured.
    #[must_use]
    pub fn color_stdout(&self) -> bool {
        self.color.on(io::stdout().is_terminal())
    }

    /// Whether messages are coloured.
    #[must_use]
    pub fn color_stderr(&self) -> bool {
        self.color.on(io::stderr().is_terminal())
    }

    /// Whether results are written as JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.format == MessageFormat::Json
    }

    /// Writes a result and ends with `exit`; a closed pipe does not change it.
    #[must_use]
    pub fn result(&self, text: &str, exit: Exit) -> Exit {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => exit,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => exit,
            Err(error) => self.problem(&Problem::machine(format!("cannot write the result: {error}"))),
        }
    }

    /// Writes a JSON result on one line.
    #[must_use]
    pub fn json<T: serde::Serialize>(&self, value: &T, exit: Exit) -> Exit {
        match serde_json::to_string(value) {
            Ok(text) => self.result(&(escaped(&text) + "\n"), exit),
            Err(error) => self.problem(&Problem::fault(format!("cannot write JSON: {error}"))),
        }
    }

    /// Says what happened, on stderr; not with `--quiet`, and not to programs.
    pub fn note(&self, text: &str) {
        if !self.quiet && !self.is_json() {
            self.stderr(&format!("{}\n", masked(text)));
        }
    }

    /// Says what is wrong and gives the exit code for it.
    pub fn problem(&self, problem: &Problem) -> Exit {
        let text = if self.is_json() { problem.json() } else { problem.human(self.color_stderr()) };
        self.stderr(&text);
        problem.exit
    }

    /// Writes to stderr; nobody can be told when that fails.
    fn stderr(&self, text: &str) {
        let mut stream = io::stderr().lock();
        let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    }
}
