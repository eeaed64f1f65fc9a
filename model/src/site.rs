//! The site: what a file declares. Things come in ranges, so that an array of 65,280 volumes is a few lines.
//!
//! A site says what *is*, however bad: an unknown unit in a profile or an unreadable code level is for profile setup to
//! report. What cannot be (two volumes at one address) is malformed, see [`crate::declare`].

use schemars::JsonSchema;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::alive::Alive;
use crate::level::LevelFamily;
use crate::name::{CatalogName, DataSetName, GroupName, ImsSsid, ProfileName, Serial, SystemName, Volser};
use crate::pattern::NamePattern;
use crate::states::{
    BackupType, CatalogKind, Consistency, DataSetClass, Family, Feature, HostStatus, Incapable, LogScope, LssScope, Method,
    MigratedPolicy, MirrorState, Model, ProfileState, RelationState, RemoteRole, RestoreScope, SetupReason, Storage,
};
use crate::unit::{CuSsid, Lss, SymmetrixDevice, Unit, UnitAddress, VolumeId, VolumeRef};

/// Leaves a field out of a file where it has its default value.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

pub(crate) fn one() -> u32 {
    1
}

pub(crate) fn is_one(count: &u32) -> bool {
    *count == 1
}

fn yes() -> bool {
    true
}

fn is_true(value: &bool) -> bool {
    *value
}

/// Everything that profile setup could look at, as declared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Version of the format; 1.
    #[serde(default, skip_serializing_if = "is_default")]
    pub format: u32,
    /// What the site is for, in a line.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
    /// z/OS systems; the first is the one whose units stand in `unit` fields.
    #[serde(default, skip_serializing_if = "is_default")]
    pub systems: Vec<System>,
    /// DASD subsystems.
    #[serde(default, skip_serializing_if = "is_default")]
    pub arrays: Vec<Array>,
    /// Volumes, one by one or by range.
    #[serde(default, skip_serializing_if = "is_default")]
    pub volumes: Vec<Volumes>,
    /// Parallel-access aliases: units and unit addresses without a volume.
    #[serde(default, skip_serializing_if = "is_default")]
    pub aliases: Vec<Aliases>,
    /// FlashCopy relations that exist.
    #[serde(default, skip_serializing_if = "is_default")]
    pub flashcopy: Vec<Relations>,
    /// Mirror pairs, whoever made them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mirrors: Vec<Mirrors>,
    /// IMS systems.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ims: Vec<Ims>,
    /// Catalogs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub catalogs: Vec<Catalog>,
    /// Cataloged data sets, one by one or by range.
    #[serde(default, skip_serializing_if = "is_default")]
    pub data_sets: Vec<DataSets>,
    /// Who runs profile setup, and what they may do.
    #[serde(default, skip_serializing_if = "is_default")]
    pub authority: Authority,
    /// The installation's choices.
    #[serde(default, skip_serializing_if = "is_default")]
    pub policy: Policy,
    /// Backup profiles.
    #[serde(default, skip_serializing_if = "is_default")]
    pub profiles: Vec<Profile>,
    /// How the world stood when the site was saved; written by machines, and left out where everything begins as declared.
    #[serde(default, skip_serializing_if = "is_default")]
    pub alive: Alive,
}

/// The version of the site and scenario formats that this release reads and writes.
pub const FORMAT: u32 = 1;

/// A z/OS system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// Its name.
    pub name: SystemName,
    /// Level of its copy software as `vv.rr`; below 05.05 BCV backups suspend logs instead of splitting consistently.
    #[serde(default, skip_serializing_if = "is_default")]
    pub host_software_level: Option<String>,
}

/// A DASD subsystem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Array {
    /// Its serial, unique in the site.
    pub serial: Serial,
    /// Its product line.
    pub family: Family,
    /// The code level as it reports it; text that cannot be read as a level is for profile setup to report.
    pub code_level: String,
    /// Numbers of the individual fixes on it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fixes: Vec<u32>,
    /// Licensed functions.
    #[serde(default, skip_serializing_if = "is_default")]
    pub features: Vec<Feature>,
    /// Whether it answers.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub reachable: bool,
    /// Tracks a second that its copies share; 0 where they are stalled.
    #[serde(default, skip_serializing_if = "is_default")]
    pub copy_rate: Option<u32>,
    /// Its logical subsystems; every volume lies in one of them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub lss: Vec<LssRange>,
}

/// One logical subsystem, or `count` of them with consecutive ids and control-unit SSIDs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LssRange {
    /// Id of the first.
    pub id: Lss,
    /// How many.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// Control-unit SSID of the first, unique in the site.
    pub cu_ssid: CuSsid,
}

/// One volume, or `count` of them at consecutive unit addresses (LSS after LSS) with consecutive units and labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Volumes {
    /// The array that holds them.
    pub array: Serial,
    /// LSS of the first.
    pub lss: Lss,
    /// Unit address of the first.
    pub ua: UnitAddress,
    /// How many.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// Unit of the first in the site's first system; left out where that system has no unit for them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unit: Option<Unit>,
    /// How the first system sees them; `online` where left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub status: Option<HostStatus>,
    /// Units in other systems.
    #[serde(default, skip_serializing_if = "is_default")]
    pub elsewhere: Vec<Attachment>,
    /// Label; left out for volumes without one. `D{00000}` counts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub volser: Option<NamePattern>,
    /// Model; gives device type and cylinders.
    #[serde(default, skip_serializing_if = "is_default")]
    pub model: Option<Model>,
    /// Cylinders, where the model does not say or differs; without a model the volume is a 3390.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cylinders: Option<u32>,
    /// Whether they are of the BCV device class (Symmetrix).
    #[serde(default, skip_serializing_if = "is_default")]
    pub bcv: bool,
    /// Symmetrix device number of the first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub device: Option<SymmetrixDevice>,
    /// Space-efficient.
    #[serde(default, skip_serializing_if = "is_default")]
    pub thin: bool,
    /// Inhibited from FlashCopy by an operator.
    #[serde(default, skip_serializing_if = "is_default")]
    pub inhibited: bool,
    /// A version 1 FlashCopy relation is active.
    #[serde(default, skip_serializing_if = "is_default")]
    pub v1_active: bool,
    /// Cannot take part in FlashCopy for another cause.
    #[serde(default, skip_serializing_if = "is_default")]
    pub incapable: Option<Incapable>,
    /// The system that holds a hardware reserve on them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reserved_by: Option<SystemName>,
    /// Role in remote mirroring.
    #[serde(default, skip_serializing_if = "is_default")]
    pub remote: Option<RemoteRole>,
    /// The profile for which the product holds these BCVs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub held_for: Option<ProfileName>,
    /// The data sets in the VTOC, where they differ from what is cataloged to the label.
    #[serde(default, skip_serializing_if = "is_default")]
    pub vtoc: Option<Vec<DataSetName>>,
    /// Storage group of the volumes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub storage_group: Option<String>,
    /// Pool of the array that holds them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub pool: Option<String>,
}

impl Volumes {
    /// One volume at this address, of which nothing else is said.
    #[must_use]
    pub const fn one(at: VolumeId) -> Self {
        Self {
            array: at.array,
            lss: at.lss,
            ua: at.ua,
            count: 1,
            unit: None,
            status: None,
            elsewhere: Vec::new(),
            volser: None,
            model: None,
            cylinders: None,
            bcv: false,
            device: None,
            thin: false,
            inhibited: false,
            v1_active: false,
            incapable: None,
            reserved_by: None,
            remote: None,
            held_for: None,
            vtoc: None,
            storage_group: None,
            pool: None,
        }
    }
}

/// Units of volumes in a system that is not the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// The system.
    pub system: SystemName,
    /// Unit of the first volume there.
    pub unit: Unit,
    /// How that system sees them; `online` where left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub status: Option<HostStatus>,
}

/// One alias, or `count` of them at consecutive unit addresses with consecutive units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Aliases {
    /// The array.
    pub array: Serial,
    /// LSS of the first.
    pub lss: Lss,
    /// Unit address of the first; no volume has it.
    pub ua: UnitAddress,
    /// How many.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// The system that uses them; the first where left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub system: Option<SystemName>,
    /// Unit of the first.
    pub unit: Unit,
}

/// One FlashCopy relation, or `count` of them between consecutive volumes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Relations {
    /// The volume copied from.
    pub source: VolumeRef,
    /// The volume copied to.
    pub target: VolumeRef,
    /// How many.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// State of the relation.
    pub state: RelationState,
}

/// One mirror pair, or `count` of them between consecutive volumes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mirrors {
    /// The volume that is or was mirrored.
    pub standard: VolumeRef,
    /// The BCV that mirrors or mirrored it.
    pub bcv: VolumeRef,
    /// How many.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// State of the pair.
    pub state: MirrorState,
}

/// An IMS system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ims {
    /// Its subsystem id.
    pub ssid: ImsSsid,
    /// The members with the same group share one RECON; without it the system stands alone.
    #[serde(default, skip_serializing_if = "is_default")]
    pub group: Option<GroupName>,
}

/// A catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// Its name.
    pub name: CatalogName,
    /// Master or user.
    pub kind: CatalogKind,
    /// Labels of the volumes that hold the catalog itself.
    pub volumes: Vec<Volser>,
    /// Whether it can be read.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub reachable: bool,
}

/// One cataloged data set, or `count` of them with consecutive names; each counting label advances with the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataSets {
    /// Name; `IMSP.DB.A{00000}` counts.
    pub name: NamePattern,
    /// How many.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// What it is to IMS.
    pub class: DataSetClass,
    /// The catalog that names it.
    pub catalog: CatalogName,
    /// The IMS systems that use it; none for `control` and `non-ims`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ims: Vec<ImsSsid>,
    /// Labels of every volume that holds an extent or a stripe.
    #[serde(default, skip_serializing_if = "is_default")]
    pub volumes: Vec<NamePattern>,
    /// Where it is kept; `disk` where left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub storage: Option<Storage>,
}

/// Who runs profile setup.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// IMS systems for which the user may neither back up nor restore.
    #[serde(default, skip_serializing_if = "is_default")]
    pub denied: Vec<ImsSsid>,
}

/// The installation's choices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// How far apart FlashCopy pairs may be.
    #[serde(default = "Policy::default_lss_scope", skip_serializing_if = "Policy::is_default_lss_scope")]
    pub lss_scope: LssScope,
    /// Whose data sets count as the IMS system's.
    #[serde(default = "Policy::default_log_scope", skip_serializing_if = "Policy::is_default_log_scope")]
    pub log_scope: LogScope,
    /// What a migrated data set means.
    #[serde(default = "Policy::default_migrated", skip_serializing_if = "Policy::is_default_migrated")]
    pub migrated: MigratedPolicy,
    /// Whether non-IMS data on source volumes is reported.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub report_non_ims_data: bool,
    /// Minimum code levels; dasdlab's own test values where left out.
    #[serde(default = "Policy::default_code_levels", skip_serializing_if = "Policy::is_default_code_levels")]
    pub code_levels: Vec<CodeLevelRow>,
}

/// The least level for one level family and method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeLevelRow {
    /// `ds8000`, or a Symmetrix family such as 5978.
    pub family: LevelFamily,
    /// The method that needs it.
    pub method: Method,
    /// The lowest level that passes.
    pub minimum: String,
    /// Fixes that must be on the array at any level.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fixes: Vec<u32>,
}

impl Policy {
    fn default_lss_scope() -> LssScope {
        LssScope::SameLss
    }

    fn default_log_scope() -> LogScope {
        LogScope::Group
    }

    fn default_migrated() -> MigratedPolicy {
        MigratedPolicy::Fail
    }

    fn is_default_lss_scope(scope: &LssScope) -> bool {
        *scope == Self::default_lss_scope()
    }

    fn is_default_log_scope(scope: &LogScope) -> bool {
        *scope == Self::default_log_scope()
    }

    fn is_default_migrated(policy: &MigratedPolicy) -> bool {
        *policy == Self::default_migrated()
    }

    fn is_default_code_levels(rows: &[CodeLevelRow]) -> bool {
        rows == Self::default_code_levels()
    }

    /// Writes every choice, those that are made where nothing is said among them.
    pub(crate) fn in_full<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Policy", 5)?;
        fields.serialize_field("lss_scope", &self.lss_scope)?;
        fields.serialize_field("log_scope", &self.log_scope)?;
        fields.serialize_field("migrated", &self.migrated)?;
        fields.serialize_field("report_non_ims_data", &self.report_non_ims_data)?;
        fields.serialize_field("code_levels", &self.code_levels)?;
        fields.end()
    }

    /// Test values of this product, not a vendor's statement.
    fn default_code_levels() -> Vec<CodeLevelRow> {
        let row = |family, method, minimum: &str| CodeLevelRow { family, method, minimum: minimum.to_owned(), fixes: Vec::new() };
        let symmetrix = [(5876, "5876.82.57"), (5977, "5977.596.583"), (5978, "5978.144.144")];
        let mut rows = vec![row(LevelFamily::Ds8000, Method::FlashCopy, "87.30.105.0")];
        for method in [Method::FlashCopy, Method::Bcv] {
            rows.extend(symmetrix.map(|(family, minimum)| row(LevelFamily::Symmetrix(family), method, minimum)));
        }
        rows
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            lss_scope: Self::default_lss_scope(),
            log_scope: Self::default_log_scope(),
            migrated: Self::default_migrated(),
            report_non_ims_data: true,
            code_levels: Self::default_code_levels(),
        }
    }
}

/// A backup profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its name, unique in the site.
    pub name: ProfileName,
    /// Who made it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub creator: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: String,
    /// The system it was saved on; its units are units of that system. The first where left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub system: Option<SystemName>,
    /// The IMS system it backs up.
    pub ims_ssid: ImsSsid,
    /// What a backup contains.
    #[serde(rename = "type")]
    pub backup_type: BackupType,
    /// How volumes are copied.
    pub method: Method,
    /// How many full sets of targets, 0 to 99.
    pub generations: u8,
    /// Where the profile stands; `setup-needed` where left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub state: Option<ProfileState>,
    /// Why setup is needed; `new` where left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reason: Option<SetupReason>,
    /// Fingerprint of the configuration at the last setup that passed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fingerprint: Option<String>,
    /// What has it locked: a setup, a build or a backup that is running.
    #[serde(default, skip_serializing_if = "is_default")]
    pub locked_by: Option<String>,
    /// Units to back up.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sources: Vec<Sources>,
    /// Source unit to target unit, per generation.
    #[serde(default, skip_serializing_if = "is_default")]
    pub targets: Vec<Targets>,
    /// Backups that the generations hold.
    #[serde(default, skip_serializing_if = "is_default")]
    pub backups: Vec<Backup>,
}

/// One source, or `count` consecutive ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// Unit of the first.
    pub unit: Unit,
    /// How many.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// The label it was saved with; left out where none was.
    #[serde(default, skip_serializing_if = "is_default")]
    pub volser: Option<NamePattern>,
}

/// The target of one source in one generation, or of `count` consecutive ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// The generation, 1 to the number of generations.
    pub generation: u8,
    /// Unit of the first source.
    pub source: Unit,
    /// Unit of its target.
    pub target: Unit,
    /// How many.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
}

/// What the backup catalog says of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// The generation that holds it.
    pub generation: u8,
    /// When it was taken, in seconds of virtual time.
    pub taken_at: u64,
    /// Whether it can be restored from.
    pub valid: bool,
    /// Whether it was copied over since.
    #[serde(default, skip_serializing_if = "is_default")]
    pub expired: bool,
    /// How it was made consistent.
    pub consistency: Consistency,
    /// Which restores it permits; left out where the check before it did not get that far.
    #[serde(default, skip_serializing_if = "is_default")]
    pub restore_scope: Option<RestoreScope>,
    /// Why it is valid, invalid or expired.
    #[serde(default, skip_serializing_if = "is_default")]
    pub why: String,
}
