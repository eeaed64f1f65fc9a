//! Targets are checked when the first generation is established.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Rule;
use dasdlab_model::unit::Unit;

use super::Mutant;
use super::words::{forget, generation, units};

pub(super) const MUTANT: Mutant = Mutant::says("first-generation-only", "checks the first generation only", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    let Some(own) = seen.profile(profile) else { return };
    let is_first = |unit: Unit| own.targets.iter().any(|entry| entry.generation == 1 && entry.target == unit);
    let is_later = |unit: Unit| own.targets.iter().any(|entry| entry.generation > 1 && entry.target == unit) && !is_first(unit);
    forget(verdict, |finding| {
        let of_targets = matches!(finding.rule(), Rule::PS06 | Rule::PS07 | Rule::PS09);
        let unit = units(finding).first().copied();
        generation(finding).is_some_and(|generation| generation > 1) || of_targets && unit.is_some_and(is_later)
    });
}
