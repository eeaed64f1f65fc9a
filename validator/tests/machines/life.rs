//! The life of a profile: edits, imports, and the fingerprint when a job is built.

use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::site::Backup;
use dasdlab_model::states::{BackupType, Consistency, Method, ProfileState, SetupReason};
use dasdlab_validator::machines::{at_build, edited, entered, fingerprint};

use ProfileState::{Ready, SetupNeeded, Synchronizing};

use crate::lab::{Bcv, Full, clean, name};

/// A clean world whose profile has passed setup, is in this state, and has a backup.
fn world(state: ProfileState) -> Observation {
    let mut seen = clean(Bcv, Full);
    seen.profiles[0].state = state;
    seen.profiles[0].fingerprint = Some(fingerprint(&seen, &seen.profiles[0]));
    seen.profiles[0].backups = vec![Backup {
        generation: 2,
        taken_at: 60,
        valid: true,
        expired: false,
        consistency: Consistency::Array,
        restore_scope: None,
        why: String::new(),
    }];
    seen
}

/// What an edit makes of a profile in this state: the state and reason after it, or why it is refused.
#[track_caller]
fn check(state: ProfileState, edit: impl FnOnce(&mut BackupProfile), expected: &str) {
    let seen = world(state);
    let before = &seen.profiles[0];
    let mut wanted = before.clone();
    edit(&mut wanted);
    wanted.locked_by = Some("ELSEWHERE".to_owned());
    let said = match edited(&seen, before, &wanted) {
        Ok(after) => {
            assert_eq!(after.locked_by, None);
            assert_eq!((&after.fingerprint, &after.backups), (&before.fingerprint, &before.backups));
            after.reason.map_or_else(|| after.state.to_string(), |reason| format!("{}({reason})", after.state))
        }
        Err(refused) => refused.to_string(),
    };
    assert_eq!(said, expected);
}

#[test]
fn a_change_of_the_configuration_makes_setup_needed() {
    for state in [Ready, Synchronizing] {
        check(state, |profile| profile.generations = 3, "setup-needed(generations)");
        check(state, |profile| profile.targets.truncate(7), "setup-needed(units)");
        check(state, |profile| profile.sources[0].volser = None, "setup-needed(units)");
        check(state, |profile| profile.method = Method::FlashCopy, "setup-needed(method)");
    }
}

#[test]
fn a_change_of_anything_else_does_not() {
    check(
        Ready,
        |profile| {
            profile.name = name("NIGHTLY");
            profile.creator = "DBA2".to_owned();
            profile.description = "another".to_owned();
            profile.sources.reverse();
            profile.targets.reverse();
        },
        "ready",
    );
}

#[test]
fn ims_ssid_and_type_are_read_only_until_setup_is_needed() {
    let read_only = |field: &str, state: &str, is: &str, wanted: &str| {
        format!("`{field}` is read-only while the profile is {state}: it is {is}, not to be changed to {wanted}")
    };
    check(Ready, |profile| profile.ims_ssid = name("IMSQ"), &read_only("ims_ssid", "ready", "IMSP", "IMSQ"));
    check(Synchronizing, |profile| profile.backup_type = BackupType::Data, &read_only("type", "synchronizing", "full", "data"));
    check(Ready, |profile| profile.ims_ssid = name("IMSP"), "ready");
    check(SetupNeeded, |profile| profile.ims_ssid = name("IMSQ"), "setup-needed(ims-ssid)");
    check(SetupNeeded, |profile| profile.backup_type = BackupType::Data, "setup-needed(type)");
}

#[test]
fn of_several_changes_one_is_shown() {
    check(
        SetupNeeded,
        |profile| {
            profile.ims_ssid = name("IMSQ");
            profile.generations = 1;
            profile.targets.retain(|entry| entry.generation == 1);
        },
        "setup-needed(ims-ssid)",
    );
    check(Ready, |profile| (profile.generations, profile.targets) = (0, vec![]), "setup-needed(generations)");
}

#[test]
fn an_import_over_a_profile_is_an_edit_of_every_field() {
    check(Ready, |profile| *profile = entered(profile), "ready");
    check(
        Ready,
        |profile| {
            *profile = entered(profile);
            profile.targets.clear();
        },
        "setup-needed(units)",
    );
}

#[test]
fn a_locked_profile_is_not_edited() {
    let mut seen = world(Ready);
    seen.profiles[0].locked_by = Some("backup".to_owned());
    let wanted = seen.profiles[0].clone();
    let refused = edited(&seen, &seen.profiles[0], &wanted).unwrap_err();
    assert_eq!(refused.to_string(), "profile-locked: the profile is locked by backup");
}

#[test]
fn a_profile_under_a_new_name_starts_its_life_anew() {
    let old = BackupProfile { locked_by: Some("ELSEWHERE".to_owned()), ..world(Ready).profiles[0].clone() };
    let new = entered(&old);
    assert_eq!((new.state, new.reason, new.fingerprint), (SetupNeeded, Some(SetupReason::New), None));
    assert_eq!(new.locked_by, None);
    assert!(new.backups.is_empty());
}

#[test]
fn a_configuration_that_changed_unseen_is_found_when_a_job_is_built() {
    let mut seen = world(Ready);
    assert_eq!(at_build(&seen, &seen.profiles[0]), None);
    // Another volume behind the first target.
    let device = seen.units[12].device;
    seen.units[4].device = device;
    assert_eq!(at_build(&seen, &seen.profiles[0]), Some(SetupReason::Fingerprint));
    seen.profiles[0].state = SetupNeeded;
    assert_eq!(at_build(&seen, &seen.profiles[0]), None, "setup is needed anyway");
}
