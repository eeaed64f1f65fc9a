//! One generation after the other is looked through.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;

use super::Mutant;
use super::words::{forget, units};

pub(super) const MUTANT: Mutant =
    Mutant::says("duplicate-target-within-a-generation", "finds targets that were given twice within one generation only", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    let Some(own) = seen.profile(profile) else { return };
    forget(verdict, |finding| {
        let target = units(finding).first().copied();
        let of = |generation: u8| {
            own.targets.iter().filter(|entry| entry.generation == generation && Some(entry.target) == target).count()
        };
        finding.reason == Reason::Ps14DuplicateTarget && (1..=own.generations).all(|generation| of(generation) < 2)
    });
}
