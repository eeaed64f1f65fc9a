//! Status is asked of the system on which the program runs, not of the one that the profile was saved on.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{Device, Observation, UnitSeen};

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("status-of-another-system", "takes the status of a unit from another system that has the volume", sees);

fn sees(seen: &mut Observation, profile: &ProfileName) {
    let Some(system) = seen.profile(profile).map(|own| own.system) else { return };
    let elsewhere: Vec<UnitSeen> = seen.units.iter().filter(|entry| entry.system != system).copied().collect();
    for entry in seen.units.iter_mut().filter(|entry| entry.system == system) {
        let Device::Base(volume, status) = &mut entry.device else { continue };
        let other = elsewhere.iter().find_map(|other| match other.device {
            Device::Base(same, status) if same == *volume => Some(status),
            _ => None,
        });
        *status = other.unwrap_or(*status);
    }
}
