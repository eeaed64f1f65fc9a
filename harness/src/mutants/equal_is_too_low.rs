//! Greater than, where greater or equal was meant.

use dasdlab_model::finding::Verdict;
use dasdlab_model::level::Scale;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;
use super::levels::{Opinion, compared};

pub(super) const MUTANT: Mutant = Mutant::says("equal-is-too-low", "refuses the minimum level itself", says);

fn says(seen: &Observation, profile: &ProfileName, verdict: &mut Verdict) {
    compared(seen, profile, verdict, |level, minimum| {
        (level.components == minimum.components).then_some(match minimum.scale {
            Scale::Symmetrix => Opinion::LowPatch,
            Scale::Bundle | Scale::Lmc => Opinion::Low,
        })
    });
}
