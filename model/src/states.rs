//! States and kinds: closed sets of words, spelled in files as they are spelled in messages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A closed set of words: serde, schema, `Display` and `FromStr` share one spelling, and `ALL` lists them in order.
macro_rules! words {
    ($(#[$doc:meta])* $Name:ident, $expected:literal { $($(#[$vdoc:meta])* $Variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum $Name {
            $($(#[$vdoc])* #[serde(rename = $word)] $Variant,)+
        }

        impl $Name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),+];

            /// The word as it stands in files and messages.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$Variant => $word),+ }
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $Name {
            type Err = crate::name::NameError;

            fn from_str(text: &str) -> Result<Self, crate::name::NameError> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or_else(|| crate::name::NameError::new(text, $expected))
            }
        }
    };
}

pub(crate) use words;

words!(
    /// The product line of an array.
    Family, "an array family: ds8000 or symmetrix" {
        /// IBM DS8000.
        Ds8000 = "ds8000",
        /// EMC Symmetrix, VMAX, PowerMax.
        Symmetrix = "symmetrix",
    }
);
words!(
    /// A licensed function of an array.
    Feature, "a feature: flashcopy" {
        /// FlashCopy, native or emulated.
        FlashCopy = "flashcopy",
    }
);
words!(
    /// The device type of a volume, model aside.
    DeviceType, "a device type: 3390 or 3380" {
        /// 3380.
        T3380 = "3380",
        /// 3390.
        T3390 = "3390",
    }
);
words!(
    /// The model of a volume; it fixes device type and, but for 3390-A, cylinders.
    Model, "a volume model such as 3390-9" {
        /// 885 cylinders.
        M3380D = "3380-D",
        /// 1,770 cylinders.
        M3380E = "3380-E",
        /// 2,655 cylinders.
        M3380K = "3380-K",
        /// 1,113 cylinders.
        M3390x1 = "3390-1",
        /// 2,226 cylinders.
        M3390x2 = "3390-2",
        /// 3,339 cylinders.
        M3390x3 = "3390-3",
        /// 10,017 cylinders.
        M3390x9 = "3390-9",
        /// 30,051 cylinders; the variant of 32,760 states its cylinders.
        M3390x27 = "3390-27",
        /// 65,520 cylinders, the most of a volume that is not an EAV.
        M3390x54 = "3390-54",
        /// An extended address volume; its cylinders must be stated, 65,521 to 1,182,006.
        M3390A = "3390-A",
    }
);

/// Cylinders of the largest extended address volume (about 1 TB).
pub const MAX_CYLINDERS: u32 = 1_182_006;
/// Tracks of a cylinder, 3380 and 3390 alike.
pub const TRACKS_PER_CYLINDER: u32 = 15;

impl Model {
    /// The device type of this model.
    #[must_use]
    pub const fn device_type(self) -> DeviceType {
        match self {
            Self::M3380D | Self::M3380E | Self::M3380K => DeviceType::T3380,
            _ => DeviceType::T3390,
        }
    }

    /// The cylinders of this model; none for 3390-A.
    #[must_use]
    pub const fn cylinders(self) -> Option<u32> {
        Some(match self {
            Self::M3380D => 885,
            Self::M3380E => 1_770,
            Self::M3380K => 2_655,
            Self::M3390x1 => 1_113,
            Self::M3390x2 => 2_226,
            Self::M3390x3 => 3_339,
            Self::M3390x9 => 10_017,
            Self::M3390x27 => 30_051,
            Self::M3390x54 => 65_520,
            Self::M3390A => return None,
        })
    }
}

words!(
    /// How a system sees a base unit; one value per unit. Reserves, aliases and copy roles are separate.
    HostStatus, "a host status: online, allocated, offline, pending-offline, boxed, not-ready or no-path" {
        /// Online, nobody has it allocated.
        Online = "online",
        /// Online and allocated to a job.
        Allocated = "allocated",
        /// Offline.
        Offline = "offline",
        /// Vary offline accepted, waiting for its last user.
        PendingOffline = "pending-offline",
        /// Boxed: every new I/O fails.
        Boxed = "boxed",
        /// Not ready, as a mirroring BCV is.
        NotReady = "not-ready",
        /// No operational path.
        NoPath = "no-path",
    }
);

impl HostStatus {
    /// Online, allocated or pending-offline: the label of such a unit counts as mounted.
    #[must_use]
    pub const fn is_mounted(self) -> bool {
        matches!(self, Self::Online | Self::Allocated | Self::PendingOffline)
    }
}

words!(
    /// The role of a volume in remote mirroring.
    RemoteRole, "a remote-copy role: primary or secondary" {
        /// Its writes are mirrored away.
        Primary = "primary",
        /// It receives the writes of another volume.
        Secondary = "secondary",
    }
);
words!(
    /// Why a volume cannot take part in FlashCopy, where no other attribute of the volume says so.
    Incapable, "a cause: concurrent-copy, xrc-source, array-relation-limit, inaccessible, async-primary or cascading-failover" {
        /// Source of a concurrent copy session.
        ConcurrentCopy = "concurrent-copy",
        /// Source of an XRC session.
        XrcSource = "xrc-source",
        /// The array has as many relations as it can hold.
        ArrayRelationLimit = "array-relation-limit",
        /// The volume cannot be reached by the array.
        Inaccessible = "inaccessible",
        /// Primary of an asynchronous remote mirror.
        AsyncPrimary = "async-primary",
        /// A cascading failover or failback is in progress.
        CascadingFailover = "cascading-failover",
    }
);
words!(
    /// The state of a FlashCopy relation. Whatever it is, the relation exists until withdrawn or gone.
    RelationState, "a FlashCopy state: copying, idle, copied or failed" {
        /// The background copy runs.
        Copying = "copying",
        /// Established without background copy.
        Idle = "idle",
        /// Every track is copied; the relation is persistent.
        Copied = "copied",
        /// The relation failed; the target is unusable.
        Failed = "failed",
    }
);
words!(
    /// The state of a mirror pair, as the array names it.
    MirrorState, "a mirror pair state such as Synchronized" {
        /// Never paired, or the pairing was cancelled.
        NeverEstab = "NeverEstab",
        /// The standard volume is being copied to the BCV.
        SyncInProg = "SyncInProg",
        /// The BCV is a current mirror.
        Synchronized = "Synchronized",
        /// A split is running.
        SplitInProg = "SplitInProg",
        /// Split by force while it was synchronising; the BCV is unusable.
        SplitBfrSync = "SplitBfrSync",
        /// A valid copy with differential history.
        Split = "Split",
        /// Split without history.
        SplitNoInc = "SplitNoInc",
        /// The BCV was copied back; still paired.
        Restored = "Restored",
        /// The BCV is being copied back.
        RestInProg = "RestInProg",
        /// Split by force while it was restoring; the standard volume is unusable.
        SplitBfrRest = "SplitBfrRest",
        /// The pair information is inconsistent.
        Invalid = "Invalid",
        /// The state cannot be determined.
        Unknown = "Unknown",
    }
);

impl MirrorState {
    /// SyncInProg, Synchronized, SplitInProg, RestInProg or Restored.
    #[must_use]
    pub const fn is_established(self) -> bool {
        matches!(self, Self::SyncInProg | Self::Synchronized | Self::SplitInProg | Self::RestInProg | Self::Restored)
    }
}

words!(
    /// What a backup contains.
    BackupType, "a backup type: full or data" {
        /// Database, user-included, system, log and RECON data sets.
        Full = "full",
        /// Database and user-included data sets.
        Data = "data",
    }
);
words!(
    /// How volumes are copied.
    Method, "a backup method: flashcopy or bcv" {
        /// FlashCopy relations.
        FlashCopy = "flashcopy",
        /// Mirroring business continuance volumes, split to take a backup.
        Bcv = "bcv",
    }
);
words!(
    /// What a data set is to the IMS system that uses it.
    DataSetClass, "a data set class: database, log, recon, system, control, user-included or non-ims" {
        /// Databases, indexes, areas, partitions.
        Database = "database",
        /// OLDS, WADS, SLDS, RLDS.
        Log = "log",
        /// RECON data sets.
        Recon = "recon",
        /// Libraries, message queues, restart data sets.
        System = "system",
        /// The recovery product's own repository.
        Control = "control",
        /// Named by the customer as belonging to the IMS system.
        UserIncluded = "user-included",
        /// Everything else.
        NonIms = "non-ims",
    }
);

impl DataSetClass {
    /// Whether data sets of this class are used by IMS systems and therefore name them.
    #[must_use]
    pub const fn names_ims(self) -> bool {
        !matches!(self, Self::Control | Self::NonIms)
    }
}

words!(
    /// Where a data set is kept.
    Storage, "a storage: disk, migrated or tape" {
        /// On the volumes it names.
        Disk = "disk",
        /// Migrated; it has no volume.
        Migrated = "migrated",
        /// On tape; it has no volume.
        Tape = "tape",
    }
);
words!(
    /// Master or user catalog.
    CatalogKind, "a catalog kind: master or user" {
        /// A master catalog.
        Master = "master",
        /// A user catalog.
        User = "user",
    }
);
words!(
    /// How far apart a FlashCopy source and its target may be.
    LssScope, "an LSS scope: same-lss or same-array" {
        /// In one logical subsystem of one array.
        SameLss = "same-lss",
        /// Anywhere in one array.
        SameArray = "same-array",
    }
);
words!(
    /// Whose data sets count as the IMS system's.
    LogScope, "a log scope: group or member" {
        /// Those of every member that shares the RECON.
        Group = "group",
        /// Only those that the profile's own IMS uses.
        Member = "member",
    }
);
words!(
    /// What a migrated data set means.
    MigratedPolicy, "a policy for migrated data sets: fail, recall or ignore" {
        /// The backup would miss it.
        Fail = "fail",
        /// It is recalled before the backup.
        Recall = "recall",
        /// The backup goes on without it.
        Ignore = "ignore",
    }
);
words!(
    /// Where a profile stands in its life.
    ProfileState, "a profile state: setup-needed, synchronizing or ready" {
        /// No backup before profile setup has passed.
        SetupNeeded = "setup-needed",
        /// Setup has passed, the current generation is not yet synchronized.
        Synchronizing = "synchronizing",
        /// A backup can be taken.
        Ready = "ready",
    }
);
words!(
    /// Why setup is needed.
    SetupReason, "a reason for setup-needed such as new or findings" {
        /// The profile is new.
        New = "new",
        /// The number of generations changed.
        Generations = "generations",
        /// Sources, saved VOLSERs or targets changed.
        Units = "units",
        /// The backup type changed.
        Type = "type",
        /// The IMS SSID changed.
        ImsSsid = "ims-ssid",
        /// The method changed.
        Method = "method",
        /// The fingerprint differed when a job was built.
        Fingerprint = "fingerprint",
        /// Setup found an error.
        Findings = "findings",
        /// The check before a backup found an error.
        PreBackupCheck = "pre-backup-check",
        /// The array or the product refused an establish.
        Refused = "refused",
        /// A pair no longer passed when its turn came.
        ChangedSinceCheck = "changed-since-check",
        /// The wait limit passed.
        Timeout = "timeout",
        /// A pair failed.
        PairFailed = "pair-failed",
        /// The only generation was split by a backup.
        OneGeneration = "one-generation",
        /// Splitting failed.
        SplitFailed = "split-failed",
        /// Establishing the next generation failed.
        EstablishNext = "establish-next",
        /// Establishing the relations of a backup failed.
        EstablishFailed = "establish-failed",
        /// A backup could not be recorded.
        RecordFailed = "record-failed",
        /// A restore ran over the pairs.
        Restored = "restored",
    }
);
words!(
    /// How a backup was made consistent.
    Consistency, "a consistency: array or log-suspend" {
        /// The array split every pair at one instant.
        Array = "array",
        /// IMS logging was suspended meanwhile.
        LogSuspend = "log-suspend",
    }
);
words!(
    /// Which restores a backup permits.
    RestoreScope, "a restore scope: full-and-data, full-only, data-only or none" {
        /// FULL profile without PS04 findings.
        FullAndData = "full-and-data",
        /// FULL profile with a PS04 finding.
        FullOnly = "full-only",
        /// DATA profile without PS04 findings.
        DataOnly = "data-only",
        /// DATA profile with a PS04 finding: only data-set level recovery.
        None = "none",
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_of_twelve_mirror_states_are_established() {
        let established: Vec<_> =
            MirrorState::ALL.iter().filter(|state| state.is_established()).map(|state| state.as_str()).collect();
        assert_eq!(MirrorState::ALL.len(), 12);
        assert_eq!(established, ["SyncInProg", "Synchronized", "SplitInProg", "Restored", "RestInProg"]);
    }

    #[test]
    fn a_word_is_spelled_alike_in_files_and_messages() {
        for &status in HostStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
            assert_eq!(status.as_str().parse::<HostStatus>().unwrap(), status);
        }
        assert!("Online".parse::<HostStatus>().is_err());
    }
}
