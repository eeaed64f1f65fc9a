//! A story that is cut, saved and read again goes on as if it had never been cut.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

use dasdlab_harness::judge::Ours;
use dasdlab_harness::story::cut::{Uncut, cut};
use dasdlab_harness::story::tell;
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::scenario::Scenario;
use dasdlab_model::write::write;
use dasdlab_scenarios::corpus::FILES;
use dasdlab_scenarios::generate::generate;

/// The scenario that is read from what is written of this one.
fn through(scenario: Scenario, encoding: Encoding) -> Scenario {
    let text = write(&Content::Scenario(Box::new(scenario)), encoding).unwrap();
    let document = parse("rest", text, encoding).unwrap_or_else(|error| panic!("{error}"));
    if let Err(errors) = document.declare() {
        panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
    let Content::Scenario(scenario) = document.content else { panic!("a scenario") };
    *scenario
}

/// Cuts a story behind every step but the last, and says how many cuts were possible.
#[track_caller]
fn check(name: &str, scenario: &Scenario) -> usize {
    let Ok(whole) = tell(scenario, &Ours, &mut []) else { panic!("{name} cannot be told") };
    let mut cuts = 0;
    for count in 1..scenario.steps.len() {
        let halves = match cut(scenario, count, &Ours) {
            Ok(halves) => halves,
            Err(Uncut::Fault { .. } | Uncut::Ignoring { .. } | Uncut::Rest(_)) => continue,
            Err(error) => panic!("{name} behind step {count}: {error}"),
        };
        let encoding = if count % 2 == 0 { Encoding::Json } else { Encoding::Toml };
        let rest = tell(&through(halves.rest, encoding), &Ours, &mut []).unwrap_or_else(|error| panic!("{name}: {error}"));
        let before = halves.world.events().len();
        assert_eq!(rest.world.events(), &whole.world.events()[before..], "{name} behind step {count}");
        assert_eq!(rest.world.observe(), whole.world.observe(), "{name} behind step {count}");
        cuts += 1;
    }
    cuts
}

#[test]
fn every_story_of_the_corpus_goes_on_identically_wherever_it_is_cut() {
    let mut cuts = 0;
    for (name, text) in FILES {
        let document = parse(name, (*text).to_owned(), Encoding::Toml).unwrap();
        let Content::Scenario(scenario) = document.content else { panic!("a scenario") };
        // Eighty pairs cut anywhere say no more than three.
        if scenario.is_story() && scenario.site.volumes.iter().all(|volumes| volumes.count < 80) {
            cuts += check(name, &scenario);
        }
    }
    assert!(cuts > 60, "{cuts}");
}

#[test]
fn generated_stories_go_on_identically_wherever_they_are_cut() {
    let mut cuts = 0;
    for index in 0..60 {
        let token = format!("s1-0000000000000007-{index}").parse().unwrap();
        let scenario = generate(&token).unwrap().scenario;
        cuts += check(&token.to_string(), &scenario);
    }
    assert!(cuts > 100, "{cuts}");
}
