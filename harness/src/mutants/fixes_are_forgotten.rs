//! A level that is high enough has every fix, it is thought.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("fixes-are-forgotten", "does not ask for fixes", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    seen.policy.code_levels.iter_mut().for_each(|row| row.fixes.clear());
}
