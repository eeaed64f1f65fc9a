//! What runs, ended out of turn: for those who ask what would be if another copy were done first.

use dasdlab_model::states::{MirrorState, RelationState};
use dasdlab_model::transitions::MirrorEvent;
use dasdlab_model::unit::VolumeId;

use crate::World;
use crate::copies::CopyKey;
use crate::journal::Journal;
use crate::tracks::TrackTable;

impl World {
    /// Lets the copy or the split of a mirror pair end at this instant, whatever the array's rate; says whether one ran.
    /// No other copy comes any further by it.
    pub fn finish_mirror(&mut self, standard: VolumeId, bcv: VolumeId) -> bool {
        let now = self.clock.now();
        let Some(subsystem) = self.subsystems.get_mut(&standard.array) else { return false };
        match subsystem.mirror(standard, bcv).map(|pair| pair.state) {
            Some(MirrorState::SyncInProg | MirrorState::RestInProg) => {
                let (pair, service) = subsystem.mirror_mut(standard, bcv);
                let every = TrackTable::all(pair.work.owed.tracks());
                pair.work.hasten(service, now, CopyKey::Mirror { bcv, standard }, &every);
                self.advance(now);
                true
            }
            Some(MirrorState::SplitInProg) => self.happen_to_mirror(standard, bcv, MirrorEvent::SplitEnded, "split-ended"),
            _ => false,
        }
    }

    /// Lets the background copy to a FlashCopy target end at this instant, whatever the array's rate; says whether one ran.
    pub fn finish_relation(&mut self, target: VolumeId) -> bool {
        let now = self.clock.now();
        let Some((flash, service)) = self.subsystems.get_mut(&target.array).and_then(|array| array.relation_mut(target)) else {
            return false;
        };
        if flash.state != RelationState::Copying {
            return false;
        }
        let every = TrackTable::all(flash.work.owed.tracks());
        flash.work.hasten(service, now, CopyKey::Relation(target), &every);
        self.advance(now);
        true
    }

    /// Forgets the events so far, for those who keep thousands of worlds and have read them.
    pub fn forget_events(&mut self) {
        self.journal = Journal::default();
    }
}
