//! A target must be of the same size, it is thought.

use dasdlab_model::finding::{Severity, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::says("larger-is-refused", "refuses a larger target", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    for finding in verdict.findings.iter_mut().filter(|finding| finding.reason == Reason::Ps06Larger) {
        finding.severity = Severity::E;
    }
}
