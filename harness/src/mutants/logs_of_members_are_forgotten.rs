//! Logs are found by the name of the IMS system, and fellow members have other names.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::DataSetClass;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("logs-of-members-are-forgotten", "does not see logs that fellow members alone use", sees);

fn sees(seen: &mut Observation, profile: &ProfileName) {
    let Some(own) = seen.profile(profile).map(|own| own.ims_ssid) else { return };
    seen.data_sets.retain(|data_set| data_set.class != DataSetClass::Log || data_set.ims.contains(&own));
}
