//! A log on tape is safe.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;
use super::words::forget;

pub(super) const MUTANT: Mutant = Mutant::says("tape-is-not-mentioned", "does not mention that a log is on tape", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    forget(verdict, |finding| finding.reason == Reason::Ps02OnTape);
}
