//! Profiles are listed by their IMS system.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("profiles-of-other-ims-are-ignored", "passes over profiles of other IMS systems", sees);

fn sees(seen: &mut Observation, profile: &ProfileName) {
    let ims = seen.profile(profile).map(|own| own.ims_ssid);
    seen.profiles.retain(|other| Some(other.ims_ssid) == ims);
}
