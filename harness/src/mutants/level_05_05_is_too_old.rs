//! The first level that suffices is taken for the last that does not.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("level-05-05-is-too-old", "suspends logs at the level 05.05 too", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    for system in seen.systems.iter_mut().filter(|system| system.host_software_level.as_deref() == Some("05.05")) {
        system.host_software_level = Some("05.04".to_owned());
    }
}
