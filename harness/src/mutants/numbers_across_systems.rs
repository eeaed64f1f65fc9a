//! Profiles of other systems are read as if their unit numbers were those of this one.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("numbers-across-systems", "compares units of other profiles by number, whatever their system", sees);

fn sees(seen: &mut Observation, profile: &ProfileName) {
    let Some(system) = seen.profile(profile).map(|own| own.system) else { return };
    seen.profiles.iter_mut().for_each(|other| other.system = system);
}
