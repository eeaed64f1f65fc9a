//! Both cannot be read, and the program knows one word for both.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::HostStatus;

use super::Mutant;
use super::sight::restate;

pub(super) const MUTANT: Mutant = Mutant::sees("not-ready-is-offline", "takes units that are not ready for offline ones", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    restate(seen, HostStatus::NotReady, HostStatus::Offline);
}
