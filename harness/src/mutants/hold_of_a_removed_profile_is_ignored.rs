//! Holds are looked up in the list of profiles.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("hold-of-a-removed-profile-is-ignored", "does not see a hold for a profile that is not there any more", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    let names: Vec<ProfileName> = seen.profiles.iter().map(|profile| profile.name.clone()).collect();
    for volume in &mut seen.volumes {
        volume.held_for.take_if(|holder| !names.contains(holder));
    }
}
