//! Both are numbers with dots.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;
use super::levels::{by, compared};

pub(super) const MUTANT: Mutant = Mutant::says("bundle-and-lmc-are-compared", "compares a bundle with an LMC", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    compared(seen, profile, verdict, |level, minimum| {
        (level.scale != minimum.scale).then(|| by(level, minimum, |found, least| found.cmp(&least)))
    });
}
