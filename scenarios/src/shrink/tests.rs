use dasdlab_model::declare::declare;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::states::Method;
use dasdlab_model::story::malformed;

use super::*;
use crate::generate::generate;
use crate::large::{LargeOptions, site};
use crate::token::Token;

fn large(volumes: u32, method: Method) -> Scenario {
    let options = LargeOptions { arrays: 2, volumes, profiles: 2, method, copied: true, ..LargeOptions::default() };
    let site = site(&options).unwrap();
    let profile = Some(site.profiles[0].name.clone());
    Scenario { format: 1, title: "large".to_owned(), profile, site, ..Scenario::default() }
}

/// Shrinks; every candidate must be well-formed.
#[track_caller]
fn check(scenario: &Scenario, holds: impl Fn(&Scenario) -> bool, volumes: usize) -> Shrunk {
    let mut keeps = |candidate: &Scenario| {
        let seen = declare(&candidate.site).unwrap_or_else(|faults| panic!("{}", faults[0]));
        assert_eq!(malformed(candidate, &seen), []);
        holds(candidate)
    };
    let shrunk = shrink(scenario, &mut keeps, Budget::default()).unwrap();
    assert!(holds(&shrunk.scenario));
    assert!(shrunk.finished, "{:?}", shrunk.passes);
    let left: u32 = shrunk.scenario.site.volumes.iter().map(|range| range.count).sum();
    assert_eq!(left as usize, volumes, "{:#?}", shrunk.scenario.site);
    assert_eq!(shrink(scenario, &mut keeps, Budget::default()).unwrap(), shrunk, "the same again");
    shrunk
}

#[test]
fn what_nothing_holds_goes() {
    for method in [Method::FlashCopy, Method::Bcv] {
        let shrunk = check(&large(300, method), |_| true, 0);
        let site = &shrunk.scenario.site;
        assert!(site.data_sets.is_empty() && site.catalogs.is_empty() && site.arrays.is_empty() && site.mirrors.is_empty());
        assert!(shrunk.tried < 200, "{:?}", shrunk.passes);
    }
}

#[test]
fn a_pair_stays_with_both_of_its_volumes() {
    let has_pair = |scenario: &Scenario| {
        let seen = declare(&scenario.site).unwrap();
        seen.profiles.iter().any(|profile| {
            let has = |unit| seen.units.iter().any(|entry| entry.unit == unit);
            profile.targets.iter().any(|mapping| has(mapping.source) && has(mapping.target))
        })
    };
    check(&large(300, Method::Bcv), has_pair, 2);
}

#[test]
fn a_data_set_stays_with_its_catalog_alone() {
    let is_data = |scenario: &Scenario| !scenario.site.data_sets.is_empty();
    let shrunk = check(&large(300, Method::FlashCopy), is_data, 0);
    assert_eq!(shrunk.scenario.site.data_sets.len(), 1);
    assert_eq!(shrunk.scenario.site.catalogs.len(), 1);
}

#[test]
fn one_step_and_one_fault_of_a_story_stay_with_what_they_speak_of() {
    for index in 0..20 {
        let scenario = generate(&Token::story(7, index)).unwrap().scenario;
        if scenario.faults.is_empty() {
            continue;
        }
        let shrunk = shrink(&scenario, &mut |candidate| !candidate.faults.is_empty(), Budget::default()).unwrap();
        assert_eq!((shrunk.scenario.steps.len(), shrunk.scenario.faults.len()), (1, 1), "{index}");
        let seen = declare(&shrunk.scenario.site).unwrap();
        assert_eq!(malformed(&shrunk.scenario, &seen), []);
        assert!(seen.volumes.len() <= 4, "{index}: {}", seen.volumes.len());
    }
}

#[test]
fn every_generated_scenario_can_be_taken_apart() {
    for index in 0..100 {
        let scenario = generate(&Token::new(3, index)).unwrap().scenario;
        let apart = single::scenario(&scenario);
        assert_eq!(declare(&apart.site), declare(&scenario.site), "{index}");
        assert!(apart.site.volumes.iter().all(|range| range.count == 1), "{index}");
    }
}

/// Setups of every kind, and stories.
fn generated() -> impl Iterator<Item = (String, Scenario)> {
    let setups = (0..60).map(|index| Token::new(5, index));
    let undirected = (0..30).map(|index| Token::undirected(5, index));
    let tokens = setups.chain(undirected).chain((0..30).map(|index| Token::story(5, index)));
    tokens.map(|token| (token.to_string(), generate(&token).unwrap().scenario))
}

#[test]
fn of_what_nothing_holds_the_smallest_well_formed_scenario_is_left() {
    for (name, scenario) in generated() {
        let shrunk = shrink(&scenario, &mut |_| true, Budget::default()).unwrap();
        let Scenario { site, steps, faults, .. } = &shrunk.scenario;
        assert!(shrunk.finished, "{name}");
        assert!(steps.is_empty() && faults.is_empty(), "{name}");
        assert!(site.volumes.is_empty() && site.arrays.is_empty() && site.aliases.is_empty(), "{name}: {site:#?}");
        assert!(site.data_sets.is_empty() && site.catalogs.is_empty() && site.ims.is_empty(), "{name}: {site:#?}");
        assert!(site.flashcopy.is_empty() && site.mirrors.is_empty() && site.systems.len() <= 1, "{name}: {site:#?}");
        assert!(site.profiles.is_empty() && prune::faults(&shrunk.scenario).is_empty(), "{name}: {site:#?}");
        assert_eq!(shrink(&shrunk.scenario, &mut |_| true, Budget::default()).unwrap().scenario, shrunk.scenario, "{name}");
    }
}

#[test]
fn plain_names_and_one_system_leave_a_scenario_well_formed_and_come_once() {
    let (mut named, mut moved) = (0, 0);
    for (name, scenario) in generated() {
        let mut scenario = single::scenario(&scenario);
        scenario.expect = None;
        scenario.steps.iter_mut().for_each(|step| step.expect = None);
        if let Some(there) = systems::moved(&scenario) {
            assert_eq!(prune::faults(&there), [], "{name}");
            assert_eq!(systems::moved(&there), None, "{name}");
            moved += 1;
            scenario = there;
        }
        if let Some(plain) = names::renamed(&scenario) {
            assert_eq!(prune::faults(&plain), [], "{name}");
            assert_eq!(names::renamed(&plain).as_ref(), Some(&plain), "{name}");
            named += 1;
        }
    }
    assert!(named > 100 && moved > 10, "{named} {moved}");
}

#[test]
fn what_is_malformed_or_does_not_hold_is_refused() {
    let scenario = large(100, Method::Bcv);
    assert_eq!(shrink(&scenario, &mut |_| false, Budget::default()), Err(Refused::Other));
    let mut twice = scenario;
    let first = twice.site.volumes[0].clone();
    twice.site.volumes.push(first);
    assert!(matches!(shrink(&twice, &mut |_| true, Budget::default()), Err(Refused::Malformed(_))));
}

#[test]
fn a_budget_is_the_most_that_is_tried() {
    let mut asked = 0;
    let mut keeps = |_: &Scenario| {
        asked += 1;
        asked % 3 == 1
    };
    let shrunk = shrink(&large(300, Method::Bcv), &mut keeps, Budget { candidates: 10 }).unwrap();
    assert!(!shrunk.finished);
    assert!(shrunk.tried <= 20, "{}", shrunk.tried);
}
