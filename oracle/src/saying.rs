//! How findings are put together and brought into order.

use dasdlab_model::finding::{Evidence, Fact, Finding, Severity, Subject};
use dasdlab_model::reasons::Reason;

/// The findings so far.
#[derive(Default)]
pub(crate) struct Findings(Vec<Finding>);

/// Facts by key, in the order of the reasons table.
pub(crate) type Facts<const N: usize> = [(&'static str, Fact); N];

impl Findings {
    /// Profile setup fails.
    pub(crate) fn error<const S: usize, const N: usize>(&mut self, reason: Reason, subjects: [Subject; S], facts: Facts<N>) {
        self.say(reason, Severity::E, subjects, facts);
    }

    /// The backup goes on, with a restriction or a risk.
    pub(crate) fn warning<const S: usize, const N: usize>(&mut self, reason: Reason, subjects: [Subject; S], facts: Facts<N>) {
        self.say(reason, Severity::W, subjects, facts);
    }

    /// Good to know.
    pub(crate) fn info<const S: usize, const N: usize>(&mut self, reason: Reason, subjects: [Subject; S], facts: Facts<N>) {
        self.say(reason, Severity::I, subjects, facts);
    }

    /// A finding of any severity.
    pub(crate) fn say<const S: usize, const N: usize>(
        &mut self,
        reason: Reason,
        severity: Severity,
        subjects: [Subject; S],
        facts: Facts<N>,
    ) {
        self.0.push(Finding { reason, severity, subjects: subjects.to_vec(), evidence: Evidence(facts.to_vec()) });
    }

    /// All of them, by rule, subjects and reason.
    pub(crate) fn in_order(mut self) -> Vec<Finding> {
        self.0.sort_by(|a, b| a.order_key().cmp(&b.order_key()));
        self.0
    }
}
