//! How findings are put together and brought into order.

use dasdlab_model::finding::{Evidence, Fact, Finding, Severity, Side, Subject};
use dasdlab_model::reasons::{Reason, Rule};

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
        self.0.sort_by_cached_key(|finding| {
            let subjects: Vec<_> = finding.subjects.iter().map(subject_place).collect();
            (rule_number(finding.reason.info().rule), subjects, finding.reason.info().slug)
        });
        self.0
    }
}

fn rule_number(rule: Rule) -> u8 {
    match rule {
        Rule::PS00 => 0,
        Rule::PS01 => 1,
        Rule::PS02 => 2,
        Rule::PS03 => 3,
        Rule::PS04 => 4,
        Rule::PS05 => 5,
        Rule::PS06 => 6,
        Rule::PS07 => 7,
        Rule::PS08 => 8,
        Rule::PS09 => 9,
        Rule::PS10 => 10,
        Rule::PS11 => 11,
        Rule::PS12 => 12,
        Rule::PS13 => 13,
        Rule::PS14 => 14,
        Rule::PS15 => 15,
        Rule::PS16 => 16,
    }
}

/// Where a subject stands: its kind first, then the number of a unit or a generation, then the text of all others.
fn subject_place(subject: &Subject) -> (u8, u32, String) {
    match subject {
        // Five digits, the subchannel set the first of them.
        Subject::Unit(unit) => (0, u32::from_str_radix(&unit.to_string(), 16).unwrap_or(u32::MAX), String::new()),
        Subject::Volume(volume) => (1, 0, volume.to_string()),
        Subject::Array(serial) => (2, 0, serial.to_string()),
        Subject::DataSet(name) => (3, 0, name.to_string()),
        Subject::Catalog(name) => (4, 0, name.to_string()),
        Subject::Profile(name) => (5, 0, name.to_string()),
        Subject::Generation(number) => (6, u32::from(*number), String::new()),
        Subject::Side(Side::Source) => (7, 0, "source".to_owned()),
        Subject::Side(Side::Target) => (7, 0, "target".to_owned()),
    }
}
