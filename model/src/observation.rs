//! The observation: everything that can be seen of a world at one instant, one entry for each thing.
//!
//! The lists have no meaning in their order. [`Observation::sort`] brings them into the order of identity and name, in
//! which two observations of the same world are equal.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::name::{CatalogName, DataSetName, ImsSsid, ProfileName, Serial, SystemName, Volser};
use crate::site::{Authority, Backup, Ims, Policy};
use crate::states::{
    BackupType, CatalogKind, DataSetClass, DeviceType, Family, Feature, HostStatus, Incapable, Method, MirrorState, ProfileState,
    RelationState, RemoteRole, SetupReason, Storage,
};
use crate::unit::{CuSsid, Lss, SymmetrixDevice, Unit, VolumeId};

/// What can be seen of a world at one instant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Observation {
    /// z/OS systems.
    pub systems: Vec<SystemSeen>,
    /// Arrays.
    pub arrays: Vec<ArraySeen>,
    /// Volumes of all arrays.
    pub volumes: Vec<VolumeSeen>,
    /// Units of all systems, base and alias.
    pub units: Vec<UnitSeen>,
    /// FlashCopy relations.
    pub relations: Vec<Relation>,
    /// Mirror pairs.
    pub mirrors: Vec<MirrorPair>,
    /// IMS systems.
    pub ims: Vec<Ims>,
    /// Catalogs.
    pub catalogs: Vec<CatalogSeen>,
    /// Cataloged data sets.
    pub data_sets: Vec<DataSet>,
    /// Who runs profile setup.
    pub authority: Authority,
    /// The installation's choices, each of them written: nobody who reads them has to know what is left out.
    #[serde(serialize_with = "Policy::in_full")]
    pub policy: Policy,
    /// Backup profiles.
    pub profiles: Vec<BackupProfile>,
}

/// A z/OS system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SystemSeen {
    /// Its name.
    pub name: SystemName,
    /// Level of its copy software as `vv.rr`.
    pub host_software_level: Option<String>,
}

/// An array.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ArraySeen {
    /// Its serial.
    pub serial: Serial,
    /// Its product line.
    pub family: Family,
    /// The code level as it reports it, readable or not.
    pub code_level: String,
    /// Numbers of the fixes on it, ascending.
    pub fixes: Vec<u32>,
    /// Licensed functions.
    pub features: Vec<Feature>,
    /// Whether it answers.
    pub reachable: bool,
    /// Tracks a second that its copies share, where stated.
    pub copy_rate: Option<u32>,
    /// Its logical subsystems and their control-unit SSIDs.
    pub lss: Vec<(Lss, CuSsid)>,
}

/// A volume.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct VolumeSeen {
    /// Its identity.
    pub id: VolumeId,
    /// Its label, if it has one.
    pub volser: Option<Volser>,
    /// 3390 or 3380.
    pub device_type: DeviceType,
    /// Size in cylinders.
    pub cylinders: u32,
    /// Of the BCV device class.
    pub bcv: bool,
    /// Symmetrix device number.
    pub device: Option<SymmetrixDevice>,
    /// Space-efficient.
    pub thin: bool,
    /// Inhibited from FlashCopy.
    pub inhibited: bool,
    /// A version 1 FlashCopy relation is active.
    pub v1_active: bool,
    /// Another cause for which it cannot take part in FlashCopy.
    pub incapable: Option<Incapable>,
    /// The system that holds a hardware reserve on it.
    pub reserved_by: Option<SystemName>,
    /// Role in remote mirroring.
    pub remote: Option<RemoteRole>,
    /// The profile for which the product holds this BCV.
    pub held_for: Option<ProfileName>,
    /// The data sets in its VTOC; where none are given, exactly those cataloged to its label.
    pub vtoc: Option<Vec<DataSetName>>,
    /// Storage group.
    pub storage_group: Option<String>,
    /// Pool of the array.
    pub pool: Option<String>,
}

impl VolumeSeen {
    /// A volume without a label on which nothing is and of which nothing else is to be said.
    #[must_use]
    pub const fn new(id: VolumeId, device_type: DeviceType, cylinders: u32) -> Self {
        Self {
            id,
            volser: None,
            device_type,
            cylinders,
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

/// A unit of a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct UnitSeen {
    /// The system.
    pub system: SystemName,
    /// Its number there.
    pub unit: Unit,
    /// A base unit's volume, or an alias.
    pub device: Device,
}

/// What a unit number stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Device {
    /// A base unit: the volume behind it and how the system sees it.
    Base(VolumeId, HostStatus),
    /// An alias at this address; it has no volume.
    Alias(VolumeId),
}

/// A FlashCopy relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Relation {
    /// The volume copied from.
    pub source: VolumeId,
    /// The volume copied to.
    pub target: VolumeId,
    /// Its state.
    pub state: RelationState,
}

/// A BCV and the volume it is or was established to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct MirrorPair {
    /// The volume that is or was mirrored.
    pub standard: VolumeId,
    /// The BCV.
    pub bcv: VolumeId,
    /// State of the pair.
    pub state: MirrorState,
}

/// A catalog.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct CatalogSeen {
    /// Its name.
    pub name: CatalogName,
    /// Master or user.
    pub kind: CatalogKind,
    /// Labels of the volumes that hold it.
    pub volumes: Vec<Volser>,
    /// Whether it can be read.
    pub reachable: bool,
}

/// A cataloged data set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct DataSet {
    /// Its name.
    pub name: DataSetName,
    /// What it is to IMS.
    pub class: DataSetClass,
    /// The catalog that names it.
    pub catalog: CatalogName,
    /// The IMS systems that use it.
    pub ims: Vec<ImsSsid>,
    /// Labels of every volume that holds an extent of it by its catalog entry.
    pub volumes: Vec<Volser>,
    /// Where it is kept.
    pub storage: Storage,
}

/// A backup profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BackupProfile {
    /// Its name.
    pub name: ProfileName,
    /// Who made it.
    pub creator: String,
    /// What it is for.
    pub description: String,
    /// The system it was saved on.
    pub system: SystemName,
    /// The IMS system it backs up.
    pub ims_ssid: ImsSsid,
    /// What a backup contains.
    pub backup_type: BackupType,
    /// How volumes are copied.
    pub method: Method,
    /// How many full sets of targets.
    pub generations: u8,
    /// Where the profile stands.
    pub state: ProfileState,
    /// Why setup is needed.
    pub reason: Option<SetupReason>,
    /// Fingerprint of the configuration at the last setup that passed.
    pub fingerprint: Option<String>,
    /// What has it locked.
    pub locked_by: Option<String>,
    /// Units to back up.
    pub sources: Vec<Source>,
    /// The mapping.
    pub targets: Vec<Mapping>,
    /// Backups that the generations hold.
    pub backups: Vec<Backup>,
}

/// A source unit of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// The unit.
    pub unit: Unit,
    /// The label it was saved with.
    pub volser: Option<Volser>,
}

/// The target of a source unit in one generation. The source may be no source of the profile (PS14 `unmapped-source`);
/// the target is a target all the same, but the two form no pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Mapping {
    /// The generation, 1 to the number of generations.
    pub generation: u8,
    /// The source unit.
    pub source: Unit,
    /// The target unit.
    pub target: Unit,
}

impl Observation {
    /// The profile of this name.
    #[must_use]
    pub fn profile(&self, name: &ProfileName) -> Option<&BackupProfile> {
        self.profiles.iter().find(|profile| profile.name == *name)
    }

    /// Brings every list, outer and inner, into the order of identity and name.
    ///
    /// Long lists mostly consist of a few that are in order already, sources behind each other and then their targets: a sort
    /// that merges such runs does not look at each entry as often.
    pub fn sort(&mut self) {
        self.systems.sort_unstable();
        for array in &mut self.arrays {
            array.fixes.sort_unstable();
            array.features.sort_unstable();
            array.lss.sort_unstable();
        }
        self.arrays.sort_unstable();
        for volume in &mut self.volumes {
            if let Some(vtoc) = &mut volume.vtoc {
                vtoc.sort_unstable();
            }
        }
        arrange(&mut self.volumes, |a, b| a.id.cmp(&b.id));
        self.units.sort_by(|a, b| (a.system, a.unit).cmp(&(b.system, b.unit)).then_with(|| a.device.cmp(&b.device)));
        self.relations.sort();
        self.mirrors.sort();
        self.ims.sort_unstable();
        for catalog in &mut self.catalogs {
            catalog.volumes.sort_unstable();
        }
        self.catalogs.sort_unstable();
        for data_set in &mut self.data_sets {
            data_set.ims.sort_unstable();
            data_set.volumes.sort_unstable();
        }
        arrange(&mut self.data_sets, Ord::cmp);
        self.authority.denied.sort_unstable();
        self.policy.code_levels.sort_unstable_by_key(|row| (row.family, row.method));
        for row in &mut self.policy.code_levels {
            row.fixes.sort_unstable();
        }
        for profile in &mut self.profiles {
            profile.sources.sort();
            profile.targets.sort();
            profile.backups.sort_unstable_by_key(|backup| (backup.taken_at, backup.generation));
        }
        self.profiles.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    }
}

/// Sorts a list of large things: their places are sorted, and then each of them is moved once.
fn arrange<T>(list: &mut [T], order: impl Fn(&T, &T) -> std::cmp::Ordering) {
    if list.is_sorted_by(|a, b| order(a, b).is_le()) {
        return;
    }
    let mut ranked: Vec<(usize, &T)> = list.iter().enumerate().collect();
    ranked.sort_by(|(_, a), (_, b)| order(a, b));
    let mut from: Vec<usize> = ranked.into_iter().map(|(at, _)| at).collect();
    for to in 0..from.len() {
        // What lay at a place that is done was swapped to where that place's own thing came from.
        let mut at = to;
        while let Some(&next) = from.get(at) {
            at = next;
            if at >= to {
                break;
            }
        }
        if let Some(place) = from.get_mut(to) {
            *place = at;
        }
        list.swap(to, at);
    }
}
