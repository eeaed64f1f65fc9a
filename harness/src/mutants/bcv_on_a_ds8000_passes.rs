//! Which product line an array is of was not asked.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;
use super::words::forget;

pub(super) const MUTANT: Mutant = Mutant::says("bcv-on-a-ds8000-passes", "lets a BCV profile use a DS8000", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    forget(verdict, |finding| matches!(finding.reason, Reason::Ps05MethodUnsupported | Reason::Ps06MethodUnsupported));
}
