//! How an array shares its copy rate: every running copy is given the same part of it.
//!
//! Instead of counting down every copy, the array counts the tracks that each running copy has been given since it was
//! switched on. A copy that starts notes the count, and is done when the count has grown by its tracks. Starting, ending
//! and finding the next one to end cost O(log n), and nothing happens in between.

use std::collections::BTreeSet;

use dasdlab_model::event::Time;

use crate::clock::Sequence;
use crate::copies::CopyKey;

/// Tracks a second of an array that does not state its copy rate.
pub(crate) const DEFAULT_RATE: u32 = 100_000;
/// Parts of a track that are counted; a part is lost at most each time the number of copies changes.
const PARTS: u128 = 1 << 20;

/// The copies that run in an array, and what each has been given.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    rate: u32,
    /// When `given` was last brought up to date.
    at: Time,
    /// Parts of tracks given to each running copy since the beginning.
    given: u128,
    running: BTreeSet<(u128, Sequence, CopyKey)>,
}

/// The part of a running copy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    from: u128,
    tracks: u32,
    sequence: Sequence,
}

impl Share {
    /// What each copy had been given when this one came as far as its table says.
    pub(crate) const fn from(self) -> u128 {
        self.from
    }

    pub(crate) const fn sequence(self) -> Sequence {
        self.sequence
    }

    fn end(self) -> u128 {
        self.from + u128::from(self.tracks) * PARTS
    }
}

impl Service {
    pub(crate) const fn new(rate: u32) -> Self {
        Self { rate, at: Time(0), given: 0, running: BTreeSet::new() }
    }

    fn given(&self, now: Time) -> u128 {
        let running = self.running.len() as u128;
        if running == 0 {
            return self.given;
        }
        let elapsed = u128::from(now.0.saturating_sub(self.at.0));
        self.given + u128::from(self.rate) * elapsed * PARTS / (1_000 * running)
    }

    fn settle(&mut self, now: Time) {
        self.given = self.given(now);
        self.at = now;
    }

    /// Another rate from now on.
    pub(crate) fn set_rate(&mut self, now: Time, rate: u32) {
        self.settle(now);
        self.rate = rate;
    }

    /// Starts a copy of so many tracks.
    pub(crate) fn start(&mut self, now: Time, sequence: Sequence, key: CopyKey, tracks: u32) -> Share {
        self.settle(now);
        let share = Share { from: self.given, tracks, sequence };
        self.running.insert((share.end(), sequence, key));
        share
    }

    /// Ends a copy, done or not.
    pub(crate) fn stop(&mut self, now: Time, share: Share, key: CopyKey) {
        self.settle(now);
        self.running.remove(&(share.end(), share.sequence, key));
    }

    /// How many tracks of a running copy have been copied.
    pub(crate) fn copied(&self, now: Time, share: Share) -> u32 {
        let tracks = self.given(now).saturating_sub(share.from) / PARTS;
        u32::try_from(tracks).map_or(share.tracks, |tracks| tracks.min(share.tracks))
    }

    /// Takes account of tracks that have been copied, and of how many are left now.
    pub(crate) fn adjust(&mut self, share: Share, key: CopyKey, copied: u32, left: u32) -> Share {
        self.running.remove(&(share.end(), share.sequence, key));
        let share = Share { from: share.from + u128::from(copied) * PARTS, tracks: left, sequence: share.sequence };
        self.running.insert((share.end(), share.sequence, key));
        share
    }

    /// When it was last counted what each copy had been given, and what.
    pub(crate) const fn stands(&self) -> (Time, u128) {
        (self.at, self.given)
    }

    /// Takes over what had been counted when a world was saved.
    pub(crate) fn recall(&mut self, at: Time, given: u64) {
        self.at = at;
        self.given = given.into();
    }

    /// Takes over a copy that ran when a world was saved.
    pub(crate) fn resume(&mut self, sequence: Sequence, key: CopyKey, from: u64, tracks: u32) -> Share {
        let share = Share { from: from.into(), tracks, sequence };
        self.running.insert((share.end(), sequence, key));
        share
    }

    /// How many copies run.
    pub(crate) fn running(&self) -> usize {
        self.running.len()
    }

    /// Whether this copy runs with this share.
    pub(crate) fn runs(&self, share: Share, key: CopyKey) -> bool {
        self.running.contains(&(share.end(), share.sequence, key))
    }

    /// The copy that is done first, and when, if none starts or ends before.
    pub(crate) fn first(&self) -> Option<(Time, Sequence, CopyKey)> {
        let &(end, sequence, key) = self.running.first()?;
        Some((self.when_given(end)?, sequence, key))
    }

    /// When so many tracks of a running copy have been copied, if none starts or ends before.
    pub(crate) fn reaches(&self, share: Share, tracks: u32) -> Option<Time> {
        self.when_given(share.from + u128::from(tracks) * PARTS)
    }

    /// When so many parts of tracks have been given to each running copy; never while the array is stalled.
    fn when_given(&self, parts: u128) -> Option<Time> {
        let missing = parts.saturating_sub(self.given);
        if missing == 0 {
            return Some(self.at);
        }
        let needed = missing * 1_000 * self.running.len() as u128;
        let wait = needed.div_ceil(u128::from(self.rate).checked_mul(PARTS).filter(|&speed| speed > 0)?);
        Some(self.at.plus(u64::try_from(wait).ok()?))
    }
}
