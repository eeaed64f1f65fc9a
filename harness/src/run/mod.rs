//! Running scenarios: workers judge, the main thread puts their results in order, counts and tells the reporter.
//!
//! Scenarios are independent and synchronous; rayon's workers take them one after the other and only send. The main
//! thread is a small tokio runtime that reads one bounded channel, watches for signals and drives the reporter. What
//! comes out does not depend on the number of workers.

pub mod clock;
pub mod digest;
pub mod dispenser;
pub mod event;
pub mod plan;
pub mod select;
mod tally;
pub mod work;

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::cli::Problem;
use crate::exit::Exit;
use crate::judge::Bench;
use crate::report::Reporter;
use clock::Clock;
use dispenser::Dispenser;
use event::{Event, Stop, Summary};
use plan::Plan;
use tally::Tally;
use work::Piece;

/// How many results may wait to be read.
const CHANNEL: usize = 256;

/// How often progress moves when nothing happens.
const TICK: Duration = Duration::from_millis(200);

/// How to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How many workers.
    pub threads: usize,
    /// Stop at the first scenario that does not pass.
    pub fail_fast: bool,
    /// Whether a key seen too seldom makes the run bad.
    pub coverage_gates: bool,
    /// Whether durations are reported.
    pub times: bool,
}

impl Summary {
    /// How a run with this summary ends.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self.stopped {
            Some(Stop::Interrupted) => Exit::Interrupted,
            Some(Stop::Terminated) => Exit::Terminated,
            _ if self.harness_faults > 0 => Exit::Fault,
            Some(Stop::Unusable) => Exit::Unusable,
            _ if self.failed > 0 || self.errored > 0 => Exit::Bad,
            Some(Stop::Unread) => Exit::Good,
            // What could not be asked at all is no better than nothing.
            None if self.selected == self.unsupported => Exit::NothingSelected,
            None if self.coverage_misses > 0 => Exit::Bad,
            None => Exit::Good,
        }
    }
}

/// Runs a plan.
///
/// # Errors
/// The machine failed: no threads, no signals, or the report cannot be written.
pub fn run(plan: &Plan, options: Options, bench: &Bench<'_>, reporter: &mut dyn Reporter) -> Result<Summary, Problem> {
    let clock = Clock::start();
    let machine = |what: &str, error: &dyn std::fmt::Display| Problem::machine(format!("{what}: {error}"));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build();
    let pool = pool.map_err(|error| machine("cannot start the workers", &error))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| machine("cannot start the main loop", &error))?;

    let dispenser = Dispenser::new(plan.len());
    let (sender, receiver) = mpsc::channel(CHANNEL);
    let mut main = Main { plan, options, dispenser: &dispenser, reporter, tally: Tally::default(), stopped: None, error: None };
    main.report(&Event::RunStarted { version: env!("CARGO_PKG_VERSION"), suites: plan.suites.clone(), candidates: plan.len() });
    std::thread::scope(|scope| {
        let workers = std::thread::Builder::new().name("workers".to_owned()).spawn_scoped(scope, || {
            pool.broadcast(|_| worker(plan, options, bench, &dispenser, &sender));
            // The main loop ends when nobody can send any more.
            drop(sender);
        });
        match workers {
            Ok(_) => runtime.block_on(main.read(receiver)),
            Err(error) => main.error = Some(machine("cannot start the workers", &error)),
        }
    });
    if bench.sut.is_some_and(|sut| sut.unusable().is_some()) {
        main.stop(Stop::Unusable);
    }
    main.finish(clock)
}

/// Takes work and sends what comes of it, until there is no more or nobody listens.
fn worker(plan: &Plan, options: Options, bench: &Bench<'_>, dispenser: &Dispenser, sender: &mpsc::Sender<Piece>) {
    while let Some(index) = dispenser.take() {
        let piece = match plan.item(index) {
            Some(item) => work::work(index, &item, &plan.filter, bench),
            None => Piece { index, results: Vec::new() },
        };
        if options.fail_fast && !piece.passed() {
            dispenser.end_at(index.saturating_add(1));
        }
        if sender.blocking_send(piece).is_err() || bench.sut.is_some_and(|sut| sut.unusable().is_some()) {
            dispenser.stop();
        }
    }
}

struct Main<'a> {
    plan: &'a Plan,
    options: Options,
    dispenser: &'a Dispenser,
    reporter: &'a mut dyn Reporter,
    tally: Tally,
    stopped: Option<Stop>,
    error: Option<Problem>,
}

impl Main<'_> {
    /// Reads results until the workers are done.
    async fn read(&mut self, mut receiver: mpsc::Receiver<Piece>) {
        let mut early: BTreeMap<u64, Piece> = BTreeMap::new();
        let (mut next, mut ended) = (0, false);
        // One watch for the whole run: a signal between two looks would be lost.
        let mut signal = std::pin::pin!(signal());
        let mut tick = tokio::time::interval(TICK);
        loop {
            tokio::select! {
                piece = receiver.recv() => {
                    let Some(piece) = piece else { break };
                    early.insert(piece.index, piece);
                    while let Some(piece) = early.remove(&next) {
                        next += 1;
                        self.dispenser.reported(next);
                        // After the first failure of a fail-fast run, what others did meanwhile does not count.
                        if !ended {
                            ended = self.options.fail_fast && !piece.passed();
                            self.count(piece);
                        }
                    }
                    self.reporter.progress(next, self.plan.len(), self.tally.troubles());
                }
                stop = &mut signal, if self.stopped.is_none() => self.stop(stop),
                _ = tick.tick() => self.reporter.progress(next, self.plan.len(), self.tally.troubles()),
            }
        }
        self.reporter.progress(next, next, self.tally.troubles());
    }

    fn stop(&mut self, stop: Stop) {
        self.stopped = self.stopped.or(Some(stop));
        self.dispenser.stop();
    }

    fn count(&mut self, piece: Piece) {
        for mut result in piece.results {
            self.tally.add(&result);
            if !self.options.times {
                result.finished.duration_us = None;
            }
            self.report(&Event::ScenarioFinished(Box::new(result.finished)));
        }
    }

    /// Tells the reporter; once it cannot write, the run stops and it is told no more.
    fn report(&mut self, event: &Event) {
        if self.stopped == Some(Stop::Unread) || self.error.is_some() {
            return;
        }
        match self.reporter.event(event) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.stop(Stop::Unread),
            Err(error) => {
                self.dispenser.stop();
                self.error = Some(Problem::machine(format!("cannot write the report: {error}")));
            }
        }
    }

    fn finish(mut self, clock: Clock) -> Result<Summary, Problem> {
        let gates = self.options.coverage_gates && self.stopped.is_none();
        let counted = self.tally.counted(gates);
        let duration = self.options.times.then(|| clock.elapsed());
        let summary = self.tally.summary(&counted, self.stopped, duration);
        self.report(&Event::CoverageCounted(Box::new(counted)));
        self.report(&Event::RunFinished(Box::new(summary.clone())));
        match self.error {
            Some(problem) => Err(problem),
            // A pipe that closed at the very end stops nothing.
            None => Ok(summary),
        }
    }
}

/// Waits for a signal that ends a run cleanly; for ever where signals cannot be watched.
async fn signal() -> Stop {
    #[cfg(unix)]
    let terminated = async {
        let watch = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        let heard = match watch {
            Ok(mut signal) => signal.recv().await,
            Err(_) => None,
        };
        if heard.is_none() {
            std::future::pending().await
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending();
    tokio::select! {
        Ok(()) = tokio::signal::ctrl_c() => Stop::Interrupted,
        () = terminated => Stop::Terminated,
    }
}
