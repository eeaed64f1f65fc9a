//! The vary command has been accepted, and nobody looks whether it has ended.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::HostStatus;

use super::Mutant;
use super::sight::restate;

pub(super) const MUTANT: Mutant =
    Mutant::sees("pending-offline-is-online", "takes units that are pending offline for online ones", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    restate(seen, HostStatus::PendingOffline, HostStatus::Online);
}
