//! The loop over pairs ends one too early.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Rule;

use super::Mutant;
use super::words::{forget, generation, units};

pub(super) const MUTANT: Mutant = Mutant::says("last-pair-is-skipped", "does not compare the last pair with its source", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    let Some(own) = seen.profile(profile) else { return };
    let Some(last) = own.targets.iter().max_by_key(|entry| (entry.generation, entry.source)) else { return };
    forget(verdict, |finding| {
        let units = units(finding);
        let is_last =
            generation(finding) == Some(last.generation) && units.contains(&last.source) && units.contains(&last.target);
        is_last && matches!(finding.rule(), Rule::PS06 | Rule::PS08)
    });
}
