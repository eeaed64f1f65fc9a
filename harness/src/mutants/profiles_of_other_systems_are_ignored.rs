//! Only profiles saved on the own system are listed.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("profiles-of-other-systems-are-ignored", "passes over profiles of other systems", sees);

fn sees(seen: &mut Observation, profile: &ProfileName) {
    let system = seen.profile(profile).map(|own| own.system);
    seen.profiles.retain(|other| Some(other.system) == system);
}
