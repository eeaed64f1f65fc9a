//! A reserve is a reserve, whoever has it.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("reserve-of-the-own-system-counts", "takes a reserve by the own system for one by another", sees);

fn sees(seen: &mut Observation, profile: &ProfileName) {
    let Some(own) = seen.profile(profile).map(|own| own.system) else { return };
    let Some(other) = seen.systems.iter().map(|system| system.name).find(|name| *name != own).or("OTHER".parse().ok()) else {
        return;
    };
    for volume in seen.volumes.iter_mut().filter(|volume| volume.reserved_by == Some(own)) {
        volume.reserved_by = Some(other);
    }
}
