//! The file that is left: a title, how it fails, and what is expected.

use dasdlab_model::scenario::{Expectation, ExpectedFinding, Scenario};
use dasdlab_model::story::StepExpectation;

use super::signature::inner;
use super::{FailureSignature, Size, signature};
use crate::judge::{Bench, Ours, Outcome};
use crate::story::StepTold;

/// The most differences that are told in a file.
const TOLD: usize = 3;

/// A shrunk scenario with its title, how it fails, and what is expected of it where the oracle can say so.
pub(super) fn written(bench: &Bench<'_>, name: &str, before: &Scenario, shrunk: Scenario, wanted: &FailureSignature) -> Scenario {
    let judged = bench.judge(&shrunk);
    let size = Size::of(before);
    let differences = judged.outcome.differences();
    let mut how: Vec<String> = differences.iter().take(TOLD).map(ToString::to_string).collect();
    if differences.len() > TOLD {
        how.push(format!("and {} more", differences.len() - TOLD));
    }
    if how.is_empty() {
        how.extend(message(&judged.outcome).lines().next().map(str::to_owned));
    }
    let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let steps = if size.steps == 0 { String::new() } else { format!(" and {}", counted(size.steps, "step")) };
    how.push(format!("shrunk from {name} with {}{steps}", counted(size.volumes, "volume")));
    let plain = Scenario { id: String::new(), title: title(&judged.outcome, wanted), why: how.join("; "), token: None, ..shrunk };
    let mut expecting = plain.clone();
    if plain.is_story() {
        // What our own machines do is expected where the oracle accepts it.
        let ours = Bench { actors: &Ours, validator: &Ours, sut: None, ..*bench }.judge(&plain);
        if let (true, Some(story)) = (ours.outcome.passed(), &ours.story) {
            for (step, told) in expecting.steps.iter_mut().zip(&story.steps) {
                step.expect = step.expect.take().or_else(|| expected(told));
            }
        }
    } else if plain.expect.is_none() {
        expecting.expect = judged.expected.as_ref().map(Expectation::from);
    }
    if signature(&bench.judge(&expecting)).as_ref() == Some(wanted) { expecting } else { plain }
}

/// What must come of a step, by how it went.
fn expected(told: &StepTold) -> Option<StepExpectation> {
    let mut findings = Vec::new();
    for finding in told.own().filter_map(|worked| worked.ended.verdict()).flat_map(|verdict| &verdict.findings) {
        let finding = ExpectedFinding::from_finding(finding);
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    let stands = told.stands.as_ref();
    let expectation = StepExpectation {
        return_code: told.return_code(),
        findings: told.return_code().map(|_| findings),
        state: stands.map(|stands| stands.state),
        reason: stands.and_then(|stands| stands.reason),
        ..StepExpectation::default()
    };
    (expectation != StepExpectation::default()).then_some(expectation)
}

fn message(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Failed { message, .. } | Outcome::HarnessFault { message, .. } | Outcome::Errored { message } => message,
        _ => "",
    }
}

/// What fails, in a line.
fn title(outcome: &Outcome, signature: &FailureSignature) -> String {
    /// The most characters.
    const LONGEST: usize = 100;
    let known: Vec<&str> = signature.differs().collect();
    let mut text = match outcome.differences().first() {
        Some(first) => inner(first).to_string(),
        None if known.is_empty() => format!("breaks {}", signature.broken()),
        None if !known.iter().any(|part| part.contains('#')) => known.join(", "),
        None => message(outcome).lines().next().unwrap_or_default().to_owned(),
    };
    if signature.verdict() == "harness-fault" {
        text = format!("the harness is at fault ({}): {text}", signature.broken());
    }
    if text.chars().count() > LONGEST {
        let cut: String = text.chars().take(LONGEST).collect();
        text = format!("{} …", cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words));
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A name for a file out of a text: small letters, digits and hyphens.
#[must_use]
pub fn slug(text: &str) -> String {
    /// The most characters.
    const LONGEST: usize = 60;
    let safe = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
    let words: String = text.chars().map(safe).collect();
    let mut out = String::new();
    for word in words.split_whitespace() {
        if out.len() + word.len() >= LONGEST {
            break;
        }
        if !out.is_empty() {
            out.push('-');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(slug(text), expected);
    }

    #[test]
    fn a_title_becomes_a_name_for_a_file() {
        check("The validator is wrong (verdict): missing PS05:boxed", "the-validator-is-wrong-verdict-missing-ps05-boxed");
        check("  ../..  ", "");
        check(&"long ".repeat(40), &["long"; 12].join("-"));
    }
}
