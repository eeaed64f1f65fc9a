//! Running scenarios: workers judge, the main thread puts their results in order, counts and tells the reporter.
//!
//! Scenarios are independent and synchronous; rayon's workers take them one after the other and only send. The main
//! thread is a small tokio runtime that reads one bounded channel, watches for signals and drives the reporter. What
//! comes out does not depend on the number of workers.

pub mod clock;
pub mod digest;
pub mod dispenser;
pub mod event;
pub mod part;
pub mod plan;
pub mod select;
pub mod tally;
pub mod until;
pub mod work;

use std::collections::BTreeMap;
use std::ops::Range;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dasdlab_scenarios::token::Token;
use parking_lot::RwLock;
use tokio::sync::mpsc;

use crate::cli::Problem;
use crate::exit::Exit;
use crate::report::{Reporter, Teller};
use crate::results::file;
use crate::results::folder::Folder;
use crate::results::row::Row;
use crate::twin::draw::{Draw, Drawn};
use crate::twin::{Repeated, Twin};
use clock::Clock;
use dispenser::Dispenser;
use event::{Event, Stop, Summary};
use plan::{Item, Plan};
use tally::{Ended, Tally};
use until::Search;
use work::{Judging, Keep, Piece};

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
        let counts = &self.counts;
        match self.stopped {
            Some(Stop::Interrupted) => Exit::Interrupted,
            Some(Stop::Terminated) => Exit::Terminated,
            _ if counts.harness_fault > 0 => Exit::Fault,
            Some(Stop::Unusable) => Exit::Unusable,
            _ if self.repeated.as_ref().is_some_and(|repeated| repeated.different.is_some()) => Exit::Nondeterminism,
            _ if counts.troubles() > 0 || !self.unmatched.is_empty() => Exit::Bad,
            // Nobody has proven the rest.
            Some(Stop::Unread) if self.not_run > 0 => Exit::Interrupted,
            // What a part does not have, another one may.
            _ if self.partial => Exit::Good,
            // What was not put to the validator at all is no better than nothing.
            _ if counts.judged() == 0 => Exit::NothingSelected,
            _ if self.coverage_misses > 0 => Exit::Bad,
            _ => Exit::Good,
        }
    }
}

/// What is run, and where its results go.
pub struct Run<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Which pieces of its work.
    pub range: Range<u64>,
    /// How.
    pub options: Options,
    /// Who judges.
    pub judging: Judging<'a>,
    /// Where rows are kept.
    pub folder: Option<&'a mut Folder>,
    /// Who draws what is judged again at the end.
    pub twin: Option<&'a Draw>,
    /// By which seed, and by how many more scenarios at most, what is not covered is aimed at.
    pub until: Option<(u64, u64)>,
}

impl<'a> Run<'a> {
    /// The whole of a plan, whose results are only reported.
    #[must_use]
    pub fn new(plan: &'a Plan, options: Options, judging: Judging<'a>) -> Self {
        Self { plan, range: 0..plan.len(), options, judging, folder: None, twin: None, until: None }
    }

    /// Runs it.
    ///
    /// # Errors
    /// The machine failed: no threads, no signals, or the report or the results cannot be written.
    pub fn run(self, reporter: &mut dyn Reporter) -> Result<Summary, Problem> {
        let clock = Clock::start();
        let machine = |what: &str, error: &dyn std::fmt::Display| Problem::machine(format!("{what}: {error}"));
        let (plan, options) = (self.plan, self.options);
        let judging = Judging { keep: self.twin.map_or(Keep::Nothing, Keep::Drawn), ..self.judging };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build();
        let pool = pool.map_err(|error| machine("cannot start the workers", &error))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| machine("cannot start the main loop", &error))?;

        let kept = self.folder.as_ref().map(|folder| folder.kept()).unwrap_or_default();
        let dispenser = Dispenser::new(self.range.clone(), kept);
        let source = Source { plan, added: RwLock::default() };
        // One watch for the whole run: a signal between two looks would be lost.
        let mut signal = Box::pin(signal());
        let mut main = Main {
            range: self.range,
            source: &source,
            next: 0,
            sealed: None,
            plan,
            options,
            judging,
            drawn: self.twin.map(Drawn::new),
            repeated: None,
            dispenser: &dispenser,
            folder: self.folder,
            teller: Teller::new(reporter),
            tally: Tally::new(judging.known).required(self.until.is_some()),
            ended: false,
            stopped: None,
            error: None,
        };
        main.start();
        let mut search = self.until.map(|(seed, budget)| Search::new(seed, budget));
        loop {
            let (sender, receiver) = mpsc::channel(CHANNEL);
            std::thread::scope(|scope| {
                let workers = std::thread::Builder::new().name("workers".to_owned()).spawn_scoped(scope, || {
                    pool.broadcast(|_| worker(&source, options, &judging, &dispenser, &sender));
                    // The main loop ends when nobody can send any more.
                    drop(sender);
                });
                match workers {
                    Ok(_) => runtime.block_on(main.read(receiver, signal.as_mut())),
                    Err(error) => main.fail(machine("cannot start the workers", &error)),
                }
            });
            if !search.as_mut().is_some_and(|search| main.add(search)) {
                break;
            }
        }
        if judging.bench.sut.is_some_and(|sut| sut.unusable().is_some()) {
            main.stop(Stop::Unusable);
        }
        main.repeat(&runtime, signal.as_mut());
        main.finish(clock)
    }
}

/// Takes work and sends what comes of it, until there is no more or nobody listens.
fn worker(source: &Source<'_>, options: Options, judging: &Judging<'_>, dispenser: &Dispenser, sender: &mpsc::Sender<Piece>) {
    while let Some(index) = dispenser.take() {
        let mut piece = match source.item(index) {
            Some(item) => work::work(index, &item, &source.plan.filter, judging),
            None => Piece::nothing(index),
        };
        // Whether it or another scenario is to blame cannot be said any more.
        piece.is_doubtful = judging.bench.sut.is_some_and(|sut| sut.unusable().is_some()) && piece.has_errors();
        if options.fail_fast && !piece.is_good() {
            dispenser.end_at(index.saturating_add(1));
        }
        if sender.blocking_send(piece).is_err() || judging.bench.sut.is_some_and(|sut| sut.unusable().is_some()) {
            dispenser.stop();
        }
    }
}

/// Where work comes from: the plan, and behind it what was added on the way.
struct Source<'a> {
    plan: &'a Plan,
    added: RwLock<Vec<Token>>,
}

impl<'a> Source<'a> {
    fn item(&self, index: u64) -> Option<Item<'a>> {
        let Some(behind) = index.checked_sub(self.plan.len()) else { return self.plan.item(index) };
        let at = usize::try_from(behind).ok()?;
        self.added.read().get(at).cloned().map(Item::of)
    }
}

struct Main<'a> {
    range: Range<u64>,
    source: &'a Source<'a>,
    /// Every piece of work below this one is counted.
    next: u64,
    /// From this piece of work on nothing is kept: the implementation was given up.
    sealed: Option<u64>,
    plan: &'a Plan,
    options: Options,
    judging: Judging<'a>,
    /// What will be judged again.
    drawn: Option<Drawn<'a>>,
    repeated: Option<Repeated>,
    dispenser: &'a Dispenser,
    folder: Option<&'a mut Folder>,
    teller: Teller<'a>,
    tally: Tally<'a>,
    /// Whether the first failure of a fail-fast run has been counted; what others did meanwhile does not count.
    ended: bool,
    stopped: Option<Stop>,
    error: Option<Problem>,
}

impl Main<'_> {
    fn start(&mut self) {
        let implementation = self.judging.bench.sut.map_or_else(|| "dasdlab".to_owned(), |sut| sut.greeting().name.clone());
        let pieces = self.range.end - self.range.start;
        self.next = self.range.start;
        let (version, suites) = (env!("CARGO_PKG_VERSION").to_owned(), self.plan.suites.clone());
        self.report(&Event::RunStarted { version, implementation, suites, pieces });
        self.pass_over();
    }

    /// Reads results until the workers are done.
    async fn read(&mut self, mut receiver: mpsc::Receiver<Piece>, mut signal: Pin<&mut impl Future<Output = Stop>>) {
        let mut early: BTreeMap<u64, Piece> = BTreeMap::new();
        let mut tick = tokio::time::interval(TICK);
        loop {
            tokio::select! {
                piece = receiver.recv() => {
                    let Some(piece) = piece else { break };
                    early.insert(piece.index, piece);
                    while !self.ended && let Some(piece) = early.remove(&self.next) {
                        self.count(piece);
                        self.pass_over();
                    }
                    // Workers that wait for room must not wait for ever once nothing is counted any more.
                    self.dispenser.reported(self.next);
                    self.progress();
                }
                stop = &mut signal, if self.stopped.is_none() => self.stop(stop),
                _ = tick.tick() => self.progress(),
            }
        }
    }

    /// Adds what is generated next; whether there is anything.
    fn add(&mut self, search: &mut Search) -> bool {
        if self.stopped.is_some() || self.error.is_some() || self.ended {
            return false;
        }
        let tokens = search.round(self.tally.tuples(), &self.tally.counted());
        let pieces = tokens.len() as u64;
        if pieces == 0 {
            return false;
        }
        self.source.added.write().extend(tokens);
        self.range.end += pieces;
        self.report(&Event::PiecesAdded { pieces });
        self.dispenser.extend(self.range.end);
        true
    }

    fn progress(&mut self) {
        let (done, all) = (self.next - self.range.start, self.range.end - self.range.start);
        self.teller.progress(done, all, self.tally.troubles());
    }

    fn stop(&mut self, stop: Stop) {
        self.stopped = self.stopped.or(Some(stop));
        self.dispenser.stop();
    }

    fn fail(&mut self, problem: Problem) {
        self.dispenser.stop();
        self.error.get_or_insert(problem);
    }

    /// Counts a piece of work, the next in the order of the plan.
    fn count(&mut self, piece: Piece) {
        self.ended = self.options.fail_fast && !piece.is_good();
        self.next = piece.index + 1;
        if piece.is_doubtful {
            self.sealed.get_or_insert(piece.index);
        }
        let is_kept = self.sealed.is_none();
        self.tally.cover(1);
        for mut row in piece.rows {
            if !self.options.times {
                row.duration_us = None;
            }
            if let Some(folder) = self.folder.as_mut().filter(|_| is_kept) {
                folder.take(row.clone());
            }
            self.row(row);
        }
        let (next, goes_on) = (self.next, is_kept && self.error.is_none());
        if let Some(folder) = &mut self.folder
            && goes_on
            && let Err(problem) = folder.done(next)
        {
            self.fail(problem);
        }
    }

    /// Counts what was there before, as far as it comes next.
    fn pass_over(&mut self) {
        while !self.ended
            && self.error.is_none()
            && let Some(part) = self.folder.as_ref().and_then(|folder| folder.kept_at(self.next)).cloned()
        {
            let (fail_fast, mut last) = (self.options.fail_fast, None);
            let read = file::read(&part.path, |row| {
                // Behind the first failure nothing counts, as if it had not been done.
                if last.is_none_or(|last| row.index <= last) {
                    last = last.or((fail_fast && row.status.is_trouble()).then_some(row.index));
                    self.row(row);
                }
                Ok(())
            });
            if let Err(problem) = read {
                return self.fail(problem);
            }
            self.ended = last.is_some();
            self.next = last.map_or(part.range.end, |last| last + 1);
            self.tally.cover(self.next - part.range.start);
            if let Some(folder) = &mut self.folder {
                folder.passed_over(part.range.end);
            }
            if self.ended {
                self.dispenser.stop();
            }
        }
    }

    fn row(&mut self, row: Row) {
        self.tally.row(&row);
        if let (Some(drawn), Some(item)) = (&mut self.drawn, self.plan.item(row.index)) {
            drawn.take(&item, &row);
        }
        self.report(&Event::ScenarioFinished(Box::new(row)));
    }

    /// Tells the reporter; once nobody listens, the run stops, unless its results are kept.
    fn report(&mut self, event: &Event) {
        if let Err(problem) = self.teller.tell(event) {
            self.fail(problem);
        } else if self.teller.is_gone() && self.error.is_none() && self.folder.is_none() {
            self.stop(Stop::Unread);
        }
    }

    /// Judges the sample again, as long as nothing stops it.
    fn repeat(&mut self, runtime: &tokio::runtime::Runtime, signal: Pin<&mut impl Future<Output = Stop>>) {
        let Some(drawn) = self.drawn.take().filter(|_| self.stopped.is_none() && self.error.is_none()) else { return };
        let (seed, first, stop) = (drawn.draw().seed(), drawn.sample(), AtomicBool::new(false));
        let twin = Twin { plan: self.plan, judging: self.judging, first: &first, seed, stop: &stop };
        let (sender, receiver) = mpsc::channel(CHANNEL);
        let repeated = std::thread::scope(|scope| {
            let twin = &twin;
            let workers = std::thread::Builder::new().name("workers".to_owned()).spawn_scoped(scope, move || {
                // Whoever counts is told; when nobody does any more, the run is being stopped anyway.
                let repeated = twin.repeat(&|| _ = sender.blocking_send(()));
                drop(sender);
                repeated
            });
            runtime.block_on(self.await_repeated(twin.pieces(), receiver, &stop, signal));
            workers.map(|workers| workers.join())
        });
        match repeated {
            Ok(Ok(Ok(Some(repeated)))) => {
                self.report(&Event::Repeated(Box::new(repeated.clone())));
                self.repeated = Some(repeated);
            }
            // It was stopped.
            Ok(Ok(Ok(None))) => {}
            Ok(Ok(Err(error))) => self.fail(Problem::machine(format!("cannot start the workers: {error}"))),
            Ok(Err(_)) => self.fail(Problem::fault("a worker has failed")),
            Err(error) => self.fail(Problem::machine(format!("cannot start the workers: {error}"))),
        }
        if self.judging.bench.sut.is_some_and(|sut| sut.unusable().is_some()) {
            self.stop(Stop::Unusable);
        }
    }

    /// Counts what is judged again until nothing is any more.
    async fn await_repeated(
        &mut self,
        all: u64,
        mut receiver: mpsc::Receiver<()>,
        stop: &AtomicBool,
        mut signal: Pin<&mut impl Future<Output = Stop>>,
    ) {
        let mut done = 0;
        loop {
            tokio::select! {
                piece = receiver.recv() => match piece {
                    Some(()) => done += 1,
                    None => break,
                },
                why = &mut signal, if self.stopped.is_none() => {
                    stop.store(true, Ordering::Relaxed);
                    self.stop(why);
                }
            }
            self.teller.progress(done, all, self.tally.troubles());
        }
    }

    fn finish(mut self, clock: Clock) -> Result<Summary, Problem> {
        if let Some(problem) = self.error {
            // What was not kept is not told either.
            return Err(problem);
        }
        if let Some(folder) = &mut self.folder {
            folder.finish(self.sealed.unwrap_or(self.next))?;
        }
        let ended = Ended {
            range: self.range.clone(),
            next: self.next,
            pieces: self.plan.len() + self.source.added.read().len() as u64,
            gates: self.options.coverage_gates,
            stopped: self.stopped,
            duration: self.options.times.then(|| clock.elapsed()),
        };
        let (counted, mut summary) = self.tally.conclude(&ended);
        summary.repeated = self.repeated.take();
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
