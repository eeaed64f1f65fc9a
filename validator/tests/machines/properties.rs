//! What holds of any setup or backup, whatever was there, is refused, or happens between two commands.

use dasdlab_model::command::Command;
use dasdlab_model::finding::Severity;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{HostStatus, MirrorState, ProfileState};
use dasdlab_model::story::RestoreKind;
use dasdlab_model::transitions::Refusal;
use dasdlab_validator::machines::{Ending, RestoreEnding};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::backup::{flashing, mirroring};
use crate::lab::{Bcv, Full, status};
use crate::restore::{flashed, mirrored};
use crate::script::{Script, hold, put};
use crate::setup::small;

const STANDARDS: [&str; 3] = ["1000", "1001", "5000"];
const BCVS: [&str; 4] = ["2000", "2001", "3000", "3001"];

/// A change of the world: what, and of which things.
type Change = (u8, usize, usize, usize);

fn apply(seen: &mut Observation, (kind, a, b, c): Change) {
    let (standard, bcv) = (STANDARDS[a % 3], BCVS[b % 4]);
    match kind {
        0..=5 => {
            let state = MirrorState::ALL[c % MirrorState::ALL.len()];
            if state.is_established() {
                // A BCV mirrors one volume at a time.
                STANDARDS.iter().filter(|other| **other != standard).for_each(|other| put(seen, other, bcv, MirrorState::Split));
            }
            put(seen, standard, bcv, state);
        }
        6 => hold(seen, bcv, ["DAILY", "WEEKLY"][c % 2]),
        7 => status(seen, standard, HostStatus::ALL[c % HostStatus::ALL.len()]),
        _ => status(seen, bcv, HostStatus::ALL[c % HostStatus::ALL.len()]),
    }
}

fn change() -> impl Strategy<Value = Change> {
    (0_u8..9, 0_usize..12, 0_usize..12, 0_usize..24)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000,
        rng_seed: RngSeed::Fixed(16),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_setup_ends_and_says_what_it_did(
        before in prop::collection::vec(change(), 0..3),
        refused in prop::collection::btree_map(1_usize..12, 0..Refusal::ALL.len(), 0..3),
        happening in prop::collection::btree_map(1_usize..12, change(), 0..3),
        stalled in prop::bool::weighted(0.2),
    ) {
        let mut seen = small(Bcv, Full);
        before.into_iter().for_each(|change| apply(&mut seen, change));
        let mut script = Script::new(seen);
        script.refuse_nth = refused.into_iter().map(|(nth, refusal)| (nth, Refusal::ALL[refusal])).collect();
        for (nth, change) in happening {
            script.happen_nth.insert(nth, Box::new(move |seen| apply(seen, change)));
        }
        script.stalled = stalled;
        // Every command is judged where it is executed.
        let verdict = script.run();

        prop_assert!(verdict.findings.is_sorted_by(|a, b| a.order_key() < b.order_key()), "{:?}", verdict.findings);
        for finding in &verdict.findings {
            let declared: Vec<_> = finding.reason.info().evidence.iter().map(|&(key, _)| key).collect();
            prop_assert_eq!(finding.evidence.0.iter().map(|&(key, _)| key).collect::<Vec<_>>(), declared);
        }
        let error = |rule: fn(Rule) -> bool| {
            verdict.findings.iter().any(|finding| finding.severity == Severity::E && rule(finding.rule()))
        };
        if error(|rule| rule < Rule::PS16) {
            prop_assert!(!script.commands.iter().any(|command| command.is_for_an_array()), "{:?}", script.log);
        }
        let profile = &script.seen.profiles[0];
        match verdict.return_code {
            0 | 4 => prop_assert_eq!((profile.state, profile.reason), (ProfileState::Ready, None)),
            8 => prop_assert!(profile.state == ProfileState::SetupNeeded && profile.reason.is_some()),
            code => prop_assert_eq!(code, 12),
        }
    }

    #[test]
    fn a_setup_that_passed_changes_no_pair_when_it_is_run_again(before in prop::collection::vec(change(), 0..4)) {
        let mut seen = small(Bcv, Full);
        before.into_iter().for_each(|change| apply(&mut seen, change));
        let mut script = Script::new(seen);
        if script.run().return_code <= 4 {
            let mut again = Script::new(script.seen.clone());
            let verdict = again.run();
            prop_assert!(verdict.return_code <= 4);
            prop_assert_eq!(again.log, ["lock by setup", "synchronizing", "ready", "unlock"]);
            prop_assert_eq!(again.seen, script.seen);
            let acted = verdict.findings.iter().filter(|finding| finding.rule() == Rule::PS16);
            prop_assert!(acted.clone().all(|finding| finding.reason == Reason::Ps16AlreadyEstablished));
            prop_assert_eq!(acted.count(), 2);
        }
    }

    #[test]
    fn a_backup_ends_and_never_calls_valid_what_is_not_there(
        flash in prop::bool::ANY,
        before in prop::collection::vec(change(), 0..2),
        refused in prop::collection::btree_map(1_usize..14, 0..Refusal::ALL.len(), 0..3),
        happening in prop::collection::btree_map(1_usize..14, change(), 0..3),
        stalled in prop::bool::weighted(0.2),
    ) {
        let mut seen = if flash { flashing() } else { mirroring() };
        before.into_iter().for_each(|change| apply(&mut seen, change));
        let mut script = Script::new(seen);
        script.refuse_nth = refused.into_iter().map(|(nth, refusal)| (nth, Refusal::ALL[refusal])).collect();
        for (nth, change) in happening {
            script.happen_nth.insert(nth, Box::new(move |seen| apply(seen, change)));
        }
        script.stalled = stalled;
        // Every command is judged where it is executed.
        let (verdict, ending) = script.run_backup();

        prop_assert!(verdict.findings.is_sorted_by(|a, b| a.order_key() < b.order_key()), "{:?}", verdict.findings);
        let error = |rule: fn(Rule) -> bool| {
            verdict.findings.iter().any(|finding| finding.severity == Severity::E && rule(finding.rule()))
        };
        if error(|rule| rule < Rule::PS16) {
            prop_assert!(!script.commands.iter().any(|command| command.is_for_an_array()), "{:?}", script.log);
        }
        prop_assert!(verdict.return_code >= ending.return_code());
        if verdict.return_code < 8 {
            let profile = &script.seen.profiles[0];
            prop_assert_eq!((ending, profile.state, profile.backups.len()), (Ending::Taken, ProfileState::Ready, 1));
        }
    }

    #[test]
    fn a_restore_ends_and_says_whether_every_source_is_back(
        flash in prop::bool::ANY,
        before in prop::collection::vec(change(), 0..2),
        refused in prop::collection::btree_map(1_usize..14, 0..Refusal::ALL.len(), 0..3),
        happening in prop::collection::btree_map(1_usize..14, change(), 0..3),
        stalled in prop::bool::weighted(0.2),
        kind in prop::sample::select(vec![RestoreKind::Full, RestoreKind::Data]),
    ) {
        let mut seen = if flash { flashed() } else { mirrored() };
        before.into_iter().for_each(|change| apply(&mut seen, change));
        let mut script = Script::new(seen);
        script.refuse_nth = refused.into_iter().map(|(nth, refusal)| (nth, Refusal::ALL[refusal])).collect();
        for (nth, change) in happening {
            script.happen_nth.insert(nth, Box::new(move |seen| apply(seen, change)));
        }
        script.stalled = stalled;
        let state = script.seen.profiles[0].state;
        let (verdict, ending) = script.run_restore(kind, 1);

        prop_assert!(verdict.return_code >= ending.return_code());
        let touched = script.commands.iter().any(|command| command.is_for_an_array());
        prop_assert!(!touched || ending.refused().is_none(), "{:?}", script.log);
        let restored = script.commands.iter().any(|command| matches!(command, Command::SetState { .. }));
        prop_assert_eq!(!flash && (touched || restored), restored, "{:?}", script.log);
        if flash {
            prop_assert_eq!(script.seen.profiles[0].state, state);
        }
        if verdict.return_code == 0 {
            prop_assert_eq!(ending, RestoreEnding::Restored);
        }
    }
}
