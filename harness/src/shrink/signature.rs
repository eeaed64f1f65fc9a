//! What makes two failures the same: who is wrong, in which way, and about which rules.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::judge::difference::Difference;
use crate::judge::{FaultKind, Judged, Outcome, Signature};
use crate::sut::OUTPUT_ENDED;

/// How a scenario ends that does not pass.
const VERDICTS: [&str; 3] = ["failed", "harness-fault", "errored"];
/// The most characters that are kept of a message.
const LONGEST: usize = 160;

/// How a scenario fails, without what is particular to it: units, names, numbers and instants. Two failures with one
/// signature have one cause as far as can be seen.
///
/// It is one line of text, such as `failed verdict: missing PS05:boxed; unexpected PS05:offline`, and is read back from it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FailureSignature(String);

impl FailureSignature {
    /// A signature of its parts; within what differs there is no `;`.
    fn new(verdict: &str, broken: &str, differs: &BTreeSet<String>) -> Self {
        let differs: Vec<String> = differs.iter().map(|part| part.replace(';', ",")).collect();
        let colon = if differs.is_empty() { "" } else { ": " };
        Self(format!("{verdict} {broken}{colon}{}", differs.join("; ")))
    }

    /// The signature as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How it ended: `failed`, `harness-fault` or `errored`.
    #[must_use]
    pub fn verdict(&self) -> &str {
        self.head().0
    }

    /// What was broken, in a word such as `verdict` or the name of an invariant.
    #[must_use]
    pub fn broken(&self) -> &str {
        self.head().1
    }

    /// What differs, and in which direction; or the message, where there is no more.
    pub fn differs(&self) -> impl Iterator<Item = &str> {
        self.0.split_once(": ").into_iter().flat_map(|(_, differs)| differs.split("; "))
    }

    fn head(&self) -> (&str, &str) {
        let head = self.0.split_once(": ").map_or(self.0.as_str(), |(head, _)| head);
        head.split_once(' ').unwrap_or((head, ""))
    }
}

impl fmt::Display for FailureSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no signature of a failure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the signature of a failure, such as `failed verdict: missing PS05:boxed`")]
pub struct NoSignature(String);

impl FromStr for FailureSignature {
    type Err = NoSignature;

    fn from_str(text: &str) -> Result<Self, NoSignature> {
        let read = Self(text.to_owned());
        let (verdict, broken) = read.head();
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let differs: BTreeSet<String> = read.differs().map(str::to_owned).collect();
        let is_one = VERDICTS.contains(&verdict) && is_word(broken) && !differs.contains("");
        // As it would be written, or it would be another one than itself.
        if is_one && !text.contains('\n') && Self::new(verdict, broken, &differs) == read {
            Ok(read)
        } else {
            Err(NoSignature(text.chars().take(LONGEST).collect()))
        }
    }
}

impl Serialize for FailureSignature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for FailureSignature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The signature of a judged scenario that did not pass; none of one that did, or that was not judged.
#[must_use]
pub fn signature(judged: &Judged) -> Option<FailureSignature> {
    let (verdict, broken, differences, message) = match &judged.outcome {
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
        Outcome::Errored { message } => return Some(FailureSignature::new("errored", "process", &of_process(message))),
        Outcome::Passed | Outcome::Unsupported { .. } => return None,
    };
    let mut differs = of(differences);
    let is_named = matches!(&judged.outcome, Outcome::Failed { signature: Signature::Invariant(_), .. });
    if differences.is_empty() && !is_named {
        differs.extend(said(message.lines().next().unwrap_or_default()));
    }
    Some(FailureSignature::new(verdict, broken, &differs))
}

/// What a process did that could not be judged: in which way it failed, and the kind of error that it died of, if it said.
fn of_process(message: &str) -> BTreeSet<String> {
    /// Behind it stands what was particular.
    const TOLD: usize = 2;
    let kind = |line: &str, parts: usize| said(&line.split(": ").take(parts).collect::<Vec<_>>().join(": "));
    let mut differs: BTreeSet<String> = kind(message.lines().next().unwrap_or_default(), TOLD).into_iter().collect();
    if message.starts_with(OUTPUT_ENDED) {
        let told = message.lines().skip(1).filter(|line| !line.starts_with("at first: ") && !line.trim().is_empty());
        let last = told.last().map(|line| line.trim_start_matches("stderr: ").trim());
        differs.extend(last.and_then(|line| kind(line, 1)));
    }
    differs
}

/// A message without what is particular, in reasonable length; none where nothing is left.
fn said(message: &str) -> Option<String> {
    let masked = masked(message);
    let said = match masked.char_indices().nth(LONGEST) {
        None => masked,
        Some((end, _)) => format!("{}…", masked.get(..end).unwrap_or_default().trim_end()),
    };
    (!said.is_empty()).then_some(said)
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
pub(super) fn inner(difference: &Difference) -> &Difference {
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

/// A text with a `#` for each word that is a name, an address or a number, and for each row of them.
fn masked(text: &str) -> String {
    let is_particular = |word: &str| {
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
        let word = word.strip_suffix("'s").unwrap_or(word);
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
        check("the record of FULL DAILY's generation 1 (taken at 0, array)", "the record of # generation # (taken at # array)");
        check("", "");
    }

    #[track_caller]
    fn check_process(message: &str, expected: &str) {
        let signature = signature(&Judged::without(Outcome::Errored { message: message.to_owned() })).unwrap();
        assert_eq!(signature.to_string(), expected);
        assert_eq!(expected.parse(), Ok(signature));
    }

    #[test]
    fn a_process_fails_in_a_way_and_dies_of_a_kind_of_error() {
        check_process("it has not answered within 0.5 s", "errored process: it has not answered within # s");
        check_process(
            "its output ended: exit status: 1\nstderr: Traceback:\n  File \"a.py\", line 3\nKeyError: '3A10'\nat first: it was late",
            "errored process: KeyError; its output ended: exit status",
        );
        check_process("its output ended: signal: 9 (SIGKILL)", "errored process: its output ended: signal");
        check_process(
            "it said that it failed: no unit; and more: 3A10 of IMSP",
            "errored process: it said that it failed: no unit, and more",
        );
        check_process("", "errored process");
        check_process(&"word ".repeat(40), &format!("errored process: {}…", "word ".repeat(32).trim_end()));
    }

    #[track_caller]
    fn check_text(text: &str, expected: Option<(&str, &str, &[&str])>) {
        let read = text.parse::<FailureSignature>().ok();
        let parts = read.as_ref().map(|read| (read.verdict(), read.broken(), read.differs().collect::<Vec<_>>()));
        assert_eq!(parts, expected.map(|(verdict, broken, differs)| (verdict, broken, differs.to_vec())), "{text}");
        assert_eq!(read.map(|read| read.to_string()), expected.map(|_| text.to_owned()));
    }

    #[test]
    fn a_signature_is_read_back_from_its_text() {
        check_text("failed verdict: missing PS05:boxed", Some(("failed", "verdict", &["missing PS05:boxed"])));
        check_text("failed story: a: b, c; state ready for new", Some(("failed", "story", &["a: b, c", "state ready for new"])));
        check_text("failed ready-means-synchronized", Some(("failed", "ready-means-synchronized", &[])));
        check_text("harness-fault form", Some(("harness-fault", "form", &[])));
        for text in [
            "",
            "failed",
            "passed verdict",
            "failed two words",
            "failed verdict: ",
            "failed verdict: b; a",
            "failed verdict: a; a",
        ] {
            check_text(text, None);
        }
        let json = serde_json::to_string(&"failed verdict: x".parse::<FailureSignature>().unwrap()).unwrap();
        assert_eq!(serde_json::from_str::<FailureSignature>(&json).unwrap().as_str(), "failed verdict: x");
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
