//! Implementations outside this program, held against the same scenarios over a pipe.
//!
//! A pool of processes is asked by all workers; several scenarios may be before one process, and each of them stays with
//! it. A process that breaks the protocol, is late or dies takes only its own scenarios with it: each of them is judged
//! once more, alone before a process of its own, and what fails there is an error of that scenario. What is wrong with the
//! implementation as a whole ends the run.

mod answer;
mod child;
pub mod command;
mod line;
pub mod needs;
mod session;
pub mod smoke;
mod talk;
pub mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use dasdlab_model::protocol::{Feature, Greeting};
use dasdlab_model::scenario::Scenario;
use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, oneshot, watch};

use crate::judge::{Bench, Judged, Outcome, Signature};
use crate::story::actors::Actors;
pub use child::Failure;
use child::{Conversation, Kind};
pub use command::SutCommand;
use session::{Session, Trouble};
pub(crate) use talk::{LATE, OUTPUT_ENDED};
use wire::Wire;

/// How many scenarios are before one process at once.
pub const DEPTH: usize = 4;

/// How to ask an implementation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SutOptions {
    /// What is run.
    pub command: SutCommand,
    /// How many processes.
    pub processes: usize,
    /// How long it may take for a question of moderate size.
    pub time_limit: Duration,
    /// How many processes may be started in place of others.
    pub restarts: u32,
    /// Whether a scenario that a process failed at is judged once more, alone: perhaps another one is to blame. Where only
    /// one is judged at a time there is none.
    pub retries: bool,
}

/// An implementation under test.
pub struct Sut {
    kind: Kind,
    most_restarts: u32,
    retries: bool,
    greeting: Greeting,
    slots: Vec<Mutex<Option<Arc<Conversation>>>>,
    next: AtomicUsize,
    restarts: AtomicU32,
    /// Whether some question was answered.
    is_of_use: AtomicBool,
    /// How many scenarios failed alone while no question had been answered.
    hopeless: AtomicUsize,
    unusable: Mutex<Option<String>>,
    given_up: watch::Sender<bool>,
    /// What a process did wrong first that no scenario is charged with.
    uncharged: Mutex<Option<Failure>>,
    /// Last, so that whatever is left of the conversations ends with it.
    _children: Children,
}

/// The thread on which conversations are held.
struct Children {
    handle: Handle,
    end: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Children {
    fn start() -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel::<()>();
        let hold = move || {
            let _ = runtime.block_on(ended);
        };
        let thread = std::thread::Builder::new().name("implementation".to_owned()).spawn(hold)?;
        Ok(Self { handle, end: Some(end), thread: Some(thread) })
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The most characters of what an implementation calls itself, and of its version.
const MAX_NAME: usize = 100;

/// Why a greeting names nobody that a report could name; none where it does.
fn improper(greeting: &Greeting) -> Option<String> {
    let is_plain = |text: &str| text.chars().count() <= MAX_NAME && !text.chars().any(char::is_control);
    let is_name = !greeting.name.trim().is_empty() && is_plain(&greeting.name) && is_plain(&greeting.version);
    (!is_name).then(|| format!("its name or version is empty, longer than {MAX_NAME} characters, or has control characters"))
}

impl Sut {
    /// Starts an implementation and hears what it can do.
    ///
    /// # Errors
    /// It cannot be started, does not greet, or speaks another protocol.
    pub fn start(options: SutOptions) -> Result<Self, Failure> {
        Self::overheard(options, None)
    }

    /// Starts an implementation, with somebody who listens to what goes over its pipes.
    ///
    /// # Errors
    /// It cannot be started, does not greet, or speaks another protocol.
    pub fn overheard(options: SutOptions, wire: Option<Arc<Wire>>) -> Result<Self, Failure> {
        let SutOptions { command, processes, time_limit: limit, restarts, retries } = options;
        let children = Children::start().map_err(|error| Failure::of(error.to_string()))?;
        let (given_up, watching) = watch::channel(false);
        let kind = Kind {
            command,
            limit,
            large: Arc::new(Semaphore::new(1)),
            at_once: Arc::new(Semaphore::new(answer::AT_ONCE as usize)),
            wire,
            given_up: watching,
            runtime: children.handle.clone(),
        };
        let (first, greeting) = Conversation::start(&kind)?;
        if let Some(why) = improper(&greeting) {
            return Err(Failure::of(why));
        }
        let slots: Vec<_> = (0..processes.max(1)).map(|_| Mutex::new(None)).collect();
        if let Some(slot) = slots.first() {
            *slot.lock() = Some(Arc::new(first));
        }
        Ok(Self {
            kind,
            most_restarts: restarts,
            retries,
            greeting,
            slots,
            next: AtomicUsize::new(0),
            restarts: AtomicU32::new(0),
            is_of_use: AtomicBool::new(false),
            hopeless: AtomicUsize::new(0),
            unusable: Mutex::new(None),
            given_up,
            uncharged: Mutex::new(None),
            _children: children,
        })
    }

    /// What it calls itself and what it can do.
    #[must_use]
    pub const fn greeting(&self) -> &Greeting {
        &self.greeting
    }

    /// What it can do.
    #[must_use]
    pub fn features(&self) -> &[Feature] {
        &self.greeting.features
    }

    /// Why no more can be asked of it, where that is so.
    #[must_use]
    pub fn unusable(&self) -> Option<String> {
        self.unusable.lock().clone()
    }

    /// Says goodbye to every process; what was wrong with any of them that no scenario was charged with.
    #[must_use]
    pub fn close(&self) -> Vec<Failure> {
        let processes: Vec<_> = self.slots.iter().filter_map(|slot| slot.lock().take()).collect();
        // All are told before one is waited for, so that the slowest says how long it takes.
        processes.iter().for_each(|process| process.bid_farewell());
        let left = processes.iter().filter_map(|process| process.close());
        self.uncharged.lock().take().into_iter().chain(left).collect()
    }

    /// Judges by a scenario, on a bench where only the validator and the actors are put in place of ours.
    #[must_use]
    pub fn judge(&self, bench: &Bench<'_>, scenario: &Scenario) -> Judged {
        let missing = needs::missing(scenario, self.features());
        if !missing.is_empty() {
            return Judged::without(Outcome::Unsupported { needs: missing.into_iter().collect() });
        }
        let errored = |message: String| Judged::without(Outcome::Errored { message });
        let shared = match self.shared() {
            Ok(process) => process,
            Err(message) => return errored(message),
        };
        let first = match self.attempt(bench, scenario, &shared) {
            Ok(judged) => return judged,
            Err(failure) => failure,
        };
        if !self.retries {
            return errored(first.to_string());
        }
        drop(shared);
        // Perhaps another scenario before the same process is to blame: once more, alone.
        if let Some(message) = self.unusable() {
            return errored(message);
        }
        let process = match self.replacement() {
            Ok(process) => Arc::new(process),
            Err(message) => return errored(message),
        };
        let second = self.attempt(bench, scenario, &process);
        let left = process.close();
        match (second, left) {
            (Ok(judged), None) => judged,
            (Ok(judged), Some(failure)) => Judged { outcome: Outcome::Errored { message: failure.to_string() }, ..judged },
            (Err(failure), _) => {
                // All workers have met it by then, and none has heard anything.
                let hopeless = self.slots.len().saturating_mul(DEPTH);
                if !self.is_of_use.load(Ordering::Relaxed) && self.hopeless.fetch_add(1, Ordering::Relaxed) + 1 >= hopeless {
                    self.give_up(format!("it could not be asked a single question: {}", failure.what));
                }
                let first = if first.what == failure.what { String::new() } else { format!("\nat first: {}", first.what) };
                errored(format!("{failure}{first}"))
            }
        }
    }

    /// Has a story told with the implementation as those who act in it; why it is not to be trusted, where it is not.
    ///
    /// # Errors
    /// The implementation cannot be asked.
    pub fn acting<T>(&self, tell: impl FnOnce(&dyn Actors) -> T) -> Result<(T, Option<String>), String> {
        let session = Session::new(self.shared()?);
        let told = tell(&session);
        let trouble = session.trouble().map(|trouble| match trouble {
            Trouble::Process(failure) => failure.to_string(),
            Trouble::Answer(message) | Trouble::Words(message) => message,
        });
        Ok((told, trouble))
    }

    /// Judges before this process; fails if the process does.
    fn attempt(&self, bench: &Bench<'_>, scenario: &Scenario, process: &Arc<Conversation>) -> Result<Judged, Failure> {
        let session = Session::new(Arc::clone(process));
        let judged = Bench { validator: &session, actors: &session, sut: None, ..*bench }.judge(scenario);
        if session.was_answered() {
            self.is_of_use.store(true, Ordering::Relaxed);
        }
        let outcome = match session.trouble() {
            Some(Trouble::Process(failure)) => return Err(failure),
            Some(Trouble::Answer(message)) => Outcome::Errored { message },
            Some(Trouble::Words(message)) => {
                Outcome::Failed { signature: Signature::NoVerdict, differences: Vec::new(), message }
            }
            None => judged.outcome,
        };
        Ok(Judged { outcome, ..judged })
    }

    /// The process whose turn it is, started again if it has gone.
    fn shared(&self) -> Result<Arc<Conversation>, String> {
        if let Some(message) = self.unusable() {
            return Err(message);
        }
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.slots.len();
        let Some(slot) = self.slots.get(turn) else { return Err("there is no process".to_owned()) };
        let mut slot = slot.lock();
        if let Some(process) = slot.as_ref().filter(|process| !process.is_gone()) {
            return Ok(Arc::clone(process));
        }
        if let Some(failure) = slot.as_ref().and_then(|process| process.idle_failure()) {
            self.uncharged.lock().get_or_insert(failure);
        }
        let started = if slot.is_some() { self.replacement()? } else { self.another()? };
        let process = Arc::new(started);
        *slot = Some(Arc::clone(&process));
        Ok(process)
    }

    /// A process in place of one that has gone.
    fn replacement(&self) -> Result<Conversation, String> {
        if self.restarts.fetch_add(1, Ordering::Relaxed) >= self.most_restarts {
            return Err(self.give_up(format!("it was started again {} times", self.most_restarts)));
        }
        self.another()
    }

    /// One process more, which must greet as the first one did.
    fn another(&self) -> Result<Conversation, String> {
        match Conversation::start(&self.kind) {
            Ok((process, greeting)) if greeting == self.greeting => Ok(process),
            Ok(_) => Err(self.give_up("it greets with something else than at first".to_owned())),
            Err(failure) => Err(self.give_up(format!("it cannot be started again: {failure}"))),
        }
    }

    fn give_up(&self, message: String) -> String {
        let message = self.unusable.lock().get_or_insert(message).clone();
        self.given_up.send_replace(true);
        message
    }
}
