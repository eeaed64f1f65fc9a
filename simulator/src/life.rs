//! The world in time: what runs by itself, what hosts write, and what goes wrong.

use std::ops::Range;

use dasdlab_model::command::Reply;
use dasdlab_model::event::{Event, Time};
use dasdlab_model::name::{Serial, SystemName};
use dasdlab_model::states::HostStatus;
use dasdlab_model::transitions::{MirrorEvent, Refusal, RelationEvent};
use dasdlab_model::unit::{Unit, VolumeId};

use crate::World;
use crate::array::tracks;
use crate::clock::Sequence;
use crate::copies::{CopyKey, Ledger, Progress};
use crate::service::DEFAULT_RATE;
use crate::tracks::TrackTable;

/// Something that nobody ordered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Happening {
    /// A device of a mirror pair fails.
    MirrorFails {
        /// The volume that is mirrored.
        standard: VolumeId,
        /// The BCV.
        bcv: VolumeId,
    },
    /// The relation of this target fails.
    RelationFails(VolumeId),
    /// This space-efficient target has no room left.
    OutOfSpace(VolumeId),
    /// A system sees a unit in another status.
    Vary {
        /// The system.
        system: SystemName,
        /// The unit.
        unit: Unit,
        /// Its status from now on.
        status: HostStatus,
    },
    /// An array answers, or does not.
    Reachable(Serial, bool),
    /// The copies of an array share another rate, in tracks a second; 0 stalls them, none is the default.
    Rate(Serial, Option<u32>),
    /// The product's repository can be written, or cannot.
    Repository(bool),
}

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

    /// Ends the split that is due, unless something else has become of its pair.
    fn end_split(&mut self) {
        let Some((sequence, CopyKey::Mirror { bcv, standard })) = self.clock.take() else { return };
        let pair = self.subsystems.get(&standard.array).and_then(|subsystem| subsystem.mirror(standard, bcv));
        if pair.is_some_and(|pair| pair.split == Some(sequence)) {
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

    /// Lets something happen that nobody ordered; says whether it could and changed anything.
    pub fn happen(&mut self, happening: &Happening, cause: &str) -> bool {
        let now = self.clock.now();
        let changed = match *happening {
            Happening::MirrorFails { standard, bcv } => self.happen_to_mirror(standard, bcv, MirrorEvent::Failed, cause),
            Happening::RelationFails(target) => self.happen_to_relation(target, RelationEvent::Failed, cause),
            Happening::OutOfSpace(target) => {
                self.volume(target).is_some_and(|volume| volume.thin)
                    && self.happen_to_relation(target, RelationEvent::OutOfSpace, cause)
            }
            Happening::Vary { system, unit, status } => self.vary(system, unit, status, cause),
            Happening::Reachable(array, reachable) => {
                let Some(subsystem) = self.subsystems.get_mut(&array) else { return false };
                let before = std::mem::replace(&mut subsystem.facts.reachable, reachable);
                let word = |reachable: bool| if reachable { "reachable" } else { "unreachable" };
                if before != reachable {
                    self.journal.log(now, format!("array {array}"), word(before), word(reachable), cause);
                }
                before != reachable
            }
            Happening::Rate(array, rate) => {
                let Some(subsystem) = self.subsystems.get_mut(&array) else { return false };
                let before = std::mem::replace(&mut subsystem.facts.copy_rate, rate);
                let number = |rate: Option<u32>| rate.unwrap_or(DEFAULT_RATE);
                subsystem.service.set_rate(now, number(rate));
                if before != rate {
                    self.journal.log(now, format!("rate {array}"), number(before), number(rate), cause);
                }
                before != rate
            }
            Happening::Repository(available) => {
                let before = std::mem::replace(&mut self.repository.available, available);
                let word = |available: bool| if available { "available" } else { "unavailable" };
                if before != available {
                    self.journal.log(now, "repository".to_owned(), word(before), word(available), cause);
                }
                before != available
            }
        };
        self.advance(now);
        changed
    }

    fn vary(&mut self, system: SystemName, unit: Unit, status: HostStatus, cause: &str) -> bool {
        let at = (self.clock.now(), cause);
        let Some(host) = self.hosts.iter_mut().find(|host| host.name() == system) else { return false };
        let Some(volume) = host.volume(unit) else { return false };
        host.set_status(&mut self.journal, at, volume, |_| status)
    }

    /// How far a mirror pair has come; none where the two are no pair or nothing is known of what differs.
    #[must_use]
    pub fn progress(&self, standard: VolumeId, bcv: VolumeId) -> Option<Progress> {
        let subsystem = self.subsystems.get(&standard.array)?;
        subsystem.mirror(standard, bcv)?.progress(&subsystem.service, self.clock.now())
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
    pub fn logs_are_suspended(&self, ims: dasdlab_model::name::ImsSsid) -> bool {
        self.repository.is_suspended(ims)
    }
}
