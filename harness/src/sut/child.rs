//! One running process of an implementation, as those see it who ask.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dasdlab_model::protocol::{Ask, Greeting, Hello, PROTOCOL};
use parking_lot::Mutex;
use serde::Serialize;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};

use super::answer::{Answer, Room};
use super::command::SutCommand;
use super::talk::{Gone, Heard, Job, Talk, talk};
use super::wire::Wire;

/// A question of this many bytes has twice the time.
const BYTES_PER_LIMIT: usize = 1024 * 1024;

/// How long a process may take to end, if it has no less time for a question.
const GRACE: Duration = Duration::from_secs(2);

/// Why a process is no good any more, and the last that it said about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it did wrong.
    pub what: String,
    /// The last that it wrote to stderr.
    pub stderr: String,
}

impl Failure {
    pub(super) fn of(what: impl Into<String>) -> Self {
        Self { what: what.into(), stderr: String::new() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        let stderr = self.stderr.trim_end();
        if stderr.is_empty() { Ok(()) } else { write!(f, "\nstderr: {stderr}") }
    }
}

/// What all processes of an implementation have in common.
#[derive(Clone)]
pub(super) struct Kind {
    /// What is run.
    pub(super) command: SutCommand,
    /// How long it may take for a question of moderate size.
    pub(super) limit: Duration,
    /// Held by the one process that may keep much of an answer that has not ended.
    pub(super) large: Arc<Semaphore>,
    /// What answers that wait to be judged share.
    pub(super) at_once: Arc<Semaphore>,
    /// Who listens, if anybody does.
    pub(super) wire: Option<Arc<Wire>>,
    /// Whether nobody is asked any more, so that nobody is waited for either.
    pub(super) given_up: watch::Receiver<bool>,
    /// The thread on which conversations are held.
    pub(super) runtime: Handle,
}

/// A process that can be asked. It is killed when nobody holds it any more.
pub(super) struct Conversation {
    jobs: Mutex<Option<(u64, mpsc::UnboundedSender<Job>)>>,
    /// Why it has gone, once it has.
    gone: Gone,
    ended: Mutex<Option<oneshot::Receiver<Option<Failure>>>>,
    works: AtomicU64,
    limit: Duration,
}

impl Conversation {
    /// Starts a process and greets it.
    pub(super) fn start(kind: &Kind) -> Result<(Self, Greeting), Failure> {
        let (jobs, queue) = mpsc::unbounded_channel();
        let (closing, ended) = oneshot::channel();
        let (sender, spawned) = oneshot::channel();
        let gone = Gone::default();
        let of_talk =
            Talk { kind: kind.clone(), grace: GRACE.min(kind.limit), jobs: queue, ended: closing, gone: Arc::clone(&gone) };
        kind.runtime.spawn(talk(of_talk, sender));
        let started = spawned.blocking_recv().map_err(|_| Failure::of("the process has gone"))?;
        started.map_err(|error| Failure::of(format!("`{}` cannot be started: {error}", kind.command.program)))?;
        let (jobs, ended) = (Mutex::new(Some((0, jobs))), Mutex::new(Some(ended)));
        let conversation = Self { jobs, gone, ended, works: AtomicU64::new(0), limit: kind.limit };
        let tool = format!("dasdlab {}", env!("CARGO_PKG_VERSION"));
        match conversation.ask(&Ask::Hello(Hello { protocol: PROTOCOL, tool }))?.1.answer {
            Answer::Hello(greeting) if greeting.protocol == PROTOCOL => Ok((conversation, greeting)),
            Answer::Hello(greeting) => Err(Failure::of(format!("it speaks protocol {}, not {PROTOCOL}", greeting.protocol))),
            Answer::Error(message) => Err(Failure::of(format!("it answers hello with an error: {message}"))),
            _ => Err(Failure::of("it answers hello with something else")),
        }
    }

    /// Asks and waits for the answer; gives the number of the question too. What is asked is written as [`Ask`] is.
    pub(super) fn ask(&self, ask: &impl Serialize) -> Result<(u64, Heard), Failure> {
        let gone = || self.gone.lock().clone().map_or_else(|| Failure::of("the process has gone"), |left| left.failure);
        let body = serde_json::to_vec(ask).map_err(|error| Failure::of(format!("the question cannot be written: {error}")))?;
        let (reply, answer) = oneshot::channel();
        let id = {
            let mut jobs = self.jobs.lock();
            let Some((next, sender)) = jobs.as_mut() else { return Err(gone()) };
            let id = *next;
            *next += 1;
            let line = line(id, &body);
            let times = u32::try_from(1 + line.len() / BYTES_PER_LIMIT).unwrap_or(u32::MAX);
            let (limit, room) = (self.limit.saturating_mul(times), Room::after(line.len()));
            if sender.send(Job { id, line, limit, room, reply }).is_err() {
                return Err(gone());
            }
            id
        };
        drop(body);
        answer.blocking_recv().unwrap_or_else(|_| Err(gone())).map(|heard| (id, heard))
    }

    /// A number for a piece of work, never given before.
    pub(super) fn work(&self) -> u64 {
        self.works.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Whether it cannot be asked any more.
    pub(super) fn is_gone(&self) -> bool {
        self.jobs.lock().as_ref().is_none_or(|(_, sender)| sender.is_closed())
    }

    /// What it did wrong while nobody was waiting for an answer, where that is why it has gone.
    pub(super) fn idle_failure(&self) -> Option<Failure> {
        self.gone.lock().clone().filter(|left| left.was_idle).map(|left| left.failure)
    }

    /// Says goodbye, and waits for nothing.
    pub(super) fn bid_farewell(&self) {
        drop(self.jobs.lock().take());
    }

    /// Says goodbye and waits for the end: what was wrong with it that nobody who asked has heard, if anything.
    pub(super) fn close(&self) -> Option<Failure> {
        self.bid_farewell();
        let ended = self.ended.lock().take()?;
        ended.blocking_recv().unwrap_or(None).and(self.idle_failure())
    }
}

/// A question of this number, as it goes over the pipe.
pub(super) fn line(id: u64, body: &[u8]) -> Vec<u8> {
    // The question is an object: its opening brace is written here.
    let body = body.get(1..).unwrap_or_default();
    let mut line = Vec::with_capacity(body.len() + 32);
    line.extend_from_slice(format!("{{\"id\":{id},").as_bytes());
    line.extend_from_slice(body);
    line.push(b'\n');
    line
}
