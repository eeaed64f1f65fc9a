//! What a scenario asks of an implementation.

use std::collections::BTreeSet;

use dasdlab_model::protocol::Feature;
use dasdlab_model::scenario::Scenario;
use dasdlab_model::story::{Do, RivalWork, StoryStep, What};

/// What passes over reasons on purpose, to show what a wrong check leads to, is no question to anybody else.
const IGNORING: &str = "ignoring";

/// Everything that a scenario needs and an implementation with these features does not have; empty where it can be asked.
#[must_use]
pub fn missing(scenario: &Scenario, features: &[Feature]) -> BTreeSet<&'static str> {
    let mut missing: BTreeSet<&'static str> =
        needed(scenario).into_iter().filter(|feature| !features.contains(feature)).map(Feature::as_str).collect();
    if scenario.steps.iter().any(ignores) {
        missing.insert(IGNORING);
    }
    missing
}

/// The features that a scenario needs.
#[must_use]
pub fn needed(scenario: &Scenario) -> BTreeSet<Feature> {
    if !scenario.is_story() {
        return BTreeSet::from([Feature::Check]);
    }
    let mut needed = BTreeSet::new();
    for step in &scenario.steps {
        match &step.action {
            Do::Setup { .. } | Do::Restore { .. } | Do::Backup { alone: true, .. } => needed.extend([Feature::Act]),
            Do::Backup { .. } => needed.extend([Feature::Act, Feature::Job]),
            Do::Edit(_) | Do::Import(_) => needed.extend([Feature::Life]),
            Do::Vary { .. } | Do::Write { .. } | Do::Mirror { .. } | Do::FlashCopy { .. } | Do::Advance(_) | Do::Query { .. } => {
            }
        }
    }
    for fault in &scenario.faults {
        match &fault.what {
            What::Rival { work: RivalWork::Setup, .. } => needed.extend([Feature::Act]),
            What::Rival { work: RivalWork::Backup, .. } => needed.extend([Feature::Act, Feature::Job]),
            _ => {}
        }
    }
    if needed.is_empty() {
        // What asks nothing of anybody must not count as passed.
        needed.extend([Feature::Act]);
    }
    needed
}

fn ignores(step: &StoryStep) -> bool {
    match &step.action {
        Do::Setup { ignoring, .. } | Do::Backup { ignoring, .. } | Do::Restore { ignoring, .. } => !ignoring.is_empty(),
        _ => false,
    }
}
