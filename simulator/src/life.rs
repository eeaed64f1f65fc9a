//! The world in time: what runs by itself, and what hosts write.

use std::ops::Range;

use dasdlab_model::command::Reply;
use dasdlab_model::event::{Event, Time};
use dasdlab_model::name::ImsSsid;
use dasdlab_model::states::{MirrorState, RelationState};
use dasdlab_model::transitions::{MirrorEvent, Refusal, RelationEvent};
use dasdlab_model::unit::VolumeId;

use crate::World;
use crate::array::tracks;
use crate::clock::Sequence;
use crate::copies::{CopyKey, Ledger, Progress};
use crate::tracks::TrackTable;

impl World {
    /// The present instant.
    #[must_use]
    pub const fn now(&self) -> Time {
        self.clock.now()
    }

    /// Everything that has changed since the world was booted, in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        self.journal.events()
    }

    /// When a copy or a split ends next, if nothing else happens before.
    #[must_use]
    pub fn next_event(&self) -> Option<Time> {
        self.due().map(|(at, _, _)| at)
    }

    /// The next thing to happen: when, its place in the order, and the copy that is done; none where a split ends.
    fn due(&self) -> Option<(Time, Sequence, Option<CopyKey>)> {
        let copies = self
            .subsystems
            .values()
            .filter_map(|subsystem| subsystem.service.first())
            .map(|(at, sequence, key)| (at.max(self.clock.now()), sequence, Some(key)));
        let splits = self.clock.first().map(|(at, sequence)| (at, sequence, None));
        copies.chain(splits).min_by_key(|&(at, sequence, _)| (at, sequence))
    }

    /// Lets time pass until this instant, and everything happen that is due by then. An instant that has passed
    /// changes nothing.
    pub fn advance(&mut self, until: Time) {
        if until > self.clock.now() {
            self.ims_writes();
        }
        while let Some((at, _, done)) = self.due().filter(|&(at, _, _)| at <= until) {
            self.clock.move_to(at);
            match done {
                Some(CopyKey::Mirror { bcv, standard }) => {
                    self.happen_to_mirror(standard, bcv, MirrorEvent::Copied, "copied");
                }
                Some(CopyKey::Relation(target)) => {
                    self.happen_to_relation(target, RelationEvent::Copied, "copied");
                }
                None => self.end_split(),
            }
        }
        self.clock.move_to(until);
    }

    /// Lets time pass until this instant without anything happening: not even IMS writes. It stops short of what happens
    /// next by itself, so that to let time pass in one leap or in many small ones leads to the same world.
    pub fn idle_until(&mut self, until: Time) {
        let last = self.next_event().map_or(until, |next| until.min(Time(next.0.saturating_sub(1))));
        self.clock.move_to(last);
    }

    /// Ends the split that is due.
    fn end_split(&mut self) {
        if let Some(CopyKey::Mirror { bcv, standard }) = self.clock.take() {
            self.happen_to_mirror(standard, bcv, MirrorEvent::SplitEnded, "split-ended");
        }
    }

    /// A host writes tracks of a volume, as far as the volume reaches. What it changes is copied by the copies that run
    /// and noted by those that remember differences; it is no change of state.
    pub fn host_write(&mut self, volume: VolumeId, written: Range<u32>) -> Reply {
        let Some(size) = self.volume(volume).map(tracks) else { return Reply::Refused(Refusal::UnknownVolume) };
        if self.is_mirroring(volume) {
            return Reply::Refused(Refusal::DeviceNotReady);
        }
        let mut table = TrackTable::new(size);
        table.mark(written);
        if table.count() == 0 {
            return Reply::Nothing;
        }
        let now = self.clock.now();
        match self.subsystems.get_mut(&volume.array) {
            Some(subsystem) if subsystem.facts.reachable => subsystem.written(now, volume, &table, None),
            _ => return Reply::Refused(Refusal::ArrayUnreachable),
        }
        self.advance(now);
        Reply::Done
    }

    /// The state of a mirror pair; none where the two never were one.
    #[must_use]
    pub fn mirror_state(&self, standard: VolumeId, bcv: VolumeId) -> Option<MirrorState> {
        Some(self.subsystems.get(&standard.array)?.mirror(standard, bcv)?.state)
    }

    /// The state of the FlashCopy relation of the two; none where there is none.
    #[must_use]
    pub fn relation_state(&self, source: VolumeId, target: VolumeId) -> Option<RelationState> {
        let flash = self.subsystems.get(&target.array)?.relation(target)?;
        (flash.source == source).then_some(flash.state)
    }

    /// How far a mirror pair has come; none where the two are no pair or nothing is known of what differs.
    #[must_use]
    pub fn progress(&self, standard: VolumeId, bcv: VolumeId) -> Option<Progress> {
        let subsystem = self.subsystems.get(&standard.array)?;
        subsystem.mirror(standard, bcv)?.progress(&subsystem.service, self.clock.now())
    }

    /// When a mirror pair that copies has come so many percent far, if nothing else happens before: none where no copy of
    /// it runs or the array is stalled, the present instant where it is as far already.
    #[must_use]
    pub fn reaches(&self, standard: VolumeId, bcv: VolumeId, percent: u8) -> Option<Time> {
        let subsystem = self.subsystems.get(&standard.array)?;
        subsystem.mirror(standard, bcv)?.work.reaches(&subsystem.service, self.clock.now(), percent)
    }

    /// When the FlashCopy relation of a target has come so many percent far, as [`World::reaches`] says it of a pair.
    #[must_use]
    pub fn relation_reaches(&self, target: VolumeId, percent: u8) -> Option<Time> {
        let subsystem = self.subsystems.get(&target.array)?;
        subsystem.relation(target)?.work.reaches(&subsystem.service, self.clock.now(), percent)
    }

    /// What a mirror pair has had to copy and has copied since it was paired.
    #[must_use]
    pub fn ledger(&self, standard: VolumeId, bcv: VolumeId) -> Option<Ledger> {
        let subsystem = self.subsystems.get(&standard.array)?;
        Some(subsystem.mirror(standard, bcv)?.work.ledger(&subsystem.service, self.clock.now()))
    }

    /// How far the FlashCopy relation of a target has come; none where there is none or it has failed.
    #[must_use]
    pub fn relation_progress(&self, target: VolumeId) -> Option<Progress> {
        let subsystem = self.subsystems.get(&target.array)?;
        subsystem.relation(target)?.progress(&subsystem.service, self.clock.now())
    }

    /// What the FlashCopy relation of a target has had to copy and has copied since it was established.
    #[must_use]
    pub fn relation_ledger(&self, target: VolumeId) -> Option<Ledger> {
        let subsystem = self.subsystems.get(&target.array)?;
        Some(subsystem.relation(target)?.work.ledger(&subsystem.service, self.clock.now()))
    }

    /// Whether an IMS system's logs are suspended.
    #[must_use]
    pub fn logs_are_suspended(&self, ims: ImsSsid) -> bool {
        self.repository.is_suspended(ims)
    }
}
