//! Profile setup: what it commands, what it reports, where it leaves the profile.

use dasdlab_model::observation::Observation;
use dasdlab_model::states::{BackupType, HostStatus, Method, MirrorState, ProfileState, SetupReason};
use dasdlab_model::transitions::Refusal;

use crate::backup::recorded;
use crate::lab::{Bcv, FlashCopy, Full, clean, drop_source, name, status, volume, written};
use crate::script::{Script, check, hold, put, state};

/// Sources 1000 and 1001, generation 1 on 2000 and 2001, generation 2 on 3000 and 3001.
pub(crate) fn small(method: Method, backup_type: BackupType) -> Observation {
    let mut seen = clean(method, backup_type);
    drop_source(&mut seen, "1002");
    drop_source(&mut seen, "1003");
    seen.data_sets.retain(|data_set| data_set.name.as_str() == "IMSP.DB");
    seen
}

/// The same, as a BCV profile for a full backup.
fn bcv() -> Observation {
    small(Bcv, Full)
}

const CLEAN: [&str; 7] = [
    "establish-full 1000 2000",
    "establish-full 1001 2001",
    "hold 3000 for DAILY",
    "hold 3001 for DAILY",
    "synchronizing",
    "wait",
    "ready",
];

#[test]
fn generation_1_mirrors_and_the_others_are_held_before_the_profile_is_ready() {
    let (script, verdict) = check(bcv(), |_| {}, |_| {}, &CLEAN, &[]);
    assert_eq!(verdict.return_code, 0);
    assert_eq!(verdict.restore_scope.unwrap().as_str(), "full-and-data");
    assert_eq!(state(&script), ("ready", None));
    let profile = &script.seen.profiles[0];
    assert_eq!(profile.fingerprint, Some(dasdlab_validator::machines::fingerprint(&script.seen, profile)));
}

#[test]
fn setup_run_again_changes_no_pair() {
    let (script, _) = check(bcv(), |_| {}, |_| {}, &CLEAN, &[]);
    let kept = [
        "PS16I already-established unit:1000 unit:2000 generation:1 state=Synchronized",
        "PS16I already-established unit:1001 unit:2001 generation:1 state=Synchronized",
    ];
    let (again, verdict) = check(script.seen.clone(), |_| {}, |_| {}, &["synchronizing", "ready"], &kept);
    assert_eq!(verdict.return_code, 0);
    assert_eq!(again.seen, script.seen);
}

#[test]
fn a_pair_still_copying_is_kept_and_waited_for() {
    let spoil = |seen: &mut Observation| put(seen, "1000", "2000", MirrorState::SyncInProg);
    let log = [&CLEAN[1..]].concat();
    check(bcv(), spoil, |_| {}, &log, &["PS16I already-established unit:1000 unit:2000 generation:1 state=SyncInProg"]);
}

#[test]
fn a_flashcopy_profile_is_ready_at_once() {
    let (script, _) = check(small(FlashCopy, Full), |_| {}, |_| {}, &["ready"], &[]);
    assert!(script.seen.profiles[0].fingerprint.is_some());
}

#[test]
fn a_warning_stops_nothing_and_gives_4() {
    let spoil = |seen: &mut Observation| status(seen, "2000", HostStatus::Online);
    let (script, verdict) = check(bcv(), spoil, |_| {}, &CLEAN, &["PS06W online unit:2000 volser="]);
    assert_eq!((verdict.return_code, state(&script)), (4, ("ready", None)));
}

#[test]
fn an_error_of_the_checks_issues_no_command_to_any_array() {
    let spoil = |seen: &mut Observation| status(seen, "1000", HostStatus::Boxed);
    let (script, verdict) = check(bcv(), spoil, |_| {}, &["setup-needed(findings)"], &["PS05E boxed unit:1000 volser=IMS000"]);
    assert_eq!((verdict.return_code, state(&script)), (8, ("setup-needed", Some(SetupReason::Findings))));
    assert_eq!(script.seen.profiles[0].fingerprint, None);
}

#[test]
fn an_environment_that_fails_changes_nothing() {
    let spoil = |seen: &mut Observation| {
        seen.authority.denied.push(name("IMSP"));
        seen.profiles[0].state = ProfileState::Ready;
    };
    let (script, verdict) = check(bcv(), spoil, |_| {}, &[], &["PS00E not-authorized profile:DAILY ims_ssid=IMSP"]);
    assert_eq!((verdict.return_code, verdict.restore_scope, state(&script)), (12, None, ("ready", None)));
}

#[test]
fn a_locked_profile_is_left_to_whoever_locked_it() {
    let mut seen = bcv();
    seen.profiles[0].locked_by = Some("backup".to_owned());
    let mut script = Script::new(seen.clone());
    let verdict = script.run();
    assert_eq!(verdict.return_code, 12);
    assert_eq!(verdict.findings.iter().map(written).collect::<Vec<_>>(), ["PS00E profile-locked profile:DAILY locked_by=backup"]);
    assert_eq!((script.log, script.seen), (vec![], seen));
}

#[test]
fn a_lock_that_somebody_else_gets_first_is_theirs() {
    let mut script = Script::new(bcv());
    script.refuse = vec![("lock by setup", Refusal::ProfileLocked)];
    script.happen = vec![("lock by setup", |seen| seen.profiles[0].locked_by = Some("setup".to_owned()))];
    let verdict = script.run();
    assert_eq!(verdict.findings.iter().map(written).collect::<Vec<_>>(), ["PS00E profile-locked profile:DAILY locked_by=setup"]);
    assert_eq!(script.log, ["lock by setup"]);
}

#[test]
fn a_repository_that_cannot_be_written_ends_with_12() {
    let mut script = Script::new(bcv());
    script.refuse = vec![("lock by setup", Refusal::RepositoryUnavailable)];
    assert_eq!(script.run().return_code, 12);
    assert_eq!(script.log, ["lock by setup"]);

    let write = |script: &mut Script| script.refuse = vec![("ready", Refusal::RepositoryUnavailable)];
    let (script, verdict) = check(bcv(), |_| {}, write, &CLEAN, &[]);
    assert_eq!((verdict.return_code, state(&script)), (12, ("synchronizing", None)));
}

#[test]
fn a_state_that_cannot_be_written_ends_with_12_and_nothing_is_waited_for() {
    let write = |script: &mut Script| script.refuse = vec![("synchronizing", Refusal::RepositoryUnavailable)];
    let (_, verdict) = check(bcv(), |_| {}, write, &CLEAN[..5], &[]);
    assert_eq!(verdict.return_code, 12);
}

#[test]
fn an_expiry_that_cannot_be_recorded_is_an_error_of_the_environment() {
    let mut script = Script::new(bcv());
    recorded(&mut script.seen, 1, 5);
    script.refuse = vec![("record 1 expired", Refusal::RepositoryUnavailable)];
    assert_eq!(script.run().return_code, 12);
    assert_eq!(script.log.iter().filter(|line| *line == "record 1 expired").count(), 1);
}

#[test]
fn history_is_used_where_there_is_one() {
    let spoil = |seen: &mut Observation| {
        put(seen, "1000", "2000", MirrorState::Split);
        put(seen, "1001", "2001", MirrorState::SplitNoInc);
    };
    let mut log = CLEAN;
    log[0] = "establish-incremental 1000 2000";
    check(bcv(), spoil, |_| {}, &log, &[]);
}

#[test]
fn history_that_the_array_has_lost_means_a_full_copy() {
    let spoil = |seen: &mut Observation| put(seen, "1000", "2000", MirrorState::SplitBfrSync);
    let write = |script: &mut Script| script.refuse = vec![("establish-incremental 1000 2000", Refusal::NoHistory)];
    check(bcv(), spoil, write, &[&["establish-incremental 1000 2000"], &CLEAN[..]].concat(), &[]);
}

#[test]
fn a_hold_of_generation_1_ends_before_its_pair_is_established_and_begins_again_if_that_is_refused() {
    let spoil = |seen: &mut Observation| hold(seen, "2000", "DAILY");
    let (script, _) = check(bcv(), spoil, |_| {}, &[&["release 2000"], &CLEAN[..]].concat(), &[]);
    let holds: Vec<_> = script.seen.volumes.iter().filter(|volume| volume.held_for.is_some()).map(|volume| volume.id).collect();
    assert_eq!(holds.iter().map(ToString::to_string).collect::<Vec<_>>(), ["BOX1/10/80", "BOX1/10/81"]);
    let write = |script: &mut Script| script.refuse.push((CLEAN[0], Refusal::NoAnswer));
    let log = [&["release 2000", CLEAN[0], "hold 2000 for DAILY"], &CLEAN[1..4], &["setup-needed(refused)"]].concat();
    let findings = ["PS16E refused unit:1000 unit:2000 generation:1 cause=no-answer"];
    check(bcv(), spoil, write, &log, &findings);
}

#[test]
fn a_bcv_of_another_source_is_split_first() {
    let spoil = |seen: &mut Observation| {
        put(seen, "1001", "2000", MirrorState::Synchronized);
        put(seen, "1000", "2001", MirrorState::SyncInProg);
    };
    let log = [
        &["split-normal 1001 2000", "wait", "establish-full 1000 2000"],
        &["split-normal 1000 2001", "wait", "establish-full 1001 2001"][..],
        &CLEAN[2..],
    ]
    .concat();
    let findings = [
        "PS16I split-first unit:1000 unit:2000 generation:1 established_to=1001",
        "PS16I split-first unit:1001 unit:2001 generation:1 established_to=1000",
    ];
    check(bcv(), spoil, |_| {}, &log, &findings);
}

#[test]
fn a_copy_for_another_source_is_broken_off() {
    let spoil = |seen: &mut Observation| put(seen, "1001", "2000", MirrorState::SyncInProg);
    let log = [&["split-forced 1001 2000"], &CLEAN[..]].concat();
    check(bcv(), spoil, |_| {}, &log, &["PS16I split-first unit:1000 unit:2000 generation:1 established_to=1001"]);
}

#[test]
fn a_restored_pair_is_split_and_a_split_that_runs_is_waited_for() {
    let spoil = |seen: &mut Observation| {
        put(seen, "1000", "2000", MirrorState::Restored);
        put(seen, "1001", "2001", MirrorState::SplitInProg);
    };
    let log =
        [&["split-normal 1000 2000", "wait", "establish-incremental 1000 2000", "establish-incremental 1001 2001"], &CLEAN[2..]]
            .concat();
    check(bcv(), spoil, |_| {}, &log, &[]);
}

#[test]
fn other_generations_are_split_by_force_if_they_still_copy() {
    let spoil = |seen: &mut Observation| {
        put(seen, "1000", "3000", MirrorState::SyncInProg);
        put(seen, "1001", "3001", MirrorState::Synchronized);
        hold(seen, "3001", "DAILY");
    };
    let log = [&CLEAN[..2], &["split-forced 1000 3000", "hold 3000 for DAILY", "split-normal 1001 3001"], &CLEAN[4..]].concat();
    check(bcv(), spoil, |_| {}, &log, &[]);
}

/// Generation 1 is tried pair after pair, generation 2 held, then the setup ends for this reason without waiting.
fn ended(reason: &'static str) -> Vec<&'static str> {
    [&CLEAN[..4], &[reason]].concat()
}

#[test]
fn each_refusal_is_reported_and_the_other_pairs_are_tried() {
    let write = |script: &mut Script| {
        script.refuse = vec![
            ("establish-full 1000 2000", Refusal::StandardUnusable),
            ("hold 3001 for DAILY", Refusal::RepositoryUnavailable),
        ];
    };
    let findings = [
        "PS16E refused unit:1000 unit:2000 generation:1 cause=standard-unusable",
        "PS16E refused unit:1001 unit:3001 generation:2 cause=repository-unavailable",
    ];
    let (script, verdict) = check(bcv(), |_| {}, write, &ended("setup-needed(refused)"), &findings);
    assert_eq!((verdict.return_code, state(&script)), (8, ("setup-needed", Some(SetupReason::Refused))));
    assert_eq!(verdict.restore_scope.unwrap().as_str(), "full-and-data");
}

#[test]
fn an_unusable_pair_is_refused_without_a_command() {
    let spoil = |seen: &mut Observation| {
        put(seen, "1000", "2000", MirrorState::Invalid);
        put(seen, "1001", "3001", MirrorState::Unknown);
    };
    let findings = ["PS16E refused unit:1000 unit:2000 generation:1 cause=Invalid"];
    check(bcv(), spoil, |_| {}, &ended("setup-needed(refused)")[1..], &findings);
}

#[test]
fn a_bcv_held_for_another_profile_is_refused_and_not_put_on_hold() {
    let spoil = |seen: &mut Observation| {
        hold(seen, "2001", "WEEKLY");
        hold(seen, "3000", "WEEKLY");
    };
    let log = ["establish-full 1000 2000", "hold 3001 for DAILY", "setup-needed(refused)"];
    let findings = [
        "PS09W target-in-other-profile unit:2001 profile:WEEKLY volser= how=held",
        "PS09W target-in-other-profile unit:3000 profile:WEEKLY volser= how=held",
        "PS16E refused unit:1000 unit:3000 generation:2 cause=held",
        "PS16E refused unit:1001 unit:2001 generation:1 cause=held",
    ];
    let (script, _) = check(bcv(), spoil, |_| {}, &log, &findings);
    assert_eq!(volume(&mut script.seen.clone(), "3000").held_for, Some(name("WEEKLY")));
}

#[test]
fn a_pair_that_no_longer_passes_is_not_established() {
    let write = |script: &mut Script| {
        script.happen = vec![("establish-full 1000 2000", |seen| {
            status(seen, "1001", HostStatus::Boxed);
            put(seen, "5000", "2001", MirrorState::Synchronized);
        })];
    };
    let log = [&CLEAN[..1], &CLEAN[2..4], &["setup-needed(changed-since-check)"]].concat();
    let findings = ["PS16E changed-since-check unit:1001 unit:2001 generation:1 no_longer_passes=PS05:boxed,PS13:established"];
    let (script, verdict) = check(bcv(), |_| {}, write, &log, &findings);
    assert_eq!((verdict.return_code, state(&script).1), (8, Some(SetupReason::ChangedSinceCheck)));
}

#[test]
fn a_warning_that_came_since_the_check_stops_no_establish() {
    let write = |script: &mut Script| {
        script.happen = vec![("establish-full 1000 2000", |seen| status(seen, "2001", HostStatus::Online))];
    };
    check(bcv(), |_| {}, write, &CLEAN, &[]);
}

#[test]
fn a_bcv_of_another_generation_that_a_foreign_job_took_is_left_alone() {
    let write = |script: &mut Script| {
        script.happen = vec![("establish-full 1000 2000", |seen| put(seen, "5000", "3000", MirrorState::Synchronized))];
    };
    let log = [&CLEAN[..2], &CLEAN[3..4], &["setup-needed(changed-since-check)"]].concat();
    let findings = ["PS16E changed-since-check unit:1000 unit:3000 generation:2 no_longer_passes=PS13:established"];
    check(bcv(), |_| {}, write, &log, &findings);
}

#[test]
fn a_pair_that_fails_while_it_is_waited_for_ends_the_setup() {
    let write = |script: &mut Script| {
        script.happen = vec![("synchronizing", |seen| put(seen, "1001", "2001", MirrorState::Invalid))];
    };
    let log = [&CLEAN[..5], &["setup-needed(pair-failed)"]].concat();
    let findings = ["PS16E pair-failed unit:1001 unit:2001 generation:1 state=Invalid"];
    let (_, verdict) = check(bcv(), |_| {}, write, &log, &findings);
    assert_eq!(verdict.return_code, 8);
}

#[test]
fn every_pair_that_is_not_synchronized_at_the_limit_is_named() {
    let log = [&CLEAN[..6], &["setup-needed(timeout)"]].concat();
    let findings = [
        "PS16E timeout unit:1000 unit:2000 generation:1 state=SyncInProg",
        "PS16E timeout unit:1001 unit:2001 generation:1 state=SyncInProg",
    ];
    let (script, verdict) = check(bcv(), |_| {}, |script| script.stalled = true, &log, &findings);
    assert_eq!((verdict.return_code, state(&script).1), (8, Some(SetupReason::Timeout)));
}

#[test]
fn a_split_that_does_not_end_uses_up_the_limit() {
    let spoil = |seen: &mut Observation| put(seen, "1000", "2000", MirrorState::SplitInProg);
    let log = [&["wait"], &CLEAN[1..4], &["setup-needed(timeout)"]].concat();
    let findings = [
        "PS16E timeout unit:1000 unit:2000 generation:1 state=SplitInProg",
        "PS16E timeout unit:1001 unit:2001 generation:1 state=SyncInProg",
    ];
    check(bcv(), spoil, |script| script.stalled = true, &log, &findings);
}

#[test]
fn a_bcv_that_is_taken_back_after_its_split_is_not_split_again() {
    let spoil = |seen: &mut Observation| put(seen, "1001", "2000", MirrorState::SyncInProg);
    let write = |script: &mut Script| {
        script.happen = vec![("split-forced 1001 2000", |seen| put(seen, "1001", "2000", MirrorState::SyncInProg))];
    };
    let log = [&["split-forced 1001 2000"], &CLEAN[1..4], &["setup-needed(refused)"]].concat();
    let findings = [
        "PS16E refused unit:1000 unit:2000 generation:1 cause=established-elsewhere",
        "PS16I split-first unit:1000 unit:2000 generation:1 established_to=1001",
    ];
    check(bcv(), spoil, write, &log, &findings);
}

#[test]
fn a_bcv_that_could_not_be_used_at_the_check_is_left_alone_though_it_could_be_later() {
    let spoil = |seen: &mut Observation| hold(seen, "2001", "WEEKLY");
    let write = |script: &mut Script| {
        script.happen = vec![("establish-full 1000 2000", |seen| volume(seen, "2001").held_for = None)];
    };
    let findings = [
        "PS09W target-in-other-profile unit:2001 profile:WEEKLY volser= how=held",
        "PS16E refused unit:1001 unit:2001 generation:1 cause=held",
    ];
    let log = [&CLEAN[..1], &CLEAN[2..4], &["setup-needed(refused)"]].concat();
    check(bcv(), spoil, write, &log, &findings);
}

#[test]
fn a_bcv_of_another_generation_that_another_profile_took_since_the_check_is_not_put_on_hold() {
    let write = |script: &mut Script| {
        script.happen = vec![("establish-full 1000 2000", |seen| hold(seen, "3000", "WEEKLY"))];
    };
    let log = [&CLEAN[..2], &CLEAN[3..4], &["setup-needed(refused)"]].concat();
    check(bcv(), |_| {}, write, &log, &["PS16E refused unit:1000 unit:3000 generation:2 cause=held"]);
}

#[test]
fn a_bcv_of_another_generation_that_is_not_split_is_not_held_and_the_others_are() {
    let spoil = |seen: &mut Observation| {
        put(seen, "1000", "3000", MirrorState::Synchronized);
        put(seen, "1001", "3001", MirrorState::Synchronized);
    };
    let write = |script: &mut Script| script.refuse = vec![("split-normal 1000 3000", Refusal::NoAnswer)];
    let log = [&CLEAN[..2], &["split-normal 1000 3000", "split-normal 1001 3001"], &ended("setup-needed(refused)")[3..]].concat();
    check(bcv(), spoil, write, &log, &["PS16E refused unit:1000 unit:3000 generation:2 cause=no-answer"]);
}

#[test]
fn a_setup_that_has_failed_already_does_not_look_at_the_pairs_again() {
    let write = |script: &mut Script| {
        script.refuse = vec![("establish-full 1000 2000", Refusal::NoAnswer)];
        script.happen = vec![("hold 3001 for DAILY", |seen| put(seen, "1001", "2001", MirrorState::Invalid))];
    };
    let findings = ["PS16E refused unit:1000 unit:2000 generation:1 cause=no-answer"];
    check(bcv(), |_| {}, write, &ended("setup-needed(refused)"), &findings);
}

#[test]
fn the_order_in_which_an_array_lists_its_pairs_makes_no_difference() {
    let spoil = |seen: &mut Observation| {
        put(seen, "1001", "2001", MirrorState::SyncInProg);
        put(seen, "5000", "5001", MirrorState::Split);
        put(seen, "1000", "2000", MirrorState::SyncInProg);
    };
    let kept = [
        "PS16I already-established unit:1000 unit:2000 generation:1 state=SyncInProg",
        "PS16I already-established unit:1001 unit:2001 generation:1 state=SyncInProg",
    ];
    check(bcv(), spoil, |_| {}, &CLEAN[2..], &kept);
}

#[test]
fn a_backup_expires_before_a_bcv_of_another_source_is_split_for_the_next_pair() {
    let spoil = |seen: &mut Observation| {
        recorded(seen, 1, 5);
        put(seen, "1000", "2001", MirrorState::Synchronized);
    };
    let log =
        [&CLEAN[..1], &["record 1 expired", "split-normal 1000 2001", "wait", "establish-full 1001 2001"], &CLEAN[2..]].concat();
    let findings = ["PS16I split-first unit:1001 unit:2001 generation:1 established_to=1000"];
    check(bcv(), spoil, |_| {}, &log, &findings);
}
