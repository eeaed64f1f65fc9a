//! Implementations outside this program, as arguments name them.

use std::time::Duration;

use clap::Args;

use super::{Context, Problem};
use crate::exit::Exit;
use crate::judge::strict::Strictness;
use crate::suite;
use crate::sut::{Sut, SutCommand, SutOptions};

/// The most seconds that an answer may take.
const MAX_SECONDS: i64 = 3_600;

/// The implementation under test, and how long it is waited for.
#[derive(Debug, Clone, Args)]
pub struct Outside {
    /// Judge this implementation in place of ours, as in 'cmd:python3 my_validator.py'
    #[arg(long, value_name = "cmd:PROGRAM ARGS")]
    pub sut: Option<SutCommand>,
    /// Seconds that it may take for a question; larger questions have more
    #[arg(long, value_name = "S", default_value_t = 10, requires = "sut", value_parser = clap::value_parser!(u32).range(1..=MAX_SECONDS))]
    pub time_limit: u32,
    /// How many of its processes may be started again
    #[arg(long, value_name = "N", default_value_t = 100, requires = "sut")]
    pub restarts: u32,
}

impl Outside {
    /// What has to be said behind a command so that it asks the same implementation, with a space in front.
    #[must_use]
    pub fn said(&self, strict: Strictness) -> String {
        let Some(sut) = &self.sut else { return String::new() };
        let command = suite::shell(&format!("cmd:{sut}"));
        let strict = if strict == Strictness::default() { String::new() } else { format!(" --strict {}", strict.as_str()) };
        format!(" --sut {command}{strict}")
    }
}

/// Starts an implementation in so many processes.
///
/// # Errors
/// It cannot be used.
pub fn start(command: SutCommand, processes: usize, outside: &Outside) -> Result<Sut, Problem> {
    let shown = command.to_string();
    let time_limit = Duration::from_secs(outside.time_limit.into());
    let options = SutOptions { command, processes, time_limit, restarts: outside.restarts };
    Sut::start(options).map_err(|failure| unusable(&format!("`{shown}` cannot be used: {failure}")))
}

/// How a run ends that an implementation was judged by.
///
/// # Errors
/// It cannot be used, or broke the protocol where no scenario was charged with it.
pub fn ended(sut: &Sut, exit: Exit, ctx: &Context) -> Result<Exit, Problem> {
    let left = sut.close();
    if let Some(message) = sut.unusable() {
        return Err(unusable(&format!("the implementation cannot be used: {message}")));
    }
    match left.first() {
        Some(failure) if exit == Exit::Good => Err(unusable(&format!("the implementation broke the protocol: {failure}"))),
        Some(failure) => {
            ctx.note(&format!("note: the implementation broke the protocol: {failure}"));
            Ok(exit)
        }
        None => Ok(exit),
    }
}

fn unusable(message: &str) -> Problem {
    let help = "`dasdlab smoke --sut …` proves an adapter step by step; `dasdlab schema protocol` has every message";
    Problem { exit: Exit::Unusable, ..Problem::usage(message) }.help(help)
}
