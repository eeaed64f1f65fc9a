//! Profiles, backups and logs.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::name::ProfileName;
use dasdlab_model::site::Backup;
use dasdlab_model::states::{Consistency, ProfileState, SetupReason};
use dasdlab_simulator::World;

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
