//! Whether a BCV is held was not asked.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("holds-are-forgotten", "does not see holds", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    seen.volumes.iter_mut().for_each(|volume| volume.held_for = None);
}
