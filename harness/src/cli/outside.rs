//! Implementations outside this program, as arguments name them.

use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::{Context, Problem};
use crate::exit::Exit;
use crate::judge::strict::Strictness;
use crate::judge::{Bench, Ours};
use crate::suite;
use crate::sut::wire::Wire;
use crate::sut::{Sut, SutCommand, SutOptions};

/// Seconds that an answer may take where nothing is said.
const TIME_LIMIT: u32 = 10;

/// The most seconds that an answer may take.
const MAX_SECONDS: i64 = 3_600;

/// The implementation under test, and how long it is waited for.
#[derive(Debug, Clone, Args)]
pub struct Outside {
    /// Judge this implementation in place of ours, as in 'cmd:python3 my_validator.py'
    #[arg(long, value_name = "cmd:PROGRAM ARGS")]
    pub sut: Option<SutCommand>,
    /// Seconds that it may take for a question; larger questions have more
    #[arg(long, value_name = "S", default_value_t = TIME_LIMIT, requires = "sut", value_parser = clap::value_parser!(u32).range(1..=MAX_SECONDS))]
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
        let limit = if self.time_limit == TIME_LIMIT { String::new() } else { format!(" --time-limit {}", self.time_limit) };
        format!(" --sut {command}{strict}{limit}")
    }
}

/// Starts an implementation in so many processes.
///
/// # Errors
/// It cannot be used.
pub fn start(command: SutCommand, processes: usize, outside: &Outside) -> Result<Sut, Problem> {
    let shown = command.to_string();
    let time_limit = Duration::from_secs(outside.time_limit.into());
    let options = SutOptions { command, processes, time_limit, restarts: outside.restarts, retries: true };
    Sut::start(options).map_err(|failure| unusable(&format!("`{shown}` cannot be used: {failure}")))
}

/// An implementation that is asked about one scenario at a time.
#[derive(Debug, Args)]
pub struct Alone {
    /// Judge this implementation in place of ours, as in 'cmd:python3 my_validator.py'
    #[arg(long, value_name = "cmd:PROGRAM ARGS")]
    pub sut: Option<SutCommand>,
    /// Seconds that it may take for a question; larger questions have more
    #[arg(long, value_name = "S", default_value_t = TIME_LIMIT, requires = "sut", value_parser = clap::value_parser!(u32).range(1..=MAX_SECONDS))]
    pub time_limit: u32,
    /// How much of its verdicts is compared: codes, subjects or evidence
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t, hide_possible_values = true, requires = "sut")]
    pub strict: Strictness,
}

impl Alone {
    /// Starts the implementation in one process, where one is named; whoever listens hears every line. A process that goes
    /// is started again for the next scenario, and what it failed at is not asked again.
    ///
    /// # Errors
    /// It cannot be used.
    pub fn start(&self, wire: Option<Arc<Wire>>) -> Result<Option<Sut>, Problem> {
        let Some(command) = self.sut.clone() else { return Ok(None) };
        let shown = command.to_string();
        let time_limit = Duration::from_secs(self.time_limit.into());
        let options = SutOptions { command, processes: 1, time_limit, restarts: u32::MAX, retries: false };
        let started = Sut::overheard(options, wire);
        started.map(Some).map_err(|failure| unusable(&format!("`{shown}` cannot be used: {failure}")))
    }
}

/// A bench for this implementation, or for our own validator where there is none.
#[must_use]
pub fn bench(sut: Option<&Sut>, strict: Strictness) -> Bench<'_> {
    Bench { strict, sut, ..Bench::new(&Ours) }
}

/// How a run ends that an implementation was judged by.
///
/// # Errors
/// It cannot be used, or broke the protocol where no scenario was charged with it.
pub fn ended(sut: &Sut, exit: Exit, ctx: &Context) -> Result<Exit, Problem> {
    let left = sut.close();
    let is_stopped = matches!(exit, Exit::Interrupted | Exit::Terminated);
    if let Some(message) = sut.unusable().filter(|_| !is_stopped) {
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
