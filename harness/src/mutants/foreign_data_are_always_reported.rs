//! The switch is not read.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("foreign-data-are-always-reported", "reports non-IMS data though the policy says not to", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    seen.policy.report_non_ims_data = true;
}
