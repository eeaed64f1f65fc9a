//! What the stories of the corpus show, taken together.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::collections::BTreeSet;

use dasdlab_harness::coverage::story::{Met, StoryKey};
use dasdlab_harness::judge::Ours;
use dasdlab_harness::story::tell;
use dasdlab_harness::suite;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::story::{What, When};
use dasdlab_model::transitions::Refusal;

fn stories() -> impl Iterator<Item = Scenario> {
    suite::corpus().unwrap().entries.into_iter().map(|entry| entry.scenario).filter(Scenario::is_story)
}

#[test]
fn every_refusal_is_met() {
    let mut met = BTreeSet::new();
    for story in stories() {
        let mut watcher = Met::default();
        tell(&story, &Ours, &mut [&mut watcher]).unwrap();
        met.extend(watcher.keys().iter().filter_map(|key| match key {
            StoryKey::Refusal(refusal) => Some(*refusal),
            _ => None,
        }));
    }
    let never: Vec<Refusal> = Refusal::ALL.iter().copied().filter(|refusal| !met.contains(refusal)).collect();
    assert_eq!(never, []);
}

#[test]
fn every_kind_of_fault_and_trigger_is_planned() {
    let faults: Vec<_> = stories().flat_map(|story| story.faults).collect();
    let never = |words: &[&'static str], planned: BTreeSet<&str>| -> Vec<&str> {
        words.iter().copied().filter(|word| !planned.contains(word)).collect()
    };
    assert_eq!(never(&What::WORDS, faults.iter().map(|fault| fault.what.word()).collect()), [""; 0]);
    assert_eq!(never(&When::WORDS, faults.iter().map(|fault| fault.when.word()).collect()), [""; 0]);
}
