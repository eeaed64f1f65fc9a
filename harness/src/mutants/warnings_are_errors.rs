//! Whoever reads the list mends everything in it.

use dasdlab_model::finding::{Severity, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::says("warnings-are-errors", "takes warnings for errors", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    for finding in verdict.findings.iter_mut().filter(|finding| finding.severity == Severity::W) {
        finding.severity = Severity::E;
    }
}
