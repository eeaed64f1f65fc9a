//! Whose data sets are in scope: the profile's IMS system, its group, its type.

use dasdlab_model::name::ImsSsid;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::states::{BackupType, DataSetClass, LogScope};

/// Who counts as the profile's IMS system, and what its type asks for.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    backup_type: BackupType,
    /// The IMS systems whose data sets are the profile's, ascending.
    own: Vec<ImsSsid>,
    /// The IMS systems that share the RECON, ascending; what only others use is foreign.
    group: Vec<ImsSsid>,
}

impl Scope {
    /// Reads the groups. An IMS system without a group stands alone.
    pub(crate) fn new(seen: &Observation, profile: &BackupProfile) -> Self {
        let mut group = vec![profile.ims_ssid];
        if let Some(shared) = seen.ims.iter().find(|ims| ims.ssid == profile.ims_ssid).and_then(|ims| ims.group) {
            group.extend(seen.ims.iter().filter(|ims| ims.group == Some(shared)).map(|ims| ims.ssid));
            group.sort_unstable();
        }
        let own = match seen.policy.log_scope {
            LogScope::Group => group.clone(),
            LogScope::Member => vec![profile.ims_ssid],
        };
        Self { backup_type: profile.backup_type, own, group }
    }

    /// What these IMS systems are to the profile.
    pub(crate) fn users(&self, ims: &[ImsSsid]) -> Users {
        let any_of = |ssids: &[ImsSsid]| ims.iter().any(|ssid| ssids.binary_search(ssid).is_ok());
        Users { own: any_of(&self.own), group: any_of(&self.group) }
    }

    /// Whether a backup of this type must contain data sets of this class.
    pub(crate) fn asks_for(&self, class: DataSetClass) -> bool {
        match class {
            DataSetClass::Database | DataSetClass::UserIncluded => true,
            DataSetClass::System | DataSetClass::Log | DataSetClass::Recon => self.backup_type == BackupType::Full,
            DataSetClass::Control | DataSetClass::NonIms => false,
        }
    }
}

/// What the IMS systems that use a data set are to the profile.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Users {
    /// One of them counts as the profile's own.
    own: bool,
    /// One of them shares the RECON.
    group: bool,
}

impl Users {
    /// Whether a data set of this class with these users is one of the profile's IMS system.
    pub(crate) fn is_own(self, class: DataSetClass) -> bool {
        class.names_ims() && self.own
    }

    /// Whether it counts as non-IMS for this profile.
    pub(crate) fn is_foreign(self, class: DataSetClass) -> bool {
        match class {
            DataSetClass::NonIms => true,
            DataSetClass::Control => false,
            _ => !self.group,
        }
    }
}

/// Whether data sets of this class stand on the log side.
pub(crate) fn is_log_side(class: DataSetClass) -> bool {
    matches!(class, DataSetClass::Log | DataSetClass::Recon)
}

/// Whether data sets of this class stand on the data side.
pub(crate) fn is_data_side(class: DataSetClass) -> bool {
    matches!(class, DataSetClass::Database | DataSetClass::UserIncluded)
}
