//! What is not in the table is not supported.

use dasdlab_model::finding::{Severity, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::says("newer-family-is-unsupported", "refuses a family that is newer than the policy", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    for finding in verdict.findings.iter_mut().filter(|finding| finding.reason == Reason::Ps11NewerThanPolicy) {
        (finding.reason, finding.severity) = (Reason::Ps11UnsupportedFamily, Severity::E);
    }
}
