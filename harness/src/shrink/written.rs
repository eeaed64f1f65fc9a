//! The file that is left: a title, how it fails, and what is expected.

use dasdlab_model::scenario::{Expectation, ExpectedFinding, Scenario};
use dasdlab_model::story::StepExpectation;

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
    let steps = if size.steps == 0 { String::new() } else { format!(" and {} steps", size.steps) };
    how.push(format!("shrunk from {name} with {} volumes{steps}", size.volumes));
    let plain = Scenario { id: String::new(), title: title(wanted), why: how.join("; "), token: None, ..shrunk };
    let mut expecting = plain.clone();
    if plain.is_story() {
        // What our own machines do is expected where the oracle accepts it.
        let ours = Bench { actors: &Ours, validator: &Ours, ..*bench }.judge(&plain);
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
fn title(signature: &FailureSignature) -> String {
    /// The most that is named.
    const NAMED: usize = 2;
    let mut named: Vec<&str> = signature.differs().take(NAMED + 1).collect();
    if let Some(beyond) = named.get_mut(NAMED) {
        *beyond = "and more";
    }
    let what = named.join(", ");
    let broken = signature.broken();
    match (signature.verdict(), what.as_str()) {
        ("failed", "") => format!("The validator breaks {broken}"),
        ("failed", what) => format!("The validator is wrong ({broken}): {what}"),
        ("errored", "") => "The implementation fails".to_owned(),
        ("errored", what) => format!("The implementation fails: {what}"),
        (_, "") => format!("The harness is at fault ({broken})"),
        (_, what) => format!("The harness is at fault ({broken}): {what}"),
    }
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
