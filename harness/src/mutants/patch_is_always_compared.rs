//! Each number is compared by itself.

use dasdlab_model::finding::Verdict;
use dasdlab_model::level::Scale;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;
use super::levels::{Opinion, at, compared};

pub(super) const MUTANT: Mutant = Mutant::says("patch-is-always-compared", "compares the patch though the level is higher", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    compared(seen, profile, verdict, |level, minimum| {
        let is_above = at(level, 1) > at(minimum, 1);
        (minimum.scale == Scale::Symmetrix && is_above && at(level, 2) < at(minimum, 2)).then_some(Opinion::LowPatch)
    });
}
