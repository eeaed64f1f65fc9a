//! The events of the world for whoever listens: a bounded list of the last ones, read by number at everybody's own speed.
//!
//! Nobody is waited for. Who reads so slowly that what comes next is no longer kept is told how much was lost, and goes on with
//! the oldest that is.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::stream::unfold;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::desk::{Desk, Numbered};

/// The most events that are kept for whoever comes back.
pub const MAX_KEPT: usize = 16_384;

/// The most streams at once.
pub const MAX_STREAMS: usize = 64;

/// The most events that a stream takes at once.
const BATCH: usize = 256;

/// How long a stream says nothing before it says that it is still there.
const QUIET: Duration = Duration::from_secs(10);

/// The last events.
pub(super) struct Feed {
    kept: Mutex<Kept>,
    newest: watch::Sender<u64>,
    /// Tells the numbers of this server from those of one before it.
    pub(super) epoch: String,
    streams: Arc<Semaphore>,
}

struct Kept {
    events: VecDeque<Arc<Numbered>>,
    room: usize,
}

/// What comes behind a number.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Behind {
    /// The first and the last number that are no longer kept.
    pub lost: Option<(u64, u64)>,
    /// The events.
    pub events: Vec<Arc<Numbered>>,
}

impl Feed {
    pub(super) fn new(room: usize) -> Self {
        Self {
            kept: Mutex::new(Kept { events: VecDeque::new(), room }),
            newest: watch::Sender::new(0),
            epoch: format!("{:08x}", RandomState::new().hash_one(0_u8) & 0xFFFF_FFFF),
            streams: Arc::new(Semaphore::new(MAX_STREAMS)),
        }
    }

    /// Keeps what the desk tells, until the desk is gone.
    pub(super) fn follow(self: &Arc<Self>, desk: &Desk) {
        let (feed, mut events) = (Arc::downgrade(self), desk.events());
        tokio::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(event) => match feed.upgrade() {
                        Some(feed) => feed.keep(event),
                        None => return,
                    },
                    // The numbers say what is missing.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        });
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn keep(&self, event: Numbered) {
        let number = event.number;
        let mut kept = self.kept();
        if kept.events.len() >= kept.room {
            kept.events.pop_front();
        }
        kept.events.push_back(Arc::new(event));
        drop(kept);
        self.newest.send_replace(number);
    }

    /// The number of the newest event; 0 before the first.
    pub(super) fn newest(&self) -> u64 {
        *self.newest.borrow()
    }

    /// The events behind this number, so many at most.
    pub(super) fn behind(&self, number: u64, most: usize) -> Behind {
        let kept = self.kept();
        let from = kept.events.partition_point(|event| event.number <= number);
        let events: Vec<_> = kept.events.range(from..).take(most).map(Arc::clone).collect();
        let lost = events.first().filter(|first| first.number > number + 1).map(|first| (number + 1, first.number - 1));
        Behind { lost, events }
    }

    /// A place for one more stream; none where there are too many.
    pub(super) fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.streams).try_acquire_owned().ok()
    }

    /// Where a client that says where it was goes on: behind which number, and whether that number is of this server.
    pub(super) fn place_of(&self, id: &str) -> Option<(u64, bool)> {
        let (epoch, number) = id.rsplit_once('-')?;
        let number = number.parse().ok()?;
        Some(if epoch == self.epoch && number <= self.newest() { (number, true) } else { (0, false) })
    }
}

/// A stream of server-sent events behind a number, until the client is gone or the server stops.
pub(super) fn stream(
    feed: Arc<Feed>,
    stopped: watch::Receiver<bool>,
    (from, is_known): (u64, bool),
    place: OwnedSemaphorePermit,
) -> Body {
    let mut head = format!("retry: 1000\nid: {}-{from}\nevent: begin\ndata: {}\n\n", feed.epoch, json!({ "behind": from }));
    if !is_known {
        head += "event: restarted\ndata: {\"message\":\"another server gave this number: read the state anew\"}\n\n";
    }
    let reader = Reader { newest: feed.newest.subscribe(), feed, stopped, at: from, head: Some(head), _place: place };
    Body::from_stream(unfold(reader, |mut reader| async move {
        let said = reader.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(said)), reader))
    }))
}

struct Reader {
    feed: Arc<Feed>,
    stopped: watch::Receiver<bool>,
    newest: watch::Receiver<u64>,
    at: u64,
    head: Option<String>,
    _place: OwnedSemaphorePermit,
}

impl Reader {
    /// What is said next; none at the end.
    async fn next(&mut self) -> Option<String> {
        if let Some(head) = self.head.take() {
            return Some(head);
        }
        loop {
            self.newest.borrow_and_update();
            let behind = self.feed.behind(self.at, BATCH);
            if let Some(last) = behind.events.last() {
                self.at = last.number;
                return Some(said(&self.feed.epoch, &behind));
            }
            tokio::select! {
                changed = self.newest.changed() => changed.ok()?,
                _ = self.stopped.wait_for(|stopped| *stopped) => return None,
                () = tokio::time::sleep(QUIET) => return Some(": still here\n\n".to_owned()),
            }
        }
    }
}

/// Events as they are sent.
fn said(epoch: &str, behind: &Behind) -> String {
    let mut text = String::new();
    if let Some((from, to)) = behind.lost {
        let lost = json!({ "from": from, "to": to, "count": to - from + 1 });
        text += &format!("event: lost\ndata: {lost}\n\n");
    }
    for event in &behind.events {
        let data = serde_json::to_string(&**event).unwrap_or_default();
        text += &format!("id: {epoch}-{}\nevent: change\ndata: {data}\n\n", event.number);
    }
    text
}

#[cfg(test)]
mod tests {
    use dasdlab_model::event::{Event, Time};

    use super::*;

    fn feed(room: usize, numbers: impl IntoIterator<Item = u64>) -> Feed {
        let feed = Feed::new(room);
        for number in numbers {
            let event =
                Event { at: Time(number), object: "array X".into(), from: "a".into(), to: "b\nc".into(), cause: "test".into() };
            feed.keep(Numbered { number, event });
        }
        feed
    }

    #[track_caller]
    fn check(feed: &Feed, behind: u64, most: usize, lost: Option<(u64, u64)>, numbers: &[u64]) {
        let found = feed.behind(behind, most);
        assert_eq!((found.lost, found.events.iter().map(|event| event.number).collect::<Vec<_>>()), (lost, numbers.to_vec()));
    }

    #[test]
    fn a_slow_reader_is_told_what_it_lost() {
        let feed = feed(3, 1..=9);
        check(&feed, 0, 10, Some((1, 6)), &[7, 8, 9]);
        check(&feed, 5, 1, Some((6, 6)), &[7]);
        check(&feed, 6, 10, None, &[7, 8, 9]);
        check(&feed, 9, 10, None, &[]);
    }

    #[test]
    fn what_the_desk_could_not_keep_for_us_is_lost_too() {
        check(&feed(9, [1, 2, 6, 7]), 6, 9, None, &[7]);
        check(&feed(2, [1, 2, 6, 7]), 2, 9, Some((3, 5)), &[6, 7]);
    }

    #[test]
    fn a_client_goes_on_where_it_was_unless_another_server_said_so() {
        let feed = feed(9, 1..=5);
        let own = |number: u64| format!("{}-{number}", feed.epoch);
        assert_eq!(feed.place_of(&own(3)), Some((3, true)));
        assert_eq!(feed.place_of(&own(6)), Some((0, false)));
        assert_eq!(feed.place_of("another-3"), Some((0, false)));
        for id in ["", "3", "a-b", "-"] {
            assert_eq!(feed.place_of(id), None, "{id}");
        }
    }

    #[test]
    fn an_event_is_one_block_of_lines_and_a_text_in_it_ends_no_line() {
        let feed = feed(9, 1..=1);
        let text = said("e", &feed.behind(0, 9));
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(text.starts_with("id: e-1\nevent: change\ndata: {\"number\":1,") && text.ends_with("\n\n"), "{text}");
    }
}
