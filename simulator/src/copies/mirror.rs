//! A BCV and the volume it is or was mirrored from.

use dasdlab_model::event::Time;
use dasdlab_model::states::MirrorState;

use super::{Progress, Work};
use crate::clock::Sequence;
use crate::service::Service;
use crate::tracks::TrackTable;

/// A mirror pair with what its two sides differ in.
#[derive(Debug, Clone)]
pub(crate) struct Mirror {
    pub(crate) state: MirrorState,
    pub(crate) work: Work,
    /// When the split that runs is due.
    pub(crate) split: Option<(Time, Sequence)>,
    /// What changed on the standard volume since the split.
    pub(crate) standard: TrackTable,
    /// What changed on the BCV since the split.
    pub(crate) bcv: TrackTable,
}

/// A side of a mirror pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Standard,
    Bcv,
}

impl Mirror {
    pub(crate) fn new(state: MirrorState, tracks: u32) -> Self {
        let table = TrackTable::new(tracks);
        Self { state, work: Work::new(tracks), split: None, standard: table.clone(), bcv: table }
    }

    /// Makes a copy due: of every track, or of all that differ between the sides.
    pub(crate) fn owe(&mut self, full: bool) {
        if full {
            let before = self.differing().count();
            self.work.owed = TrackTable::all(self.work.owed.tracks());
            self.work.note_marked(self.work.owed.count() - before);
        } else {
            self.work.owed = self.differing();
        }
        self.standard.clear();
        self.bcv.clear();
    }

    /// Notes that these tracks of one side were changed, if the sides are apart. While the BCV mirrors its standard a write
    /// goes to both; what was copied back from it is the standard's own again, and the BCV is kept as it is.
    pub(crate) fn changed(&mut self, side: Side, tracks: &TrackTable) {
        if !self.is_apart() {
            return;
        }
        let mut fresh = TrackTable::new(self.work.owed.tracks());
        fresh.union(tracks);
        for known in [&self.work.owed, &self.standard, &self.bcv] {
            fresh.subtract(known);
        }
        self.work.note_marked(fresh.count());
        match side {
            Side::Standard => self.standard.union(tracks),
            Side::Bcv => self.bcv.union(tracks),
        }
    }

    /// Whether a write to one side leaves the other as it is.
    const fn is_apart(&self) -> bool {
        use MirrorState::{RestInProg, Restored, Split, SplitBfrRest, SplitBfrSync, SplitInProg};
        matches!(self.state, Split | SplitBfrRest | SplitBfrSync | SplitInProg | RestInProg | Restored)
    }

    /// What differs between the sides, no copy running.
    fn differing(&self) -> TrackTable {
        let mut all = self.work.owed.clone();
        all.union(&self.standard);
        all.union(&self.bcv);
        all
    }

    /// How many tracks differ between the sides, those that a running copy has copied since it was last looked at counted.
    pub(crate) fn unlike(&self) -> u32 {
        self.differing().count()
    }

    /// How far the copy has come, in states of which this is known.
    pub(crate) fn progress(&self, service: &Service, now: Time) -> Option<Progress> {
        use MirrorState::{Invalid, NeverEstab, SplitNoInc, Unknown};
        if matches!(self.state, NeverEstab | SplitNoInc | Invalid | Unknown) {
            return None;
        }
        let left = self.work.left(service, now);
        let invalid = if self.is_apart() { self.differing().count() - (self.work.owed.count() - left) } else { left };
        Some(Progress { invalid, total: self.work.owed.tracks() })
    }
}
