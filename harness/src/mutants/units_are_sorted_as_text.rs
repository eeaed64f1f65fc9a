//! 11000 stands before 2000 in a dictionary.

use dasdlab_model::finding::{Subject, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::says("units-are-sorted-as-text", "sorts units as text", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    /// Units come before everything else.
    fn key(subject: &Subject) -> (bool, String, Option<&Subject>) {
        match subject {
            Subject::Unit(unit) => (false, unit.to_string(), None),
            other => (true, String::new(), Some(other)),
        }
    }
    verdict.findings.sort_by(|a, b| {
        let by_subjects = a.subjects.iter().map(key).cmp(b.subjects.iter().map(key));
        a.rule().cmp(&b.rule()).then(by_subjects).then(a.reason.slug().cmp(b.reason.slug()))
    });
}
