//! The life of a profile beside setup and backup: jobs are built, fields edited, new profiles come.

use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::states::{ProfileState, SetupReason};

use super::desk::{Astray, Desk};
use super::fingerprint::{change, differs};
use super::setup::state;

/// A running setup, build or backup has the profile.
pub(super) const LOCKED: &str = "profile-locked";
/// The field may not be edited now.
pub(super) const READ_ONLY: &str = "read-only";
/// What was edited could not be written.
pub(super) const UNWRITABLE: &str = "repository-unavailable";
/// There is no such profile.
pub(super) const NO_PROFILE: &str = "no-profile";
/// There is nothing to split yet.
pub(super) const SYNCHRONIZING: &str = "synchronizing";

/// The build of a backup job: marks a profile that is no longer what was set up, refuses one that is synchronizing. The
/// word of the refusal, if it is refused.
pub(super) async fn build(desk: &mut Desk) -> Result<Option<String>, Astray> {
    desk.look().await?;
    let Ok(own) = desk.own() else { return Ok(Some(NO_PROFILE.to_owned())) };
    let mut refused = None;
    if own.locked_by.is_some() {
        refused = Some(LOCKED);
    } else if differs(&desk.seen, own) {
        state(desk, ProfileState::SetupNeeded, Some(SetupReason::Fingerprint), None).await?;
    } else if own.state == ProfileState::Synchronizing {
        refused = Some(SYNCHRONIZING);
    }
    Ok(refused.map(str::to_owned))
}

/// The profile after an edit that wants its fields so, or the word of the refusal.
pub(super) fn edited(seen: &Observation, before: &BackupProfile, wanted: &BackupProfile) -> Result<BackupProfile, &'static str> {
    if before.locked_by.is_some() {
        return Err(LOCKED);
    }
    let other_data = before.ims_ssid != wanted.ims_ssid || before.backup_type != wanted.backup_type;
    if other_data && before.state != ProfileState::SetupNeeded {
        return Err(READ_ONLY);
    }
    let mut after = wanted.clone();
    after.state = before.state;
    after.reason = before.reason;
    after.fingerprint.clone_from(&before.fingerprint);
    after.backups.clone_from(&before.backups);
    if let Some(reason) = change(seen, before, wanted) {
        after.state = ProfileState::SetupNeeded;
        after.reason = Some(reason);
    }
    Ok(after)
}

/// A profile under a name that was free: whatever it was elsewhere, it is new here.
pub(super) fn entered(profile: &BackupProfile) -> BackupProfile {
    let mut new = profile.clone();
    new.state = ProfileState::SetupNeeded;
    new.reason = Some(SetupReason::New);
    new.fingerprint = None;
    new.backups.clear();
    new
}
