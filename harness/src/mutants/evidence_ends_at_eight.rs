//! Evidence was made for a screen of 24 lines.

use dasdlab_model::finding::{Fact, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::says("evidence-ends-at-eight", "lists no more than eight things as evidence", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    for (_, fact) in verdict.findings.iter_mut().flat_map(|finding| &mut finding.evidence.0) {
        if let Fact::List(list) = fact {
            list.truncate(8);
        }
    }
}
