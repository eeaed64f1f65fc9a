//! What was split is over.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;
use super::words::forget;

pub(super) const MUTANT: Mutant =
    Mutant::says("split-history-is-forgotten", "does not mention foreign BCVs that were split from a source", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    forget(verdict, |finding| finding.reason == Reason::Ps12SplitHistory);
}
