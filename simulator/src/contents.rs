//! What volumes hold: whose data, and as of when.
//!
//! IMS writes all the time. Before each command and before time moves, each IMS system whose logs are not suspended writes
//! one log record and then the database write that it describes. What a volume holds is therefore said by a count for each
//! IMS system: a live volume is always current, and a copy has the counts of the instant at which its image was fixed, the
//! split of a BCV or the establish of a FlashCopy relation.

use std::collections::BTreeMap;
use std::sync::Arc;

use dasdlab_model::event::Time;
use dasdlab_model::name::{DataSetName, ImsSsid};
use dasdlab_model::states::{MirrorState, RelationState};
use dasdlab_model::transitions::{MirrorEvent, RelationEvent};
use dasdlab_model::unit::VolumeId;

use crate::World;

/// How often each IMS system has written.
pub type Written = Arc<BTreeMap<ImsSsid, u64>>;

/// Whose data a volume holds, and as of when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The volume whose data they are.
    pub origin: VolumeId,
    /// What each IMS system had written when the image was fixed; none for a volume that is written to: it is current.
    pub written: Option<Written>,
    /// Whether all of it is there: no copy to the volume runs that would be needed for it, was broken off or has failed.
    pub usable: bool,
    /// The instant at which the image was fixed; of a live volume the present one.
    pub at: Time,
    /// The last change of a catalog entry that it can hold, see [`World::entry_changed`].
    pub stamp: u64,
    /// The image that a copy back has last brought to it, from the instant at which that copy ended. The volume is live
    /// since then.
    pub restored: Option<Box<Content>>,
}

impl Content {
    const fn live(volume: VolumeId, at: Time, stamp: u64) -> Self {
        Self { origin: volume, written: None, usable: true, at, stamp, restored: None }
    }
}

/// What is known of the contents of volumes that copies were made to; all others hold their own and are live.
#[derive(Debug, Clone, Default)]
pub(crate) struct Contents {
    pub(crate) held: BTreeMap<VolumeId, Held>,
    /// How often each IMS system has written.
    pub(crate) written: Written,
    /// Counts the changes of catalog entries.
    pub(crate) stamp: u64,
    /// The count at the last change of an entry.
    pub(crate) entries: BTreeMap<DataSetName, u64>,
}

/// What a volume was given by a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) content: Content,
    /// Whether it is copied back, and live as soon as that has ended.
    pub(crate) back: bool,
}

/// Whether a BCV has nothing of its own but what its standard volume holds.
pub(crate) const fn mirrors(state: MirrorState) -> bool {
    matches!(state, MirrorState::SyncInProg | MirrorState::Synchronized)
}

impl Contents {
    /// What every IMS system has written in a world that has just been booted.
    pub(crate) fn new(ims: impl IntoIterator<Item = ImsSsid>) -> Self {
        Self { written: Arc::new(ims.into_iter().map(|ssid| (ssid, 0)).collect()), ..Self::default() }
    }

    /// What a volume holds, copies that run into it left aside.
    fn own(&self, volume: VolumeId, now: Time) -> Content {
        let live = || Content::live(volume, now, self.stamp);
        self.held.get(&volume).map_or_else(live, |held| match held.content.written {
            Some(_) => held.content.clone(),
            None => Content { at: now, stamp: self.stamp, ..held.content.clone() },
        })
    }

    /// The same, fixed at this instant.
    fn fixed(&self, volume: VolumeId, now: Time) -> Content {
        let content = self.own(volume, now);
        let written = content.written.unwrap_or_else(|| Arc::clone(&self.written));
        Content { written: Some(written), restored: None, ..content }
    }

    /// Gives a volume what a copy brings; what it was restored to before is forgotten.
    fn give(&mut self, volume: VolumeId, content: Content, back: bool) {
        self.held.insert(volume, Held { content, back });
    }

    /// A volume is no more. Whoever holds a copy of its data has them as its own from now on.
    pub(crate) fn forget(&mut self, volume: VolumeId) {
        self.held.retain(|holder, held| {
            let brought = held.content.restored.as_ref().is_some_and(|brought| brought.origin == volume);
            *holder != volume && held.content.origin != volume && !brought
        });
    }

    fn spoil(&mut self, volume: VolumeId, now: Time) {
        let content = Content { usable: false, ..self.fixed(volume, now) };
        self.give(volume, content, false);
    }

    /// A copy back has ended: the volume is live, and what it was brought to is remembered.
    fn come_alive(&mut self, volume: VolumeId) {
        if let Some(held) = self.held.get_mut(&volume) {
            held.back = false;
            let brought = held.content.clone();
            held.content = Content { written: None, restored: Some(Box::new(brought.clone())), ..brought };
        }
    }

    /// The catalog entry of a data set is another from now on.
    pub(crate) fn entry_changed(&mut self, data_set: &DataSetName) {
        self.stamp += 1;
        self.entries.insert(data_set.clone(), self.stamp);
    }

    /// What a pair that was declared in this state holds; nothing is known of what came before.
    pub(crate) fn declare_mirror(&mut self, now: Time, standard: VolumeId, bcv: VolumeId, state: MirrorState) {
        use MirrorState::{Invalid, NeverEstab, RestInProg, SplitBfrRest, SplitBfrSync, Unknown};
        // An established pair says what the BCV holds, whatever the others remember.
        if state == NeverEstab || mirrors(state) || (self.held.contains_key(&bcv) && !state.is_established()) {
            return;
        }
        let image = self.fixed(standard, now);
        let usable = !matches!(state, SplitBfrSync | Invalid | Unknown);
        self.give(bcv, Content { usable, ..image.clone() }, false);
        if matches!(state, RestInProg | SplitBfrRest) {
            self.give(standard, Content { usable: false, ..image }, true);
        }
    }

    /// What the target of a relation that was declared in this state holds.
    pub(crate) fn declare_relation(&mut self, now: Time, source: VolumeId, target: VolumeId, state: RelationState) {
        let image = self.fixed(source, now);
        self.give(target, Content { usable: image.usable && state != RelationState::Failed, ..image }, false);
    }

    /// A mirror pair is told to go from one state to another.
    pub(crate) fn mirror_ordered(
        &mut self,
        now: Time,
        (standard, bcv): (VolumeId, VolumeId),
        before: MirrorState,
        next: MirrorState,
    ) {
        use MirrorState::{RestInProg, Split, SplitBfrSync, SplitInProg, SyncInProg, Synchronized};
        match (before, next) {
            (_, SyncInProg) => {
                self.held.remove(&bcv);
            }
            (SyncInProg, SplitBfrSync) => {
                let image = self.fixed(standard, now);
                self.give(bcv, Content { usable: false, ..image }, false);
            }
            (Synchronized, SplitInProg | Split) => {
                let image = self.fixed(standard, now);
                self.give(bcv, image, false);
            }
            (_, RestInProg) => {
                let image = self.fixed(bcv, now);
                self.give(standard, Content { usable: false, ..image }, true);
            }
            _ => {}
        }
    }

    /// Something happens to a mirror pair by itself.
    pub(crate) fn mirror_event(
        &mut self,
        now: Time,
        (standard, bcv): (VolumeId, VolumeId),
        before: MirrorState,
        event: MirrorEvent,
    ) {
        use MirrorState::RestInProg;
        match (event, before) {
            (MirrorEvent::Copied, RestInProg) => {
                let usable = self.fixed(bcv, now).usable;
                if let Some(held) = self.held.get_mut(&standard) {
                    held.content.usable = usable;
                }
                self.come_alive(standard);
            }
            (MirrorEvent::Failed, RestInProg) => self.spoil(standard, now),
            (MirrorEvent::Failed, before) if mirrors(before) => {
                let image = self.fixed(standard, now);
                self.give(bcv, Content { usable: false, ..image }, false);
            }
            (MirrorEvent::Failed, _) => self.spoil(bcv, now),
            (MirrorEvent::Copied | MirrorEvent::SplitEnded, _) => {}
        }
    }

    /// A relation is established, renewed or reversed: the target has its source's image at once.
    pub(crate) fn flashed(&mut self, now: Time, source: VolumeId, target: VolumeId, reversed: bool) {
        let image = self.fixed(source, now);
        let back = reversed || image.origin == target;
        self.give(target, image, back);
    }

    /// Something happens to a relation by itself.
    pub(crate) fn relation_event(&mut self, now: Time, target: VolumeId, event: RelationEvent) {
        match event {
            RelationEvent::Copied if self.held.get(&target).is_some_and(|held| held.back) => self.come_alive(target),
            RelationEvent::Copied => {}
            RelationEvent::Failed | RelationEvent::OutOfSpace => self.spoil(target, now),
        }
    }

    /// A relation is withdrawn with tracks that were not copied.
    pub(crate) fn broken_off(&mut self, now: Time, target: VolumeId) {
        self.spoil(target, now);
    }
}

impl World {
    /// Whose data a volume holds and as of when; none where there is no such volume.
    ///
    /// A BCV that is Synchronized holds what its standard volume holds, and one in SyncInProg will. IMS does not write to a volume that is copied back,
    /// so a BCV that is split from it again keeps its image.
    #[must_use]
    pub fn content(&self, volume: VolumeId) -> Option<Content> {
        self.volume(volume)?;
        let subsystem = self.subsystems.get(&volume.array)?;
        let mirrored = subsystem.standards_of(volume).find(|(_, state)| mirrors(*state));
        let now = self.clock.now();
        Some(match mirrored {
            Some((standard, state)) => {
                let content = self.contents.own(standard, now);
                Content { restored: None, usable: content.usable && state == MirrorState::Synchronized, ..content }
            }
            None => self.contents.own(volume, now),
        })
    }

    /// How often an IMS system has written: each time a log record and then the database write that it describes.
    #[must_use]
    pub fn written(&self, ims: ImsSsid) -> u64 {
        self.contents.written.get(&ims).copied().unwrap_or(0)
    }

    /// When the catalog entry of a data set was last changed, in the count of such changes; 0 where it never was. An image
    /// holds the change if its [`Content::stamp`] is not below.
    #[must_use]
    pub fn entry_changed(&self, data_set: &DataSetName) -> u64 {
        self.contents.entries.get(data_set).copied().unwrap_or(0)
    }

    /// Each IMS system whose logs are not suspended writes once. The world does so by itself before each command and
    /// before time moves.
    pub fn ims_writes(&mut self) {
        let repository = &self.repository;
        if repository.ims.is_empty() {
            return;
        }
        for (&ims, count) in Arc::make_mut(&mut self.contents.written) {
            if !repository.is_suspended(ims) {
                *count += 1;
            }
        }
    }
}
