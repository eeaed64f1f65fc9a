//! Each time that the unit is given is reported.

use dasdlab_model::finding::{Finding, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;
use super::words::sort;

pub(super) const MUTANT: Mutant =
    Mutant::says("duplicate-target-twice", "reports a target that was given twice as often as it was given", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    let twice: Vec<Finding> =
        verdict.findings.iter().filter(|finding| finding.reason == Reason::Ps14DuplicateTarget).cloned().collect();
    verdict.findings.extend(twice);
    sort(verdict);
}
