//! How much of a verdict is compared.

use std::collections::BTreeSet;

use dasdlab_model::finding::{Evidence, Finding, Verdict};
use dasdlab_model::reasons::Reason;
use serde::{Deserialize, Serialize};

use super::difference::Difference;
use super::{compare, finding_name};

/// How much of a verdict is compared. Words that people read are never compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strictness {
    /// Which reasons of which rules were found
    Codes,
    /// Findings with their severities and subjects, in any order, return code and restore scope
    Subjects,
    /// The evidence that each reason declares, and the order of findings
    #[default]
    Evidence,
}

impl Strictness {
    /// The word as it stands on the command line and in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Codes => "codes",
            Self::Subjects => "subjects",
            Self::Evidence => "evidence",
        }
    }

    /// How `found` differs from `expected`, as far as it is asked.
    #[must_use]
    pub fn differences(self, expected: &Verdict, found: &Verdict) -> Vec<Difference> {
        match self {
            Self::Evidence => compare::verdicts(expected, found),
            Self::Subjects => compare::verdicts(&bare(expected), &bare(found)),
            Self::Codes => codes(expected, found),
        }
    }
}

/// The verdict without evidence, its findings in order.
fn bare(verdict: &Verdict) -> Verdict {
    let mut findings: Vec<Finding> =
        verdict.findings.iter().map(|finding| Finding { evidence: Evidence::default(), ..finding.clone() }).collect();
    findings.sort_by(|a, b| a.order_key().cmp(&b.order_key()));
    Verdict { findings, ..verdict.clone() }
}

fn codes(expected: &Verdict, found: &Verdict) -> Vec<Difference> {
    let reasons = |verdict: &Verdict| verdict.findings.iter().map(|finding| finding.reason).collect::<BTreeSet<Reason>>();
    let (wanted, given) = (reasons(expected), reasons(found));
    let first =
        |verdict: &Verdict, reason: &Reason| verdict.findings.iter().find(|finding| finding.reason == *reason).map(finding_name);
    let missing = wanted.difference(&given).filter_map(|reason| first(expected, reason));
    let unexpected = given.difference(&wanted).filter_map(|reason| first(found, reason));
    let missing = missing.map(|finding| Difference::Missing { finding });
    missing.chain(unexpected.map(|finding| Difference::Unexpected { finding })).collect()
}

#[cfg(test)]
mod tests {
    use dasdlab_model::finding::{Fact, Severity};

    use super::*;

    fn finding(reason: Reason, unit: &str, volser: &str) -> Finding {
        let subjects = vec![format!("unit:{unit}").parse().unwrap()];
        Finding { reason, severity: Severity::E, subjects, evidence: Evidence(vec![("volser", Fact::text(volser))]) }
    }

    fn verdict(return_code: u8, findings: Vec<Finding>) -> Verdict {
        Verdict { return_code, restore_scope: None, findings }
    }

    /// Whether a verdict passes at each level.
    #[track_caller]
    fn check(found: &Verdict, expected: [bool; 3]) {
        let wanted = verdict(8, vec![finding(Reason::Ps05Boxed, "1000", "A"), finding(Reason::Ps05Boxed, "1001", "B")]);
        let passes = [Strictness::Codes, Strictness::Subjects, Strictness::Evidence]
            .map(|level| level.differences(&wanted, found).is_empty());
        assert_eq!(passes, expected, "{found:?}");
    }

    #[test]
    fn each_level_asks_more_than_the_one_before() {
        let (first, second) = (finding(Reason::Ps05Boxed, "1000", "A"), finding(Reason::Ps05Boxed, "1001", "B"));
        check(&verdict(8, vec![first.clone(), second.clone()]), [true, true, true]);
        check(&verdict(8, vec![second, first.clone()]), [true, true, false]);
        check(&verdict(8, vec![first.clone(), finding(Reason::Ps05Boxed, "1001", "X")]), [true, true, false]);
        check(&verdict(8, vec![first.clone()]), [true, false, false]);
        check(&verdict(12, vec![first]), [true, false, false]);
        check(&verdict(8, vec![finding(Reason::Ps05Offline, "1000", "A")]), [false, false, false]);
    }
}
