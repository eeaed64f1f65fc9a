//! The simplest questions, one after the other, to an adapter that has to prove itself.

use dasdlab_model::protocol::Feature;
use serde::Serialize;

use super::{Sut, SutOptions};
use crate::judge::strict::Strictness;
use crate::judge::{Bench, Judged, Ours, Outcome, Signature};
use crate::suite;

/// Scenarios of the corpus, each of which needs one feature more than what went before.
const QUESTIONS: &[(Feature, &str)] = &[
    (Feature::Check, "clean-flashcopy-full"),
    (Feature::Check, "clean-bcv-data"),
    (Feature::Life, "life-edits-of-a-ready-profile"),
    (Feature::Life, "life-edits-while-setup-is-needed"),
    (Feature::Act, "story-setup-again-changes-nothing"),
    (Feature::Job, "story-three-generations-one-mirrors-and-two-are-held"),
];

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SmokeStep {
    /// What was done.
    pub step: String,
    /// Whether the adapter did its part.
    pub good: bool,
    /// What there is to say about it.
    pub said: String,
}

impl SmokeStep {
    fn new(step: impl Into<String>, good: bool, said: impl Into<String>) -> Self {
        Self { step: step.into(), good, said: said.into() }
    }
}

/// Takes every step; ends with the first that goes wrong.
///
/// # Errors
/// This program's own corpus is at fault.
pub fn smoke(options: SutOptions) -> Result<Vec<SmokeStep>, crate::cli::Problem> {
    let sut = match Sut::start(options) {
        Ok(sut) => sut,
        Err(failure) => return Ok(vec![SmokeStep::new("hello", false, failure.to_string())]),
    };
    let greeting = sut.greeting();
    let features: Vec<&str> = greeting.features.iter().map(|feature| feature.as_str()).collect();
    let name = format!("{} {} declares {}", greeting.name, greeting.version, features.join(", "));
    let mut steps = vec![SmokeStep::new("hello", !features.is_empty(), name)];
    let bench = Bench { strict: Strictness::Evidence, relations: false, sut: Some(&sut), ..Bench::new(&Ours) };
    for (feature, file) in QUESTIONS {
        if steps.last().is_some_and(|step| !step.good) {
            break;
        }
        if !sut.features().contains(feature) {
            continue;
        }
        if let Some(entry) = suite::corpus_entry(file)? {
            steps.push(step(*feature, &entry.id, &bench.judge(&entry.scenario)));
        }
    }
    if let Some(failure) = sut.close().first() {
        steps.push(SmokeStep::new("bye", false, failure.to_string()));
    } else if steps.iter().all(|step| step.good) {
        steps.push(SmokeStep::new("bye", true, "it has ended"));
    }
    Ok(steps)
}

/// What became of a question. A wrong answer proves the adapter: it was understood.
fn step(feature: Feature, id: &str, judged: &Judged) -> SmokeStep {
    let name = format!("{feature}, {id}");
    match &judged.outcome {
        Outcome::Passed => SmokeStep::new(name, true, "right"),
        Outcome::Unsupported { needs } => SmokeStep::new(name, true, format!("not asked, for want of {}", needs.join(", "))),
        Outcome::Errored { message } => SmokeStep::new(name, false, message.clone()),
        Outcome::Failed { signature: Signature::NoVerdict, message, .. } => SmokeStep::new(name, false, message.clone()),
        Outcome::Failed { differences, message, .. } => {
            let first = differences.first().map_or_else(|| message.clone(), ToString::to_string);
            SmokeStep::new(name, true, format!("understood, but wrong: {first}"))
        }
        Outcome::HarnessFault { message, .. } => SmokeStep::new(name, false, format!("a fault of dasdlab: {message}")),
    }
}
