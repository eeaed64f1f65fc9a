//! What a machine has to say in the end: the findings of checks, and its own.

use dasdlab_model::finding::{Evidence, Fact, Finding, Severity, Subject};
use dasdlab_model::reasons::Reason;

/// Findings that outlive what was seen, in any order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Report(Vec<Finding>);

impl Report {
    /// Adds a finding of a reason that has one severity. Facts stand in the order of the reason's evidence.
    pub(super) fn add<const N: usize>(&mut self, reason: Reason, subjects: impl Into<Vec<Subject>>, facts: [Fact; N]) {
        let info = reason.info();
        let subjects = subjects.into();
        debug_assert_eq!(info.evidence.len(), N, "{reason}");
        debug_assert_eq!(info.subjects.len(), subjects.len(), "{reason}");
        let severity = info.severities.first().copied().unwrap_or(Severity::E);
        let evidence = Evidence(info.evidence.iter().map(|&(key, _)| key).zip(facts).collect());
        self.0.push(Finding { reason, severity, subjects, evidence });
    }

    /// Adds findings as they are.
    pub(super) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.0.extend(findings);
    }

    /// The findings as they were added.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }

    /// The findings in their order: rule, subjects, reason.
    pub(super) fn into_sorted(mut self) -> Vec<Finding> {
        self.0.sort_unstable_by(|a, b| a.order_key().cmp(&b.order_key()));
        self.0
    }
}
