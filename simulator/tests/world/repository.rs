//! Profiles, backups and logs.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Mapping};
use dasdlab_model::site::Backup;
use dasdlab_model::states::{BackupType, Consistency, Method, ProfileState, SetupReason};
use dasdlab_model::transitions::Refusal;
use dasdlab_simulator::{Happening, World};

use crate::lab::{daily, lab, told};

#[test]
fn what_is_written_of_a_profile_is_told_and_seen() {
    let mut world = lab();
    let profile = || "DAILY".parse().unwrap();
    let set = |state, reason, fingerprint: Option<&str>| Command::SetState {
        profile: profile(),
        state,
        reason,
        fingerprint: fingerprint.map(str::to_owned),
    };
    let backup = Backup {
        generation: 1,
        taken_at: 5,
        valid: true,
        expired: false,
        consistency: Consistency::Array,
        restore_scope: None,
        why: String::new(),
    };
    let expired = Backup { expired: true, ..backup.clone() };
    let record = |backup: &Backup| Command::Record { profile: profile(), backup: backup.clone() };
    let ims = || "IMS2".parse().unwrap();
    for (command, reply) in [
        (Command::Lock { profile: profile(), by: "setup".to_owned() }, Reply::Done),
        (set(ProfileState::Synchronizing, None, Some("f00d")), Reply::Done),
        (set(ProfileState::Synchronizing, None, None), Reply::Nothing),
        (set(ProfileState::SetupNeeded, Some(SetupReason::Timeout), None), Reply::Done),
        (Command::Unlock { profile: profile() }, Reply::Done),
        (Command::Unlock { profile: profile() }, Reply::Nothing),
        (record(&backup), Reply::Done),
        (record(&backup), Reply::Nothing),
        (record(&expired), Reply::Done),
        (Command::SuspendLogs { ims: ims() }, Reply::Done),
        (Command::ResumeLogs { ims: ims() }, Reply::Done),
        (Command::ResumeLogs { ims: ims() }, Reply::Nothing),
    ] {
        assert_eq!(world.execute(&daily(), &command), reply, "{command:?}");
    }
    assert_eq!(
        told(&world, 0),
        [
            "00:00:00.000 lock DAILY: free -> setup (lock by DAILY)",
            "00:00:00.000 profile DAILY: setup-needed (new) -> synchronizing (set-state by DAILY)",
            "00:00:00.000 fingerprint DAILY: none -> f00d (set-state by DAILY)",
            "00:00:00.000 profile DAILY: synchronizing -> setup-needed (timeout) (set-state by DAILY)",
            "00:00:00.000 lock DAILY: setup -> free (unlock by DAILY)",
            "00:00:00.000 backup DAILY 1: none -> valid, taken at 5 (record by DAILY)",
            "00:00:00.000 backup DAILY 1: valid, taken at 5 -> expired, taken at 5 (record by DAILY)",
            "00:00:00.000 logs IMS1: running -> suspended (suspend-logs by DAILY)",
            "00:00:00.000 logs IMS2: running -> suspended (suspend-logs by DAILY)",
            "00:00:00.000 logs IMS1: suspended -> running (resume-logs by DAILY)",
            "00:00:00.000 logs IMS2: suspended -> running (resume-logs by DAILY)",
        ]
    );
    let seen = world.observe();
    let profile = seen.profile(&profile()).unwrap();
    assert_eq!((profile.state, profile.reason), (ProfileState::SetupNeeded, Some(SetupReason::Timeout)));
    assert_eq!((profile.fingerprint.as_deref(), &profile.backups), (Some("f00d"), &vec![expired]));
}

/// Records backups of generation 1, by time and whether they are valid and expired, and compares what the catalog has then.
#[track_caller]
fn check_catalog(records: &[(u64, bool, bool)], expected: &[(u64, bool, bool)]) {
    let mut world = lab();
    for &(taken_at, valid, expired) in records {
        let backup = Backup {
            generation: 1,
            taken_at,
            valid,
            expired,
            consistency: Consistency::Array,
            restore_scope: None,
            why: String::new(),
        };
        let record = Command::Record { profile: "DAILY".parse().unwrap(), backup };
        assert_eq!(world.execute(&daily(), &record), Reply::Done);
    }
    let seen = world.observe();
    let backups = &seen.profile(&"DAILY".parse().unwrap()).unwrap().backups;
    assert_eq!(backups.iter().map(|backup| (backup.taken_at, backup.valid, backup.expired)).collect::<Vec<_>>(), expected);
}

#[test]
fn a_failed_attempt_displaces_no_backup_that_can_be_restored() {
    const GOOD: (u64, bool, bool) = (5, true, false);
    const EXPIRED: (u64, bool, bool) = (5, true, true);
    check_catalog(&[GOOD, (6, false, false)], &[GOOD, (6, false, false)]);
    check_catalog(&[GOOD, (6, false, false), (7, false, false)], &[GOOD, (7, false, false)]);
    check_catalog(&[GOOD, EXPIRED, (6, false, false)], &[(6, false, false)]);
    check_catalog(&[GOOD, (6, false, false), (7, true, false)], &[(7, true, false)]);
}

#[test]
fn need_of_setup_begins_once_and_is_remembered_by_a_saved_site() {
    let mut world = lab();
    let name: ProfileName = "DAILY".parse().unwrap();
    let since = |world: &World| world.setup_needed_since(&name).map(|time| time.0);
    assert_eq!(since(&world), None);
    for (at, state, reason, expected) in [
        (1_000, ProfileState::Ready, None, None),
        (2_000, ProfileState::SetupNeeded, Some(SetupReason::Findings), Some(2_000)),
        (3_000, ProfileState::SetupNeeded, Some(SetupReason::Timeout), Some(2_000)),
        (4_000, ProfileState::Synchronizing, None, None),
        (5_000, ProfileState::SetupNeeded, Some(SetupReason::Refused), Some(5_000)),
    ] {
        world.advance(Time(at));
        let _ = world.execute(&daily(), &Command::SetState { profile: name.clone(), state, reason, fingerprint: None });
        assert_eq!(since(&world), expected, "{at}");
        let saved = World::boot(&world.save(String::new())).unwrap();
        assert_eq!(since(&saved), expected, "{at}");
    }
    let mut site = world.save(String::new());
    site.alive.setup_needed[0].since_ms = site.alive.now_ms + 1;
    assert_eq!(World::boot(&site).unwrap_err().len(), 1);
}

#[test]
fn the_repository_is_asked_for_a_profile_and_whether_it_can_be_written() {
    let mut world = lab();
    let named = |text: &str| text.parse::<ProfileName>().unwrap();
    assert_eq!(world.profile(&named("ELSEWHERE")).map(|profile| profile.system.as_str()), Some("SYSB"));
    assert_eq!(world.profile(&named("NEVER")), None);
    assert!(world.repository_is_available());
    assert!(world.happen(&Happening::Repository(false), "plan"));
    assert!(!world.repository_is_available());
}

/// Edits the profile DAILY, which is told in these lines and not told again.
#[track_caller]
fn check_edit(edit: impl FnOnce(&mut BackupProfile), expected: &[&str]) {
    let mut world = lab();
    let mut profile = world.profile(&"DAILY".parse().unwrap()).unwrap().clone();
    edit(&mut profile);
    assert_eq!(world.put_profile(profile.clone(), "edit"), Reply::Done);
    assert_eq!(world.profile(&profile.name), Some(&profile));
    assert_eq!(world.put_profile(profile, "edit"), Reply::Nothing);
    assert_eq!(told(&world, 0), expected.iter().map(|line| format!("00:00:00.000 {line} (edit)")).collect::<Vec<_>>());
}

#[test]
fn each_field_of_a_profile_that_an_edit_changes_is_told() {
    check_edit(|profile| profile.creator = "OPS".to_owned(), &["field DAILY creator:  -> OPS"]);
    check_edit(|profile| profile.description = "all".to_owned(), &["field DAILY description:  -> all"]);
    check_edit(|profile| profile.system = "SYSB".parse().unwrap(), &["field DAILY system: SYSA -> SYSB"]);
    check_edit(|profile| profile.ims_ssid = "IMS2".parse().unwrap(), &["field DAILY ims_ssid: IMS1 -> IMS2"]);
    check_edit(|profile| profile.backup_type = BackupType::Data, &["field DAILY type: full -> data"]);
    check_edit(|profile| profile.method = Method::FlashCopy, &["field DAILY method: bcv -> flashcopy"]);
    check_edit(|profile| profile.generations = 2, &["field DAILY generations: 1 -> 2"]);
    check_edit(|profile| profile.sources.clear(), &["field DAILY sources: 1 units -> 0 units"]);
    let target = Mapping { generation: 1, source: "1000".parse().unwrap(), target: "1080".parse().unwrap() };
    check_edit(|profile| profile.targets.push(target), &["field DAILY targets: 0 pairs -> 1 pairs"]);
    check_edit(|profile| profile.fingerprint = Some("ABC".to_owned()), &["field DAILY fingerprint: none -> ABC"]);
    check_edit(|profile| profile.state = ProfileState::Ready, &["profile DAILY: setup-needed (new) -> ready (new)"]);
}

#[test]
fn a_profile_that_is_new_is_entered_if_the_repository_can_be_written() {
    let mut world = lab();
    let daily = world.profile(&"DAILY".parse().unwrap()).unwrap().clone();
    let weekly = BackupProfile { name: "WEEKLY".parse().unwrap(), ..daily };
    assert!(world.happen(&Happening::Repository(false), "plan"));
    assert_eq!(world.put_profile(weekly.clone(), "import"), Reply::Refused(Refusal::RepositoryUnavailable));
    assert_eq!(world.profile(&weekly.name), None);
    assert!(world.happen(&Happening::Repository(true), "plan"));
    assert_eq!(world.put_profile(weekly.clone(), "import"), Reply::Done);
    assert_eq!(world.profile(&weekly.name), Some(&weekly));
    assert_eq!(told(&world, 2), ["00:00:00.000 profile WEEKLY: none -> setup-needed (new) (import)"]);
}
