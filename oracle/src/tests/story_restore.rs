//! Restores, turn by turn.

use dasdlab_model::observation::Observation;
use dasdlab_model::states::{MirrorState, ProfileState, RelationState, RestoreScope};
use dasdlab_model::story::RestoreKind;
use dasdlab_model::transitions::Refusal;

use super::build::*;
use super::telling::{BCV, FLASHCOPY, Telling, WAIT, backup};
use crate::Work;

#[track_caller]
fn check(kind: RestoreKind, seen: Observation, told: impl FnOnce(&mut Telling), expected: &[&str]) {
    super::telling::check(Work::Restore { kind, generation: 1, wait_ms: WAIT }, seen, told, expected);
}

/// A world after a change.
fn with(mut seen: Observation, change: impl FnOnce(&mut Observation)) -> Observation {
    change(&mut seen);
    seen
}

/// Generation 1 was split by a backup, generation 2 mirrors.
fn mirrors() -> Observation {
    with(bcv(), |seen| {
        let own = profile(seen, "P1");
        (own.state, own.reason, own.fingerprint) = (ProfileState::Ready, None, Some(BCV.to_owned()));
        backup(seen, 1, 1);
        for (standard, saved, current) in [("1000", "1100", "1200"), ("1001", "1101", "1201")] {
            mirror(seen, standard, saved, MirrorState::Split);
            mirror(seen, standard, current, MirrorState::Synchronized);
            volume(seen, saved).held_for = Some(n("P1"));
        }
    })
}

/// Generation 1 holds a complete FlashCopy backup.
fn copies() -> Observation {
    with(flashcopy(), |seen| {
        let own = profile(seen, "P1");
        (own.state, own.reason, own.fingerprint) = (ProfileState::Ready, None, Some(FLASHCOPY.to_owned()));
        backup(seen, 1, 1);
        relate(seen, "1000", "1100", RelationState::Copied);
        relate(seen, "1001", "1101", RelationState::Copied);
    })
}

/// Logs are suspended, setup is needed, and the sources mirror nothing else.
fn begun(t: &mut Telling) {
    t.lock().tells("suspend").tells("state setup-needed restored").look();
    t.tells("split-instant 1000 1200").tells("split-instant 1001 1201");
    t.mirror("1000", "1200", MirrorState::Split).mirror("1001", "1201", MirrorState::Split).look();
}

#[track_caller]
fn check_refused(kind: RestoreKind, change: impl FnOnce(&mut Observation), word: &str) {
    let seen = with(mirrors(), |seen| {
        change(seen);
        profile(seen, "P1").backups.retain(|backup| backup.generation == 1);
    });
    let following = crate::Following::begin(
        Work::Restore { kind, generation: 1, wait_ms: WAIT },
        &n("P1"),
        &seen,
        dasdlab_model::event::Time::default(),
    );
    let mut telling = Telling::new(seen, following);
    telling.lock().tells("unlock");
    let must = telling.end();
    assert_eq!((must.refused, must.complaints), (Some(Some(word.to_owned())), vec![]));
    assert_eq!(must.said.map(|said| said.return_code), Some(8));
}

#[test]
fn what_cannot_be_restored_is_refused() {
    let of = |scope| move |seen: &mut Observation| profile(seen, "P1").backups[0].restore_scope = scope;
    check_refused(RestoreKind::Full, |seen| profile(seen, "P1").backups.clear(), "no-backup");
    check_refused(RestoreKind::Full, |seen| profile(seen, "P1").backups[0].valid = false, "invalid");
    check_refused(RestoreKind::Full, |seen| profile(seen, "P1").backups[0].expired = true, "expired");
    check_refused(RestoreKind::Data, of(Some(RestoreScope::FullOnly)), "scope");
    check_refused(RestoreKind::Full, of(Some(RestoreScope::DataOnly)), "scope");
    check_refused(RestoreKind::Data, of(Some(RestoreScope::None)), "scope");
    check_refused(RestoreKind::Full, of(None), "scope");
    check_refused(RestoreKind::Full, |seen| seen.mirrors[0].state = MirrorState::SplitBfrSync, "not-usable");
    check_refused(RestoreKind::Full, |seen| mirror(seen, "1000", "1401", MirrorState::Synchronized), "not-usable");
    check_refused(RestoreKind::Full, |seen| volume(seen, "1100").held_for = Some(n("P2")), "not-usable");
    check_refused(
        RestoreKind::Data,
        |seen| keep(seen, "IMSP.OLDS2", dasdlab_model::states::DataSetClass::Log, "UCAT.LOG", &["IMSA"], &["DBV001"]),
        "mixed",
    );
}

#[test]
fn a_restore_of_mirrors_needs_setup_afterwards() {
    check(
        RestoreKind::Full,
        mirrors(),
        |t| {
            begun(t);
            t.tells("restore-incremental 1000 1100").tells("restore-incremental 1001 1101");
            t.mirror("1000", "1100", MirrorState::Restored).mirror("1001", "1101", MirrorState::Restored).look();
            t.each("split 1000-1100 1001-1101", &[None, None]).tells("resume").tells("unlock");
        },
        &["0 no scope", "left setup-needed (restored), as set up", "1 valid at 1 array full-and-data"],
    );
}

#[test]
fn a_restore_of_the_data_touches_no_other_source() {
    check(
        RestoreKind::Data,
        mirrors(),
        |t| {
            t.lock().tells("suspend").tells("state setup-needed restored").look();
            t.tells("restore-incremental 1000 1100");
        },
        &["! restore-incremental of ARR1/10/00 and ARR1/10/10 in a restore", "! the logs of IMSA were suspended and not resumed"],
    );
}

#[test]
fn a_pair_that_does_not_come_back_fails_the_restore() {
    check(
        RestoreKind::Full,
        mirrors(),
        |t| {
            begun(t);
            t.tells("restore-incremental 1000 1100").refused("restore-incremental 1001 1101", Refusal::Injected);
            t.mirror("1000", "1100", MirrorState::Restored).look();
            t.each("split 1000-1100", &[None]).tells("resume").tells("unlock");
        },
        &["8 no scope", "left setup-needed (restored), as set up", "1 valid at 1 array full-and-data"],
    );
}

#[test]
fn a_restore_of_copies_leaves_the_state() {
    check(
        RestoreKind::Full,
        copies(),
        |t| {
            t.lock().tells("suspend").look().tells("reverse 1000 1100").tells("reverse 1001 1101");
            t.relation("1000", "1100", None).relation("1100", "1000", Some(RelationState::Copied));
            t.relation("1001", "1101", None).relation("1101", "1001", Some(RelationState::Copied)).look();
            t.tells("withdraw 1100 1000").tells("withdraw 1101 1001").tells("resume").tells("unlock");
        },
        &["0 no scope", "left ready, as set up", "1 valid at 1 array full-and-data"],
    );
}

#[test]
fn logs_that_cannot_be_suspended_refuse_a_restore() {
    check(
        RestoreKind::Full,
        copies(),
        |t| {
            t.lock().refused("suspend", Refusal::AlreadySuspended).tells("unlock");
        },
        &["refused: logs-not-suspended", "8 no scope", "left ready, as set up", "1 valid at 1 array full-and-data"],
    );
}

/// An earlier restore has copied a pair back and not ended.
fn copied_back_before(seen: Observation) -> Observation {
    with(seen, |seen| {
        for pair in &mut seen.mirrors {
            pair.state = MirrorState::Split;
        }
        seen.mirrors[0].state = MirrorState::Restored;
    })
}

#[test]
fn what_an_earlier_restore_has_brought_back_is_split_and_brought_back_again() {
    check(
        RestoreKind::Full,
        copied_back_before(mirrors()),
        |t| {
            t.lock().tells("suspend").tells("state setup-needed restored").look();
            t.tells("split-instant 1000 1100").mirror("1000", "1100", MirrorState::Split).look();
            t.tells("restore-incremental 1000 1100").tells("restore-incremental 1001 1101");
            t.mirror("1000", "1100", MirrorState::Restored).mirror("1001", "1101", MirrorState::Restored).look();
            t.each("split 1000-1100 1001-1101", &[None, None]).tells("resume").tells("unlock");
        },
        &["0 no scope", "left setup-needed (restored), as set up", "1 valid at 1 array full-and-data"],
    );
}

#[test]
fn what_an_earlier_restore_has_brought_back_is_not_back() {
    check(
        RestoreKind::Full,
        copied_back_before(mirrors()),
        |t| {
            t.lock().tells("suspend").tells("state setup-needed restored").look();
            t.nothing("restore-incremental 1000 1100").tells("restore-incremental 1001 1101");
            t.mirror("1001", "1101", MirrorState::Restored).look();
            t.each("split 1000-1100 1001-1101", &[None, None]).tells("resume").tells("unlock");
        },
        &["8 no scope", "left setup-needed (restored), as set up", "1 valid at 1 array full-and-data"],
    );
    let turned = with(copies(), |seen| {
        seen.relations.clear();
        relate(seen, "1100", "1000", RelationState::Copied);
        relate(seen, "1101", "1001", RelationState::Copied);
    });
    let left = ["left ready, as set up", "1 valid at 1 array full-and-data"];
    check(
        RestoreKind::Full,
        turned.clone(),
        |t| {
            t.lock().tells("suspend").look();
            t.tells("withdraw 1100 1000").tells("withdraw 1101 1001").tells("resume").tells("unlock");
        },
        &["8 no scope", left[0], left[1]],
    );
    check(
        RestoreKind::Full,
        turned,
        |t| {
            t.lock().tells("suspend").look();
            for (source, target) in [("1000", "1100"), ("1001", "1101")] {
                t.tells(&format!("withdraw {target} {source}")).relation(target, source, None);
            }
            t.look().tells("establish 1100 1000").tells("establish 1101 1001");
            for (source, target) in [("1000", "1100"), ("1001", "1101")] {
                t.relation(target, source, Some(RelationState::Copied));
            }
            t.look().tells("withdraw 1100 1000").tells("withdraw 1101 1001").tells("resume").tells("unlock");
        },
        &["0 no scope", left[0], left[1]],
    );
}

#[test]
fn a_backup_whose_bcvs_cannot_be_split_again_has_not_expired() {
    check(
        RestoreKind::Full,
        mirrors(),
        |t| {
            begun(t);
            t.tells("restore-incremental 1000 1100").tells("restore-incremental 1001 1101");
            t.mirror("1000", "1100", MirrorState::Restored).mirror("1001", "1101", MirrorState::Restored).look();
            t.refused("split 1000-1100 1001-1101", Refusal::NoAnswer).tells("expire 1");
        },
        &[
            "! the record of P1's generation 1 as expired (taken at 1, array, full-and-data) in a restore",
            "! the logs of IMSA were suspended and not resumed",
        ],
    );
}
