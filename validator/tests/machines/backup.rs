//! Backups: what they command, what they record, where they leave the profile.

use dasdlab_model::command::Reply;
use dasdlab_model::event::Time;
use dasdlab_model::finding::Verdict;
use dasdlab_model::observation::{Observation, Relation, SystemSeen};
use dasdlab_model::site::Backup as Recorded;
use dasdlab_model::states::{Consistency, HostStatus, MirrorState, ProfileState, RelationState, SetupReason};
use dasdlab_model::story::Phase;
use dasdlab_model::transitions::Refusal;
use dasdlab_validator::machines::{Backup, Ending};

use crate::lab::{Bcv, FlashCopy, Full, id, name, status, volume, written};
use crate::script::{Script, hold, put, state};
use crate::setup::small;

/// Generation 1 mirrors, generation 2 is held, and the profile is ready.
pub(crate) fn mirroring() -> Observation {
    let mut seen = small(Bcv, Full);
    for (standard, bcv) in [("1000", "2000"), ("1001", "2001")] {
        put(&mut seen, standard, bcv, MirrorState::Synchronized);
        status(&mut seen, bcv, HostStatus::NotReady);
    }
    for (standard, bcv) in [("1000", "3000"), ("1001", "3001")] {
        put(&mut seen, standard, bcv, MirrorState::Split);
        hold(&mut seen, bcv, "DAILY");
    }
    seen.profiles[0].state = ProfileState::Ready;
    seen.profiles[0].reason = None;
    seen
}

/// The same with one generation.
fn one_generation() -> Observation {
    let mut seen = mirroring();
    seen.profiles[0].generations = 1;
    seen.profiles[0].targets.retain(|entry| entry.generation == 1);
    for bcv in ["3000", "3001"] {
        volume(&mut seen, bcv).held_for = None;
    }
    seen.mirrors.retain(|pair| pair.state == MirrorState::Synchronized);
    seen
}

/// A FlashCopy profile that is ready and has no backup.
pub(crate) fn flashing() -> Observation {
    let mut seen = small(FlashCopy, Full);
    seen.profiles[0].state = ProfileState::Ready;
    seen.profiles[0].reason = None;
    seen
}

/// A valid backup in a generation.
pub(crate) fn recorded(seen: &mut Observation, generation: u8, taken_at: u64) {
    seen.profiles[0].backups.push(Recorded {
        generation,
        taken_at,
        valid: true,
        expired: false,
        consistency: Consistency::LogSuspend,
        restore_scope: None,
        why: String::new(),
    });
}

/// A relation of an earlier backup.
fn relate(seen: &mut Observation, source: &str, target: &str, state: RelationState) {
    let (source, target) = (id(seen, source), id(seen, target));
    seen.relations.push(Relation { source, target, state });
}

/// What the backup catalog says, in the order of its entries.
fn catalog(script: &Script) -> Vec<String> {
    let backups = script.seen.profiles[0].backups.iter();
    backups
        .map(|backup| {
            let word = match (backup.valid, backup.expired) {
                (false, _) => "invalid",
                (true, true) => "expired",
                (true, false) => "valid",
            };
            format!("{} at {} {word} by {}: {}", backup.generation, backup.taken_at, backup.consistency, backup.why)
        })
        .collect()
}

/// Takes a backup of a spoiled world and compares the commands, between lock and unlock, and the findings.
#[track_caller]
fn check(
    mut seen: Observation,
    spoil: impl FnOnce(&mut Observation),
    write: impl FnOnce(&mut Script),
    log: &[&str],
    findings: &[&str],
    (ending, reason): (Ending, Option<SetupReason>),
) -> (Script, Verdict) {
    spoil(&mut seen);
    let mut script = Script::new(seen);
    script.now = Time::seconds(60);
    write(&mut script);
    let (verdict, ended) = script.run_backup();
    assert_eq!(script.log.first().map(String::as_str), Some("lock by backup"));
    assert_eq!(script.log.last().map(String::as_str), Some("unlock"));
    assert_eq!(script.log[1..script.log.len() - 1], *log);
    assert_eq!(verdict.findings.iter().map(written).collect::<Vec<_>>(), findings);
    assert_eq!((ended, script.seen.profiles[0].reason), (ending, reason));
    assert_eq!(script.seen.profiles[0].locked_by, None);
    assert!(verdict.return_code >= ending.return_code());
    (script, verdict)
}

const ROTATED: [&str; 11] = [
    "split 1000 2000, 1001 2001",
    "record 1 valid",
    "hold 2000 for DAILY",
    "hold 2001 for DAILY",
    "synchronizing",
    "release 3000",
    "establish-incremental 1000 3000",
    "release 3001",
    "establish-incremental 1001 3001",
    "wait",
    "ready",
];
const TAKEN: (Ending, Option<SetupReason>) = (Ending::Taken, None);

#[test]
fn the_current_generation_is_split_recorded_and_held_and_the_next_one_mirrors() {
    let (script, verdict) = check(mirroring(), |_| {}, |_| {}, &ROTATED, &[], TAKEN);
    assert_eq!(verdict.return_code, 0);
    assert_eq!(state(&script), ("ready", None));
    assert_eq!(catalog(&script), ["1 at 60 valid by array: every pair split at one instant"]);
    assert_eq!(script.seen.profiles[0].backups[0].restore_scope, verdict.restore_scope);
}

#[test]
fn after_the_last_generation_comes_the_first_and_its_backup_expires_with_the_first_pair() {
    let (script, _) = check(mirroring(), |_| {}, |_| {}, &ROTATED, &[], TAKEN);
    let log = [
        "split 1000 3000, 1001 3001",
        "record 2 valid",
        "hold 3000 for DAILY",
        "hold 3001 for DAILY",
        "synchronizing",
        "release 2000",
        "establish-incremental 1000 2000",
        "record 1 expired",
        "release 2001",
        "establish-incremental 1001 2001",
        "wait",
        "ready",
    ];
    let (script, _) = check(script.seen, |_| {}, |_| {}, &log, &[], TAKEN);
    let expected = [
        "2 at 60 valid by array: every pair split at one instant",
        "1 at 60 expired by array: its targets were established again",
    ];
    assert_eq!(catalog(&script), expected);
}

#[test]
fn a_backup_stays_if_every_establish_over_it_is_refused() {
    let write = |script: &mut Script| {
        script.refuse = vec![
            ("establish-incremental 1000 3000", Refusal::DeviceNotReady),
            ("establish-incremental 1001 3001", Refusal::DeviceNotReady),
        ];
    };
    let log = [&ROTATED[..7], &["hold 3000 for DAILY"], &ROTATED[7..9], &["hold 3001 for DAILY", "setup-needed(establish-next)"]]
        .concat();
    let findings = [
        "PS16E refused unit:1000 unit:3000 generation:2 cause=device-not-ready",
        "PS16E refused unit:1001 unit:3001 generation:2 cause=device-not-ready",
    ];
    let ending = (Ending::NextNotEstablished, Some(SetupReason::EstablishNext));
    let (script, verdict) = check(mirroring(), |seen| recorded(seen, 2, 5), write, &log, &findings, ending);
    assert_eq!(verdict.return_code, 8);
    assert_eq!(catalog(&script), ["2 at 5 valid by log-suspend: ", "1 at 60 valid by array: every pair split at one instant"]);
}

#[test]
fn a_pair_of_the_next_generation_that_no_longer_passes_leaves_the_backup_valid() {
    let write = |script: &mut Script| {
        script.happen = vec![("establish-incremental 1000 3000", |seen| status(seen, "1001", HostStatus::Boxed))];
    };
    let log = [&ROTATED[..7], &["setup-needed(establish-next)"]].concat();
    let findings = ["PS16E changed-since-check unit:1001 unit:3001 generation:2 no_longer_passes=PS05:boxed"];
    let ending = (Ending::NextNotEstablished, Some(SetupReason::EstablishNext));
    let (script, _) = check(mirroring(), |_| {}, write, &log, &findings, ending);
    assert_eq!(catalog(&script), ["1 at 60 valid by array: every pair split at one instant"]);
}

#[test]
fn a_limit_that_passes_leaves_the_backup_valid() {
    let log = [&ROTATED[..10], &["setup-needed(timeout)"]].concat();
    let findings = [
        "PS16E timeout unit:1000 unit:3000 generation:2 state=SyncInProg",
        "PS16E timeout unit:1001 unit:3001 generation:2 state=SyncInProg",
    ];
    let ending = (Ending::NextNotSynchronized, Some(SetupReason::Timeout));
    let (script, verdict) = check(mirroring(), |_| {}, |script| script.stalled = true, &log, &findings, ending);
    assert_eq!(verdict.return_code, 8);
    assert!(script.seen.profiles[0].backups[0].valid);
}

#[test]
fn a_pair_of_the_next_generation_that_fails_is_not_waited_for() {
    let write = |script: &mut Script| {
        script.happen = vec![("wait", |seen| put(seen, "1001", "3001", MirrorState::Invalid))];
    };
    let log = [&ROTATED[..10], &["setup-needed(pair-failed)"]].concat();
    let findings = ["PS16E pair-failed unit:1001 unit:3001 generation:2 state=Invalid"];
    check(mirroring(), |_| {}, write, &log, &findings, (Ending::NextFailed, Some(SetupReason::PairFailed)));
}

#[test]
fn the_only_generation_is_split_and_held_and_setup_is_needed() {
    let log = [&ROTATED[..4], &["setup-needed(one-generation)"]].concat();
    let ending = (Ending::OneGeneration, Some(SetupReason::OneGeneration));
    let (script, verdict) = check(one_generation(), |_| {}, |_| {}, &log, &[], ending);
    assert_eq!(verdict.return_code, 0);
    assert!(script.seen.profiles[0].backups[0].valid);
}

#[test]
fn a_set_that_is_split_in_part_is_no_backup_and_not_held() {
    let write = |script: &mut Script| script.refuse_pairs = vec![("2001", Refusal::Injected)];
    let log = [ROTATED[0], "record 1 invalid", "setup-needed(split-failed)"];
    let findings = ["PS16E refused unit:1001 unit:2001 generation:1 cause=injected"];
    let ending = (Ending::SplitFailed, Some(SetupReason::SplitFailed));
    let (script, verdict) = check(mirroring(), |_| {}, write, &log, &findings, ending);
    assert_eq!(verdict.return_code, 8);
    assert_eq!(catalog(&script), ["1 at 60 invalid by array: split-failed: 1 of 2 pairs split; 1001 to 2001: injected"]);
}

#[test]
fn a_split_that_the_array_only_says_it_did_is_no_backup() {
    let write = |script: &mut Script| {
        script.happen = vec![("split 1000 2000, 1001 2001", |seen| put(seen, "1000", "2000", MirrorState::Synchronized))];
    };
    let log = [ROTATED[0], "record 1 invalid", "setup-needed(split-failed)"];
    let findings = ["PS16E pair-failed unit:1000 unit:2000 generation:1 state=Synchronized"];
    check(mirroring(), |_| {}, write, &log, &findings, (Ending::SplitFailed, Some(SetupReason::SplitFailed)));
}

#[test]
fn a_backup_that_cannot_be_recorded_is_held_and_the_next_generation_is_left_alone() {
    let write = |script: &mut Script| script.refuse = vec![("record 1 valid", Refusal::RepositoryUnavailable)];
    let log = [&ROTATED[..4], &["setup-needed(record-failed)"]].concat();
    let ending = (Ending::NotRecorded, Some(SetupReason::RecordFailed));
    let (script, verdict) = check(mirroring(), |_| {}, write, &log, &[], ending);
    assert_eq!((verdict.return_code, catalog(&script).len()), (8, 0));
}

/// The copy software of the profile's system is of this level.
fn software(seen: &mut Observation, level: &str) {
    let system = SystemSeen { name: seen.profiles[0].system, host_software_level: Some(level.to_owned()) };
    seen.systems.retain(|other| other.name != system.name);
    seen.systems.push(system);
}

#[test]
fn below_05_05_logs_are_suspended_around_the_split() {
    let log = [&["suspend IMSP", ROTATED[0], "resume IMSP"], &ROTATED[1..]].concat();
    let (script, _) = check(mirroring(), |seen| software(seen, "05.04"), |_| {}, &log, &[], TAKEN);
    assert_eq!(catalog(&script), ["1 at 60 valid by log-suspend: every pair split at one instant"]);
    check(mirroring(), |seen| software(seen, "05.05"), |_| {}, &ROTATED, &[], TAKEN);
}

#[test]
fn a_mirror_that_falls_behind_while_logs_are_suspended_is_not_split() {
    let write = |script: &mut Script| {
        script.happen = vec![("suspend IMSP", |seen| put(seen, "1001", "2001", MirrorState::SyncInProg))];
    };
    let log = ["suspend IMSP", "resume IMSP", "setup-needed(pre-backup-check)"];
    let findings = ["PS16E pair-failed unit:1001 unit:2001 generation:1 state=SyncInProg"];
    let ending = (Ending::CheckFailed, Some(SetupReason::PreBackupCheck));
    check(mirroring(), |seen| software(seen, "05.04"), write, &log, &findings, ending);
}

#[test]
fn without_suspended_logs_nothing_is_touched_and_the_profile_stays() {
    let refuse = |script: &mut Script| script.refuse = vec![("suspend IMSP", Refusal::CannotSuspend)];
    let ending = (Ending::LogsNotSuspended(Refusal::CannotSuspend), None);
    let log = ["suspend IMSP", "record 1 invalid"];
    let (script, verdict) = check(mirroring(), |seen| software(seen, "05.04"), refuse, &log, &[], ending);
    assert_eq!((verdict.return_code, state(&script)), (8, ("ready", None)));

    let full = |seen: &mut Observation| {
        recorded(seen, 1, 5);
        recorded(seen, 2, 6);
        relate(seen, "1000", "2000", RelationState::Copying);
    };
    let (script, _) = check(flashing(), full, refuse, &log, &[], ending);
    let expected = [
        "1 at 5 valid by log-suspend: ",
        "2 at 6 valid by log-suspend: ",
        "1 at 60 invalid by log-suspend: logs not suspended: cannot-suspend",
    ];
    assert_eq!(catalog(&script), expected);
}

#[test]
fn logs_are_told_again_to_resume() {
    let write =
        |script: &mut Script| script.refuse = vec![("resume IMSP", Refusal::Injected), ("resume IMSP", Refusal::Injected)];
    let log = ["suspend IMSP", "establish 1000 2000, 1001 2001", "resume IMSP", "resume IMSP", "resume IMSP", "record 1 valid"];
    check(flashing(), |_| {}, write, &log, &[], TAKEN);
}

#[test]
fn logs_that_do_not_resume_are_told_three_times_and_are_an_error_of_the_environment() {
    let write = |script: &mut Script| script.refuse = vec![("resume IMSP", Refusal::Injected); 3];
    let log = [&FLASHED[..3], &["resume IMSP", "resume IMSP", "record 1 valid"]].concat();
    let (_, verdict) = check(flashing(), |_| {}, write, &log, &[], TAKEN);
    assert_eq!(verdict.return_code, 12);
}

const FLASHED: [&str; 4] = ["suspend IMSP", "establish 1000 2000, 1001 2001", "resume IMSP", "record 1 valid"];

#[test]
fn a_flashcopy_backup_takes_the_lowest_free_generation_and_then_the_oldest() {
    let (first, verdict) = check(flashing(), |_| {}, |_| {}, &FLASHED, &[], TAKEN);
    assert_eq!((verdict.return_code, state(&first)), (0, ("ready", None)));
    assert_eq!(catalog(&first), ["1 at 60 valid by log-suspend: every pair established at one instant"]);
    let phases =
        [Phase::Lock, Phase::PreBackupCheck, Phase::Suspend, Phase::FlashCopy, Phase::Resume, Phase::Record, Phase::Finish];
    assert_eq!(first.phases, phases);

    let log = ["suspend IMSP", "establish 1000 3000, 1001 3001", "resume IMSP", "record 2 valid"];
    let later = |script: &mut Script| script.now = Time::seconds(120);
    let (second, _) = check(first.seen, |_| {}, later, &log, &[], TAKEN);
    let log = [
        "suspend IMSP",
        "withdraw 1000 2000",
        "record 1 expired",
        "withdraw 1001 2001",
        "establish 1000 2000, 1001 2001",
        "resume IMSP",
        "record 1 valid",
    ];
    let (third, _) = check(second.seen, |_| {}, |script| script.now = Time::seconds(180), &log, &[], TAKEN);
    let expected = [
        "2 at 120 valid by log-suspend: every pair established at one instant",
        "1 at 180 valid by log-suspend: every pair established at one instant",
    ];
    assert_eq!(catalog(&third), expected);
}

/// A backup in both generations, the older one in 1, all of it copied.
fn full(seen: &mut Observation) {
    recorded(seen, 1, 5);
    recorded(seen, 2, 6);
    relate(seen, "1000", "2000", RelationState::Copied);
    relate(seen, "1001", "2001", RelationState::Copied);
}

const OVER: [&str; 4] = ["suspend IMSP", "withdraw 1000 2000", "withdraw 1001 2001", "establish 1000 2000, 1001 2001"];
const ESTABLISH_FAILED: (Ending, Option<SetupReason>) = (Ending::EstablishFailed, Some(SetupReason::EstablishFailed));

#[test]
fn a_copied_backup_expires_with_the_first_relation_established_over_it() {
    let log = [&OVER[..], &["record 1 expired", "resume IMSP", "record 1 valid"]].concat();
    check(flashing(), full, |_| {}, &log, &[], TAKEN);
}

#[test]
fn an_expiry_that_cannot_be_recorded_is_an_error_of_the_environment() {
    let refuse = |script: &mut Script| script.refuse = vec![("record 1 expired", Refusal::RepositoryUnavailable)];
    let log = [&OVER[..], &["record 1 expired", "resume IMSP", "record 1 valid"]].concat();
    let (_, verdict) = check(flashing(), full, refuse, &log, &[], TAKEN);
    assert_eq!(verdict.return_code, 12);

    // Of a relation that still copies, the backup is lost as soon as it is withdrawn.
    let copying = |seen: &mut Observation| {
        full(seen);
        seen.relations.iter_mut().for_each(|relation| relation.state = RelationState::Copying);
    };
    let log = [&OVER[..2], &["record 1 expired"], &OVER[2..], &FLASHED[2..]].concat();
    let (_, verdict) = check(flashing(), copying, refuse, &log, &[], TAKEN);
    assert_eq!(verdict.return_code, 12);
}

#[test]
fn a_state_that_cannot_be_written_leaves_the_next_generation_alone() {
    let mut script = Script::new(mirroring());
    script.refuse = vec![("synchronizing", Refusal::RepositoryUnavailable)];
    let (verdict, _) = script.run_backup();
    assert_eq!(script.log[1..], [&ROTATED[..5], &["unlock"]].concat());
    assert_eq!(verdict.return_code, 12);
}

#[test]
fn an_expiry_of_the_next_generation_that_cannot_be_recorded_is_an_error_of_the_environment() {
    let mut script = Script::new(mirroring());
    recorded(&mut script.seen, 2, 5);
    script.refuse = vec![("record 2 expired", Refusal::RepositoryUnavailable)];
    let (verdict, ending) = script.run_backup();
    assert_eq!((verdict.return_code, ending), (12, Ending::Taken));
    assert_eq!(script.log.iter().filter(|line| *line == "record 2 expired").count(), 1);
}

/// Which generation a backup takes for the one that mirrors: that which it splits, or of which it says that it cannot.
#[track_caller]
fn check_current(first: (MirrorState, bool), second: (MirrorState, bool), expected: &str) {
    let mut seen = mirroring();
    for (bcvs, (state, held)) in [(["2000", "2001"], first), (["3000", "3001"], second)] {
        for (standard, bcv) in ["1000", "1001"].into_iter().zip(bcvs) {
            put(&mut seen, standard, bcv, state);
            status(&mut seen, bcv, if state.is_established() { HostStatus::NotReady } else { HostStatus::Offline });
            volume(&mut seen, bcv).held_for = held.then(|| name("DAILY"));
        }
    }
    let mut script = Script::new(seen);
    let (verdict, _) = script.run_backup();
    let said = script.log.into_iter().chain(verdict.findings.iter().map(written));
    let about = said.filter(|line| line.starts_with("split ") || line.starts_with("PS16E pair-failed")).collect::<Vec<_>>();
    assert!(about.first().is_some_and(|line| line.contains(expected)), "{about:?}");
}

#[test]
fn the_current_generation_is_the_one_that_mirrors_most() {
    use MirrorState::{Split, SyncInProg, Synchronized};
    check_current((SyncInProg, false), (Synchronized, false), "split 1000 3000, 1001 3001");
    check_current((Synchronized, false), (SyncInProg, false), "split 1000 2000, 1001 2001");
    check_current((Split, false), (SyncInProg, false), "generation:2");
    check_current((Split, true), (Split, false), "generation:2");
    check_current((Split, false), (Split, true), "generation:1");
    check_current((Split, false), (Split, false), "generation:1");
}

#[test]
fn relations_of_a_run_that_failed_are_withdrawn_again() {
    let write = |script: &mut Script| script.refuse_pairs = vec![("2001", Refusal::RelationLimit)];
    let end = ["record 1 expired", "resume IMSP", "withdraw 1000 2000", "record 1 invalid", "setup-needed(establish-failed)"];
    let (script, verdict) = check(flashing(), full, write, &[&OVER[..], &end].concat(), &[], ESTABLISH_FAILED);
    assert_eq!((verdict.return_code, script.seen.relations.len()), (8, 0));
    let expected = [
        "2 at 6 valid by log-suspend: ",
        "1 at 60 invalid by log-suspend: establish-failed: 1 of 2 pairs established; 1001 to 2001: relation-limit",
    ];
    assert_eq!(catalog(&script), expected);
}

#[test]
fn a_copied_backup_stays_if_every_establish_over_it_is_refused() {
    let write = |script: &mut Script| {
        script.refuse_pairs = vec![("2000", Refusal::RelationLimit), ("2001", Refusal::RelationLimit)];
    };
    let log = [&OVER[..], &["resume IMSP", "record 1 invalid", "setup-needed(establish-failed)"]].concat();
    let (script, _) = check(flashing(), full, write, &log, &[], ESTABLISH_FAILED);
    assert_eq!(catalog(&script)[0], "1 at 5 valid by log-suspend: ");
}

#[test]
fn a_relation_that_fails_at_once_is_no_backup() {
    let write = |script: &mut Script| {
        script.happen = vec![("establish 1000 2000, 1001 2001", |seen| seen.relations[0].state = RelationState::Failed)];
    };
    let end = ["withdraw 1000 2000", "withdraw 1001 2001", "record 1 invalid", "setup-needed(establish-failed)"];
    check(flashing(), |_| {}, write, &[&FLASHED[..3], &end].concat(), &[], ESTABLISH_FAILED);
}

#[test]
fn relations_of_a_backup_that_cannot_be_recorded_stay() {
    let write = |script: &mut Script| script.refuse = vec![("record 1 valid", Refusal::RepositoryUnavailable)];
    let log = [&FLASHED[..], &["setup-needed(record-failed)"]].concat();
    let ending = (Ending::NotRecorded, Some(SetupReason::RecordFailed));
    let (script, _) = check(flashing(), |_| {}, write, &log, &[], ending);
    assert_eq!(script.seen.relations.len(), 2);
}

const CHECK_FAILED: (Ending, Option<SetupReason>) = (Ending::CheckFailed, Some(SetupReason::PreBackupCheck));

#[test]
fn an_error_of_the_pre_backup_check_issues_no_command_to_anything_but_the_repository() {
    let boxed = |seen: &mut Observation| status(seen, "1000", HostStatus::Boxed);
    let findings = ["PS05E boxed unit:1000 volser=IMS000"];
    for seen in [mirroring(), flashing()] {
        let (script, verdict) = check(seen, boxed, |_| {}, &["setup-needed(pre-backup-check)"], &findings, CHECK_FAILED);
        assert_eq!((verdict.return_code, catalog(&script).len()), (8, 0));
    }
}

#[test]
fn a_warning_is_reported_and_the_backup_runs() {
    let online = |seen: &mut Observation| status(seen, "2000", HostStatus::Online);
    let (_, verdict) = check(flashing(), online, |_| {}, &FLASHED, &["PS06W online unit:2000 volser="], TAKEN);
    assert_eq!(verdict.return_code, 4);
}

#[test]
fn a_mirror_that_is_not_current_is_not_split() {
    let spoil = |seen: &mut Observation| put(seen, "1001", "2001", MirrorState::SyncInProg);
    let findings = ["PS16E pair-failed unit:1001 unit:2001 generation:1 state=SyncInProg"];
    check(mirroring(), spoil, |_| {}, &["setup-needed(pre-backup-check)"], &findings, CHECK_FAILED);
}

#[test]
fn another_configuration_than_setup_passed_is_not_backed_up() {
    let spoil = |seen: &mut Observation| seen.profiles[0].fingerprint = Some("0".repeat(32));
    let ending = (Ending::FingerprintDiffers, Some(SetupReason::Fingerprint));
    let (_, verdict) = check(mirroring(), spoil, |_| {}, &["setup-needed(fingerprint)"], &[], ending);
    assert_eq!(verdict.return_code, 8);
}

#[test]
fn an_environment_that_fails_leaves_the_state() {
    let spoil = |seen: &mut Observation| seen.arrays[0].reachable = false;
    let (script, verdict) =
        check(mirroring(), spoil, |_| {}, &[], &["PS00E array-unreachable array:BOX1 units=6"], (Ending::Environment, None));
    assert_eq!((verdict.return_code, verdict.restore_scope, state(&script)), (12, None, ("ready", None)));
}

/// A backup that is refused before it locks anything.
#[track_caller]
fn check_refused(spoil: impl FnOnce(&mut Observation), ending: Ending, findings: &[&str], return_code: u8) {
    let mut seen = mirroring();
    spoil(&mut seen);
    let mut script = Script::new(seen.clone());
    let (verdict, ended) = script.run_backup();
    assert_eq!((ended, verdict.return_code), (ending, return_code));
    assert_eq!(verdict.findings.iter().map(written).collect::<Vec<_>>(), findings);
    assert_eq!((script.log.len(), script.seen), (0, seen));
}

#[test]
fn a_profile_that_is_not_ready_is_refused() {
    for state in [ProfileState::Synchronizing, ProfileState::SetupNeeded] {
        check_refused(|seen| seen.profiles[0].state = state, Ending::NotReady(state), &[], 8);
    }
}

#[test]
fn a_locked_profile_is_refused() {
    let locked = |seen: &mut Observation| seen.profiles[0].locked_by = Some("setup".to_owned());
    check_refused(locked, Ending::Environment, &["PS00E profile-locked profile:DAILY locked_by=setup"], 12);
}

#[test]
fn logs_are_resumed_though_the_profile_disappears() {
    let mut script = Script::new(flashing());
    script.happen = vec![("suspend IMSP", |seen| seen.profiles[0].name = name("GONE"))];
    let (verdict, ending) = script.run_backup();
    assert_eq!((verdict.return_code, ending), (12, Ending::Environment));
    assert_eq!(script.log, ["lock by backup", "suspend IMSP", "resume IMSP"]);
}

#[test]
fn a_relation_that_the_array_does_not_say_it_made_is_no_backup() {
    let write = |script: &mut Script| script.reply = vec![(FLASHED[1], Reply::Each(vec![Reply::Done, Reply::Nothing]))];
    let log = [&FLASHED[..3], &["withdraw 1000 2000", "record 1 invalid", "setup-needed(establish-failed)"]].concat();
    let ending = (Ending::EstablishFailed, Some(SetupReason::EstablishFailed));
    let (script, _) = check(flashing(), |_| {}, write, &log, &[], ending);
    let expected = ["1 at 60 invalid by log-suspend: establish-failed: 1 of 2 pairs established; 1001 to 2001: not-paired"];
    assert_eq!(catalog(&script), expected);
}

/// Takes a backup that loses its way after this line, and says what it commanded from there on.
#[track_caller]
fn lost(lose: impl FnOnce(&mut Script)) -> Vec<String> {
    let mut script = Script::new(flashing());
    lose(&mut script);
    let (verdict, ending) = script.run_backup();
    assert_eq!((verdict.return_code, ending), (12, Ending::Environment));
    script.log.split_off(1)
}

#[test]
fn logs_are_resumed_whatever_happens_and_once_only() {
    let vanishes = |seen: &mut Observation| seen.profiles[0].name = name("OTHER");
    assert_eq!(lost(|script| script.happen = vec![(FLASHED[0], vanishes)]), [FLASHED[0], FLASHED[2]]);
    assert_eq!(lost(|script| script.misunderstand = Some(FLASHED[1])), FLASHED[..3]);
    assert_eq!(lost(|script| script.happen = vec![(FLASHED[2], vanishes)]), FLASHED[..3]);
}

#[test]
fn a_backup_has_no_ending_before_its_end() {
    assert_eq!(Backup::new(name("DAILY"), 1).ending(), None);
    let endings = [
        (Ending::Taken, 0, "the backup is taken"),
        (Ending::CheckFailed, 8, "no backup: the pre-backup check found an error"),
        (Ending::NotReady(ProfileState::Synchronizing), 8, "no backup: the profile is synchronizing"),
        (Ending::LogsNotSuspended(Refusal::CannotSuspend), 8, "no valid backup: logs could not be suspended (cannot-suspend)"),
        (Ending::Environment, 12, "the environment failed"),
    ];
    for (ending, code, text) in endings {
        assert_eq!((ending.return_code(), ending.to_string().as_str()), (code, text));
    }
}
