//! Restores: what they command, what they refuse, where they leave the profile.

use dasdlab_model::observation::Observation;
use dasdlab_model::states::{DataSetClass, MirrorState, RelationState, RestoreScope};
use dasdlab_model::story::{Phase, RestoreKind};
use dasdlab_model::transitions::Refusal;
use dasdlab_validator::machines::{Restore, RestoreEnding, Unrestored};

use crate::backup::{flashing, mirroring};
use crate::lab::{data_set, name, relate, set, volume};
use crate::script::{Script, hold, put, state};
use RestoreKind::{Data, Full};

/// The world after a backup in generation 1.
fn backed_up(seen: Observation) -> Observation {
    let mut script = Script::new(seen);
    assert_eq!(script.run_backup().0.return_code, 0);
    for relation in &mut script.seen.relations {
        relation.state = RelationState::Copied;
    }
    // A copy carries its source's label.
    for (source, target) in [("1000", "2000"), ("1001", "2001")] {
        volume(&mut script.seen, target).volser = volume(&mut script.seen, source).volser;
    }
    script.seen
}

pub(crate) fn mirrored() -> Observation {
    backed_up(mirroring())
}

pub(crate) fn flashed() -> Observation {
    backed_up(flashing())
}

/// Restores generation 1 of a spoiled world and compares the commands between lock and unlock, and the ending.
#[track_caller]
fn check(
    mut seen: Observation,
    kind: RestoreKind,
    spoil: impl FnOnce(&mut Observation),
    write: impl FnOnce(&mut Script),
    log: &[&str],
    ending: &str,
) -> Script {
    spoil(&mut seen);
    let mut script = Script::new(seen);
    write(&mut script);
    let (verdict, ended) = script.run_restore(kind, 1);
    assert_eq!(script.log.first().map(String::as_str), Some("lock by restore"));
    assert_eq!(script.log.last().map(String::as_str), Some("unlock"));
    assert_eq!(script.log[1..script.log.len() - 1], *log);
    assert_eq!(ended.to_string(), ending);
    assert_eq!((verdict.return_code, verdict.findings.len()), (ended.return_code(), 0));
    assert_eq!(script.seen.profiles[0].locked_by, None);
    script
}

const BCV: [&str; 9] = [
    "suspend IMSP",
    "setup-needed(restored)",
    "split-instant 1000 3000",
    "split-instant 1001 3001",
    "restore-incremental 1000 2000",
    "restore-incremental 1001 2001",
    "wait",
    "split 1000 2000, 1001 2001",
    "resume IMSP",
];
const DONE: &str = "the backup is restored";

#[test]
fn mirrors_of_other_generations_make_way_and_the_bcvs_are_split_again() {
    let script = check(mirrored(), Full, |_| {}, |_| {}, &BCV, DONE);
    let (state, reason) = state(&script);
    assert_eq!((state, reason.unwrap().as_str()), ("setup-needed", "restored"));
    assert_eq!(volume(&mut script.seen.clone(), "2000").held_for.as_ref().unwrap().as_str(), "DAILY");
    assert!(script.seen.profiles[0].backups.iter().all(|backup| backup.valid && !backup.expired));
    let phases =
        [Phase::Lock, Phase::RestoreCheck, Phase::Suspend, Phase::Restore, Phase::CopyBack, Phase::Resume, Phase::Finish];
    assert_eq!(script.phases, phases);
}

#[test]
fn a_restore_can_be_repeated() {
    let script = check(mirrored(), Full, |_| {}, |_| {}, &BCV, DONE);
    let again: Vec<&str> = BCV.into_iter().filter(|line| !line.starts_with("split-instant")).collect();
    check(script.seen, Full, |_| {}, |_| {}, &again, DONE);
    let script = check(flashed(), Full, |_| {}, |_| {}, &FLASH, DONE);
    let again = [
        "suspend IMSP",
        "establish 2000 1000",
        "establish 2001 1001",
        "wait",
        "withdraw 2000 1000",
        "withdraw 2001 1001",
        "resume IMSP",
    ];
    check(script.seen, Full, |_| {}, |_| {}, &again, DONE);
}

const FLASH: [&str; 7] =
    ["suspend IMSP", "reverse 1000 2000", "reverse 1001 2001", "wait", "withdraw 2000 1000", "withdraw 2001 1001", "resume IMSP"];

#[test]
fn a_relation_is_reversed_and_withdrawn_and_the_state_stays() {
    let script = check(flashed(), Full, |_| {}, |_| {}, &FLASH, DONE);
    assert_eq!((state(&script), script.seen.relations.len()), (("ready", None), 0));
}

#[test]
fn a_relation_that_still_copies_is_waited_for_and_others_are_withdrawn() {
    let spoil = |seen: &mut Observation| {
        seen.relations[0].state = RelationState::Copying;
        relate(seen, "1001", "3001", RelationState::Copied);
        relate(seen, "1000", "3000", RelationState::Copying);
    };
    let log = ["suspend IMSP", "withdraw 1001 3001", "wait", "withdraw 1000 3000"];
    check(flashed(), Full, spoil, |_| {}, &[&log[..], &FLASH[1..]].concat(), DONE);
}

#[test]
fn a_restore_of_data_brings_back_where_data_lie() {
    let one = |seen: &mut Observation| set(seen, "IMSP.DB").volumes.truncate(1);
    let log = [
        "suspend IMSP",
        "setup-needed(restored)",
        "split-instant 1000 3000",
        "restore-incremental 1000 2000",
        "wait",
        "split 1000 2000",
        "resume IMSP",
    ];
    check(mirrored(), Data, one, |_| {}, &log, DONE);
    let log = |seen: &mut Observation| data_set(seen, "IMSP.OLDS", DataSetClass::Log, "UCAT.LOG", "IMSP", &["IMS001"]);
    check(mirrored(), Data, log, |_| {}, &[], "no restore: logs or RECON lie beside the data on 1001");
}

#[test]
fn what_is_no_backup_is_refused_and_nothing_is_done() {
    let nothing = |spoil: fn(&mut Observation), kind: RestoreKind, word: &str| {
        let mut seen = mirrored();
        spoil(&mut seen);
        let before = seen.clone();
        let mut script = Script::new(seen);
        let (verdict, ending) = script.run_restore(kind, 1);
        assert_eq!((verdict.return_code, ending.refused()), (8, Some(word)), "{ending}");
        assert_eq!(script.log, ["lock by restore", "unlock"]);
        assert_eq!(script.seen, before);
    };
    nothing(|seen| seen.profiles[0].backups.clear(), Full, "no-backup");
    nothing(|seen| seen.profiles[0].backups[0].valid = false, Full, "invalid");
    nothing(|seen| seen.profiles[0].backups[0].expired = true, Full, "expired");
    for (scope, refused) in [
        (RestoreScope::FullOnly, [false, true]),
        (RestoreScope::DataOnly, [true, false]),
        (RestoreScope::None, [true, true]),
        (RestoreScope::FullAndData, [false, false]),
    ] {
        for (kind, refused) in [Full, Data].into_iter().zip(refused) {
            let mut script = Script::new(mirrored());
            script.seen.profiles[0].backups[0].restore_scope = Some(scope);
            let (_, ending) = script.run_restore(kind, 1);
            assert_eq!(ending, if refused { RestoreEnding::Scope } else { RestoreEnding::Restored }, "{kind} {scope}");
        }
    }
    nothing(|seen| hold(seen, "2001", "WEEKLY"), Full, "not-usable");
    nothing(|seen| put(seen, "1001", "2001", MirrorState::Invalid), Full, "not-usable");
    nothing(|seen| put(seen, "1001", "2001", MirrorState::Synchronized), Full, "not-usable");
    nothing(|seen| put(seen, "5000", "2001", MirrorState::SyncInProg), Full, "not-usable");
    nothing(|seen| put(seen, "1001", "5000", MirrorState::Synchronized), Full, "not-usable");
}

#[test]
fn a_target_that_is_no_copy_any_more_is_not_usable() {
    let refused = |spoil: fn(&mut Observation), ending: &str| {
        check(flashed(), Full, spoil, |_| {}, &[], &format!("no restore: pairs are not as the backup left them: {ending}"));
    };
    refused(|seen| seen.relations[1].state = RelationState::Failed, "2001 to 1001: failed");
    refused(|seen| seen.relations[1].state = RelationState::Idle, "2001 to 1001: idle");
    refused(
        |seen| {
            seen.relations.pop();
            volume(seen, "2001").volser = None;
        },
        "2001 to 1001: not-paired",
    );
    refused(|seen| volume(seen, "2000").cylinders += 1, "2000 to 1000: cannot-reverse");
    refused(|seen| seen.relations[1].source = volume(seen, "5000").id, "2001 to 1001: target-in-use");
}

#[test]
fn a_locked_profile_is_left_alone() {
    let mut script = Script::new(mirrored());
    script.seen.profiles[0].locked_by = Some("setup".to_owned());
    let (verdict, ending) = script.run_restore(Full, 1);
    assert_eq!((verdict.return_code, ending.refused(), script.log.len()), (12, Some("locked"), 0));
}

#[test]
fn an_ims_system_that_cannot_be_brought_to_rest_is_not_restored() {
    let write = |script: &mut Script| script.refuse.push(("suspend IMSP", Refusal::AlreadySuspended));
    let ending = "no restore: logs could not be suspended (already-suspended)";
    let script = check(mirrored(), Full, |_| {}, write, &["suspend IMSP"], ending);
    assert_eq!(state(&script), ("ready", None));
}

#[test]
fn nothing_is_copied_back_where_the_first_way_is_closed() {
    let write = |script: &mut Script| script.refuse.push(("restore-incremental 1000 2000", Refusal::DeviceNotReady));
    let log = [&BCV[..5], &["resume IMSP"]].concat();
    let ending = "not restored: 2 pairs failed: 2000 to 1000: device-not-ready; 2001 to 1001: not-begun";
    check(mirrored(), Full, |_| {}, write, &log, ending);
    let write = |script: &mut Script| script.refuse.push(("split-instant 1001 3001", Refusal::NoAnswer));
    let log = [&BCV[..4], &["resume IMSP"]].concat();
    let ending = "not restored: 2 pairs failed: 2000 to 1000: not-begun; 2001 to 1001: no-answer";
    check(mirrored(), Full, |_| {}, write, &log, ending);
}

#[test]
fn logs_that_do_not_resume_are_told_three_times_and_are_an_error_of_the_environment() {
    let restored = |refusals: usize| {
        let mut script = Script::new(flashed());
        script.refuse = vec![("resume IMSP", Refusal::Injected); refusals];
        let (verdict, ended) = script.run_restore(Full, 1);
        assert_eq!(ended.to_string(), DONE);
        assert_eq!(script.log.last().map(String::as_str), Some("unlock"));
        let told = script.log.iter().filter(|line| *line == "resume IMSP").count();
        (verdict.return_code, told)
    };
    assert_eq!([0, 1, 2, 3].map(restored), [(0, 1), (0, 2), (0, 3), (12, 3)]);
}

#[test]
fn once_something_is_copied_back_every_pair_is_tried() {
    let write = |script: &mut Script| script.refuse.push(("restore-incremental 1001 2001", Refusal::DeviceNotReady));
    let log = [&BCV[..7], &["split 1000 2000", "resume IMSP"]].concat();
    check(mirrored(), Full, |_| {}, write, &log, "not restored: 1 pairs failed: 2001 to 1001: device-not-ready");
}

#[test]
fn a_pair_without_history_is_restored_in_full() {
    let spoil = |seen: &mut Observation| put(seen, "1000", "2000", MirrorState::SplitNoInc);
    let log = [&BCV[..5], &["restore-full 1000 2000"], &BCV[5..]].concat();
    check(mirrored(), Full, spoil, |_| {}, &log, DONE);
}

#[test]
fn a_copy_that_does_not_end_is_broken_off_so_that_the_backup_stays_what_it_was() {
    let stall = |script: &mut Script| script.stalled = true;
    let log = [&BCV[..7], &["split-forced 1000 2000", "split-forced 1001 2001", "resume IMSP"]].concat();
    let ending = "not restored: 2 pairs failed: 2000 to 1000: timeout; 2001 to 1001: timeout";
    let mut script = check(mirrored(), Full, |_| {}, stall, &log, ending);
    script.stalled = false;
    let again: Vec<&str> = BCV.into_iter().filter(|line| !line.starts_with("split-instant")).collect();
    check(script.seen, Full, |_| {}, |_| {}, &again, DONE);
    let log = ["suspend IMSP", "reverse 1000 2000", "reverse 1001 2001", "wait", "resume IMSP"];
    let script = check(flashed(), Full, |_| {}, stall, &log, ending);
    check(script.seen, Full, |_| {}, |_| {}, &[&AGAIN[..], &["resume IMSP"]].concat(), DONE);
}

/// What a restore does where an earlier one has turned the relations round.
const AGAIN: [&str; 9] = [
    "suspend IMSP",
    "wait",
    "withdraw 2000 1000",
    "withdraw 2001 1001",
    "establish 2000 1000",
    "establish 2001 1001",
    "wait",
    "withdraw 2000 1000",
    "withdraw 2001 1001",
];

/// The relation of a pair was turned round.
fn turned(seen: &mut Observation, source: &str, target: &str, state: RelationState) {
    let (one, other) = (volume(seen, source).id, volume(seen, target).id);
    seen.relations.retain(|relation| (relation.source, relation.target) != (one, other));
    relate(seen, target, source, state);
}

#[test]
fn what_a_restore_that_did_not_end_has_brought_back_is_brought_back_again() {
    let restored = |seen: &mut Observation| put(seen, "1000", "2000", MirrorState::Restored);
    let log = [&BCV[..2], &["split-instant 1000 2000"], &BCV[4..]].concat();
    let parted = |seen: &mut Observation| {
        put(seen, "1000", "3000", MirrorState::Split);
        put(seen, "1001", "3001", MirrorState::Split);
    };
    check(mirrored(), Full, |seen| (parted(seen), restored(seen)).0, |_| {}, &log, DONE);
    let runs = |seen: &mut Observation| put(seen, "1000", "2000", MirrorState::RestInProg);
    let log = [&BCV[..2], &["wait", "split-instant 1000 2000"], &BCV[4..]].concat();
    check(mirrored(), Full, |seen| (parted(seen), runs(seen)).0, |_| {}, &log, DONE);
    let broken_off = |seen: &mut Observation| put(seen, "1000", "2000", MirrorState::SplitBfrRest);
    let log = [&BCV[..2], &BCV[4..]].concat();
    check(mirrored(), Full, |seen| (parted(seen), broken_off(seen)).0, |_| {}, &log, DONE);

    for state in [RelationState::Copied, RelationState::Failed] {
        let log = [
            "suspend IMSP",
            "withdraw 2000 1000",
            "establish 2000 1000",
            "reverse 1001 2001",
            "wait",
            "withdraw 2000 1000",
            "withdraw 2001 1001",
            "resume IMSP",
        ];
        check(flashed(), Full, |seen| turned(seen, "1000", "2000", state), |_| {}, &log, DONE);
    }
    let both = |seen: &mut Observation| {
        turned(seen, "1000", "2000", RelationState::Copying);
        turned(seen, "1001", "2001", RelationState::Copying);
    };
    check(flashed(), Full, both, |_| {}, &[&AGAIN[..], &["resume IMSP"]].concat(), DONE);
}

#[test]
fn where_a_restore_has_begun_every_pair_is_tried() {
    let spoil = |seen: &mut Observation| turned(seen, "1000", "2000", RelationState::Copied);
    let write = |script: &mut Script| script.refuse.push(("establish 2000 1000", Refusal::DeviceNotReady));
    let log = [
        "suspend IMSP",
        "withdraw 2000 1000",
        "establish 2000 1000",
        "reverse 1001 2001",
        "wait",
        "withdraw 2001 1001",
        "resume IMSP",
    ];
    check(flashed(), Full, spoil, write, &log, "not restored: 1 pairs failed: 2000 to 1000: device-not-ready");
}

#[test]
fn a_split_that_is_refused_is_asked_for_again_and_costs_no_backup() {
    let split = "split 1000 2000, 1001 2001";
    let once = |script: &mut Script| script.refuse.push((split, Refusal::NoAnswer));
    let log = [&BCV[..8], &["wait", split, "resume IMSP"]].concat();
    check(mirrored(), Full, |_| {}, once, &log, DONE);
    let always = |script: &mut Script| script.refuse.extend([(split, Refusal::NoAnswer); 3]);
    let log = [&BCV[..8], &["wait", split, "wait", split, "resume IMSP"]].concat();
    let ending = "not restored: 2 pairs failed: 2000 to 1000: no-answer; 2001 to 1001: no-answer";
    let script = check(mirrored(), Full, |_| {}, always, &log, ending);
    assert!(!script.seen.profiles[0].backups[0].expired);
}

#[test]
fn a_pair_that_fails_on_its_way_back_is_said() {
    let write = |script: &mut Script| {
        script.happen.push(("restore-incremental 1001 2001", |seen| put(seen, "1000", "2000", MirrorState::Invalid)));
    };
    let log = [&BCV[..7], &["split 1001 2001", "resume IMSP"]].concat();
    check(mirrored(), Full, |_| {}, write, &log, "not restored: 1 pairs failed: 2000 to 1000: Invalid");
}

#[test]
fn a_mirror_that_a_foreign_job_makes_meanwhile_is_theirs_to_split() {
    let write = |script: &mut Script| {
        script.happen.push(("suspend IMSP", |seen| put(seen, "1001", "5000", MirrorState::Synchronized)));
    };
    let ending = "not restored: 2 pairs failed: 2000 to 1000: not-begun; 2001 to 1001: split-first";
    check(mirrored(), Full, |_| {}, write, &[&BCV[..2], &["resume IMSP"]].concat(), ending);
}

#[test]
fn a_mirror_of_another_generation_that_still_copies_is_broken_off() {
    let spoil = |seen: &mut Observation| put(seen, "1000", "3000", MirrorState::SyncInProg);
    let log = [&BCV[..2], &["split-forced 1000 3000"], &BCV[3..]].concat();
    check(mirrored(), Full, spoil, |_| {}, &log, DONE);
}

#[test]
fn a_mirror_that_is_brought_back_after_its_split_is_not_split_again() {
    let write = |script: &mut Script| {
        script.happen.push(("split-instant 1001 3001", |seen| put(seen, "1000", "3000", MirrorState::Synchronized)));
    };
    let ending = "not restored: 2 pairs failed: 2000 to 1000: established-elsewhere; 2001 to 1001: not-begun";
    check(mirrored(), Full, |_| {}, write, &[&BCV[..4], &["resume IMSP"]].concat(), ending);
}

#[test]
fn a_relation_between_two_sources_is_withdrawn_once() {
    let spoil = |seen: &mut Observation| relate(seen, "1000", "1001", RelationState::Copied);
    let log = [&["suspend IMSP", "withdraw 1000 1001"], &FLASH[1..]].concat();
    check(flashed(), Full, spoil, |_| {}, &log, DONE);
}

#[test]
fn nothing_is_copied_back_where_the_profile_cannot_be_marked() {
    let mut script = Script::new(mirrored());
    script.refuse.push((BCV[1], Refusal::RepositoryUnavailable));
    let (verdict, ending) = script.run_restore(Full, 1);
    assert_eq!(verdict.return_code, 12);
    let cause = "not restored: 2 pairs failed: 2000 to 1000: repository-unavailable; 2001 to 1001: repository-unavailable";
    assert_eq!(ending.to_string(), cause);
    assert_eq!(script.log[1..], [BCV[0], BCV[1], "resume IMSP", "unlock"]);
}

#[test]
fn logs_are_resumed_whatever_happens_and_once_only() {
    let lost = |at: &'static str| {
        let mut script = Script::new(mirrored());
        script.misunderstand = Some(at);
        let (verdict, _) = script.run_restore(Full, 1);
        assert_eq!(verdict.return_code, 12);
        script.log.split_off(1)
    };
    assert_eq!(lost(BCV[1]), [BCV[0], BCV[1], "resume IMSP"]);
    assert_eq!(lost("unlock"), [&BCV[..], &["unlock"]].concat());
}

#[test]
fn a_restore_has_no_ending_before_its_end() {
    assert_eq!(Restore::new(name("DAILY"), Full, 1, 1).ending(), None);
    let codes = [RestoreEnding::Restored, RestoreEnding::NoBackup, RestoreEnding::Locked, RestoreEnding::Environment]
        .map(|ending| ending.return_code());
    assert_eq!(codes, [0, 8, 12, 12]);
}

#[test]
fn of_many_pairs_that_failed_the_first_are_named() {
    let failed = |count: usize| {
        let pair = Unrestored { source: name("1000"), target: None, cause: "late".to_owned() };
        RestoreEnding::Failed(vec![pair; count]).to_string()
    };
    assert_eq!(failed(1), "not restored: 1 pairs failed: 1000: late");
    assert_eq!(failed(8).matches("1000: late").count(), 8);
    assert!(failed(8).ends_with("1000: late"));
    assert!(failed(10).ends_with("1000: late; 2 more"));
}
