//! A boxed unit answers no I/O, as an offline one.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::HostStatus;

use super::Mutant;
use super::sight::restate;

pub(super) const MUTANT: Mutant = Mutant::sees("boxed-is-offline", "takes boxed units for offline ones", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    restate(seen, HostStatus::Boxed, HostStatus::Offline);
}
