//! The profile's terms: what it says of itself, units aside.

use dasdlab_model::name::{ImsSsid, ProfileName, SystemName};
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::states::{BackupType, Method};

/// What the profile says of itself, and how the environment stands to it.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    /// Its name.
    pub(crate) name: ProfileName,
    /// The system it was saved on.
    pub(crate) system: SystemName,
    /// The IMS system it backs up.
    pub(crate) ims_ssid: ImsSsid,
    /// What a backup contains.
    pub(crate) backup_type: BackupType,
    /// How volumes are copied.
    pub(crate) method: Method,
    /// How many full sets of targets.
    pub(crate) generations: u8,
    /// What has it locked.
    pub(crate) locked_by: Option<String>,
    /// The IMS systems of the site.
    pub(crate) known_ims: Vec<ImsSsid>,
    /// Whether the user may not back up the IMS system.
    pub(crate) denied: bool,
}

impl Terms {
    /// Reads the profile.
    pub(crate) fn new(seen: &Observation, profile: &BackupProfile) -> Self {
        Self {
            name: profile.name.clone(),
            system: profile.system,
            ims_ssid: profile.ims_ssid,
            backup_type: profile.backup_type,
            method: profile.method,
            generations: profile.generations,
            locked_by: profile.locked_by.clone(),
            known_ims: seen.ims.iter().map(|ims| ims.ssid).collect(),
            denied: seen.authority.denied.contains(&profile.ims_ssid),
        }
    }

    /// Whether a backup contains data only.
    pub(crate) fn is_data_backup(&self) -> bool {
        self.backup_type == BackupType::Data
    }

    /// Whether the site has the IMS system.
    pub(crate) fn ims_is_known(&self) -> bool {
        self.known_ims.contains(&self.ims_ssid)
    }
}
