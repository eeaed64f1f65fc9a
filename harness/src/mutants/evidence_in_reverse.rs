//! Evidence is pushed onto a stack and taken off it.

use dasdlab_model::finding::{Fact, Verdict};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::says("evidence-in-reverse", "lists evidence in descending order", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    for (_, fact) in verdict.findings.iter_mut().flat_map(|finding| &mut finding.evidence.0) {
        if let Fact::List(list) = fact {
            list.reverse();
        }
    }
}
