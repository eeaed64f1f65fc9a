use std::collections::{BTreeMap, BTreeSet};

use dasdlab_model::declare::declare;
use dasdlab_model::observation::Observation;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::states::Method;
use dasdlab_model::story::{Phase, What, When, malformed, pointless};

use super::plan::goal;
use super::*;
use crate::generate::generate;
use crate::token::Token;

#[track_caller]
fn declared(token: &Token) -> (Scenario, Observation) {
    let scenario = generate(token).unwrap().scenario;
    match declare(&scenario.site) {
        Ok(seen) => (scenario, seen),
        Err(faults) => {
            let faults: Vec<String> = faults.iter().take(5).map(ToString::to_string).collect();
            panic!("{token}: {faults:#?}");
        }
    }
}

#[track_caller]
fn check(token: &Token) -> Scenario {
    let (scenario, seen) = declared(token);
    let texts = |faults: Vec<_>| faults.iter().map(ToString::to_string).collect::<Vec<String>>();
    assert_eq!(texts(malformed(&scenario, &seen)), Vec::<String>::new(), "{token}: {:#?}", scenario.steps);
    assert_eq!(texts(pointless(&scenario, &seen)), Vec::<String>::new(), "{token}");
    assert!((2..=12).contains(&scenario.steps.len()), "{token}");
    assert!(scenario.faults.len() <= 4, "{token}");
    assert!(scenario.expect.is_none() && scenario.steps.iter().all(|step| step.expect.is_none()), "{token}");
    scenario
}

#[test]
fn every_story_is_well_formed_and_none_of_its_faults_is_pointless() {
    for index in 0..1_500 {
        check(&Token::story(0, index));
    }
    for index in 0..300 {
        check(&Token::story(77, index).aimed(None, Some(Method::FlashCopy)).unwrap());
        check(&Token::story(78, index).aimed(None, Some(Method::Bcv)).unwrap());
    }
}

#[test]
fn a_story_can_be_asked_for_by_the_fault_that_it_is_about() {
    for cell in cells() {
        let text = cell.to_string();
        let Ok(token) = Token::story(3, 0).aimed(text.parse().ok(), None) else {
            assert!(cell.possible().is_err(), "{text}");
            continue;
        };
        for index in 0..4 {
            let token = Token::story(3, index).aimed(token.aim(), None).unwrap();
            let scenario = check(&token);
            assert!(scenario.faults.iter().any(|fault| fault.what.word() == cell.word), "{token}");
        }
    }
}

#[test]
fn each_method_can_be_asked_for() {
    for &method in Method::ALL {
        for index in 0..64 {
            let token = Token::story(2, index).aimed(None, Some(method)).unwrap();
            let (scenario, seen) = declared(&token);
            assert_eq!(seen.profile(&scenario.profile.unwrap()).unwrap().method, method, "{token}");
        }
    }
}

#[test]
fn a_default_run_is_about_everything_that_must_come_up() {
    let mut met: BTreeMap<String, u32> = BTreeMap::new();
    for index in 0..5_000 {
        let (goal, _) = goal(index, None, None).unwrap();
        *met.entry(format!("{goal:?}")).or_default() += 1;
    }
    let possible = |method| cells().filter(move |cell| cell.possible_with(method).is_ok()).count();
    let phases = possible(Method::Bcv) + possible(Method::FlashCopy);
    assert_eq!(met.keys().filter(|goal| goal.starts_with("Cell")).count(), phases);
    // Reasons, kinds of faults by triggers other than phases, orders to mirror pairs and relations, failures, refusals.
    assert_eq!(met.len(), 1 + phases + 19 + 21 * 5 + 12 * 11 + 5 * 5 + 8 + 2 + 37);
    assert!(met.values().all(|&count| count >= 3), "{met:?}");
}

#[test]
fn a_thousand_stories_use_every_kind_of_step_fault_and_trigger() {
    let (mut steps, mut faults, mut triggers) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut phases: BTreeSet<Phase> = BTreeSet::new();
    for index in 0..1_000 {
        let scenario = generate(&Token::story(0, index)).unwrap().scenario;
        steps.extend(scenario.steps.iter().map(|step| step.action.word()));
        faults.extend(scenario.faults.iter().map(|fault| fault.what.word()));
        triggers.extend(scenario.faults.iter().map(|fault| fault.when.word()));
        phases.extend(scenario.faults.iter().filter_map(|fault| match &fault.when {
            When::Phase(phase) => Some(phase.name),
            _ => None,
        }));
    }
    assert_eq!(steps.len(), 11);
    assert_eq!(faults.len(), What::WORDS.len());
    assert_eq!(triggers.len(), When::WORDS.len());
    assert_eq!(phases.len(), Phase::ALL.len());
}

/// A stable hash of everything that a scenario is written as.
fn digest(token: &Token) -> u64 {
    let text = serde_json::to_string(&generate(token).unwrap().scenario).unwrap();
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3))
}

#[test]
fn the_first_stories_of_this_version_are_the_same_for_ever() {
    let digests: Vec<String> = (0..5).map(|index| format!("{:016x}", digest(&Token::story(0, index)))).collect();
    assert_eq!(digests, ["ef972e1d0a48b2e5", "a8ee63203c3bba45", "9e5d77abef1152c0", "14a9cf909801c7d3", "604eb12eb9712c83"]);
}
