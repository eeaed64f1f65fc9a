//! Only the first two numbers of a level are read.

use dasdlab_model::finding::Verdict;
use dasdlab_model::level::Scale;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;
use super::levels::{Opinion, at, compared};

pub(super) const MUTANT: Mutant =
    Mutant::says("two-numbers-of-a-level", "compares no more than two numbers of a DS8000 level", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    compared(seen, profile, verdict, |level, minimum| {
        let is_equal = at(level, 0) == at(minimum, 0) && at(level, 1) == at(minimum, 1);
        (minimum.scale == Scale::Bundle && level.scale == Scale::Bundle && is_equal).then_some(Opinion::Suffices)
    });
}
