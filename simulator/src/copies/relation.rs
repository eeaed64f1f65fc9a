//! A FlashCopy relation.

use dasdlab_model::event::Time;
use dasdlab_model::states::RelationState;
use dasdlab_model::unit::VolumeId;

use super::{Progress, Work};
use crate::service::Service;
use crate::tracks::TrackTable;

/// A target and its source, with what is still to be copied and what changed since the relation was established.
#[derive(Debug, Clone)]
pub(crate) struct Flash {
    pub(crate) source: VolumeId,
    pub(crate) state: RelationState,
    pub(crate) work: Work,
    /// What changed on either side since the relation was established or renewed.
    pub(crate) changed: TrackTable,
    /// Whether it is gone as soon as its last track is copied.
    pub(crate) ends_when_copied: bool,
}

impl Flash {
    pub(crate) fn new(source: VolumeId, state: RelationState, tracks: u32) -> Self {
        Self { source, state, work: Work::new(tracks), changed: TrackTable::new(tracks), ends_when_copied: false }
    }

    /// Makes a copy due: of every track, or of what changed on either side.
    pub(crate) fn owe(&mut self, full: bool) {
        let tracks = self.work.owed.tracks();
        let changed = std::mem::replace(&mut self.changed, TrackTable::new(tracks));
        let before = self.work.owed.count();
        if full {
            self.work.owed = TrackTable::all(tracks);
        } else {
            self.work.owed.union(&changed);
        }
        self.work.note_marked(self.work.owed.count() - before);
    }

    /// Notes a change of one side.
    pub(crate) fn changed(&mut self, tracks: &TrackTable) {
        self.changed.union(tracks);
    }

    /// How far the copy has come; nothing is known of a failed one.
    pub(crate) fn progress(&self, service: &Service, now: Time) -> Option<Progress> {
        (self.state != RelationState::Failed)
            .then(|| Progress { invalid: self.work.left(service, now), total: self.work.owed.tracks() })
    }
}
