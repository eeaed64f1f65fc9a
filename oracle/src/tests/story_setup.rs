//! Profile setup, turn by turn.

use dasdlab_model::observation::Observation;
use dasdlab_model::states::{HostStatus, MirrorState};
use dasdlab_model::transitions::Refusal;

use super::build::*;
use super::telling::{BCV, FLASHCOPY, Telling, WAIT, backup};
use crate::Work;

#[track_caller]
fn check(seen: Observation, told: impl FnOnce(&mut Telling), expected: &[&str]) {
    super::telling::check(Work::Setup { wait_ms: WAIT }, seen, told, expected);
}

/// A world after a change.
fn with(mut seen: Observation, change: impl FnOnce(&mut Observation)) -> Observation {
    change(&mut seen);
    seen
}

/// Generation 2 is held, the profile synchronizing and then ready.
fn kept_and_ready(t: &mut Telling) {
    t.tells("hold 1200").tells("hold 1201");
    synchronized(t);
}

fn synchronized(t: &mut Telling) {
    t.tells(&format!("state synchronizing as {BCV}")).look();
    t.at(5).mirror("1000", "1100", MirrorState::Synchronized).mirror("1001", "1101", MirrorState::Synchronized).look();
    t.tells("state ready").tells("unlock");
}

/// Both pairs are established by this order.
fn established(t: &mut Telling, order: &str) {
    t.lock().look();
    t.tells(&format!("{order} 1000 1100")).mirror("1000", "1100", MirrorState::SyncInProg).look();
    t.tells(&format!("{order} 1001 1101")).mirror("1001", "1101", MirrorState::SyncInProg).look();
}

#[test]
fn a_flashcopy_profile_is_ready_at_once() {
    check(
        flashcopy(),
        |t| {
            t.lock().tells(&format!("state ready as {FLASHCOPY}")).tells("unlock");
        },
        &["0 full-and-data", "left ready, as set up"],
    );
}

#[test]
fn a_bcv_profile_is_ready_when_every_pair_is_synchronized() {
    check(
        bcv(),
        |t| {
            established(t, "establish-full");
            kept_and_ready(t);
        },
        &["0 full-and-data", "left ready, as set up"],
    );
}

#[test]
fn a_profile_that_is_ready_too_early_is_complained_of() {
    check(
        bcv(),
        |t| {
            established(t, "establish-full");
            t.tells("hold 1200").tells("hold 1201").tells(&format!("state synchronizing as {BCV}")).look();
            t.mirror("1000", "1100", MirrorState::Synchronized).look().tells("state ready").tells("unlock");
        },
        &["! the state ready of P1 without a look at the world before it"],
    );
}

#[test]
fn an_error_of_the_check_touches_no_array() {
    let boxed = || with(bcv(), |seen| status(seen, "1000", HostStatus::Boxed));
    check(
        boxed(),
        |t| {
            t.lock().tells("state setup-needed findings").tells("unlock");
        },
        &["8 full-and-data", "PS05E boxed unit:1000 volser=LOG001", "left setup-needed (findings)"],
    );
    check(
        boxed(),
        |t| {
            t.lock().look().tells("establish-full 1001 1101");
        },
        &["! a look at the world where the state setup-needed (findings) of P1 had to come"],
    );
}

#[test]
fn ps00_changes_nothing() {
    check(
        with(bcv(), |seen| array(seen, "ARR1").reachable = false),
        |t| {
            t.lock().tells("unlock");
        },
        &["12 no scope", "PS00E array-unreachable array:ARR1 units=6", "left setup-needed (new)"],
    );
}

#[test]
fn a_profile_that_somebody_has_locked_is_left_alone() {
    check(
        with(bcv(), |seen| profile(seen, "P1").locked_by = Some("backup".to_owned())),
        |t| {
            t.look();
        },
        &["12 no scope", "PS00E profile-locked profile:P1 locked_by=backup", "left setup-needed (new)"],
    );
}

#[test]
fn a_lock_that_is_refused_says_why() {
    check(
        bcv(),
        |t| {
            t.look().refused("lock", Refusal::RepositoryUnavailable).look();
        },
        &[
            "12 no scope",
            "PS00E profile-locked profile:P1 locked_by=nobody, but the lock was refused: repository-unavailable",
            "left setup-needed (new)",
        ],
    );
    check(
        bcv(),
        |t| {
            t.look().refused("lock", Refusal::ProfileLocked);
            profile(&mut t.seen, "P1").locked_by = Some("setup".to_owned());
            t.look();
        },
        &["12 no scope", "PS00E profile-locked profile:P1 locked_by=setup", "left setup-needed (new)"],
    );
}

#[test]
fn a_lock_of_its_own_is_no_finding_and_must_be_given_back() {
    check(
        flashcopy(),
        |t| {
            t.lock().tells(&format!("state ready as {FLASHCOPY}"));
        },
        &["! it ended where the unlock of P1 had to come"],
    );
}

#[test]
fn a_state_that_cannot_be_written_fails_the_environment() {
    check(
        flashcopy(),
        |t| {
            t.lock().refused(&format!("state ready as {FLASHCOPY}"), Refusal::RepositoryUnavailable).tells("unlock");
        },
        &["12 no scope", "left setup-needed (new)"],
    );
}

#[test]
fn what_mirrors_its_source_is_kept() {
    check(
        with(bcv(), |seen| {
            mirror(seen, "1000", "1100", MirrorState::Synchronized);
            mirror(seen, "1001", "1101", MirrorState::SyncInProg);
        }),
        |t| {
            t.lock().look();
            kept_and_ready(t);
        },
        &[
            "0 full-and-data",
            "PS16I already-established unit:1000+unit:1100+generation:1 state=Synchronized",
            "PS16I already-established unit:1001+unit:1101+generation:1 state=SyncInProg",
            "left ready, as set up",
        ],
    );
}

#[test]
fn history_makes_the_establish_incremental_and_none_makes_it_full() {
    let split = || {
        with(bcv(), |seen| {
            mirror(seen, "1000", "1100", MirrorState::Split);
            mirror(seen, "1001", "1101", MirrorState::SplitBfrSync);
        })
    };
    check(
        split(),
        |t| {
            established(t, "establish-incremental");
            kept_and_ready(t);
        },
        &["0 full-and-data", "left ready, as set up"],
    );
    check(
        split(),
        |t| {
            t.lock().look().refused("establish-incremental 1000 1100", Refusal::NoHistory).tells("establish-full 1000 1100");
            t.mirror("1000", "1100", MirrorState::SyncInProg).look();
            t.tells("establish-incremental 1001 1101").mirror("1001", "1101", MirrorState::SyncInProg).look();
            kept_and_ready(t);
        },
        &["0 full-and-data", "left ready, as set up"],
    );
}

#[test]
fn a_target_of_another_source_is_split_first() {
    check(
        with(bcv(), |seen| mirror(seen, "1001", "1100", MirrorState::SyncInProg)),
        |t| {
            t.lock().look().tells("split-forced 1001 1100").mirror("1001", "1100", MirrorState::SplitBfrSync).look();
            t.tells("establish-full 1000 1100").mirror("1000", "1100", MirrorState::SyncInProg).look();
            t.tells("establish-full 1001 1101").mirror("1001", "1101", MirrorState::SyncInProg).look();
            kept_and_ready(t);
        },
        &["0 full-and-data", "PS16I split-first unit:1000+unit:1100+generation:1 established_to=1001", "left ready, as set up"],
    );
}

#[test]
fn a_split_that_runs_is_waited_for_until_the_limit() {
    let splitting = || {
        with(bcv(), |seen| {
            mirror(seen, "1000", "1100", MirrorState::SplitInProg);
            mirror(seen, "1001", "1101", MirrorState::Synchronized);
        })
    };
    check(
        splitting(),
        |t| {
            t.lock().look().at(1).mirror("1000", "1100", MirrorState::Split).look();
            t.tells("establish-incremental 1000 1100").mirror("1000", "1100", MirrorState::SyncInProg).look();
            kept_and_ready(t);
        },
        &[
            "0 full-and-data",
            "PS16I already-established unit:1001+unit:1101+generation:1 state=Synchronized",
            "left ready, as set up",
        ],
    );
    check(
        splitting(),
        |t| {
            t.lock().look().at(10).look();
            t.tells("hold 1200").tells("hold 1201").look().tells("state setup-needed timeout").tells("unlock");
        },
        &[
            "8 full-and-data",
            "PS16E timeout unit:1000+unit:1100+generation:1 state=SplitInProg",
            "PS16I already-established unit:1001+unit:1101+generation:1 state=Synchronized",
            "left setup-needed (timeout)",
        ],
    );
}

#[test]
fn a_restored_pair_is_split_first_without_a_finding() {
    check(
        with(bcv(), |seen| mirror(seen, "1000", "1100", MirrorState::Restored)),
        |t| {
            t.lock().look().tells("split-normal 1000 1100").mirror("1000", "1100", MirrorState::Split).look();
            t.tells("establish-incremental 1000 1100").mirror("1000", "1100", MirrorState::SyncInProg).look();
            t.tells("establish-full 1001 1101").mirror("1001", "1101", MirrorState::SyncInProg).look();
            kept_and_ready(t);
        },
        &["0 full-and-data", "left ready, as set up"],
    );
}

#[test]
fn unusable_and_foreign_targets_are_refused_with_every_cause() {
    check(
        with(bcv(), |seen| {
            mirror(seen, "1000", "1100", MirrorState::Unknown);
            volume(seen, "1100").held_for = Some(n("P3"));
            volume(seen, "1201").held_for = Some(n("P3"));
        }),
        |t| {
            t.lock().look().tells("establish-full 1001 1101").mirror("1001", "1101", MirrorState::SyncInProg).look();
            t.tells("hold 1200").tells("state setup-needed refused").tells("unlock");
        },
        &[
            "8 full-and-data",
            "PS09W target-in-other-profile unit:1100+profile:P3 volser= how=[held]",
            "PS09W target-in-other-profile unit:1201+profile:P3 volser= how=[held]",
            "PS16E refused unit:1000+unit:1100+generation:1 cause=Unknown, held",
            "PS16E refused unit:1001+unit:1201+generation:2 cause=held",
            "left setup-needed (refused)",
        ],
    );
}

#[test]
fn every_pair_is_tried_after_a_refusal() {
    check(
        bcv(),
        |t| {
            t.lock().look().refused("establish-full 1000 1100", Refusal::Injected).look();
            t.tells("establish-full 1001 1101").mirror("1001", "1101", MirrorState::SyncInProg).look();
            t.tells("hold 1200").refused("hold 1201", Refusal::NoAnswer);
            t.tells("state setup-needed refused").tells("unlock");
        },
        &[
            "8 full-and-data",
            "PS16E refused unit:1000+unit:1100+generation:1 cause=injected",
            "PS16E refused unit:1001+unit:1201+generation:2 cause=no-answer",
            "left setup-needed (refused)",
        ],
    );
    check(
        bcv(),
        |t| {
            t.lock().look().refused("establish-full 1000 1100", Refusal::Injected).look();
            t.tells("state setup-needed refused").tells("unlock");
        },
        &["! the state setup-needed (refused) of P1 where establish-full of ARR1/10/01 and ARR1/10/11 had to come"],
    );
}

#[test]
fn a_pair_is_checked_again_when_its_turn_comes() {
    check(
        bcv(),
        |t| {
            t.lock().look().tells("establish-full 1000 1100").mirror("1000", "1100", MirrorState::SyncInProg);
            t.status("1001", HostStatus::Boxed).mirror("1300", "1101", MirrorState::SyncInProg).look();
            t.tells("hold 1200").tells("hold 1201").tells("state setup-needed changed-since-check").tells("unlock");
        },
        &[
            "8 full-and-data",
            "PS16E changed-since-check unit:1001+unit:1101+generation:1 no_longer_passes=[PS05:boxed,PS13:established]",
            "left setup-needed (changed-since-check)",
        ],
    );
    check(
        bcv(),
        |t| {
            t.lock().look().tells("establish-full 1000 1100").tells("establish-full 1001 1101");
        },
        &["! establish-full of ARR1/10/01 and ARR1/10/11 without a look at the world before it"],
    );
}

#[test]
fn a_pair_that_leaves_the_way_to_synchronized_has_failed() {
    check(
        bcv(),
        |t| {
            established(t, "establish-full");
            t.tells("hold 1200").tells("hold 1201").tells(&format!("state synchronizing as {BCV}")).look();
            t.mirror("1001", "1101", MirrorState::Invalid).look();
            t.tells("state setup-needed pair-failed").tells("unlock");
        },
        &[
            "8 full-and-data",
            "PS16E pair-failed unit:1001+unit:1101+generation:1 state=Invalid",
            "left setup-needed (pair-failed), as set up",
        ],
    );
}

#[test]
fn the_wait_limit_names_every_pair_that_it_leaves_behind() {
    check(
        bcv(),
        |t| {
            established(t, "establish-full");
            t.tells("hold 1200").tells("hold 1201").tells(&format!("state synchronizing as {BCV}")).look();
            t.mirror("1000", "1100", MirrorState::Synchronized).look().at(10).look();
            t.tells("state setup-needed timeout").tells("unlock");
        },
        &[
            "8 full-and-data",
            "PS16E timeout unit:1001+unit:1101+generation:1 state=SyncInProg",
            "left setup-needed (timeout), as set up",
        ],
    );
}

#[test]
fn another_generation_is_split_and_held() {
    check(
        with(bcv(), |seen| {
            mirror(seen, "1000", "1200", MirrorState::SyncInProg);
            mirror(seen, "1001", "1201", MirrorState::Synchronized);
        }),
        |t| {
            established(t, "establish-full");
            t.tells("split-forced 1000 1200").tells("hold 1200").tells("split-normal 1001 1201").tells("hold 1201");
            synchronized(t);
        },
        &["0 full-and-data", "left ready, as set up"],
    );
    check(
        bcv(),
        |t| {
            established(t, "establish-full");
            t.tells("hold 1200").tells(&format!("state synchronizing as {BCV}"));
        },
        &[&format!("! the state synchronizing with fingerprint {BCV} of P1 where the hold of ARR1/10/21 for P1 had to come")],
    );
}

#[test]
fn a_generation_that_was_not_split_is_not_held() {
    check(
        with(bcv(), |seen| mirror(seen, "1000", "1200", MirrorState::Synchronized)),
        |t| {
            established(t, "establish-full");
            t.refused("split-normal 1000 1200", Refusal::Splitting).tells("hold 1201");
            t.tells("state setup-needed refused").tells("unlock");
        },
        &["8 full-and-data", "PS16E refused unit:1000+unit:1200+generation:2 cause=splitting", "left setup-needed (refused)"],
    );
}

#[test]
fn a_backup_expires_when_the_first_pair_is_established_over_it() {
    check(
        with(bcv(), |seen| backup(seen, 1, 0)),
        |t| {
            t.lock().look().refused("establish-full 1000 1100", Refusal::Injected).look();
            t.refused("establish-full 1001 1101", Refusal::Injected).look();
            t.tells("hold 1200").tells("hold 1201").tells("state setup-needed refused").tells("unlock");
        },
        &[
            "8 full-and-data",
            "PS16E refused unit:1000+unit:1100+generation:1 cause=injected",
            "PS16E refused unit:1001+unit:1101+generation:1 cause=injected",
            "left setup-needed (refused)",
            "1 valid at 0 array full-and-data",
        ],
    );
    check(
        with(bcv(), |seen| backup(seen, 1, 0)),
        |t| {
            t.lock().look().tells("establish-full 1000 1100").mirror("1000", "1100", MirrorState::SyncInProg).look();
            t.tells("expire 1").look();
            t.tells("establish-full 1001 1101").mirror("1001", "1101", MirrorState::SyncInProg).look();
            kept_and_ready(t);
        },
        &["0 full-and-data", "left ready, as set up", "1 expired at 0 array full-and-data"],
    );
}

#[test]
fn a_copy_to_a_source_is_complained_of_whatever_else_is_wrong() {
    check(
        bcv(),
        |t| {
            t.tells("establish-full 1100 1000").look().tells("establish-full 1100 1001");
        },
        &[
            "! establish-full of ARR1/10/10 and ARR1/10/00 copies to ARR1/10/00, a source",
            "! establish-full of ARR1/10/10 and ARR1/10/00 without a look at the world before it",
            "! establish-full of ARR1/10/10 and ARR1/10/01 copies to ARR1/10/01, a source",
        ],
    );
}
