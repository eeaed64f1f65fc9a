//! What makes two failures the same: who is wrong, in which way, and about which rules.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::judge::difference::Difference;
use crate::judge::{FaultKind, Judged, Outcome};

/// How a scenario fails, without what is particular to it: units, names, numbers and instants. Two failures with one
/// signature have one cause as far as can be seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FailureSignature {
    /// `failed`, or `harness-fault`.
    pub verdict: &'static str,
    /// What was broken, in a word such as `verdict` or the name of an invariant.
    pub broken: &'static str,
    /// What differs, and in which direction; or the message, where there is no more.
    pub differs: BTreeSet<String>,
}

impl fmt::Display for FailureSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verdict, self.broken)?;
        for (at, differs) in self.differs.iter().enumerate() {
            write!(f, "{} {differs}", if at == 0 { ":" } else { "," })?;
        }
        Ok(())
    }
}

impl Serialize for FailureSignature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The signature of a judged scenario that did not pass; none of one that did.
#[must_use]
pub fn signature(judged: &Judged) -> Option<FailureSignature> {
    let (verdict, broken, differences, message) = match &judged.outcome {
        // What could not be asked says nothing about the scenario.
        Outcome::Failed { signature, differences, message } => ("failed", signature.as_str(), differences, message.as_str()),
        Outcome::HarnessFault { kind, differences, message } => {
            let said = match kind {
                // The verdict's shape and the invariants of the world are told with everything that they were found in.
                FaultKind::Form => "",
                FaultKind::Invariant => message.split_whitespace().next().unwrap_or_default(),
                _ => message.as_str(),
            };
            ("harness-fault", kind.as_str(), differences, said)
        }
        _ => return None,
    };
    let mut differs = of(differences);
    let is_named = matches!(&judged.outcome, Outcome::Failed { signature: crate::judge::Signature::Invariant(_), .. });
    let first = masked(message.lines().next().unwrap_or_default());
    if differences.is_empty() && !is_named && !first.is_empty() {
        differs.insert(first);
    }
    Some(FailureSignature { verdict, broken, differs })
}

/// What differs. What comes later in a story follows from what came first, and a return code or a restore scope from the
/// findings.
fn of(differences: &[Difference]) -> BTreeSet<String> {
    let work = |difference: &Difference| match difference {
        Difference::InStep { step, work, .. } => Some((step.clone(), work.clone())),
        _ => None,
    };
    let first = differences.first().and_then(work);
    let of_first: Vec<&Difference> = differences.iter().take_while(|difference| work(difference) == first).map(inner).collect();
    let of_findings: BTreeSet<String> =
        of_first.iter().filter(|difference| difference.finding().is_some()).map(|difference| part(difference)).collect();
    if of_findings.is_empty() { of_first.into_iter().map(part).collect() } else { of_findings }
}

/// The difference without the step in which it stands.
fn inner(difference: &Difference) -> &Difference {
    match difference {
        Difference::InStep { of, .. } => inner(of),
        other => other,
    }
}

/// A difference without what is particular to its scenario.
fn part(difference: &Difference) -> String {
    let reason = || difference.finding().map(|finding| finding.reason.to_string()).unwrap_or_default();
    match difference {
        Difference::Severity { expected, found, .. } => format!("severity {found} for {expected} of {}", reason()),
        Difference::Reason { expected, found, .. } => format!("reason {found} for {expected}"),
        Difference::Evidence { key, .. } => format!("evidence {key} of {}", reason()),
        Difference::ReturnCode { expected, found } => format!("return code {found} for {expected}"),
        Difference::RestoreScope { expected, found } => {
            let word = |scope: &Option<dasdlab_model::states::RestoreScope>| scope.map_or("absent", |scope| scope.as_str());
            format!("restore scope {} for {}", word(found), word(expected))
        }
        Difference::Field { field, expected, found } => format!("{field} {} for {}", masked(found), masked(expected)),
        Difference::Conduct { complaint } => masked(complaint),
        Difference::InStep { of, .. } => part(of),
        Difference::Missing { .. }
        | Difference::Unexpected { .. }
        | Difference::Subjects { .. }
        | Difference::SubjectsSwapped { .. }
        | Difference::EvidenceKeys { .. }
        | Difference::Order { .. } => format!("{} {}", difference.kind(), reason()),
    }
}

/// A text with a `#` for each word that is a name, an address or a number.
fn masked(text: &str) -> String {
    let is_particular = |word: &str| {
        let capitals = word.chars().filter(char::is_ascii_uppercase).count();
        word.bytes().any(|byte| byte.is_ascii_digit()) || capitals > 1 && !word.chars().any(|c| c.is_ascii_lowercase())
    };
    let mut words: Vec<&str> = text.split_whitespace().map(|word| if is_particular(word) { "#" } else { word }).collect();
    words.dedup_by(|a, b| *a == "#" && *b == "#");
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(masked(text), expected);
    }

    #[test]
    fn names_and_numbers_are_no_part_of_a_signature() {
        check("index out of bounds: the len is 3 but the index is 7", "index out of bounds: the len is # but the index is #");
        check("splits 75ABC01/10/00 of IMSP DATA, which is not Synchronized", "splits # of # which is not Synchronized");
        check("setup-needed", "setup-needed");
        check("", "");
    }

    #[test]
    fn what_follows_from_findings_or_comes_later_is_left_out() {
        let code = || Difference::ReturnCode { expected: 8, found: 0 };
        let state = || Difference::Field { field: "state", expected: "setup-needed".to_owned(), found: "ready".to_owned() };
        let finding = crate::judge::difference::FindingName {
            reason: dasdlab_model::reasons::Reason::Ps05Boxed,
            severity: dasdlab_model::finding::Severity::E,
            subjects: Vec::new(),
        };
        let missing = || Difference::Missing { finding: finding.clone() };
        let work = || Some("setup of IMSP".to_owned());
        let of = |differences: &[Difference]| of(differences).into_iter().collect::<Vec<_>>();
        assert_eq!(of(&[code(), missing()]), ["missing PS05:boxed"]);
        assert_eq!(of(&[code()]), ["return code 0 for 8"]);
        assert_eq!(of(&[missing().in_step("step 2", work()), state().in_step("step 3", work())]), ["missing PS05:boxed"]);
        assert_eq!(
            of(&[state().in_step("step 1", work()), missing().in_step("step 2", work())]),
            ["state ready for setup-needed"]
        );
    }
}
