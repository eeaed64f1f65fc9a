//! Whose BCV it is is asked when it is to be established.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::reasons::Reason;
use dasdlab_model::unit::Unit;

use super::Mutant;
use super::words::{forget, units};

pub(super) const MUTANT: Mutant = Mutant::says(
    "target-bcv-of-a-later-generation-is-free",
    "asks only BCVs of the first generation whether they are established elsewhere",
    says,
);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    let Some(own) = seen.profile(profile) else { return };
    let is_first = |unit: Unit| own.targets.iter().any(|entry| entry.generation == 1 && entry.target == unit);
    forget(verdict, |finding| {
        let bcv = units(finding).first().copied();
        finding.reason == Reason::Ps13Established && !bcv.is_some_and(is_first)
    });
}
