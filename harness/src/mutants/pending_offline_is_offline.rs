//! A unit that still has a user is taken for one that has none.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::HostStatus;

use super::Mutant;
use super::sight::restate;

pub(super) const MUTANT: Mutant =
    Mutant::sees("pending-offline-is-offline", "takes units that are pending offline for offline ones", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    restate(seen, HostStatus::PendingOffline, HostStatus::Offline);
}
