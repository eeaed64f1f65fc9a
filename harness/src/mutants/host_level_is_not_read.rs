//! Every host is thought to be of today.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("host-level-is-not-read", "thinks that every host can split consistently", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    seen.systems.iter_mut().for_each(|system| system.host_software_level = None);
}
