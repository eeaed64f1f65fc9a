//! The validator's machines and the oracle's scripts on generated worlds: neither is right by itself.

use dasdlab_model::states::Method;
use dasdlab_scenarios::generate::generate;
use dasdlab_scenarios::token::Token;
use dasdlab_simulator::World;

use super::*;
use crate::judge::{Ours, profile};
use crate::story::DEFAULT_WAIT;
use crate::story::actors::Actors;
use crate::story::stage::Stage;
use crate::story::tell;

/// Setup and three backups of a generated profile, and what the oracle has against them.
fn lived(token: &Token) -> Vec<String> {
    let scenario = generate(token).unwrap().scenario;
    let name = profile(&scenario).unwrap();
    let mut world = World::boot(&scenario.site).unwrap();
    let mut second = Second::new();
    {
        let watchers: &mut [&mut dyn Watcher] = &mut [&mut second];
        let mut stage = Stage::plain(&mut world, &Ours, watchers, 1_000_000);
        let setup = Ours.setup(&name, DEFAULT_WAIT, &[]);
        stage.work(&Work::Setup { wait_ms: DEFAULT_WAIT }, &name, setup).unwrap();
        for _ in 0..3 {
            stage.job(&name, DEFAULT_WAIT, &[]).unwrap();
        }
    }
    second.differences().iter().map(|differs| format!("{token}: {differs}")).collect()
}

#[track_caller]
fn check(method: Method, tokens: impl Fn(u64) -> Token) {
    let mut differences = Vec::new();
    for index in 0..300 {
        let Ok(token) = tokens(index).restricted(None, Some(method)) else { continue };
        differences.extend(lived(&token));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn both_say_the_same_of_flashcopy_profiles() {
    check(Method::FlashCopy, |index| Token::new(7, index));
}

#[test]
fn both_say_the_same_of_bcv_profiles() {
    check(Method::Bcv, |index| Token::new(7, index));
}

/// What the oracle has against a generated story.
fn told(token: &Token) -> Vec<String> {
    let Ok(generated) = generate(token) else { return Vec::new() };
    let mut second = Second::new();
    if let Err(untold) = tell(&generated.scenario, &Ours, &mut [&mut second]) {
        return vec![format!("{token}: {untold}")];
    }
    second.differences().iter().map(|differs| format!("{token}: {differs}")).collect()
}

#[test]
fn a_job_between_two_steps_is_none_of_the_next_step() {
    // Behind the third step a rival builds a job whose setup fails; the fourth is a backup by a job built before.
    assert_eq!(told(&Token::story(1, 3_654)), Vec::<String>::new());
}

#[test]
fn both_say_the_same_of_stories() {
    let differences: Vec<String> = (0..1_000).flat_map(|index| told(&Token::story(7, index))).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
