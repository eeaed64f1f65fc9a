//! Nothing was saved, so there is nothing to compare.

use dasdlab_model::finding::{Fact, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;
use super::words::forget;

pub(super) const MUTANT: Mutant =
    Mutant::says("saved-without-a-label-passes", "lets a source be that was saved without a label", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    forget(verdict, |finding| {
        finding.reason == Reason::Ps05VolserMismatch && finding.evidence.get("saved") == Some(&Fact::Text(String::new()))
    });
}
