//! The check of one pair when its turn comes.

use std::collections::BTreeSet;

use dasdlab_model::finding::{Severity, Subject};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::{Reason, Rule};

use super::pairs::Pair;
use crate::facts::Facts;
use crate::saying::Findings;
use crate::{mirrors, profiles, sources, targets};

/// The errors of PS05, PS06, PS09, PS12 and PS13 that name a side of the pair and no other generation.
pub(super) fn no_longer_passes(seen: &Observation, profile: &ProfileName, pair: &Pair) -> Vec<Reason> {
    let Some(facts) = Facts::gather(seen, profile) else { return Vec::new() };
    let mut findings = Findings::default();
    for ask in [sources::ask, targets::ask, profiles::ask, mirrors::ask] {
        ask(&facts, &mut findings);
    }
    let mut reasons = BTreeSet::new();
    for finding in findings.in_order() {
        let again = [Rule::PS05, Rule::PS06, Rule::PS09, Rule::PS12, Rule::PS13].contains(&finding.reason.rule());
        let names_a_side = [pair.source, pair.target].into_iter().any(|unit| finding.subjects.contains(&Subject::Unit(unit)));
        let other_generation = finding
            .subjects
            .iter()
            .any(|subject| matches!(subject, Subject::Generation(generation) if *generation != pair.generation));
        if again && finding.severity == Severity::E && names_a_side && !other_generation {
            reasons.insert(finding.reason);
        }
    }
    reasons.into_iter().collect()
}
