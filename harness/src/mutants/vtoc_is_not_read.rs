//! What is cataloged to a label is believed to be there.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("vtoc-is-not-read", "does not read the VTOC", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    seen.volumes.iter_mut().for_each(|volume| volume.vtoc = None);
}
