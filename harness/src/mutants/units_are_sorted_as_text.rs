//! 11000 stands before 2000 in a dictionary.

use dasdlab_model::finding::{Finding, Subject, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::says("units-are-sorted-as-text", "sorts units as text", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    let text = |finding: &Finding| -> Vec<String> { finding.subjects.iter().map(ToString::to_string).collect() };
    let is_of_units = |finding: &Finding| finding.subjects.iter().all(|subject| matches!(subject, Subject::Unit(_)));
    verdict.findings.sort_by(|a, b| {
        let subjects = if is_of_units(a) && is_of_units(b) { text(a).cmp(&text(b)) } else { a.subjects.cmp(&b.subjects) };
        a.rule().cmp(&b.rule()).then(subjects).then(a.reason.slug().cmp(b.reason.slug()))
    });
}
