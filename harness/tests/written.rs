//! Sites written back: whatever a world has gone through, what is seen of it declares the same again.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

use dasdlab_harness::drive::{Driven, MAX_STEPS, drive};
use dasdlab_harness::judge;
use dasdlab_model::command::Issuer;
use dasdlab_model::declare::declare;
use dasdlab_model::finding::Severity;
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::reasons::Rule;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::site::Site;
use dasdlab_model::undeclare;
use dasdlab_scenarios::corpus;
use dasdlab_scenarios::generate::generate;
use dasdlab_scenarios::large::{self, LargeOptions};
use dasdlab_scenarios::token::Token;
use dasdlab_scenarios::undirected::undirected;
use dasdlab_simulator::World;
use dasdlab_validator::machines::Setup;

/// An hour of virtual time.
const HOUR: u64 = 3_600_000;

/// What is seen of the site, written back, declares what is seen.
#[track_caller]
fn check_site(what: &str, site: &Site) {
    let seen = declare(site).unwrap_or_else(|faults| panic!("{what}: {faults:?}"));
    assert_eq!(declare(&undeclare::site(&seen)).as_ref(), Ok(&seen), "{what}");
}

/// As [`check_site`], and the same once its profile has been set up; a second setup of the site written back changes
/// no pair.
#[track_caller]
fn check(what: &str, scenario: &Scenario) {
    check_site(what, &scenario.site);
    let name = judge::profile(scenario).unwrap();
    let set_up = |world: &mut World| -> Driven {
        drive(world, &mut Setup::new(name.clone(), HOUR), &Issuer::Profile(name.clone()), MAX_STEPS).unwrap()
    };
    let mut world = World::boot(&scenario.site).unwrap();
    let first = set_up(&mut world);
    let seen = world.observe();
    let back = undeclare::site(&seen);
    assert_eq!(declare(&back).as_ref(), Ok(&seen), "{what}");
    let commands = |driven: &Driven| driven.commands.iter().filter(|done| done.command.is_for_an_array()).count();
    let failed = |rules: fn(Rule) -> bool| {
        first.verdict.findings.iter().any(|finding| finding.severity == Severity::E && rules(finding.rule()))
    };
    if failed(|rule| rule < Rule::PS16) {
        assert_eq!(commands(&first), 0, "{what}: {first:?}");
    } else if !failed(|rule| rule == Rule::PS16) {
        let second = set_up(&mut World::boot(&back).unwrap());
        assert_eq!(commands(&second), 0, "{what}: {second:?}");
    }
}

#[test]
fn every_site_of_the_corpus_is_written_back() {
    for (file, text) in corpus::FILES {
        let document = parse(file, (*text).to_owned(), Encoding::Toml).unwrap();
        let Content::Scenario(scenario) = document.content else { panic!("{file} is no scenario") };
        check(file, &scenario);
    }
}

#[test]
fn every_generated_site_is_written_back() {
    for index in 0..150 {
        let token = Token::new(3, index);
        let generated = generate(&token).unwrap_or_else(|error| panic!("{error}"));
        check(&token.to_string(), &generated.scenario);
    }
}

#[test]
fn every_undirected_site_is_written_back() {
    for index in 0..100 {
        check(&format!("undirected {index}"), &undirected(3, index));
    }
}

#[test]
fn a_large_site_is_written_back_in_ranges() {
    let site = large::site(&LargeOptions::pairs(2_000)).unwrap();
    check_site("large", &site);
    let back = undeclare::site(&declare(&site).unwrap());
    assert!(back.volumes.len() <= 4 * site.volumes.len().max(4), "{} of {}", back.volumes.len(), site.volumes.len());
}
