//! Profiles that a story brings in or edits, unrolled.

use super::step::Edit;
use crate::declare::{Fault, Step, declare};
use crate::observation::BackupProfile;
use crate::site::{Profile, Site};

/// A profile as an import brings it, beside the systems of this site.
///
/// # Errors
/// Everything that is malformed in it, by the way from the profile.
pub fn imported(site: &Site, profile: &Profile) -> Result<BackupProfile, Vec<Fault>> {
    // What a profile names besides systems is for profile setup to find.
    let alone = Site { systems: site.systems.clone(), profiles: vec![profile.clone()], ..Site::default() };
    let nowhere = || vec![Fault { path: Vec::new(), message: "the profile cannot be read".to_owned() }];
    match declare(&alone) {
        Ok(seen) => seen.profiles.into_iter().next().ok_or_else(nowhere),
        Err(faults) => Err(faults.into_iter().map(within_profile).collect()),
    }
}

/// The same fault by the way from the profile.
fn within_profile(fault: Fault) -> Fault {
    let list = [Step::Field("profiles"), Step::Item(0)];
    Fault { path: fault.path.strip_prefix(&list).map(<[Step]>::to_vec).unwrap_or(fault.path), ..fault }
}

/// What an edit wants of a profile that stands like this. State, fingerprint, lock and backups are taken over; whether
/// the edit is accepted is not said here.
///
/// # Errors
/// Everything that is malformed in it, by the way from the edit.
pub fn wanted(site: &Site, current: &BackupProfile, edit: &Edit) -> Result<BackupProfile, Vec<Fault>> {
    let generations = edit.generations.unwrap_or(current.generations);
    let listed = Profile {
        name: current.name.clone(),
        creator: String::new(),
        description: String::new(),
        system: Some(current.system),
        ims_ssid: current.ims_ssid,
        backup_type: current.backup_type,
        method: current.method,
        generations,
        state: None,
        reason: None,
        fingerprint: None,
        locked_by: None,
        sources: edit.sources.clone().unwrap_or_default(),
        targets: edit.targets.clone().unwrap_or_default(),
        backups: Vec::new(),
    };
    let unrolled = imported(site, &listed)?;
    let mut targets = if edit.targets.is_some() { unrolled.targets } else { current.targets.clone() };
    targets.retain(|mapping| mapping.generation <= generations);
    Ok(BackupProfile {
        creator: edit.creator.clone().unwrap_or_else(|| current.creator.clone()),
        description: edit.description.clone().unwrap_or_else(|| current.description.clone()),
        ims_ssid: edit.ims_ssid.unwrap_or(current.ims_ssid),
        backup_type: edit.backup_type.unwrap_or(current.backup_type),
        method: edit.method.unwrap_or(current.method),
        generations,
        sources: if edit.sources.is_some() { unrolled.sources } else { current.sources.clone() },
        targets,
        ..current.clone()
    })
}
