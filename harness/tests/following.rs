//! Standing checks follow stories: what they say is what whole checks say, at every turn, whatever goes wrong.

#![expect(clippy::panic, reason = "helpers of tests fail the test")]

use dasdlab_harness::judge::Ours;
use dasdlab_harness::story::following::Following;
use dasdlab_harness::story::tell;
use dasdlab_model::read::{Content, Encoding, parse};
use dasdlab_model::scenario::Scenario;
use dasdlab_scenarios::corpus::FILES;
use dasdlab_scenarios::generate::generate;
use dasdlab_scenarios::token::Token;

/// How many generated stories are told.
const STORIES: u64 = 200;

#[track_caller]
fn follow(name: &str, scenario: &Scenario) -> (usize, usize) {
    let mut following = Following::default();
    tell(scenario, &Ours, &mut [&mut following]).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(following.differences, Vec::<String>::new(), "{name}");
    (following.in_place, following.rebuilt)
}

#[track_caller]
fn follow_all(stories: impl Iterator<Item = (String, Scenario)>) {
    let (mut in_place, mut rebuilt) = (0, 0);
    for (name, scenario) in stories {
        let told = follow(&name, &scenario);
        in_place += told.0;
        rebuilt += told.1;
    }
    assert!(in_place > 100 && rebuilt > 0 && in_place > 10 * rebuilt, "{in_place} in place, {rebuilt} rebuilt");
}

#[test]
fn generated_stories_are_followed_to_their_end() {
    follow_all((0..STORIES).map(|index| {
        let token = Token::story(1, index);
        (token.to_string(), generate(&token).unwrap().scenario)
    }));
}

#[test]
fn written_stories_are_followed_to_their_end() {
    follow_all(FILES.iter().filter_map(|&(file, text)| {
        let Content::Scenario(scenario) = parse(file, text.to_owned(), Encoding::Toml).unwrap().content else { panic!("{file}") };
        (!scenario.steps.is_empty()).then(|| (file.to_owned(), *scenario))
    }));
}
