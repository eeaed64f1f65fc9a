//! The copies of an array: mirror pairs and FlashCopy relations with their track tables.

pub(crate) mod mirror;
pub(crate) mod relation;

use dasdlab_model::alive::Running;
use dasdlab_model::event::Time;
use dasdlab_model::unit::VolumeId;

use crate::clock::Sequence;
use crate::service::{Service, Share};
use crate::tracks::TrackTable;

/// A copy of an array, by its receiving side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CopyKey {
    /// A mirror pair.
    Mirror { bcv: VolumeId, standard: VolumeId },
    /// The FlashCopy relation to this target.
    Relation(VolumeId),
}

/// How far a copy has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Tracks that differ: those still to be copied; of a split pair those that an incremental copy would copy.
    pub invalid: u32,
    /// Tracks in all.
    pub total: u32,
}

impl Progress {
    /// The part that is done, in whole percent; 100 only when all of it is.
    #[must_use]
    pub fn percent(self) -> u8 {
        let done = u64::from(self.total.saturating_sub(self.invalid)) * 100;
        u8::try_from(done.checked_div(u64::from(self.total)).unwrap_or(100)).unwrap_or(100)
    }
}

/// Every track that became invalid and every one that was copied since the two volumes were paired.
///
/// At any two instants the invalid tracks before, and those marked in between, less those copied in between, are the
/// invalid tracks after.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Tracks that became invalid: by a full copy ordered, or by a write to one side.
    pub marked: u64,
    /// Tracks that were copied.
    pub copied: u64,
}

/// Tracks still to be copied, and the share of the array's rate while they are.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub(crate) owed: TrackTable,
    share: Option<Share>,
    ledger: Ledger,
}

impl Work {
    pub(crate) fn new(tracks: u32) -> Self {
        Self { owed: TrackTable::new(tracks), share: None, ledger: Ledger::default() }
    }

    /// Tracks that become invalid.
    pub(crate) fn note_marked(&mut self, tracks: u32) {
        self.ledger.marked += u64::from(tracks);
    }

    /// What a copy knew when a world was saved, of which so many tracks were invalid in all.
    pub(crate) fn recall(owed: TrackTable, invalid: u32) -> Self {
        Self { owed, share: None, ledger: Ledger { marked: invalid.into(), copied: 0 } }
    }

    /// Lets the copy run on where it was when a world was saved.
    pub(crate) fn resume(&mut self, service: &mut Service, key: CopyKey, sequence: Sequence, from: u64) {
        self.share = Some(service.resume(sequence, key, from, self.owed.count()));
    }

    /// What the array had given to each copy when this one came as far as its table says; none where it does not run.
    pub(crate) fn from(&self) -> Option<u128> {
        self.share.map(Share::from)
    }

    /// The copy that runs, what was given before `base` left out.
    pub(crate) fn running(&self, base: u128) -> Option<Running> {
        let share = self.share?;
        let from = u64::try_from(share.from().saturating_sub(base)).unwrap_or(u64::MAX);
        Some(Running { number: share.sequence().0, from })
    }

    /// Lets the copy run.
    pub(crate) fn start(&mut self, service: &mut Service, now: Time, sequence: Sequence, key: CopyKey) {
        self.stop(service, now, key);
        self.share = Some(service.start(now, sequence, key, self.owed.count()));
    }

    /// Ends the copy, done or not; what is not copied stays owed.
    pub(crate) fn stop(&mut self, service: &mut Service, now: Time, key: CopyKey) {
        let Some(share) = self.share.take() else { return };
        let copied = service.copied(now, share);
        self.owed.drop_first(copied);
        self.ledger.copied += u64::from(copied);
        service.stop(now, share, key);
    }

    /// Copies these tracks at once, out of turn, as far as they are owed.
    pub(crate) fn hasten(&mut self, service: &mut Service, now: Time, key: CopyKey, tracks: &TrackTable) {
        let in_turn = self.share.map_or(0, |share| service.copied(now, share));
        self.owed.drop_first(in_turn);
        let before = self.owed.count();
        self.owed.subtract(tracks);
        let left = self.owed.count();
        self.ledger.copied += u64::from(in_turn) + u64::from(before - left);
        if let Some(share) = &mut self.share {
            *share = service.adjust(*share, key, in_turn, left);
        }
    }

    /// Tracks still owed at this instant.
    pub(crate) fn left(&self, service: &Service, now: Time) -> u32 {
        self.owed.count() - self.share.map_or(0, |share| service.copied(now, share))
    }

    /// When so many percent of all tracks are no longer owed, as far as can be said now; none while no copy runs.
    pub(crate) fn reaches(&self, service: &Service, now: Time, percent: u8) -> Option<Time> {
        let share = self.share?;
        let total = u64::from(self.owed.tracks());
        let in_order = total - u64::from(self.owed.count());
        let wanted = (total * u64::from(percent.min(100))).div_ceil(100).saturating_sub(in_order);
        service.reaches(share, u32::try_from(wanted).ok()?).map(|at| at.max(now))
    }

    /// Whether the copy runs exactly when it should, and whether the `invalid` tracks of the tables, less those that it has
    /// copied since they were last looked at, are those of the ledger.
    pub(crate) fn is_sound(&self, service: &Service, now: Time, key: CopyKey, runs: bool, invalid: u32) -> Result<(), String> {
        let running = self.share.is_some_and(|share| service.runs(share, key));
        if running != runs || self.share.is_some() != runs {
            let word = |runs: bool| if runs { "runs" } else { "does not run" };
            return Err(format!("the copy {} in a state in which it {}", word(running), word(runs)));
        }
        let copied = self.share.map_or(0, |share| service.copied(now, share));
        let ledger = self.ledger(service, now);
        let (marked, left) = (ledger.marked, u64::from(invalid) - u64::from(copied.min(invalid)));
        if marked == left + ledger.copied {
            Ok(())
        } else {
            Err(format!("{marked} tracks became invalid, {} were copied, and {left} are invalid", ledger.copied))
        }
    }

    /// The ledger at this instant.
    pub(crate) fn ledger(&self, service: &Service, now: Time) -> Ledger {
        let running = self.share.map_or(0, |share| service.copied(now, share));
        Ledger { copied: self.ledger.copied + u64::from(running), ..self.ledger }
    }
}
