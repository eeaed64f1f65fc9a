//! Logs are kept twice, so nobody needs their volumes.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;
use super::words::forget;

pub(super) const MUTANT: Mutant =
    Mutant::says("logs-may-be-left-out", "does not ask for the volumes of logs in a full backup", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    forget(verdict, |finding| finding.reason == Reason::Ps02Missing);
}
