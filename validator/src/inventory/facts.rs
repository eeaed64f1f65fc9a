//! What is known of each source, target and data set: one bit a fact, so that a rule is a mask.

use dasdlab_model::tables::Marks;

use super::volumes::{Array, Volume};

/// Facts of source and target rows alike, for method flashcopy; above the bits of either side.
pub(crate) mod flashcopy {
    /// The array has no licence for it.
    pub(crate) const NOT_LICENSED: u32 = 1 << 28;
    /// Cannot take part in FlashCopy for a cause of its own.
    pub(crate) const NOT_CAPABLE: u32 = 1 << 29;
    /// Inhibited from FlashCopy.
    pub(crate) const INHIBITED: u32 = 1 << 30;
    /// A version 1 relation is active.
    pub(crate) const V1_ACTIVE: u32 = 1 << 31;
}

/// Facts of source rows.
pub(crate) mod source {
    /// No device of the system has this number.
    pub(crate) const UNKNOWN_UNIT: u32 = 1;
    /// An alias.
    pub(crate) const ALIAS_DEVICE: u32 = 1 << 1;
    /// Another label than saved.
    pub(crate) const VOLSER_MISMATCH: u32 = 1 << 2;
    /// Another base unit has the same label mounted.
    pub(crate) const DUPLICATE_VOLSER: u32 = 1 << 3;
    /// Offline.
    pub(crate) const OFFLINE: u32 = 1 << 4;
    /// Pending offline.
    pub(crate) const PENDING_OFFLINE: u32 = 1 << 5;
    /// Boxed.
    pub(crate) const BOXED: u32 = 1 << 6;
    /// Not ready.
    pub(crate) const NOT_READY: u32 = 1 << 7;
    /// No operational path.
    pub(crate) const NO_PATH: u32 = 1 << 8;
    /// Reserved by another system.
    pub(crate) const RESERVED: u32 = 1 << 9;
    /// Something is copied onto it.
    pub(crate) const COPY_TARGET: u32 = 1 << 10;
    /// Part of a mirror pair that is being restored.
    pub(crate) const RESTORING: u32 = 1 << 11;
    /// BCV asked of an array without it.
    pub(crate) const METHOD_UNSUPPORTED: u32 = 1 << 12;
    /// Too many relations with those that the profile adds.
    pub(crate) const RELATION_LIMIT: u32 = 1 << 13;
    /// A target of another profile.
    pub(crate) const TARGET_ELSEWHERE: u32 = 1 << 14;
    /// Control data sets lie on it.
    pub(crate) const CONTROL_DATA: u32 = 1 << 15;
    /// Non-IMS data sets lie on it.
    pub(crate) const FOREIGN_DATA: u32 = 1 << 16;
    /// Log or RECON data sets lie on it, in a data backup.
    pub(crate) const LOG_IN_DATA_BACKUP: u32 = 1 << 17;
    /// A BCV that is no target mirrors it.
    pub(crate) const FOREIGN_BCV: u32 = 1 << 18;
    /// A BCV that is no target was split from it with history.
    pub(crate) const FOREIGN_SPLIT_BCV: u32 = 1 << 19;
}

/// Facts of target rows.
pub(crate) mod target {
    /// No device of the system has this number.
    pub(crate) const UNKNOWN_UNIT: u32 = 1;
    /// An alias.
    pub(crate) const ALIAS_DEVICE: u32 = 1 << 1;
    /// Boxed.
    pub(crate) const BOXED: u32 = 1 << 2;
    /// No operational path.
    pub(crate) const NO_PATH: u32 = 1 << 3;
    /// Not ready, and no BCV of this profile mirrors a source with it.
    pub(crate) const NOT_READY: u32 = 1 << 4;
    /// Reserved by any system.
    pub(crate) const RESERVED: u32 = 1 << 5;
    /// Online and allocated.
    pub(crate) const IN_USE: u32 = 1 << 6;
    /// A data set or a catalog lies on it.
    pub(crate) const HOLDS_DATA: u32 = 1 << 7;
    /// A source of this profile too.
    pub(crate) const ALSO_SOURCE: u32 = 1 << 8;
    /// No BCV, for method bcv.
    pub(crate) const NOT_BCV: u32 = 1 << 9;
    /// Part of a copy with a volume that is none of its sources.
    pub(crate) const FOREIGN_RELATION: u32 = 1 << 10;
    /// Space-efficient.
    pub(crate) const SPACE_EFFICIENT: u32 = 1 << 11;
    /// Remote mirror secondary.
    pub(crate) const REMOTE_SECONDARY: u32 = 1 << 12;
    /// BCV asked of an array without it.
    pub(crate) const METHOD_UNSUPPORTED: u32 = 1 << 13;
    /// Online and idle.
    pub(crate) const ONLINE: u32 = 1 << 14;
    /// Pending offline.
    pub(crate) const PENDING_OFFLINE: u32 = 1 << 15;
    /// A target of another profile, or held for one.
    pub(crate) const TARGET_ELSEWHERE: u32 = 1 << 16;
    /// A source of another profile.
    pub(crate) const SOURCE_ELSEWHERE: u32 = 1 << 17;
    /// Established to a volume that is no source.
    pub(crate) const MIRRORS_FOREIGN: u32 = 1 << 18;
}

/// Facts of data sets.
pub(crate) mod data_set {
    /// Of the profile's IMS system.
    pub(crate) const OWN: u32 = 1;
    /// Must be in a backup of this type.
    pub(crate) const IN_SCOPE: u32 = 1 << 1;
    /// A log or RECON data set of the IMS system.
    pub(crate) const LOG_SIDE: u32 = 1 << 2;
    /// A database or user-included data set of the IMS system.
    pub(crate) const DATA_SIDE: u32 = 1 << 3;
    /// Counts as non-IMS.
    pub(crate) const FOREIGN: u32 = 1 << 4;
    /// Non-IMS, and not wholly on sources.
    pub(crate) const STRAY: u32 = 1 << 5;
    /// In scope, and on no volume or on one that the site does not have.
    pub(crate) const UNKNOWN_VOLUME: u32 = 1 << 6;
    /// In scope, and not in the VTOC where the catalog says it is.
    pub(crate) const NOT_ON_VOLUME: u32 = 1 << 7;
    /// In scope and migrated.
    pub(crate) const MIGRATED: u32 = 1 << 8;
    /// A log or RECON data set in scope and on tape.
    pub(crate) const LOG_ON_TAPE: u32 = 1 << 9;
    /// On disk.
    pub(crate) const ON_DISK: u32 = 1 << 10;
    /// How many facts there are.
    pub(crate) const COUNT: usize = 11;
}

/// The mask of these facts.
pub(crate) const fn any_of(facts: &[u32]) -> u32 {
    let (mut mask, mut rest) = (0, facts);
    while let [fact, others @ ..] = rest {
        mask |= *fact;
        rest = others;
    }
    mask
}

/// Collects facts.
#[derive(Debug, Default)]
pub(crate) struct Facts(u32);

impl Facts {
    /// Notes the fact if it holds.
    pub(crate) fn note(&mut self, fact: u32, holds: bool) {
        self.0 |= if holds { fact } else { 0 };
    }

    /// Notes what keeps a volume from FlashCopy, on whichever side.
    pub(crate) fn note_flashcopy(&mut self, volume: &Volume, array: Option<&Array>) {
        self.note(flashcopy::NOT_LICENSED, array.is_some_and(|array| !array.flashcopy));
        self.note(flashcopy::NOT_CAPABLE, volume.incapable().is_some());
        self.note(flashcopy::INHIBITED, volume.marks().has(Marks::INHIBITED));
        self.note(flashcopy::V1_ACTIVE, volume.marks().has(Marks::V1_ACTIVE));
    }

    /// All facts noted.
    pub(crate) fn bits(self) -> u32 {
        self.0
    }
}
