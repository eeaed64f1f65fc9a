//! A space-efficient volume looks like any other.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("space-efficient-is-forgotten", "does not see that a target is space-efficient", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    seen.volumes.iter_mut().for_each(|volume| volume.thin = false);
}
