//! Levels are compared as they are written.

use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;
use super::levels::{by, compared};

pub(super) const MUTANT: Mutant = Mutant::says("levels-as-text", "compares the numbers of levels as text", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    compared(seen, profile, verdict, |level, minimum| {
        (level.scale == minimum.scale).then(|| by(level, minimum, |found, least| found.to_string().cmp(&least.to_string())))
    });
}
