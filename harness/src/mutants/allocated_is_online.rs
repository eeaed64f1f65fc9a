//! Online is online, whoever uses it.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::HostStatus;

use super::Mutant;
use super::sight::restate;

pub(super) const MUTANT: Mutant = Mutant::sees("allocated-is-online", "does not see that a unit is allocated", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    restate(seen, HostStatus::Allocated, HostStatus::Online);
}
