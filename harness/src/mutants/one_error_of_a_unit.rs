//! A unit that has an error needs no second one.

use std::collections::BTreeSet;

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Rule;

use super::Mutant;
use super::words::units;

pub(super) const MUTANT: Mutant = Mutant::says("one-error-of-a-unit", "reports one error of a source unit only", says);

fn says(_: &Observation, _: &ProfileName, verdict: &mut Verdict) {
    let mut known = BTreeSet::new();
    verdict.findings.retain(|finding| finding.rule() != Rule::PS05 || known.insert(units(finding)));
}
