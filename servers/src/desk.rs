//! The desk: the one thread to which the world belongs, and the handle by which the faces reach it.
//!
//! Orders and reads arrive in one bounded queue and are taken in batches. Every order of a batch is applied, the batch is
//! written to the journal and synchronised once, and only then is anything of it answered: neither an acknowledgement nor a
//! read ever shows what a crash could take back.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use dasdlab_model::event::{Event, Time};
use tokio::sync::{broadcast, oneshot};
use tokio::time::Instant;

use crate::core::Core;
use crate::order::{Order, Outcome};
use crate::pace::Pace;

/// The most requests that wait for the desk; more are told to come back later.
pub const MAX_WAITING: usize = 4_096;

/// The most requests of one batch.
pub const MAX_BATCH: usize = 256;

/// The longest that the world catches up with the clock before the next request is taken; then virtual time waits for it.
pub const MAX_CATCHING_UP: Duration = Duration::from_millis(50);

/// How much real time is written ahead of what is shown.
pub const AHEAD: Duration = Duration::from_secs(1);

/// The most events that a slow listener may lag behind before it loses some.
pub const MAX_LAG: usize = 65_536;

/// Real and virtual time, and how one follows the other.
pub trait Clock: Send {
    /// The virtual instant that belongs to the present, never before the last one given to the same world.
    fn now(&mut self) -> Time;

    /// How long it takes in real time until this virtual instant; none where it does not come by itself.
    fn until(&self, instant: Time) -> Option<Duration>;

    /// Whether everything that an order begins has ended when the order is answered.
    fn settles(&self) -> bool;

    /// The world was moved to this instant, or had come there already.
    fn moved_to(&mut self, instant: Time);

    /// The world has come no further than this instant, because too much happens in it or another one was loaded: virtual
    /// time goes on from there.
    fn fell_behind(&mut self, instant: Time);

    /// The virtual instant that will belong to the present when so much of real time has passed.
    fn ahead(&self, real: Duration) -> Time;

    /// How it follows real time.
    fn pace(&self) -> Pace;

    /// From now on it follows real time like this; virtual time goes on from where it is.
    fn set_pace(&mut self, pace: Pace);
}

/// Where orders are kept.
pub trait Journal: Send {
    /// Writes orders and makes sure that they outlive a crash, and so that time has come to `shown`: it is about to be seen.
    /// Time may be written as far as `ahead`, so that not every look costs a write; after a crash it goes on from there.
    ///
    /// # Errors
    /// What the disk said; nothing of the batch is acknowledged then, and the desk stops.
    fn append(&mut self, entries: &[Entry], shown: Time, ahead: Time) -> std::io::Result<()>;

    /// Nothing more comes: the world has come to this instant exactly.
    ///
    /// # Errors
    /// What the disk said.
    fn close(&mut self, now: Time) -> std::io::Result<()>;
}

/// An order as the journal has it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Entry {
    /// Its number, from 1, without a gap.
    pub number: u64,
    /// The instant at which it was carried out.
    pub at_ms: Time,
    /// Whether everything that it began had ended when it was answered.
    pub settle: bool,
    /// The order.
    pub order: Order,
}

/// An event with its number, from 1, without a gap.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Numbered {
    /// Its number.
    pub number: u64,
    /// The event.
    #[serde(flatten)]
    pub event: Event,
}

/// Why the desk did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Closed {
    /// Too many requests wait.
    #[error("too many requests are waiting; try again")]
    Busy,
    /// The server is stopping, or its journal cannot be written.
    #[error("the server is stopping")]
    Stopping,
}

type Answer = Box<dyn FnOnce() + Send>;
type Work = Box<dyn FnOnce(&mut Core) -> Answer + Send>;

enum Request {
    Order(Box<Order>, oneshot::Sender<Outcome>),
    Read(Work),
    Pace(Option<Pace>, oneshot::Sender<Pace>),
    Stop,
}

/// The handle by which the faces reach the world.
#[derive(Clone)]
pub struct Desk {
    requests: SyncSender<Request>,
    events: broadcast::Sender<Numbered>,
}

impl Desk {
    /// Opens the desk: from now on the core belongs to a thread of its own, which ends with [`Desk::stop`] or when its
    /// journal cannot be written; it then gives the core back, or says what the disk said. `next` is the number of the next
    /// order.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn open(
        core: Core,
        clock: Box<dyn Clock>,
        journal: Box<dyn Journal>,
        next: u64,
    ) -> std::io::Result<(Self, JoinHandle<std::io::Result<Core>>)> {
        let (requests, waiting) = sync_channel(MAX_WAITING);
        let (events, _) = broadcast::channel(MAX_LAG);
        let clerk = Clerk { core, clock, journal, next, waiting, events: events.clone(), event: 1, late: BTreeMap::new() };
        let thread = std::thread::Builder::new().name("desk".to_owned()).spawn(move || clerk.work())?;
        Ok((Self { requests, events }, thread))
    }

    fn send(&self, request: Request) -> Result<(), Closed> {
        self.requests.try_send(request).map_err(|error| match error {
            TrySendError::Full(_) => Closed::Busy,
            TrySendError::Disconnected(_) => Closed::Stopping,
        })
    }

    /// Has an order carried out; it is in the journal when this returns.
    ///
    /// # Errors
    /// The desk is busy or closed. Where it was closed in between, the order may have been carried out and kept.
    pub async fn order(&self, order: Order) -> Result<Outcome, Closed> {
        let (answer, answered) = oneshot::channel();
        self.send(Request::Order(Box::new(order), answer))?;
        answered.await.map_err(|_| Closed::Stopping)
    }

    /// Reads the world and what the faces remember, at the present instant.
    ///
    /// # Errors
    /// The desk is busy or closed.
    pub async fn read<T: Send + 'static>(&self, read: impl FnOnce(&mut Core) -> T + Send + 'static) -> Result<T, Closed> {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(move |core| {
            let value = read(core);
            // Whoever asked may have gone.
            Box::new(move || drop(answer.send(value)))
        });
        self.send(Request::Read(work))?;
        answered.await.map_err(|_| Closed::Stopping)
    }

    /// How virtual time follows real time; from now on like this, where a pace is given. No order depends on it: the journal
    /// says of each at which instant it was carried out.
    ///
    /// # Errors
    /// The desk is busy or closed.
    pub async fn pace(&self, from_now_on: Option<Pace>) -> Result<Pace, Closed> {
        let (answer, answered) = oneshot::channel();
        self.send(Request::Pace(from_now_on, answer))?;
        answered.await.map_err(|_| Closed::Stopping)
    }

    /// Every event from now on.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Numbered> {
        self.events.subscribe()
    }

    /// Closes the desk; what waits before this is still answered.
    pub fn stop(&self) {
        // A closed desk has stopped already.
        let _ = self.requests.send(Request::Stop);
    }
}

/// Who works at the desk.
struct Clerk {
    core: Core,
    clock: Box<dyn Clock>,
    journal: Box<dyn Journal>,
    next: u64,
    waiting: Receiver<Request>,
    events: broadcast::Sender<Numbered>,
    event: u64,
    /// Answers that a fault holds back until an instant, in the order in which they were given.
    late: BTreeMap<(Time, u64), Answer>,
}

impl Clerk {
    fn work(mut self) -> std::io::Result<Core> {
        while let Some(first) = self.first()? {
            let mut batch = Batch::default();
            let mut request = Some(first);
            let mut stop = false;
            while let Some(this) = request {
                stop = self.take(this, &mut batch);
                if stop || batch.taken >= MAX_BATCH {
                    break;
                }
                request = self.waiting.try_recv().ok();
            }
            self.keep(&batch.entries)?;
            for answer in batch.answers {
                answer();
            }
            self.late.extend(batch.late);
            self.hand_over_late(stop);
            self.tell();
            if stop {
                break;
            }
        }
        self.hand_over_late(true);
        self.journal.close(self.core.engine.now())?;
        Ok(self.core)
    }

    /// Writes these orders, and that time has come as far as it has.
    fn keep(&mut self, entries: &[Entry]) -> std::io::Result<()> {
        let now = self.core.engine.now();
        self.journal.append(entries, now, self.clock.ahead(AHEAD).max(now))
    }

    /// The next request; what is due by itself happens in between. None where nobody can ask any more.
    fn first(&mut self) -> std::io::Result<Option<Request>> {
        loop {
            let late = self.late.first_key_value().map(|(&(at, _), _)| at);
            let due = self.core.engine.next_instant().into_iter().chain(late).min();
            let request = match due.and_then(|instant| self.clock.until(instant)) {
                None => self.waiting.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(due) => self.waiting.recv_timeout(due),
            };
            match request {
                Ok(request) => return Ok(Some(request)),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) => {
                    self.catch_up();
                    self.keep(&[])?;
                    self.hand_over_late(false);
                    self.tell();
                }
            }
        }
    }

    /// Hands over the answers that were held back until now; all of them where nobody waits any longer.
    fn hand_over_late(&mut self, all: bool) {
        let now = self.core.engine.now();
        while let Some(entry) = self.late.first_entry().filter(|entry| all || entry.key().0 <= now) {
            entry.remove()();
        }
    }

    /// Lets the world catch up with the clock, as far as it comes without keeping anybody waiting; says to which instant.
    /// Where it falls behind, what happens next happens later in real time, and at the same instants in virtual time.
    fn catch_up(&mut self) -> Time {
        let (now, last) = (self.clock.now(), Instant::now() + MAX_CATCHING_UP);
        while let Some(next) = self.core.engine.next_instant().filter(|&next| next <= now) {
            self.core.engine.advance(next);
            if Instant::now() > last {
                let reached = self.core.engine.now();
                self.clock.fell_behind(reached);
                return reached;
            }
        }
        self.core.engine.advance(now);
        now
    }

    /// Carries out a request; says whether it was the last one.
    fn take(&mut self, request: Request, batch: &mut Batch) -> bool {
        let now = self.catch_up();
        batch.taken += 1;
        match request {
            Request::Order(order, answer) => {
                let settle = self.clock.settles();
                let outcome = self.core.apply(now, settle, &order);
                let reached = self.core.engine.now();
                // A world that stands before the order is another one, which was loaded: time goes on from there.
                if reached < now {
                    self.clock.fell_behind(reached)
                } else {
                    self.clock.moved_to(reached)
                }
                batch.entries.push(Entry { number: self.next, at_ms: now, settle, order: *order });
                let answer: Answer = Box::new(move || drop(answer.send(outcome)));
                match self.core.engine.take_delay() {
                    // Where everything has ended at once, the delay has passed too.
                    late if late > 0 && !settle => batch.late.push(((reached.plus(late), self.next), answer)),
                    _ => batch.answers.push(answer),
                }
                self.next += 1;
            }
            Request::Read(read) => batch.answers.push(read(&mut self.core)),
            Request::Pace(from_now_on, answer) => {
                if let Some(pace) = from_now_on {
                    self.clock.set_pace(pace);
                }
                let pace = self.clock.pace();
                batch.answers.push(Box::new(move || {
                    let _ = answer.send(pace);
                }));
            }
            Request::Stop => return true,
        }
        false
    }

    /// Tells whoever listens what has happened.
    fn tell(&mut self) {
        for event in self.core.engine.take_events() {
            // Nobody need listen.
            let _ = self.events.send(Numbered { number: self.event, event });
            self.event += 1;
        }
    }
}

/// What a batch leaves to be written and answered.
#[derive(Default)]
struct Batch {
    taken: usize,
    entries: Vec<Entry>,
    answers: Vec<Answer>,
    late: Vec<((Time, u64), Answer)>,
}
