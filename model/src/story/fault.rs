//! The fault plan of a story: what breaks, where, when and for how long.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::duration::Duration;
use super::phase::Phase;
use crate::command::Command;
use crate::finding::Side;
use crate::name::{CatalogName, DataSetName, ImsSsid, NameError, ProfileName, Serial, SystemName, Volser, text_type};
use crate::site::is_default;
use crate::states::{HostStatus, MirrorState, RelationState, words};
use crate::transitions::{MirrorOrder, Refusal, RelationOrder};
use crate::unit::{Unit, VolumeRef};

/// One fault of the plan. It fires once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedFault {
    /// Name by which reports and the event log call it; `fault 1`, `fault 2` … where left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    /// What breaks, and where.
    pub what: What,
    /// When.
    pub when: When,
    /// For how long; for good where left out. Only what can be put right again has an end.
    #[serde(default, rename = "for", skip_serializing_if = "is_default")]
    pub lasts: Option<Duration>,
}

impl PlannedFault {
    /// The name by which the fault is called, `index` being its place from 0.
    #[must_use]
    pub fn name_or_number(&self, index: usize) -> String {
        if self.name.is_empty() { format!("fault {}", index + 1) } else { self.name.clone() }
    }
}

/// What breaks, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum What {
    /// A unit is seen in another status: offline, boxed, not ready, without a path.
    Vary {
        /// The unit.
        unit: UnitRef,
        /// Its status.
        status: HostStatus,
    },
    /// A device of a pair fails: a mirror pair becomes Invalid, a FlashCopy relation fails.
    PairFailed {
        /// The pair.
        pair: PairRef,
    },
    /// A space-efficient target has no room left: its FlashCopy relation fails, unless all of it has been copied.
    OutOfSpace {
        /// The target.
        target: VolumeRef,
    },
    /// The next command is refused with this code. With a pair it is the next one for that pair; of a command for several
    /// pairs only that pair is refused. With a duration every such command until then.
    Refuse {
        /// The code.
        code: Refusal,
        /// The pair.
        #[serde(default, skip_serializing_if = "is_default")]
        pair: Option<PairRef>,
    },
    /// The next command is lost on the way: nothing is done, and the issuer is told that no answer came.
    Lose {
        /// The pair.
        #[serde(default, skip_serializing_if = "is_default")]
        pair: Option<PairRef>,
    },
    /// The next command is answered late: it is carried out at once, and time passes before the issuer hears of it.
    Delay {
        /// By how much.
        by: Duration,
        /// The pair.
        #[serde(default, skip_serializing_if = "is_default")]
        pair: Option<PairRef>,
    },
    /// The copies of an array share so many tracks a second; 0 stalls them.
    Rate {
        /// The array.
        array: Serial,
        /// Tracks a second.
        tracks: u32,
    },
    /// An array does not answer.
    Unreachable {
        /// The array.
        array: Serial,
    },
    /// An array reports another code level.
    CodeLevel {
        /// The array.
        array: Serial,
        /// The level.
        level: String,
    },
    /// A foreign job establishes a BCV to a volume.
    ForeignEstablish {
        /// The volume that is to be mirrored.
        standard: VolumeRef,
        /// The BCV.
        bcv: VolumeRef,
    },
    /// A foreign job splits a mirror pair, by force if need be.
    ForeignSplit {
        /// The volume that is mirrored.
        standard: VolumeRef,
        /// The BCV.
        bcv: VolumeRef,
    },
    /// A foreign job releases the hold of a BCV.
    ForeignRelease {
        /// The BCV.
        bcv: VolumeRef,
    },
    /// A foreign job withdraws the FlashCopy relation of a target.
    ForeignWithdraw {
        /// The target.
        target: VolumeRef,
    },
    /// A data set is extended onto one more volume.
    Extend {
        /// The data set.
        data_set: DataSetName,
        /// Label of the volume.
        volser: Volser,
    },
    /// Another profile takes a unit as target of its first source.
    TakeTarget {
        /// The unit.
        unit: UnitRef,
        /// The other profile.
        by: ProfileName,
    },
    /// Somebody else locks a profile.
    Lock {
        /// The profile; the scenario's where left out.
        #[serde(default, skip_serializing_if = "is_default")]
        profile: Option<ProfileName>,
    },
    /// A second job of a profile runs at this moment, from its beginning to its end.
    Rival {
        /// The profile; the scenario's where left out.
        #[serde(default, skip_serializing_if = "is_default")]
        profile: Option<ProfileName>,
        /// What it does.
        work: RivalWork,
    },
    /// Another job suspends the logs of an IMS system.
    SuspendLogs {
        /// The IMS system.
        ims: ImsSsid,
    },
    /// A catalog cannot be read.
    Catalog {
        /// The catalog.
        name: CatalogName,
    },
    /// The product's repository cannot be written.
    Repository {},
    /// The host abends: whatever runs is gone between two of its steps, its lock freed and its log suspension ended by the
    /// system.
    Abend {},
}

impl What {
    /// Every kind of fault, in the order of declaration.
    pub const WORDS: [&'static str; 21] = [
        "vary",
        "pair-failed",
        "out-of-space",
        "refuse",
        "lose",
        "delay",
        "rate",
        "unreachable",
        "code-level",
        "foreign-establish",
        "foreign-split",
        "foreign-release",
        "foreign-withdraw",
        "extend",
        "take-target",
        "lock",
        "rival",
        "suspend-logs",
        "catalog",
        "repository",
        "abend",
    ];

    /// The kind of fault in a word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Vary { .. } => "vary",
            Self::PairFailed { .. } => "pair-failed",
            Self::OutOfSpace { .. } => "out-of-space",
            Self::Refuse { .. } => "refuse",
            Self::Lose { .. } => "lose",
            Self::Delay { .. } => "delay",
            Self::Rate { .. } => "rate",
            Self::Unreachable { .. } => "unreachable",
            Self::CodeLevel { .. } => "code-level",
            Self::ForeignEstablish { .. } => "foreign-establish",
            Self::ForeignSplit { .. } => "foreign-split",
            Self::ForeignRelease { .. } => "foreign-release",
            Self::ForeignWithdraw { .. } => "foreign-withdraw",
            Self::Extend { .. } => "extend",
            Self::TakeTarget { .. } => "take-target",
            Self::Lock { .. } => "lock",
            Self::Rival { .. } => "rival",
            Self::SuspendLogs { .. } => "suspend-logs",
            Self::Catalog { .. } => "catalog",
            Self::Repository {} => "repository",
            Self::Abend {} => "abend",
        }
    }

    /// Whether it meets a command on its way instead of changing the world: from its moment on it waits for the next
    /// command that it is about.
    #[must_use]
    pub const fn meets_a_command(&self) -> bool {
        matches!(self, Self::Refuse { .. } | Self::Lose { .. } | Self::Delay { .. })
    }

    /// Whether it can be put right again, and so may last for a while.
    #[must_use]
    pub const fn can_end(&self) -> bool {
        matches!(
            self,
            Self::Vary { .. }
                | Self::Refuse { .. }
                | Self::Lose { .. }
                | Self::Delay { .. }
                | Self::Rate { .. }
                | Self::Unreachable { .. }
                | Self::CodeLevel { .. }
                | Self::Lock { .. }
                | Self::SuspendLogs { .. }
                | Self::Catalog { .. }
                | Self::Repository {}
        )
    }

    /// The pair that it is about.
    #[must_use]
    pub const fn pair(&self) -> Option<&PairRef> {
        match self {
            Self::PairFailed { pair } => Some(pair),
            Self::Refuse { pair, .. } | Self::Lose { pair } | Self::Delay { pair, .. } => pair.as_ref(),
            _ => None,
        }
    }
}

words!(
    /// What a second job does.
    RivalWork, "the work of a second job: setup or backup" {
        /// Profile setup.
        Setup = "setup",
        /// A backup.
        Backup = "backup",
    }
);

/// A unit by its number, or as a side of a pair: exactly one of `unit` and `pair`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitRef {
    /// The system; that of the scenario's profile where left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub system: Option<SystemName>,
    /// Its number.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unit: Option<Unit>,
    /// The pair.
    #[serde(default, skip_serializing_if = "is_default")]
    pub pair: Option<PairRef>,
    /// Which side of the pair; `source` where left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub side: Option<Side>,
}

/// A pair of a profile by its source, or by its place in the order of source units: exactly one of `source` and `nth`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PairRef {
    /// The profile; the scenario's where left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub profile: Option<ProfileName>,
    /// The generation.
    pub generation: u8,
    /// The source unit.
    #[serde(default, skip_serializing_if = "is_default")]
    pub source: Option<Unit>,
    /// Its place among the pairs of its generation, from 1.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nth: Option<u32>,
}

/// When a fault fires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum When {
    /// At this instant of virtual time.
    At(Duration),
    /// Just before the nth command of a kind, counted from the beginning of the story.
    Command(NthCommand),
    /// As a pair enters a state.
    Enters(PairAt),
    /// As so much of a pair has been copied.
    Copied(PairPercent),
    /// As a machine enters a phase, before anything is done in it.
    Phase(NthPhase),
    /// When the step of this name has ended.
    After(String),
}

impl When {
    /// Every kind of trigger, in the order of declaration.
    pub const WORDS: [&'static str; 6] = ["at", "command", "enters", "copied", "phase", "after"];

    /// The kind of trigger in a word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::At(_) => "at",
            Self::Command(_) => "command",
            Self::Enters(_) => "enters",
            Self::Copied(_) => "copied",
            Self::Phase(_) => "phase",
            Self::After(_) => "after",
        }
    }
}

/// The nth command of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NthCommand {
    /// The kind.
    pub kind: CommandKind,
    /// Which one, from 1; the first where left out.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub nth: u32,
}

/// The nth time that a machine enters a phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NthPhase {
    /// The phase.
    pub name: Phase,
    /// Which time, from 1; the first where left out.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub nth: u32,
}

/// A pair and a state of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PairAt {
    /// The pair.
    pub pair: PairRef,
    /// The state.
    pub state: CopyState,
}

/// A pair and how much of it has been copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PairPercent {
    /// The pair.
    pub pair: PairRef,
    /// Percent of its tracks, 1 to 99.
    pub percent: u8,
}

const fn first() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_first(nth: &u32) -> bool {
    *nth == 1
}

/// A state of a pair, whichever the method.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CopyState {
    /// Of a mirror pair.
    Mirror(MirrorState),
    /// Of a FlashCopy relation.
    Relation(RelationState),
}

const STATE_EXPECTED: &str = "a state of a pair such as Synchronized (bcv) or copied (flashcopy)";

impl FromStr for CopyState {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let mirror = text.parse().map(Self::Mirror);
        mirror.or_else(|_| text.parse().map(Self::Relation)).map_err(|_: NameError| NameError::new(text, STATE_EXPECTED))
    }
}

impl fmt::Display for CopyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mirror(state) => state.fmt(f),
            Self::Relation(state) => state.fmt(f),
        }
    }
}

text_type!(CopyState, STATE_EXPECTED, "^[A-Za-z]+$");

words!(
    /// A kind of command.
    CommandKind, "a kind of command such as establish or split" {
        /// Establish of a mirror pair.
        Establish = "establish",
        /// Split of mirror pairs, one or several.
        Split = "split",
        /// Copy back of a mirror pair.
        Restore = "restore",
        /// Cancel of a mirror pair.
        Cancel = "cancel",
        /// Hold of a BCV.
        Hold = "hold",
        /// Release of a BCV.
        Release = "release",
        /// Establish of FlashCopy relations, one or several.
        FlashCopy = "flashcopy",
        /// Reversal of a relation.
        Reverse = "reverse",
        /// Withdraw of a relation.
        Withdraw = "withdraw",
        /// Suspend of logs.
        SuspendLogs = "suspend-logs",
        /// Resume of logs.
        ResumeLogs = "resume-logs",
        /// Lock of a profile.
        Lock = "lock",
        /// Unlock of a profile.
        Unlock = "unlock",
        /// A state written to a profile.
        SetState = "set-state",
        /// A backup recorded.
        Record = "record",
    }
);

impl CommandKind {
    /// The kind of a command.
    #[must_use]
    pub const fn of(command: &Command) -> Self {
        match command {
            Command::Mirror { order, .. } => match order {
                MirrorOrder::EstablishIncremental | MirrorOrder::EstablishFull => Self::Establish,
                MirrorOrder::SplitNormal | MirrorOrder::SplitInstant | MirrorOrder::SplitForced => Self::Split,
                MirrorOrder::RestoreIncremental | MirrorOrder::RestoreFull => Self::Restore,
                MirrorOrder::Cancel | MirrorOrder::CancelForced => Self::Cancel,
                MirrorOrder::Hold => Self::Hold,
                MirrorOrder::Release => Self::Release,
            },
            Command::SplitTogether { .. } => Self::Split,
            Command::Hold { .. } => Self::Hold,
            Command::Release { .. } => Self::Release,
            Command::FlashCopy { order, .. } => match order {
                RelationOrder::Establish | RelationOrder::EstablishNoCopy | RelationOrder::EstablishIncremental => {
                    Self::FlashCopy
                }
                RelationOrder::Reverse => Self::Reverse,
                RelationOrder::Withdraw => Self::Withdraw,
            },
            Command::EstablishTogether { .. } => Self::FlashCopy,
            Command::SuspendLogs { .. } => Self::SuspendLogs,
            Command::ResumeLogs { .. } => Self::ResumeLogs,
            Command::Lock { .. } => Self::Lock,
            Command::Unlock { .. } => Self::Unlock,
            Command::SetState { .. } => Self::SetState,
            Command::Record { .. } => Self::Record,
        }
    }
}
