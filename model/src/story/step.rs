//! The steps of a story, and what is expected of each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::duration::Duration;
use crate::name::{ImsSsid, ProfileName, SystemName};
use crate::scenario::ExpectedFinding;
use crate::site::{Profile, Sources, Targets, is_default};
use crate::states::{BackupType, Consistency, HostStatus, Method, ProfileState, RestoreScope, SetupReason, words};
use crate::transitions::{MirrorOrder, RelationOrder};
use crate::unit::{Unit, VolumeRef};

/// One step of a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StoryStep {
    /// Name by which faults and reports call it; `step 1`, `step 2` … where left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    /// What is done.
    #[serde(rename = "do")]
    pub action: Do,
    /// What must have come of it; what is left out is not compared here, the second opinion still judges it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub expect: Option<StepExpectation>,
}

impl StoryStep {
    /// The name by which the step is called, `index` being its place from 0.
    #[must_use]
    pub fn name_or_number(&self, index: usize) -> String {
        if self.name.is_empty() { format!("step {}", index + 1) } else { self.name.clone() }
    }
}

/// What a step does. A step that names no profile is about the scenario's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Do {
    /// Profile setup alone.
    Setup {
        /// The profile.
        #[serde(default, skip_serializing_if = "is_default")]
        profile: Option<ProfileName>,
        /// How long it waits for its pairs; 2h where left out.
        #[serde(default, skip_serializing_if = "is_default")]
        wait: Option<Duration>,
        /// Reasons that this setup passes over as if the rules did not know them, such as `PS01:missing`: what a wrong
        /// check leads to.
        #[serde(default, skip_serializing_if = "is_default")]
        ignoring: Vec<String>,
    },
    /// A job that takes a backup: built at this moment, setup first where it is needed, then the backup.
    Backup {
        /// The profile.
        #[serde(default, skip_serializing_if = "is_default")]
        profile: Option<ProfileName>,
        /// How long a step waits for its pairs; 2h where left out.
        #[serde(default, skip_serializing_if = "is_default")]
        wait: Option<Duration>,
        /// The backup step by itself, as a job runs it that was built earlier.
        #[serde(default, skip_serializing_if = "is_default")]
        alone: bool,
        /// Reasons that setup and pre-backup check pass over.
        #[serde(default, skip_serializing_if = "is_default")]
        ignoring: Vec<String>,
    },
    /// A restore from the backup that a generation holds.
    Restore {
        /// The profile.
        #[serde(default, skip_serializing_if = "is_default")]
        profile: Option<ProfileName>,
        /// Every source, or those that held data.
        kind: RestoreKind,
        /// The generation.
        generation: u8,
        /// How long it waits for its copies; 2h where left out.
        #[serde(default, skip_serializing_if = "is_default")]
        wait: Option<Duration>,
        /// Reasons that the restore passes over, as setup and backup do: with one of PS04 it sees no logs beside the data.
        #[serde(default, skip_serializing_if = "is_default")]
        ignoring: Vec<String>,
    },
    /// A user edits a profile; what is left out stays as it is.
    Edit(Box<Edit>),
    /// A profile is imported: one that the site has is edited in every field, any other enters the site.
    Import(Box<Profile>),
    /// A system sees a unit in another status.
    Vary {
        /// The system; the first of the site where left out.
        #[serde(default, skip_serializing_if = "is_default")]
        system: Option<SystemName>,
        /// The unit.
        unit: Unit,
        /// Its status from now on.
        status: HostStatus,
    },
    /// A host writes tracks of a volume.
    Write {
        /// The volume.
        volume: VolumeRef,
        /// The first track, from 0.
        #[serde(default, skip_serializing_if = "is_default")]
        first: u32,
        /// How many tracks.
        tracks: u32,
    },
    /// A foreign job gives an order to a mirror pair.
    Mirror {
        /// The volume that is or was mirrored.
        standard: VolumeRef,
        /// The BCV.
        bcv: VolumeRef,
        /// What it is told.
        order: MirrorOrder,
    },
    /// A foreign job gives an order to a FlashCopy relation.
    FlashCopy {
        /// The volume copied from.
        source: VolumeRef,
        /// The volume copied to.
        target: VolumeRef,
        /// What it is told.
        order: RelationOrder,
    },
    /// Time passes.
    Advance(Duration),
    /// Somebody looks at a profile.
    Query {
        /// The profile.
        #[serde(default, skip_serializing_if = "is_default")]
        profile: Option<ProfileName>,
    },
}

impl Do {
    /// The profile that it names.
    #[must_use]
    pub fn profile(&self) -> Option<&ProfileName> {
        match self {
            Self::Setup { profile, .. }
            | Self::Backup { profile, .. }
            | Self::Restore { profile, .. }
            | Self::Query { profile } => profile.as_ref(),
            Self::Edit(edit) => edit.profile.as_ref(),
            Self::Import(imported) => Some(&imported.name),
            Self::Vary { .. } | Self::Write { .. } | Self::Mirror { .. } | Self::FlashCopy { .. } | Self::Advance(_) => None,
        }
    }

    /// The kind of step in a word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Setup { .. } => "setup",
            Self::Backup { .. } => "backup",
            Self::Restore { .. } => "restore",
            Self::Edit(_) => "edit",
            Self::Import(_) => "import",
            Self::Vary { .. } => "vary",
            Self::Write { .. } => "write",
            Self::Mirror { .. } => "mirror",
            Self::FlashCopy { .. } => "flash-copy",
            Self::Advance(_) => "advance",
            Self::Query { .. } => "query",
        }
    }

    /// Every kind of step.
    pub const WORDS: [&'static str; 11] =
        ["setup", "backup", "restore", "edit", "import", "vary", "write", "mirror", "flash-copy", "advance", "query"];
}

words!(
    /// What a restore brings back.
    RestoreKind, "a kind of restore: full or data" {
        /// Every source.
        Full = "full",
        /// The sources that held data of the DATA scope, or their catalogs, when the backup was taken.
        Data = "data",
    }
);

/// New values of a profile's fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The profile.
    #[serde(default, skip_serializing_if = "is_default")]
    pub profile: Option<ProfileName>,
    /// Who made it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub creator: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: Option<String>,
    /// The IMS system.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ims_ssid: Option<ImsSsid>,
    /// What a backup contains.
    #[serde(default, rename = "type", skip_serializing_if = "is_default")]
    pub backup_type: Option<BackupType>,
    /// How volumes are copied.
    #[serde(default, skip_serializing_if = "is_default")]
    pub method: Option<Method>,
    /// How many full sets of targets; targets of generations above it go.
    #[serde(default, skip_serializing_if = "is_default")]
    pub generations: Option<u8>,
    /// All sources.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sources: Option<Vec<Sources>>,
    /// The whole mapping.
    #[serde(default, skip_serializing_if = "is_default")]
    pub targets: Option<Vec<Targets>>,
}

/// What must have come of a step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepExpectation {
    /// The return code of a setup, a backup job or a restore.
    #[serde(default, skip_serializing_if = "is_default")]
    pub return_code: Option<u8>,
    /// Which restores a backup permits.
    #[serde(default, skip_serializing_if = "is_default")]
    pub restore_scope: Option<RestoreScope>,
    /// Every finding of the step, in any order; `[]` for none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub findings: Option<Vec<ExpectedFinding>>,
    /// Where the profile stands.
    #[serde(default, skip_serializing_if = "is_default")]
    pub state: Option<ProfileState>,
    /// Why setup is needed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: Option<SetupReason>,
    /// What the backup catalog has of these generations.
    #[serde(default, skip_serializing_if = "is_default")]
    pub backups: Option<Vec<ExpectedBackup>>,
    /// A word of the refusal of a backup, restore, edit or order, such as `scope`, `expired`, `read-only` or `no-history`;
    /// `none` where it must be accepted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refused: Option<String>,
    /// What a restore has lost; `[]` where it is clean.
    #[serde(default, skip_serializing_if = "is_default")]
    pub losses: Option<Vec<Loss>>,
}

/// What the backup catalog must have of a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedBackup {
    /// The generation.
    pub generation: u8,
    /// Whether it can be restored from.
    pub valid: bool,
    /// Whether it was copied over since.
    #[serde(default, skip_serializing_if = "is_default")]
    pub expired: bool,
    /// How it was made consistent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub consistency: Option<Consistency>,
    /// Which restores it permits.
    #[serde(default, skip_serializing_if = "is_default")]
    pub restore_scope: Option<RestoreScope>,
}

words!(
    /// What is lost when a backup is restored that should not have been called valid.
    Loss, "a loss such as data-set-missing or unlogged-write" {
        /// A data set of the scope is not on the volumes that were brought back.
        DataSetMissing = "data-set-missing",
        /// A database has a write whose log record is gone.
        UnloggedWrite = "unlogged-write",
        /// Logs or RECON were rolled back with the data that they should recover.
        LogRolledBack = "log-rolled-back",
        /// A catalog entry points to where the data set is not.
        CatalogDangling = "catalog-dangling",
        /// Somebody else's data were copied over.
        Overwritten = "overwritten",
        /// The record of the backups was rolled back.
        RecordRolledBack = "record-rolled-back",
        /// A volume that was brought back has the contents of another.
        WrongImage = "wrong-image",
    }
);
