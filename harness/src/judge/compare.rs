//! Compares a verdict with the one expected and explains every difference by the smallest change.
//!
//! Findings are matched in passes, from identical to merely alike, so that a finding with one wrong field is reported
//! as that field and not as one finding missing and another unexpected.

use dasdlab_model::finding::{Evidence, Fact, Finding, Severity, Subject, Verdict};
use dasdlab_model::reasons::Reason;
use dasdlab_model::scenario::{Expectation, ExpectedFinding};

use super::difference::{Difference, FindingName};

/// What is asked of the evidence of a finding.
enum Facts<'a> {
    /// Exactly this.
    All(&'a Evidence),
    /// At least these; what is left out is not compared.
    Some(Vec<(&'a str, &'a Fact)>),
}

/// A finding that must be there.
struct Wanted<'a> {
    reason: Reason,
    severity: Severity,
    subjects: &'a [Subject],
    facts: Facts<'a>,
}

impl Wanted<'_> {
    fn name(&self) -> FindingName {
        FindingName { reason: self.reason, severity: self.severity, subjects: self.subjects.to_vec() }
    }

    fn facts_hold(&self, found: &Finding) -> bool {
        match &self.facts {
            Facts::All(evidence) => **evidence == found.evidence,
            Facts::Some(facts) => facts.iter().all(|(key, fact)| found.evidence.get(key) == Some(fact)),
        }
    }

    /// The pass in which the two match; a lower one is the smaller difference. None: they have too little in common.
    fn pass(&self, found: &Finding) -> Option<u8> {
        let reason = self.reason == found.reason;
        let rule = self.reason.rule() == found.rule();
        let subjects = self.subjects == found.subjects;
        let severity = self.severity == found.severity;
        let facts = self.facts_hold(found);
        match (reason, subjects) {
            (true, true) if severity && facts => Some(0),
            (true, true) if severity || facts => Some(1),
            (true, true) => Some(2),
            (true, false) if permuted(self.subjects, &found.subjects) => Some(3),
            (false, true) if rule && facts => Some(4),
            (true, false) if facts => Some(5),
            (false, true) if rule => Some(6),
            (false, true) if facts && severity => Some(7),
            (true, false) if shares_a_subject(self.subjects, &found.subjects) => Some(8),
            (true, false) => Some(9),
            _ => None,
        }
    }

    /// What differs between two findings that were matched.
    fn differences(&self, found: &Finding, out: &mut Vec<Difference>) {
        if self.reason != found.reason {
            out.push(Difference::Reason { finding: self.name(), expected: self.reason, found: found.reason });
        }
        if self.subjects != found.subjects {
            let (finding, expected, found_subjects) = (self.name(), self.subjects.to_vec(), found.subjects.clone());
            out.push(if permuted(self.subjects, &found.subjects) {
                Difference::SubjectsSwapped { finding, expected, found: found_subjects }
            } else {
                Difference::Subjects { finding, expected, found: found_subjects }
            });
        }
        if self.severity != found.severity {
            out.push(Difference::Severity { finding: self.name(), expected: self.severity, found: found.severity });
        }
        // Another reason has evidence of its own; comparing it would only repeat the difference.
        if self.reason == found.reason {
            self.evidence_differences(found, out);
        }
    }

    fn evidence_differences(&self, found: &Finding, out: &mut Vec<Difference>) {
        let before = out.len();
        let mut differ = |key: &str, expected: Option<&Fact>, fact: Option<&Fact>| {
            if expected != fact {
                let (expected, found) = (expected.cloned(), fact.cloned());
                out.push(Difference::Evidence { finding: self.name(), key: key.to_owned(), expected, found });
            }
        };
        match &self.facts {
            Facts::Some(facts) => facts.iter().for_each(|(key, fact)| differ(key, Some(fact), found.evidence.get(key))),
            Facts::All(evidence) => {
                evidence.0.iter().for_each(|(key, fact)| differ(key, Some(fact), found.evidence.get(key)));
                let unasked = found.evidence.0.iter().filter(|(key, _)| evidence.get(key).is_none());
                unasked.for_each(|(key, fact)| differ(key, None, Some(fact)));
                if out.len() == before && **evidence != found.evidence {
                    let keys = |evidence: &Evidence| evidence.0.iter().map(|(key, _)| (*key).to_owned()).collect();
                    let (expected, found) = (keys(evidence), keys(&found.evidence));
                    out.push(Difference::EvidenceKeys { finding: self.name(), expected, found });
                }
            }
        }
    }
}

/// Whether the second list holds the subjects of the first in another order.
fn permuted(expected: &[Subject], found: &[Subject]) -> bool {
    let sorted = |list: &[Subject]| {
        let mut list: Vec<Subject> = list.to_vec();
        list.sort_unstable();
        list
    };
    expected.len() == found.len() && expected.len() > 1 && sorted(expected) == sorted(found)
}

fn shares_a_subject(expected: &[Subject], found: &[Subject]) -> bool {
    expected.iter().any(|subject| found.contains(subject))
}

/// The number of passes of [`Wanted::pass`].
const PASSES: u8 = 10;

fn compare(wanted: &[Wanted<'_>], found: &[Finding], in_order: bool) -> Vec<Difference> {
    let mut open: Vec<usize> = (0..wanted.len()).collect();
    let mut left: Vec<usize> = (0..found.len()).collect();
    let mut matched: Vec<(usize, usize)> = Vec::new();
    for pass in 0..PASSES {
        open.retain(|&want| {
            let Some(wanted) = wanted.get(want) else { return false };
            let at = left.iter().position(|&have| found.get(have).is_some_and(|found| wanted.pass(found) == Some(pass)));
            let Some(at) = at else { return true };
            matched.push((want, left.remove(at)));
            false
        });
        if open.is_empty() || left.is_empty() {
            break;
        }
    }
    matched.sort_unstable();
    let mut out = Vec::new();
    for (want, have) in &matched {
        if let (Some(wanted), Some(found)) = (wanted.get(*want), found.get(*have)) {
            wanted.differences(found, &mut out);
        }
    }
    out.extend(open.iter().filter_map(|&at| wanted.get(at)).map(|wanted| Difference::Missing { finding: wanted.name() }));
    out.extend(left.iter().filter_map(|&at| found.get(at)).map(|found| Difference::Unexpected { finding: name(found) }));
    // A wrong finding stands in a wrong place too: the place is only worth saying when nothing else is wrong.
    if out.is_empty() && in_order {
        let first = matched.iter().find(|(want, have)| want != have);
        out.extend(first.and_then(|&(want, have)| {
            let finding = wanted.get(want)?.name();
            Some(Difference::Order { finding, expected: want + 1, found: have + 1 })
        }));
    }
    out
}

fn name(finding: &Finding) -> FindingName {
    FindingName { reason: finding.reason, severity: finding.severity, subjects: finding.subjects.clone() }
}

/// How `found` differs from `expected`; empty exactly when the two are equal.
#[must_use]
pub fn verdicts(expected: &Verdict, found: &Verdict) -> Vec<Difference> {
    if expected == found {
        return Vec::new();
    }
    let wanted: Vec<Wanted<'_>> = expected
        .findings
        .iter()
        .map(|finding| Wanted {
            reason: finding.reason,
            severity: finding.severity,
            subjects: &finding.subjects,
            facts: Facts::All(&finding.evidence),
        })
        .collect();
    let mut out = compare(&wanted, &found.findings, true);
    ends(expected.return_code, found.return_code, expected.restore_scope, found.restore_scope, &mut out);
    out
}

/// How `found` differs from an expectation, which may leave evidence out and lists its findings in any order.
///
/// # Errors
/// What is wrong with the expectation itself.
pub fn with_expectation(expected: &Expectation, found: &Verdict) -> Result<Vec<Difference>, String> {
    let mut wanted = Vec::with_capacity(expected.findings.len());
    for finding in &expected.findings {
        wanted.push(wanted_of(finding)?);
    }
    let mut out = compare(&wanted, &found.findings, false);
    ends(expected.return_code, found.return_code, expected.restore_scope, found.restore_scope, &mut out);
    Ok(out)
}

fn wanted_of(finding: &ExpectedFinding) -> Result<Wanted<'_>, String> {
    let (reason, severity) = finding.parse().map_err(|(field, message)| format!("{field}: {message}"))?;
    let facts = Facts::Some(finding.evidence.iter().map(|(key, fact)| (key.as_str(), fact)).collect());
    Ok(Wanted { reason, severity, subjects: &finding.subjects, facts })
}

fn ends(
    expected_code: u8,
    found_code: u8,
    expected_scope: Option<dasdlab_model::states::RestoreScope>,
    found_scope: Option<dasdlab_model::states::RestoreScope>,
    out: &mut Vec<Difference>,
) {
    if expected_code != found_code {
        out.push(Difference::ReturnCode { expected: expected_code, found: found_code });
    }
    if expected_scope != found_scope {
        out.push(Difference::RestoreScope { expected: expected_scope, found: found_scope });
    }
}
