//! A site in tables: what is many in columns, what is few as it is observed.
//!
//! An observation has one entry with its own text for each thing, which is what people and rules like to read and what takes
//! the time when there are a million. Here a volume is some 22 bytes in five columns, a label is a word, a data set's
//! name lies in one text with all others. [`Tables::observation`] is the observation that the tables stand for.

mod convert;
mod copies;
mod counted;
mod data_sets;
mod names;
mod pack;
mod runs;
mod sound;
mod spelled;
mod texts;
mod volumes;

pub use counted::{Counted, CountedNames};
pub use data_sets::{DataSetTable, Kind, UnnamedRow};
pub use names::{NameTexts, digits};
pub use pack::{EXTENSION, MAX_PACK_BYTES, PackError, pack, unpack, unpack_by};
pub use runs::{counted, push_sources};
pub use texts::Texts;
pub use volumes::{Marks, NONE, Rare, VolumeRow, VolumeTable, address};

use crate::name::SystemName;
use crate::observation::{BackupProfile, Observation};
use crate::unit::{Lss, UnitAddress, VolumeId};

/// A site in tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tables {
    /// The system whose units stand in the column of the volumes.
    pub home: Option<SystemName>,
    /// All that is not in the tables: it has no volumes, no data sets, and no base units of `home`.
    pub few: Observation,
    /// Volumes, each with its base unit in `home`.
    pub volumes: VolumeTable,
    /// Cataloged data sets.
    pub data_sets: DataSetTable,
}

impl Tables {
    /// How many bytes the columns of volumes and data sets, sources and targets take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let pages = self
            .few
            .profiles
            .iter()
            .map(|profile| size_of_val(profile.sources.as_slice()) + size_of_val(profile.targets.as_slice()));
        self.volumes.bytes() + self.data_sets.bytes() + pages.sum::<usize>()
    }

    /// The volume at a packed address; none where the array or the logical subsystem cannot be.
    #[must_use]
    pub fn volume_id(&self, address: u32) -> Option<VolumeId> {
        let [high, low, lss, ua] = address.to_be_bytes();
        let array = self.few.arrays.get(usize::from(u16::from_be_bytes([high, low])))?;
        Some(VolumeId { array: array.serial, lss: Lss::new(lss)?, ua: UnitAddress(ua) })
    }
}

/// A profile without its sources and targets.
fn head(profile: &BackupProfile) -> BackupProfile {
    BackupProfile {
        name: profile.name.clone(),
        creator: profile.creator.clone(),
        description: profile.description.clone(),
        system: profile.system,
        ims_ssid: profile.ims_ssid,
        backup_type: profile.backup_type,
        method: profile.method,
        generations: profile.generations,
        state: profile.state,
        reason: profile.reason,
        fingerprint: profile.fingerprint.clone(),
        locked_by: profile.locked_by.clone(),
        sources: Vec::new(),
        targets: Vec::new(),
        backups: profile.backups.clone(),
    }
}
