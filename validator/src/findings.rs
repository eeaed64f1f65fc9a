//! Collects findings; the table of reasons names their evidence.

use dasdlab_model::finding::{Evidence, Fact, Finding, Severity, Subject};
use dasdlab_model::name::Volser;
use dasdlab_model::reasons::Reason;

/// Findings in the making, in any order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Adds a finding of a reason that has one severity. Facts stand in the order of the reason's evidence.
    pub(crate) fn add<const N: usize>(&mut self, reason: Reason, subjects: impl Into<Vec<Subject>>, facts: [Fact; N]) {
        let severity = reason.info().severities.first().copied().unwrap_or(Severity::E);
        self.add_as(severity, reason, subjects, facts);
    }

    /// Adds a finding of a reason whose severity policy decides.
    pub(crate) fn add_as<const N: usize>(
        &mut self,
        severity: Severity,
        reason: Reason,
        subjects: impl Into<Vec<Subject>>,
        facts: [Fact; N],
    ) {
        let info = reason.info();
        let subjects = subjects.into();
        debug_assert_eq!(info.evidence.len(), N, "{reason}");
        debug_assert_eq!(info.subjects.len(), subjects.len(), "{reason}");
        debug_assert!(info.severities.contains(&severity), "{reason}");
        let evidence = Evidence(info.evidence.iter().map(|&(key, _)| key).zip(facts).collect());
        self.0.push(Finding { reason, severity, subjects, evidence });
    }

    /// Adds findings as they are.
    pub(crate) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.0.extend(findings);
    }

    /// The findings as they were added.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }

    /// How many findings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The findings in their order: rule, subjects, reason.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Finding> {
        self.0.sort_unstable_by(|a, b| a.order_key().cmp(&b.order_key()));
        self.0
    }
}

/// A label as evidence; empty where there is none.
pub(crate) fn volser(label: Option<Volser>) -> Fact {
    label.map_or_else(|| Fact::Text(String::new()), Fact::text)
}
