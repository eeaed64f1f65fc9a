//! PS12 and PS13.

use dasdlab_model::states::{HostStatus, MirrorState};

use crate::lab::{Bcv, FlashCopy, Full, add_volume, check, mirror, name, volume};

#[test]
fn each_state_of_a_foreign_pair_has_its_reason_or_none() {
    for &state in MirrorState::ALL {
        let on_source = match state {
            state if state.is_established() => Some(format!("PS12E established unit:1000 unit:5001 state={state} held_for=")),
            MirrorState::Split | MirrorState::SplitBfrSync | MirrorState::SplitBfrRest => {
                Some(format!("PS12I split-history unit:1000 unit:5001 state={state} held_for="))
            }
            _ => None,
        };
        let restoring = matches!(state, MirrorState::RestInProg | MirrorState::SplitBfrRest)
            .then(|| format!("PS05E restoring unit:1000 volser=IMS000 states={state} partners=5001"));
        let of_target = state.is_established().then(|| format!("PS13E established unit:2001 unit:5002 state={state}"));
        let expected: Vec<String> = restoring.into_iter().chain(on_source).chain(of_target).collect();
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(
            Bcv,
            Full,
            |seen| {
                mirror(seen, "1000", "5001", state);
                mirror(seen, "5002", "2001", state);
            },
            &expected,
        );
    }
}

#[test]
fn of_several_foreign_pairs_of_a_source_those_without_history_are_passed_over() {
    check(
        Bcv,
        Full,
        |seen| {
            mirror(seen, "1000", "5001", MirrorState::Split);
            mirror(seen, "1000", "5002", MirrorState::SplitNoInc);
            mirror(seen, "1000", "5003", MirrorState::NeverEstab);
        },
        &["PS12I split-history unit:1000 unit:5001 state=Split held_for="],
    );
}

#[test]
fn a_target_of_any_generation_may_mirror_any_source() {
    check(
        Bcv,
        Full,
        |seen| {
            mirror(seen, "1000", "3000", MirrorState::Synchronized);
            mirror(seen, "1001", "2003", MirrorState::SyncInProg);
            mirror(seen, "5000", "5001", MirrorState::Synchronized);
        },
        &[],
    );
}

#[test]
fn a_foreign_bcv_is_named_by_identity_and_with_its_hold() {
    check(
        Bcv,
        Full,
        |seen| {
            add_volume(seen, name("BOX1/20/00"), None, "", HostStatus::Online);
            volume(seen, "BOX1/20/00").held_for = Some(name("PAYROLL"));
            mirror(seen, "1002", "BOX1/20/00", MirrorState::Split);
        },
        &["PS12I split-history unit:1002 volume:BOX1/20/00 state=Split held_for=PAYROLL"],
    );
}

#[test]
fn a_flashcopy_profile_leaves_mirrors_to_other_rules() {
    check(FlashCopy, Full, |seen| mirror(seen, "1000", "5001", MirrorState::Synchronized), &[]);
}
