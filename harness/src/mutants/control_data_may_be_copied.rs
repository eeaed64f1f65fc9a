//! The repository is backed up with everything else, it is thought.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;
use super::words::forget;

pub(super) const MUTANT: Mutant =
    Mutant::says("control-data-may-be-copied", "does not see the control repository on a source", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    forget(verdict, |finding| finding.reason == Reason::Ps10ControlData);
}
