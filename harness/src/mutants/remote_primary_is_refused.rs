//! Whatever takes part in remote mirroring is refused.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::RemoteRole;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("remote-primary-is-refused", "takes a remote primary for a secondary", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    for volume in seen.volumes.iter_mut().filter(|volume| volume.remote == Some(RemoteRole::Primary)) {
        volume.remote = Some(RemoteRole::Secondary);
    }
}
