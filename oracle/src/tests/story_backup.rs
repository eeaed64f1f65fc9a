//! Backups, turn by turn.

use dasdlab_model::observation::Observation;
use dasdlab_model::states::{HostStatus, MirrorState, ProfileState, RelationState};
use dasdlab_model::transitions::Refusal;

use super::build::*;
use super::telling::{BCV, FLASHCOPY, Telling, WAIT, backup};
use crate::Work;

#[track_caller]
fn check(seen: Observation, told: impl FnOnce(&mut Telling), expected: &[&str]) {
    super::telling::check(Work::Backup { wait_ms: WAIT }, seen, told, expected);
}

/// A world after a change.
fn with(mut seen: Observation, change: impl FnOnce(&mut Observation)) -> Observation {
    change(&mut seen);
    seen
}

fn ready(mut seen: Observation, fingerprint: &str) -> Observation {
    let own = profile(&mut seen, "P1");
    (own.state, own.reason, own.fingerprint) = (ProfileState::Ready, None, Some(fingerprint.to_owned()));
    seen
}

/// A FlashCopy profile that was set up.
fn flash() -> Observation {
    ready(flashcopy(), FLASHCOPY)
}

/// A BCV profile that was set up: generation 1 mirrors, generation 2 is held.
fn mirrors() -> Observation {
    let mut seen = ready(bcv(), BCV);
    for (standard, current, other) in [("1000", "1100", "1200"), ("1001", "1101", "1201")] {
        mirror(&mut seen, standard, current, MirrorState::Synchronized);
        mirror(&mut seen, standard, other, MirrorState::Split);
        volume(&mut seen, other).held_for = Some(n("P1"));
    }
    seen
}

/// The same with one generation, and so with another fingerprint, which nobody has written down.
fn one_generation() -> Observation {
    with(mirrors(), |seen| {
        let own = profile(seen, "P1");
        (own.generations, own.fingerprint) = (1, None);
        own.targets.retain(|mapping| mapping.generation == 1);
        for unit in ["1200", "1201"] {
            let bcv = id(seen, unit);
            seen.mirrors.retain(|pair| pair.bcv != bcv);
            volume(seen, unit).held_for = None;
        }
    })
}

/// The current generation is split at this second.
fn split(t: &mut Telling) {
    t.at(3).lock().each("split 1000-1100 1001-1101", &[None, None]);
    t.mirror("1000", "1100", MirrorState::Split).mirror("1001", "1101", MirrorState::Split).look();
}

/// The backup is recorded, the split set held, and the profile synchronizing.
fn recorded(t: &mut Telling) {
    split(t);
    t.tells("record 1 valid array full-and-data").tells("hold 1100").tells("hold 1101");
    t.tells("state synchronizing").look();
}

/// A pair of generation 2 is given free and established.
fn established(t: &mut Telling, standard: &str, bcv: &str) {
    t.tells(&format!("release {bcv}")).tells(&format!("establish-incremental {standard} {bcv}"));
    volume(&mut t.seen, bcv).held_for = None;
    t.mirror(standard, bcv, MirrorState::SyncInProg).look();
}

/// Logs are suspended at this second.
fn suspended(t: &mut Telling) {
    t.at(3).lock().tells("suspend").look();
}

#[test]
fn a_profile_that_is_not_ready_is_refused_and_nothing_is_changed() {
    check(
        bcv(),
        |t| {
            t.look();
        },
        &["refused: not-ready", "8 no scope", "left setup-needed (new)"],
    );
    check(
        with(mirrors(), |seen| profile(seen, "P1").state = ProfileState::Synchronizing),
        |t| {
            t.look();
        },
        &["refused: not-ready", "8 no scope", "left synchronizing, as set up"],
    );
}

#[test]
fn a_profile_that_stopped_being_ready_before_the_lock_is_refused_too() {
    check(
        mirrors(),
        |t| {
            t.look().tells("lock");
            profile(&mut t.seen, "P1").state = ProfileState::Synchronizing;
            t.look().tells("unlock");
        },
        &["refused: not-ready", "8 full-and-data", "left synchronizing, as set up"],
    );
}

#[test]
fn a_configuration_that_was_not_set_up_is_not_backed_up() {
    check(
        with(mirrors(), |seen| profile(seen, "P1").fingerprint = Some("another".to_owned())),
        |t| {
            t.lock().tells("state setup-needed fingerprint").tells("unlock");
        },
        &["8 full-and-data", "left setup-needed (fingerprint)another"],
    );
}

#[test]
fn an_error_of_the_check_takes_no_backup() {
    check(
        with(flash(), |seen| status(seen, "1001", HostStatus::NoPath)),
        |t| {
            t.lock().tells("state setup-needed pre-backup-check").tells("unlock");
        },
        &["8 full-and-data", "PS05E no-path unit:1001 volser=DBV001", "left setup-needed (pre-backup-check), as set up"],
    );
    check(
        with(flash(), |seen| seen.authority.denied.push(n("IMSA"))),
        |t| {
            t.lock().tells("unlock");
        },
        &["12 no scope", "PS00E not-authorized profile:P1 ims_ssid=IMSA", "left ready, as set up"],
    );
}

#[test]
fn every_pair_of_the_current_generation_must_be_synchronized() {
    check(
        with(mirrors(), |seen| seen.mirrors[0].state = MirrorState::Invalid),
        |t| {
            t.lock().tells("state setup-needed pre-backup-check").tells("unlock");
        },
        &[
            "8 full-and-data",
            "PS16E pair-failed unit:1000+unit:1100+generation:1 state=Invalid",
            "left setup-needed (pre-backup-check), as set up",
        ],
    );
    check(
        with(mirrors(), |seen| seen.mirrors[0].state = MirrorState::Invalid),
        |t| {
            t.lock().each("split 1000-1100 1001-1101", &[None, None]);
        },
        &["! the split of 2 pairs where the state setup-needed (pre-backup-check) of P1 had to come"],
    );
}

#[test]
fn a_split_is_recorded_held_and_followed_by_the_next_generation() {
    check(
        mirrors(),
        |t| {
            recorded(t);
            established(t, "1000", "1200");
            established(t, "1001", "1201");
            t.at(8).mirror("1000", "1200", MirrorState::Synchronized).mirror("1001", "1201", MirrorState::Synchronized);
            t.look().tells("state ready").tells("unlock");
        },
        &["0 full-and-data", "left ready, as set up", "1 valid at 3 array full-and-data"],
    );
}

#[test]
fn what_the_next_generation_held_expires() {
    check(
        with(mirrors(), |seen| backup(seen, 2, 1)),
        |t| {
            recorded(t);
            established(t, "1000", "1200");
            t.tells("expire 2").look();
            established(t, "1001", "1201");
            t.at(20).look().tells("state setup-needed timeout").tells("unlock");
        },
        &[
            "8 full-and-data",
            "PS16E timeout unit:1000+unit:1200+generation:2 state=SyncInProg",
            "PS16E timeout unit:1001+unit:1201+generation:2 state=SyncInProg",
            "left setup-needed (timeout), as set up",
            "1 valid at 3 array full-and-data",
            "2 expired at 1 array full-and-data",
        ],
    );
}

#[test]
fn an_error_with_the_next_generation_leaves_the_backup_valid() {
    check(
        mirrors(),
        |t| {
            recorded(t);
            t.tells("release 1200").refused("establish-incremental 1000 1200", Refusal::Injected).tells("hold 1200").look();
            established(t, "1001", "1201");
            t.tells("state setup-needed establish-next").tells("unlock");
        },
        &[
            "8 full-and-data",
            "PS16E refused unit:1000+unit:1200+generation:2 cause=injected",
            "left setup-needed (establish-next), as set up",
            "1 valid at 3 array full-and-data",
        ],
    );
}

#[test]
fn the_pairs_of_the_next_generation_are_checked_again() {
    check(
        mirrors(),
        |t| {
            split(t);
            t.tells("record 1 valid array full-and-data").tells("hold 1100").tells("hold 1101").tells("state synchronizing");
            t.status("1000", HostStatus::Boxed).look();
            established(t, "1001", "1201");
            t.tells("state setup-needed establish-next").tells("unlock");
        },
        &[
            "8 full-and-data",
            "PS16E changed-since-check unit:1000+unit:1200+generation:2 no_longer_passes=[PS05:boxed]",
            "left setup-needed (establish-next), as set up",
            "1 valid at 3 array full-and-data",
        ],
    );
}

#[test]
fn a_pair_of_the_next_generation_that_fails_on_the_way_is_named() {
    check(
        mirrors(),
        |t| {
            recorded(t);
            established(t, "1000", "1200");
            established(t, "1001", "1201");
            t.mirror("1001", "1201", MirrorState::Invalid).look().tells("state setup-needed pair-failed").tells("unlock");
        },
        &[
            "8 full-and-data",
            "PS16E pair-failed unit:1001+unit:1201+generation:2 state=Invalid",
            "left setup-needed (pair-failed), as set up",
            "1 valid at 3 array full-and-data",
        ],
    );
}

#[test]
fn a_split_that_fails_ends_the_job_and_holds_nothing() {
    check(
        mirrors(),
        |t| {
            t.at(3).lock().each("split 1000-1100 1001-1101", &[None, Some(Refusal::Injected)]);
            t.mirror("1000", "1100", MirrorState::Split).look();
            t.tells("record 1 invalid array full-and-data").tells("state setup-needed split-failed").tells("unlock");
        },
        &[
            "8 full-and-data",
            "PS16E refused unit:1001+unit:1101+generation:1 cause=injected",
            "left setup-needed (split-failed), as set up",
            "1 invalid at 3 array full-and-data",
        ],
    );
}

#[test]
fn a_split_that_is_not_to_be_seen_has_failed() {
    check(
        mirrors(),
        |t| {
            t.at(3).lock().each("split 1001-1101 1000-1100", &[None, None]).mirror("1000", "1100", MirrorState::Split);
            t.mirror("1001", "1101", MirrorState::Invalid).look();
            t.tells("record 1 valid array full-and-data");
        },
        &[
            "! the record of P1's generation 1 as valid (taken at 3, array, full-and-data) where the record of P1's generation 1 as \
             invalid (taken at 3, array, full-and-data) had to come",
        ],
    );
}

#[test]
fn the_only_generation_needs_setup_after_its_backup() {
    check(
        one_generation(),
        |t| {
            split(t);
            t.tells("record 1 valid array full-and-data").tells("hold 1100").tells("hold 1101");
            t.tells("state setup-needed one-generation").tells("unlock");
        },
        &["0 full-and-data", "left setup-needed (one-generation)", "1 valid at 3 array full-and-data"],
    );
}

#[test]
fn a_backup_that_cannot_be_recorded_stays_on_its_targets() {
    check(
        mirrors(),
        |t| {
            split(t);
            t.refused("record 1 valid array full-and-data", Refusal::RepositoryUnavailable).tells("hold 1100").tells("hold 1101");
            t.tells("state setup-needed record-failed").tells("unlock");
        },
        &["8 full-and-data", "left setup-needed (record-failed), as set up"],
    );
    check(
        flash(),
        |t| {
            suspended(t);
            t.each("copy 1000-1100 1001-1101", &[None, None]).tells("resume");
            t.relation("1000", "1100", Some(RelationState::Copying))
                .relation("1001", "1101", Some(RelationState::Copying))
                .look();
            t.refused("record 1 valid log-suspend full-and-data", Refusal::NoAnswer);
            t.tells("state setup-needed record-failed").tells("unlock");
        },
        &["8 full-and-data", "left setup-needed (record-failed), as set up"],
    );
}

#[test]
fn old_host_software_splits_under_suspended_logs() {
    let old = || with(one_generation(), |seen| seen.systems[0].host_software_level = Some("05.04".to_owned()));
    check(
        old(),
        |t| {
            suspended(t);
            t.each("split 1000-1100 1001-1101", &[None, None]).tells("resume");
            t.mirror("1000", "1100", MirrorState::Split).mirror("1001", "1101", MirrorState::Split).look();
            t.tells("record 1 valid log-suspend full-and-data").tells("hold 1100").tells("hold 1101");
            t.tells("state setup-needed one-generation").tells("unlock");
        },
        &["0 full-and-data", "left setup-needed (one-generation)", "1 valid at 3 log-suspend full-and-data"],
    );
    // A mirror left its state while logs were being suspended.
    check(
        old(),
        |t| {
            t.at(3).lock().tells("suspend").mirror("1001", "1101", MirrorState::Invalid).look();
            t.tells("resume").tells("state setup-needed pre-backup-check").tells("unlock");
        },
        &[
            "8 full-and-data",
            "PS16E pair-failed unit:1001+unit:1101+generation:1 state=Invalid",
            "left setup-needed (pre-backup-check)",
        ],
    );
}

#[test]
fn logs_that_cannot_be_suspended_leave_everything_as_it_was() {
    check(
        with(flash(), |seen| backup(seen, 1, 1)),
        |t| {
            t.at(3).lock().refused("suspend", Refusal::AlreadySuspended);
            t.tells("record 2 invalid log-suspend full-and-data").tells("unlock");
        },
        &[
            "8 full-and-data",
            "left ready, as set up",
            "1 valid at 1 array full-and-data",
            "2 invalid at 3 log-suspend full-and-data",
        ],
    );
}

#[test]
fn a_flashcopy_backup_takes_the_lowest_free_slot() {
    check(
        with(flash(), |seen| {
            backup(seen, 1, 1);
            relate(seen, "1000", "1100", RelationState::Copied);
        }),
        |t| {
            suspended(t);
            t.each("copy 1000-1200 1001-1201", &[None, None]).tells("resume");
            t.relation("1000", "1200", Some(RelationState::Copying))
                .relation("1001", "1201", Some(RelationState::Copying))
                .look();
            t.tells("record 2 valid log-suspend full-and-data").tells("unlock");
        },
        &[
            "0 full-and-data",
            "left ready, as set up",
            "1 valid at 1 array full-and-data",
            "2 valid at 3 log-suspend full-and-data",
        ],
    );
}

#[test]
fn the_oldest_backup_gives_way_and_expires_no_earlier_than_it_must_and_the_copy_dates_the_new_one() {
    let full = |state| {
        with(flash(), move |seen| {
            backup(seen, 1, 2);
            backup(seen, 2, 1);
            relate(seen, "1000", "1200", state);
        })
    };
    // What was complete lives until the first pair is established over it.
    check(
        full(RelationState::Copied),
        |t| {
            suspended(t);
            t.tells("withdraw 1000 1200").at(4).look();
            t.each("copy 1000-1200 1001-1201", &[None, None]).tells("expire 2").tells("resume");
            t.relation("1000", "1200", Some(RelationState::Copying))
                .relation("1001", "1201", Some(RelationState::Copying))
                .look();
            t.tells("record 2 valid log-suspend full-and-data").tells("unlock");
        },
        &[
            "0 full-and-data",
            "left ready, as set up",
            "1 valid at 2 array full-and-data",
            "2 valid at 4 log-suspend full-and-data",
        ],
    );
    // What was not complete has gone with its relation.
    check(
        full(RelationState::Copying),
        |t| {
            suspended(t);
            t.tells("withdraw 1000 1200").tells("expire 2").look();
            t.each("copy 1000-1200 1001-1201", &[Some(Refusal::Injected), Some(Refusal::Injected)]).tells("resume");
            t.relation("1000", "1200", None).look();
            t.tells("record 2 invalid log-suspend full-and-data").tells("state setup-needed establish-failed").tells("unlock");
        },
        &[
            "8 full-and-data",
            "left setup-needed (establish-failed), as set up",
            "1 valid at 2 array full-and-data",
            "2 invalid at 3 log-suspend full-and-data",
        ],
    );
    // If all were refused it stays.
    check(
        full(RelationState::Copied),
        |t| {
            suspended(t);
            t.refused("withdraw 1000 1200", Refusal::NoAnswer).look();
            t.each("copy 1000-1200 1001-1201", &[Some(Refusal::TargetInUse), Some(Refusal::Injected)]).tells("resume").look();
            t.tells("record 2 invalid log-suspend full-and-data").tells("state setup-needed establish-failed").tells("unlock");
        },
        &[
            "8 full-and-data",
            "left setup-needed (establish-failed), as set up",
            "1 valid at 2 array full-and-data",
            "2 valid at 1 array full-and-data",
            "2 invalid at 3 log-suspend full-and-data",
        ],
    );
}

#[test]
fn what_a_failed_run_has_established_is_withdrawn() {
    check(
        flash(),
        |t| {
            suspended(t);
            t.each("copy 1000-1100 1001-1101", &[None, Some(Refusal::Injected)]).tells("resume");
            t.relation("1000", "1100", Some(RelationState::Copying)).look();
            t.tells("withdraw 1000 1100").tells("record 1 invalid log-suspend full-and-data");
            t.tells("state setup-needed establish-failed").tells("unlock");
        },
        &["8 full-and-data", "left setup-needed (establish-failed), as set up", "1 invalid at 3 log-suspend full-and-data"],
    );
}

#[test]
fn logs_are_resumed_in_every_case() {
    check(
        flash(),
        |t| {
            suspended(t);
            t.each("copy 1000-1100 1001-1101", &[None, None]).look();
        },
        &[
            "! a look at the world where the resume of the logs of IMSA had to come",
            "! the logs of IMSA were suspended and not resumed",
        ],
    );
    check(
        flash(),
        |t| {
            suspended(t);
            t.each("copy 1000-1100 1001-1101", &[None, None]);
            t.refused("resume", Refusal::NoAnswer).refused("resume", Refusal::NoAnswer).refused("resume", Refusal::NoAnswer);
            t.relation("1000", "1100", Some(RelationState::Copying))
                .relation("1001", "1101", Some(RelationState::Copying))
                .look();
            t.tells("record 1 valid log-suspend full-and-data").tells("unlock");
        },
        &["12 no scope", "left ready, as set up", "1 valid at 3 log-suspend full-and-data"],
    );
}

#[test]
fn the_scope_of_the_check_is_recorded() {
    check(
        with(flash(), |seen| {
            seen.data_sets
                .iter_mut()
                .filter(|data_set| data_set.name == n("IMSP.DB"))
                .for_each(|db| db.volumes.push(n("LOG001")));
        }),
        |t| {
            suspended(t);
            t.each("copy 1000-1100 1001-1101", &[None, None]).tells("resume");
            t.relation("1000", "1100", Some(RelationState::Copying))
                .relation("1001", "1101", Some(RelationState::Copying))
                .look();
            t.tells("record 1 valid log-suspend full-only").tells("unlock");
        },
        &[
            "4 full-only",
            "PS04W shared-volume unit:1000 volser=LOG001 log_side=[catalog:UCAT.LOG,data-set:IMSP.OLDS,data-set:IMSP.RECON] data_side=[data-set:IMSP.DB]",
            "left ready, as set up",
            "1 valid at 3 log-suspend full-only",
        ],
    );
}
