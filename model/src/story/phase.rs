//! The phases of a setup, a backup and a restore: what a machine is about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::states::words;

words!(
    /// What a machine is about. A machine is in one phase at a time and says which.
    Phase, "a phase such as split or establish-next" {
        /// Any machine: getting the lock.
        Lock = "lock",
        /// Setup: PS00 to PS15.
        Check = "check",
        /// BCV setup: generation 1 is established, each pair checked again when its turn comes.
        Establish = "establish",
        /// BCV setup: the other generations are split and held.
        HoldOthers = "hold-others",
        /// BCV setup: waiting until generation 1 is Synchronized.
        Synchronize = "synchronize",
        /// Backup: the check before it.
        PreBackupCheck = "pre-backup-check",
        /// Backup and restore: logs are suspended.
        Suspend = "suspend",
        /// FlashCopy backup: the old relations of the slot are withdrawn.
        Withdraw = "withdraw",
        /// BCV backup: the current generation is split.
        Split = "split",
        /// FlashCopy backup: the relations are established.
        FlashCopy = "flashcopy",
        /// Backup and restore: logs are resumed.
        Resume = "resume",
        /// Backup: what was copied is looked at and recorded, relations of a failed run are withdrawn.
        Record = "record",
        /// BCV backup: the split set is held and the next generation established.
        EstablishNext = "establish-next",
        /// BCV backup: waiting until the next generation is Synchronized.
        SynchronizeNext = "synchronize-next",
        /// Restore: the check before it.
        RestoreCheck = "restore-check",
        /// Restore: the copies back are ordered.
        Restore = "restore",
        /// Restore: waiting until they have ended.
        CopyBack = "copy-back",
        /// Any machine: the profile's state is written and the lock given back.
        Finish = "finish",
    }
);
