//! Commands to a world and its replies: what profile setup, backups, restores and foreign jobs tell the arrays, the IMS
//! systems and the product's own repository.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::name::{ImsSsid, ProfileName};
use crate::site::Backup;
use crate::states::{ProfileState, SetupReason};
use crate::transitions::{MirrorOrder, Refusal, RelationOrder};
use crate::unit::VolumeId;

/// Who gives a command. A held BCV obeys an establish of its own profile only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Issuer {
    /// A setup, backup or restore of this profile.
    #[serde(rename = "profile")]
    Profile(ProfileName),
    /// Somebody else.
    #[serde(rename = "foreign")]
    Foreign(String),
}

/// One thing to be done.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// An order to a mirror pair: establish, split, restore or cancel.
    Mirror {
        /// The volume that is or was mirrored.
        standard: VolumeId,
        /// The BCV.
        bcv: VolumeId,
        /// What to do.
        order: MirrorOrder,
    },
    /// Splits pairs at one instant, with consistency by the array or, where logs are suspended, by them.
    SplitTogether {
        /// Standard volume and BCV of each pair.
        pairs: Vec<(VolumeId, VolumeId)>,
    },
    /// Keeps a BCV for a profile.
    Hold {
        /// The BCV.
        bcv: VolumeId,
        /// The profile.
        profile: ProfileName,
    },
    /// Gives a held BCV free.
    Release {
        /// The BCV.
        bcv: VolumeId,
    },
    /// An order to a FlashCopy relation.
    FlashCopy {
        /// The volume copied from.
        source: VolumeId,
        /// The volume copied to.
        target: VolumeId,
        /// What to do.
        order: RelationOrder,
    },
    /// Establishes relations in one consistency window.
    EstablishTogether {
        /// Source and target of each pair.
        pairs: Vec<(VolumeId, VolumeId)>,
    },
    /// Suspends logging of an IMS system and of all members that share its RECON.
    SuspendLogs {
        /// The IMS system.
        ims: ImsSsid,
    },
    /// Resumes logging.
    ResumeLogs {
        /// The IMS system.
        ims: ImsSsid,
    },
    /// Locks a profile for what is running.
    Lock {
        /// The profile.
        profile: ProfileName,
        /// What is running.
        by: String,
    },
    /// Unlocks it.
    Unlock {
        /// The profile.
        profile: ProfileName,
    },
    /// Writes where a profile stands.
    SetState {
        /// The profile.
        profile: ProfileName,
        /// Its state from now on.
        state: ProfileState,
        /// Why setup is needed.
        reason: Option<SetupReason>,
        /// The fingerprint of the configuration that passed; left as it is where none is given.
        fingerprint: Option<String>,
    },
    /// Records a backup, in place of what the backup catalog has of its generation. An invalid one stands beside a valid one
    /// that has not expired: what was not copied over can still be restored.
    Record {
        /// The profile.
        profile: ProfileName,
        /// The backup.
        backup: Backup,
    },
}

impl Command {
    /// Whether the command goes to an array; the others go to IMS or to the product's own repository.
    #[must_use]
    pub const fn is_for_an_array(&self) -> bool {
        matches!(self, Self::Mirror { .. } | Self::SplitTogether { .. } | Self::FlashCopy { .. } | Self::EstablishTogether { .. })
    }
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// It was accepted and something changed.
    Done,
    /// It was accepted and changed nothing.
    Nothing,
    /// It was refused and changed nothing.
    Refused(Refusal),
    /// One reply for each pair of a command for several, in their order.
    Each(Vec<Reply>),
}

impl Reply {
    /// The refusal, of one pair at least, if there is one.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Done | Self::Nothing => None,
            Self::Refused(refusal) => Some(*refusal),
            Self::Each(replies) => replies.iter().find_map(Self::refusal),
        }
    }
}
