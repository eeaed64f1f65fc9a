//! The simplest questions, one after the other, to an adapter that has to prove itself.

use std::sync::Arc;

use dasdlab_model::protocol::Feature;
use serde::Serialize;

use super::wire::{From, Overheard, Wire};
use super::{Sut, SutOptions};
use crate::judge::strict::Strictness;
use crate::judge::{Bench, Judged, Ours, Outcome, Signature};
use crate::suite;

/// Scenarios of the corpus, each of which needs one feature more than what went before, and what they ask.
const QUESTIONS: &[(Feature, &str, &str)] = &[
    (Feature::Check, "clean-flashcopy-full", "the verdict on a profile that has nothing wrong"),
    (Feature::Check, "source-boxed", "the verdict on a profile with a source that is boxed"),
    (Feature::Check, "clean-bcv-data", "the verdict on a BCV profile that has nothing wrong"),
    (Feature::Life, "life-edits-of-a-ready-profile", "what becomes of a ready profile that is edited"),
    (Feature::Life, "life-edits-while-setup-is-needed", "what becomes of edits while setup is needed, and of an import"),
    (Feature::Act, "story-setup-again-changes-nothing", "a setup, reply by reply, and the same again"),
    (Feature::Job, "story-three-generations-one-mirrors-and-two-are-held", "the steps of jobs, and what they do"),
];

/// How much of a question and of an answer is kept.
const SHOWN: (usize, usize) = (200, 1_000);

/// A step that was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SmokeStep {
    /// What was done.
    pub step: String,
    /// Whether the adapter did its part.
    pub good: bool,
    /// What was asked, in words.
    pub asked: String,
    /// How many questions that took.
    pub questions: usize,
    /// The last question, from its beginning.
    pub question: Option<Overheard>,
    /// The last answer, from its beginning.
    pub answer: Option<Overheard>,
    /// What there is to say about it.
    pub said: String,
    /// What to look at where it went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub look_at: Option<String>,
}

impl SmokeStep {
    fn new(step: impl Into<String>, asked: &str, good: bool, said: impl Into<String>) -> Self {
        let said = said.into();
        let look_at = if good { None } else { hint(&said) };
        Self { step: step.into(), good, asked: asked.to_owned(), look_at: look_at.map(str::to_owned), said, ..Self::default() }
    }

    /// The same with what went over the pipe meanwhile.
    fn heard(self, wire: &Wire) -> Self {
        let lines = wire.taken();
        let last = |from| lines.iter().rfind(|line: &&Overheard| line.from == from).cloned();
        let (question, answer) = (last(From::Harness), last(From::Implementation));
        Self { questions: lines.iter().filter(|line| line.from == From::Harness).count(), question, answer, ..self }
    }
}

/// Takes every step; ends with the first that goes wrong.
///
/// # Errors
/// This program's own corpus is at fault.
pub fn smoke(options: SutOptions) -> Result<Vec<SmokeStep>, crate::cli::Problem> {
    const HELLO: &str = "who it is and what it can do";
    let wire = Arc::new(Wire::new(SHOWN.0, SHOWN.1));
    let sut = match Sut::overheard(options, Some(Arc::clone(&wire))) {
        Ok(sut) => sut,
        Err(failure) => return Ok(vec![SmokeStep::new("hello", HELLO, false, failure.to_string()).heard(&wire)]),
    };
    let greeting = sut.greeting();
    let features: Vec<&str> = greeting.features.iter().map(|feature| feature.as_str()).collect();
    let hello = match features.as_slice() {
        [] => SmokeStep::new("hello", HELLO, false, format!("{} {} declares no feature", greeting.name, greeting.version)),
        _ => {
            let declares = format!("{} {} declares {}", greeting.name, greeting.version, features.join(", "));
            SmokeStep::new("hello", HELLO, true, declares)
        }
    };
    let mut steps = vec![hello.heard(&wire)];
    let bench = Bench { strict: Strictness::Evidence, relations: false, sut: Some(&sut), ..Bench::new(&Ours) };
    for (feature, file, asked) in QUESTIONS {
        if steps.last().is_some_and(|step| !step.good) {
            break;
        }
        if !sut.features().contains(feature) {
            continue;
        }
        if let Some(entry) = suite::corpus_entry(file)? {
            steps.push(step(*feature, &entry.id, asked, &bench.judge(&entry.scenario)).heard(&wire));
        }
    }
    const BYE: &str = "nothing: it is told that there is nothing more";
    let left = sut.close();
    match left.first() {
        Some(failure) => steps.push(SmokeStep::new("bye", BYE, false, failure.to_string()).heard(&wire)),
        None if steps.iter().all(|step| step.good) => {
            steps.push(SmokeStep::new("bye", BYE, true, "it has ended").heard(&wire));
        }
        None => {}
    }
    Ok(steps)
}

/// What became of a question. A wrong answer proves the adapter: it was understood.
fn step(feature: Feature, id: &str, asked: &str, judged: &Judged) -> SmokeStep {
    let name = format!("{feature}, {id}");
    let new = |good, said: String| SmokeStep::new(name, asked, good, said);
    match &judged.outcome {
        Outcome::Passed => new(true, "right".to_owned()),
        Outcome::Unsupported { needs } => new(true, format!("not asked, for want of {}", needs.join(", "))),
        Outcome::Errored { message } => new(false, message.clone()),
        Outcome::Failed { signature: Signature::NoVerdict, message, .. } => new(false, message.clone()),
        Outcome::Failed { differences, message, .. } => {
            let first = differences.first().map_or_else(|| message.clone(), ToString::to_string);
            let wrong = new(true, format!("understood, but wrong: {first}"));
            SmokeStep { look_at: Some(format!("`dasdlab replay {id} --sut … --wire` shows every difference")), ..wrong }
        }
        Outcome::HarnessFault { message, .. } => new(false, format!("a fault of dasdlab: {message}")),
    }
}

/// What is said of an adapter, and what to look at then. The first that fits says most.
const HINTS: &[(&str, &str)] = &[
    ("cannot be started", "the command: it is taken apart at spaces and quotes, no shell reads it, and paths begin here"),
    ("speaks protocol", "the number in `hello`; `dasdlab schema protocol` describes the protocol that is spoken"),
    ("declares no feature", "`features` in the answer to hello: name what it has, as in [\"check\"]"),
    ("answers hello", "the first answer: {\"id\":0,\"hello\":{\"protocol\":1,\"name\":\"mine\",\"features\":[\"check\"]}}"),
    ("in the middle of a line", "the end of each answer: a line ends with a line feed"),
    ("its output ended", "why the program ended; what it wrote to stderr is shown above"),
    (
        "has not answered",
        "whether each answer is flushed, and whether lines are read one by one and not up to the end of the input",
    ),
    ("cannot be understood", "stdout: one JSON object a line and nothing else; `dasdlab schema protocol` has every field"),
    ("without being asked", "stdout: only answers belong there, one for each question; everything else goes to stderr"),
    ("when question", "the order of the answers: that of the questions, each with the `id` of its question"),
    ("answers to question", "the fields of the answer: beside `id` there is one, that of the question's kind"),
    (
        "no answer to it",
        "the field of the answer: check has `verdict`, edit and enter `profile` or `refused`, act `action`, \
      drop `dropped`, build `job` or `refused`",
    ),
    ("bye", "the end: bye is not answered, and the program and whatever it has started end"),
    ("said that it failed", "the implementation: these are its own words"),
    ("finding ", "the words of that finding: codes, reasons and subjects stand in docs/rules.md"),
    ("a line of more than", "how long the answer is: is a line feed missing?"),
    ("values", "how large the answer is: there are far more things in it than in the question"),
];

fn hint(said: &str) -> Option<&'static str> {
    HINTS.iter().find(|(part, _)| said.contains(part)).map(|(_, look_at)| *look_at)
}
