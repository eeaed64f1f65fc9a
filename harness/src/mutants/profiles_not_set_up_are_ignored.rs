//! A profile that was never set up has no targets yet, it is thought.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::ProfileState;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("profiles-not-set-up-are-ignored", "passes over other profiles that are not set up", sees);

fn sees(seen: &mut Observation, profile: &ProfileName) {
    seen.profiles.retain(|other| other.name == *profile || other.state != ProfileState::SetupNeeded);
}
