//! Who judges whom: a test for each row of the table.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

use std::sync::atomic::{AtomicUsize, Ordering};

use dasdlab_harness::judge::{
    Bench, FaultKind, Judged, Observe, Oracle, Ours, Outcome, Signature, Validator, judge, observe, observe_declared,
};
use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::scenario::{Expectation, Scenario};
use dasdlab_scenarios::generate::generate;
use dasdlab_scenarios::relations::Relation;
use dasdlab_scenarios::token::Token;

/// A validator that is ours but for what the function does to its verdict.
struct Wrong<F>(F);

impl<F: Fn(&Observation, &mut Verdict) + Sync> Validator for Wrong<F> {
    fn check(&self, observation: &Observation, profile: &ProfileName) -> Option<Verdict> {
        let mut verdict = Oracle.check(observation, profile)?;
        (self.0)(observation, &mut verdict);
        Some(verdict)
    }
}

/// A setup with one finding, and enough in it to reorder and rename.
fn scenario() -> Scenario {
    let token = Token::new(0, 3).restricted("PS08:different-lss".parse().ok(), None).unwrap();
    let scenario = generate(&token).unwrap().scenario;
    assert!(scenario.expect.as_ref().is_some_and(|expect| !expect.findings.is_empty()));
    scenario
}

fn forget(_: &Observation, verdict: &mut Verdict) {
    verdict.findings.clear();
}

#[track_caller]
fn check_failed(judged: &Judged, expected: Signature) {
    match &judged.outcome {
        Outcome::Failed { signature, .. } => assert_eq!(*signature, expected, "{:?}", judged.outcome),
        other => panic!("not failed: {other:?}"),
    }
}

#[track_caller]
fn check_fault(judged: &Judged, expected: FaultKind) {
    match &judged.outcome {
        Outcome::HarnessFault { kind, .. } => assert_eq!(*kind, expected, "{:?}", judged.outcome),
        other => panic!("no harness fault: {other:?}"),
    }
}

#[test]
fn our_validator_passes() {
    let judged = judge(&scenario(), &Ours);
    assert_eq!(judged.outcome, Outcome::Passed);
    assert_eq!(judged.verdict, judged.expected);
    assert!(judged.volumes > 0);
}

#[test]
fn an_expectation_that_the_oracle_does_not_share_blames_no_validator() {
    let mut wrong = scenario();
    wrong.expect.as_mut().unwrap().findings.clear();
    check_fault(&judge(&wrong, &Ours), FaultKind::Expectation);
    check_fault(&judge(&wrong, &Wrong(forget)), FaultKind::Expectation);
    let mut wrong = scenario();
    wrong.expect.as_mut().unwrap().return_code = 4;
    let judged = judge(&wrong, &Wrong(forget));
    check_fault(&judged, FaultKind::Expectation);
    assert_eq!(judged.verdict, None);
}

#[test]
fn a_validator_that_differs_from_what_is_expected_has_failed() {
    let judged = judge(&scenario(), &Wrong(forget));
    check_failed(&judged, Signature::Verdict);
    assert!(!judged.outcome.differences().is_empty());
}

#[test]
fn without_an_expectation_the_oracle_alone_judges() {
    let unexpected = Scenario { expect: None, ..scenario() };
    assert_eq!(judge(&unexpected, &Ours).outcome, Outcome::Passed);
    check_failed(&judge(&unexpected, &Wrong(forget)), Signature::Verdict);
}

#[test]
fn evidence_that_an_expectation_leaves_out_is_still_held_against_the_oracle() {
    let mut scenario = scenario();
    scenario.expect.as_mut().unwrap().findings.iter_mut().for_each(|finding| finding.evidence.clear());
    let wrong = Wrong(|_: &Observation, verdict: &mut Verdict| verdict.findings[0].evidence.0.clear());
    check_failed(&judge(&scenario, &wrong), Signature::Verdict);
}

/// Says the truth about the scenario as it is, and forgets a finding as soon as it is asked under the relation.
fn breaks(relation: Relation, oracle: bool) {
    let scenario = scenario();
    let original = observe(&scenario.site).unwrap();
    let names = |seen: &Observation| seen.data_sets.iter().map(|data_set| data_set.name.clone()).collect::<Vec<_>>();
    let asked = AtomicUsize::new(0);
    // The oracle is asked of all changes at once, and of each of them only when that was answered wrongly.
    let again = if oracle { 1 } else { 4 };
    let wrong = Wrong(|seen: &Observation, verdict: &mut Verdict| {
        let asked = asked.fetch_add(1, Ordering::Relaxed);
        let mut sorted = seen.clone();
        sorted.sort();
        let forgets = match relation {
            Relation::Reordered => *seen != sorted,
            Relation::Renamed => names(&sorted) != names(&original),
            Relation::UnrelatedAdded => seen.volumes.len() != original.volumes.len(),
            Relation::Twice => asked == again,
        };
        if forgets {
            forget(seen, verdict);
        }
    });
    let sound = Wrong(|_: &Observation, _: &mut Verdict| {});
    let (validator, judge): (&dyn Validator, &dyn Validator) = if oracle { (&sound, &wrong) } else { (&wrong, &sound) };
    let judged = Bench { oracle: judge, ..Bench::new(validator) }.judge(&scenario);
    assert!(!judged.outcome.passed(), "{relation} was not noticed");
    if oracle {
        check_fault(&judged, FaultKind::Relation(relation));
    } else {
        check_failed(&judged, Signature::Relation(relation));
    }
}

#[test]
fn a_validator_that_breaks_a_relation_has_failed_with_the_relation_as_signature() {
    Relation::ALL.iter().for_each(|&relation| breaks(relation, false));
}

#[test]
fn an_oracle_that_breaks_a_relation_is_a_harness_fault() {
    Relation::ALL.iter().for_each(|&relation| breaks(relation, true));
}

#[test]
fn a_world_that_is_not_what_the_site_declares_is_a_harness_fault() {
    let lossy: Observe = |site, declared| {
        let mut seen = observe_declared(site, declared);
        seen.volumes.pop();
        seen
    };
    let judged = Bench { observe: lossy, ..Bench::new(&Ours) }.judge(&scenario());
    check_fault(&judged, FaultKind::World);
    assert!(format!("{:?}", judged.outcome).contains("other volumes"));
}

#[test]
fn a_panic_of_the_validator_is_its_failure_and_any_other_a_harness_fault() {
    let panics = Wrong(|_: &Observation, _: &mut Verdict| panic!("no such volume"));
    check_failed(&judge(&scenario(), &panics), Signature::Panic);
    check_fault(&Bench { oracle: &panics, ..Bench::new(&Ours) }.judge(&scenario()), FaultKind::Panic);
}

#[test]
fn a_validator_without_an_answer_has_failed() {
    struct Silent;
    impl Validator for Silent {
        fn check(&self, _: &Observation, _: &ProfileName) -> Option<Verdict> {
            None
        }
    }
    check_failed(&judge(&scenario(), &Silent), Signature::NoVerdict);
}

#[test]
fn an_oracle_whose_verdict_contradicts_itself_is_a_harness_fault() {
    let scenario = Scenario { expect: None, ..scenario() };
    let wrong = Wrong(|_: &Observation, verdict: &mut Verdict| verdict.return_code = 0);
    check_fault(&Bench { oracle: &wrong, ..Bench::new(&wrong) }.judge(&scenario), FaultKind::Form);
    let doubles = Wrong(|_: &Observation, verdict: &mut Verdict| {
        let first = verdict.findings[0].clone();
        verdict.findings.insert(0, first);
    });
    check_fault(&Bench { oracle: &doubles, ..Bench::new(&doubles) }.judge(&scenario), FaultKind::Form);
}

#[test]
fn findings_that_cannot_stand_together_are_a_fault() {
    let scenario = Scenario { expect: None, ..scenario() };
    // A setup with the method flashcopy that reports a foreign mirror.
    let confused = Wrong(|_: &Observation, verdict: &mut Verdict| {
        let established = Expectation::from(&*verdict);
        assert!(established.return_code == 8);
        verdict.findings.push(dasdlab_model::finding::Finding {
            reason: dasdlab_model::reasons::Reason::Ps13Established,
            severity: dasdlab_model::finding::Severity::E,
            subjects: vec!["unit:1000".parse().unwrap(), "unit:1001".parse().unwrap()],
            evidence: dasdlab_model::finding::Evidence(vec![("state", dasdlab_model::finding::Fact::text("Synchronized"))]),
        });
        verdict.findings.sort_by(|a, b| a.order_key().cmp(&b.order_key()));
    });
    let judged = Bench { oracle: &confused, ..Bench::new(&confused) }.judge(&scenario);
    check_fault(&judged, FaultKind::Impossible);
}

#[test]
fn a_malformed_scenario_is_a_harness_fault_and_not_the_validators() {
    let mut nobody = scenario();
    nobody.profile = Some("NOBODY".parse().unwrap());
    check_fault(&judge(&nobody, &Ours), FaultKind::Scenario);
    let mut twice = scenario();
    twice.site.volumes.push(twice.site.volumes[0].clone());
    check_fault(&judge(&twice, &Ours), FaultKind::Scenario);
    let mut unknown = scenario();
    unknown.expect.as_mut().unwrap().findings[0].reason = "never".to_owned();
    check_fault(&judge(&unknown, &Ours), FaultKind::Scenario);
}
