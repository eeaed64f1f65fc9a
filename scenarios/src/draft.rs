//! A world in the making: flat lists that are easy to break on purpose, turned into a site at the end.
//!
//! Volumes, data sets, catalogs and arrays are named by their index. Whatever a defect touches it claims; a claimed
//! thing is touched by no other defect, so that the findings of several defects are the findings of each, together.

mod claims;
mod facts;
mod fresh;
mod into_site;
mod mapping;
mod place;
mod shared;

use rustc_hash::FxHashMap;

use dasdlab_model::name::{CatalogName, DataSetName, GroupName, ImsSsid, ProfileName, Serial, SystemName, Volser};
use dasdlab_model::scenario::ExpectedFinding;
use dasdlab_model::site::Policy;
use dasdlab_model::states::{
    BackupType, CatalogKind, DataSetClass, DeviceType, Family, HostStatus, Incapable, Method, MirrorState, Model, ProfileState,
    RelationState, RemoteRole, SetupReason, Storage,
};
use dasdlab_model::unit::{Lss, Unit, UnitAddress, VolumeId};

pub(crate) use claims::place;
pub(crate) use facts::{finding, finding_of, stating};
pub(crate) use shared::Shared;

/// The index of a volume of a draft.
pub(crate) type Vol = usize;

/// What lies on a volume of the IMS system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Database and user-included data sets, their catalogs.
    Data,
    /// Log and RECON data sets, their catalogs.
    Log,
    /// System data sets.
    System,
    /// Nothing that is cataloged.
    Empty,
}

/// What a volume is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A source of the profile.
    Source(Content),
    /// The target of a source in a generation.
    Target { generation: u8, source: Vol },
    /// Holds data sets of the IMS system that are out of the profile's scope.
    Outside,
    /// Holds foreign data: control, non-IMS, other IMS systems, the master catalog.
    Foreign,
    /// Belongs to another profile.
    Other,
    /// Holds nothing and belongs to nobody.
    Spare,
}

#[derive(Debug, Clone)]
pub(crate) struct Volume {
    pub(crate) array: usize,
    pub(crate) lss: Lss,
    pub(crate) ua: u8,
    /// Its unit in the profile's system, and how that system sees it.
    pub(crate) unit: Option<Unit>,
    pub(crate) status: HostStatus,
    pub(crate) elsewhere: Vec<(SystemName, Unit, HostStatus)>,
    pub(crate) volser: Option<Volser>,
    pub(crate) model: Option<Model>,
    pub(crate) cylinders: u32,
    pub(crate) bcv: bool,
    pub(crate) thin: bool,
    pub(crate) inhibited: bool,
    pub(crate) v1_active: bool,
    pub(crate) incapable: Option<Incapable>,
    pub(crate) reserved_by: Option<SystemName>,
    pub(crate) remote: Option<RemoteRole>,
    pub(crate) held_for: Option<ProfileName>,
    pub(crate) vtoc: Option<Vec<DataSetName>>,
    pub(crate) role: Role,
    pub(crate) claimed: bool,
    /// A data set or a catalog that an edit claimed was taken from it: it cannot be claimed with all that is on it.
    pub(crate) loosened: bool,
}

impl Volume {
    pub(crate) fn device_type(&self) -> DeviceType {
        self.model.map_or(DeviceType::T3390, Model::device_type)
    }

    pub(crate) fn is_source(&self) -> bool {
        matches!(self.role, Role::Source(_))
    }

    pub(crate) fn is_target(&self) -> bool {
        matches!(self.role, Role::Target { .. })
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Subsystem {
    pub(crate) id: Lss,
    pub(crate) cu_ssid: u16,
    /// The device numbers of its units in the profile's system: this block of 256.
    pub(crate) block: u32,
    /// The same for each other system, in the order of [`Draft::systems`] without the profile's.
    pub(crate) blocks: Vec<Option<u32>>,
    next_ua: u16,
    /// Aliases count down from here.
    next_alias: u16,
}

#[derive(Debug, Clone)]
pub(crate) struct Array {
    pub(crate) serial: Serial,
    pub(crate) family: Family,
    pub(crate) code_level: String,
    pub(crate) fixes: Vec<u32>,
    pub(crate) licensed: bool,
    pub(crate) reachable: bool,
    pub(crate) lss: Vec<Subsystem>,
    /// Whether sources and targets of the profile are on it.
    pub(crate) in_profile: bool,
    /// Its own attributes are claimed: level, fixes, licence.
    pub(crate) claimed: bool,
    /// No unit of the profile may be added to it.
    pub(crate) sealed: bool,
    /// Units of the profile were added to it or taken from it.
    pub(crate) touched: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Catalog {
    pub(crate) name: CatalogName,
    pub(crate) kind: CatalogKind,
    pub(crate) volumes: Vec<Volser>,
    pub(crate) reachable: bool,
    pub(crate) side: Side,
    pub(crate) claimed: bool,
}

/// What a catalog is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Names database and user-included data sets, on volumes with data.
    Data,
    /// Names log and RECON data sets, on volumes with logs.
    Log,
    /// Names what is foreign to the profile.
    Foreign,
    /// The master catalog; names nothing of the IMS system.
    Master,
}

#[derive(Debug, Clone)]
pub(crate) struct DataSet {
    pub(crate) name: String,
    pub(crate) class: DataSetClass,
    pub(crate) catalog: usize,
    pub(crate) ims: Vec<ImsSsid>,
    pub(crate) volumes: Vec<Volser>,
    pub(crate) storage: Storage,
    pub(crate) claimed: bool,
}

/// A backup profile in units of its system.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    pub(crate) name: ProfileName,
    /// Index into [`Draft::systems`].
    pub(crate) system: usize,
    pub(crate) ims_ssid: ImsSsid,
    pub(crate) backup_type: BackupType,
    pub(crate) method: Method,
    pub(crate) generations: u8,
    pub(crate) state: ProfileState,
    pub(crate) reason: Option<SetupReason>,
    pub(crate) locked_by: Option<String>,
    pub(crate) sources: Vec<(Unit, Option<Volser>)>,
    /// Generation, source, target.
    pub(crate) pairs: Vec<(u8, Unit, Unit)>,
}

/// Where names and numbers that are still free begin. Counted on by every edit, whether it is made or left out.
#[derive(Debug, Clone, Default)]
struct Counters {
    label: u32,
    data_set: u32,
    catalog: u32,
    unit: u32,
    cu_ssid: u16,
    name: u32,
}

/// A world in the making.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// All z/OS systems in the order of the file; `home` is the profile's.
    pub(crate) systems: Vec<SystemName>,
    pub(crate) home: usize,
    pub(crate) arrays: Shared<Vec<Array>>,
    pub(crate) volumes: Shared<Vec<Volume>>,
    pub(crate) aliases: Shared<Vec<(usize, Lss, u8, Unit)>>,
    pub(crate) relations: Shared<Vec<(Vol, Vol, RelationState)>>,
    pub(crate) mirrors: Shared<Vec<(Vol, Vol, MirrorState)>>,
    pub(crate) ims: Vec<(ImsSsid, Option<GroupName>)>,
    pub(crate) catalogs: Shared<Vec<Catalog>>,
    pub(crate) data_sets: Shared<Vec<DataSet>>,
    pub(crate) denied: Vec<ImsSsid>,
    pub(crate) policy: Shared<Policy>,
    pub(crate) profile: Shared<Profile>,
    pub(crate) others: Shared<Vec<Profile>>,
    /// The IMS systems whose data sets are the profile's.
    pub(crate) fellows: Vec<ImsSsid>,
    /// An IMS system outside the profile's group.
    pub(crate) stranger: ImsSsid,
    /// Findings that the world has before anything is planted, all of severity I.
    pub(crate) known: Vec<ExpectedFinding>,
    /// Which volume stands behind a unit of the profile's system.
    pub(crate) by_unit: Shared<FxHashMap<Unit, Vol>>,
    counters: Counters,
    /// Defects touched the profile as a whole: name, lock, authority.
    pub(crate) profile_claimed: bool,
    /// Defects touched the policy.
    pub(crate) policy_claimed: bool,
    /// First qualifier of data set names.
    pub(crate) prefix: String,
    /// Whether the site states what no rule reads: device numbers, storage groups, pools, software levels.
    pub(crate) detailed: bool,
    /// Other profiles that the clean world has; those planted later follow.
    pub(crate) clean_others: usize,
    /// What is added to the unit numbers of targets: a subchannel set of their own, or nothing.
    target_offset: u32,
}

impl Draft {
    /// An empty world with these systems and this profile.
    #[expect(clippy::too_many_arguments, reason = "called once, with everything that has no default")]
    pub(crate) fn new(
        systems: Vec<SystemName>,
        home: usize,
        ims: Vec<(ImsSsid, Option<GroupName>)>,
        fellows: Vec<ImsSsid>,
        stranger: ImsSsid,
        denied: Vec<ImsSsid>,
        policy: Policy,
        profile: Profile,
        prefix: String,
    ) -> Self {
        Self {
            systems,
            home,
            arrays: Shared::default(),
            volumes: Shared::default(),
            aliases: Shared::default(),
            relations: Shared::default(),
            mirrors: Shared::default(),
            ims,
            catalogs: Shared::default(),
            data_sets: Shared::default(),
            denied,
            policy: policy.into(),
            profile: profile.into(),
            others: Shared::default(),
            fellows,
            stranger,
            known: Vec::new(),
            by_unit: Shared::default(),
            counters: Counters::default(),
            profile_claimed: false,
            policy_claimed: false,
            prefix,
            detailed: false,
            clean_others: 0,
            target_offset: 0,
        }
    }

    /// Moves the unit numbers of targets that are still to come.
    pub(crate) fn set_target_offset(&mut self, offset: u32) {
        self.target_offset = offset;
    }

    /// The identity of a volume.
    pub(crate) fn id(&self, vol: Vol) -> VolumeId {
        let volume = &self.volumes[vol];
        VolumeId { array: self.arrays[volume.array].serial, lss: volume.lss, ua: UnitAddress(volume.ua) }
    }

    pub(crate) fn method(&self) -> Method {
        self.profile.method
    }

    pub(crate) fn is_full(&self) -> bool {
        self.profile.backup_type == BackupType::Full
    }

    pub(crate) fn home_system(&self) -> SystemName {
        self.systems[self.home]
    }

    /// Whether a class is in the scope of the profile's backup type.
    pub(crate) fn in_scope(&self, class: DataSetClass) -> bool {
        match class {
            DataSetClass::Database | DataSetClass::UserIncluded => true,
            DataSetClass::System | DataSetClass::Log | DataSetClass::Recon => self.is_full(),
            DataSetClass::Control | DataSetClass::NonIms => false,
        }
    }

    /// Whether a data set belongs to the profile's IMS system.
    pub(crate) fn is_ours(&self, data_set: &DataSet) -> bool {
        data_set.ims.iter().any(|ssid| self.fellows.contains(ssid))
    }
}
