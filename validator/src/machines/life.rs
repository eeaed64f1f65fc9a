//! The life of a profile: which edits are refused, and which changes make setup needed.

use std::fmt;

use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::states::{ProfileState, SetupReason};

use super::fingerprint::Covered;

/// Why an edit was refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EditRefused {
    /// A setup, build or backup is running.
    Locked {
        /// What has the profile locked.
        by: String,
    },
    /// The field is read-only while the profile is in this state.
    ReadOnly {
        /// The field as it stands in a file.
        field: &'static str,
        /// The state.
        state: ProfileState,
        /// Its value.
        is: String,
        /// The value that was wanted.
        wanted: String,
    },
}

impl fmt::Display for EditRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked { by } => write!(f, "profile-locked: the profile is locked by {by}"),
            Self::ReadOnly { field, state, is, wanted } => {
                write!(f, "`{field}` is read-only while the profile is {state}: it is {is}, not to be changed to {wanted}")
            }
        }
    }
}

impl std::error::Error for EditRefused {}

/// The profile after an edit that turns its fields into those of `wanted`; an import over an existing profile is an edit
/// of every field. State, fingerprint, lock and backups are not the user's to edit and stay, but for what the edit itself
/// makes of the state: a change in anything covered by the fingerprint makes setup needed. Both are read beside the
/// same observation, so that a move to another system counts by the volumes that it leads to.
///
/// # Errors
/// The profile is locked, or a field is read-only while the profile is synchronizing or ready.
pub fn edited(seen: &Observation, before: &BackupProfile, wanted: &BackupProfile) -> Result<BackupProfile, EditRefused> {
    if let Some(by) = &before.locked_by {
        return Err(EditRefused::Locked { by: by.clone() });
    }
    if before.state != ProfileState::SetupNeeded {
        read_only("ims_ssid", before.state, before.ims_ssid, wanted.ims_ssid)?;
        read_only("type", before.state, before.backup_type, wanted.backup_type)?;
    }
    let mut after = BackupProfile {
        state: before.state,
        reason: before.reason,
        fingerprint: before.fingerprint.clone(),
        locked_by: None,
        backups: before.backups.clone(),
        ..wanted.clone()
    };
    if let Some(reason) = Covered::of(seen, before).reason_to_set_up(&Covered::of(seen, wanted)) {
        (after.state, after.reason) = (ProfileState::SetupNeeded, Some(reason));
    }
    Ok(after)
}

fn read_only<T: PartialEq + fmt::Display>(field: &'static str, state: ProfileState, is: T, wanted: T) -> Result<(), EditRefused> {
    if is == wanted {
        return Ok(());
    }
    Err(EditRefused::ReadOnly { field, state, is: is.to_string(), wanted: wanted.to_string() })
}

/// A profile as it enters the site under a name that was free: created, copied or imported. Whatever the other one had
/// gone through, setup of this one is needed and it has no backups.
#[must_use]
pub fn entered(profile: &BackupProfile) -> BackupProfile {
    BackupProfile {
        state: ProfileState::SetupNeeded,
        reason: Some(SetupReason::New),
        fingerprint: None,
        locked_by: None,
        backups: Vec::new(),
        ..profile.clone()
    }
}

/// Why setup is needed when a job is built, though the profile says that it is not: what the last setup passed is no
/// longer what stands there, by whatever way that came. A profile declared synchronizing or ready without a fingerprint
/// has nothing to differ from.
#[must_use]
pub fn at_build(seen: &Observation, profile: &BackupProfile) -> Option<SetupReason> {
    if profile.state == ProfileState::SetupNeeded {
        return None;
    }
    let passed = profile.fingerprint.as_ref()?;
    (*passed != Covered::of(seen, profile).fingerprint()).then_some(SetupReason::Fingerprint)
}
