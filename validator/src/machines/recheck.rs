//! The check of one pair when its turn comes: the world may have changed since the profile was checked.

use dasdlab_model::finding::{Finding, Severity, Subject};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::{Reason, Rule};

use super::plan::PlannedPair;
use crate::findings::Findings;
use crate::inventory::Inventory;
use crate::rules;

/// The rules that are asked again.
const RULES: [Rule; 5] = [Rule::PS05, Rule::PS06, Rule::PS09, Rule::PS12, Rule::PS13];

/// What the pair no longer passes, each reason once; empty if it may be established.
pub(super) fn recheck(seen: &Observation, profile: &ProfileName, pair: &PlannedPair) -> Vec<Reason> {
    let Some(inventory) = Inventory::new(seen, profile) else { return Vec::new() };
    let mut findings = Findings::default();
    for entry in RULES.into_iter().filter_map(rules::entry) {
        entry.evaluate(&inventory, &mut findings);
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::E && is_about(finding, pair));
    let mut reasons: Vec<Reason> = errors.map(|finding| finding.reason).collect();
    reasons.sort_unstable();
    reasons.dedup();
    reasons
}

/// Whether a finding names a side of the pair, and no other generation.
fn is_about(finding: &Finding, pair: &PlannedPair) -> bool {
    let names_side = finding.subjects.iter().any(|subject| match subject {
        Subject::Unit(unit) => *unit == pair.source || *unit == pair.target,
        _ => false,
    });
    let names_other = finding.subjects.iter().any(|subject| match subject {
        Subject::Generation(generation) => *generation != pair.generation,
        _ => false,
    });
    names_side && !names_other
}
