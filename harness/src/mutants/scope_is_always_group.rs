//! The choice of the installation is not read.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::LogScope;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("scope-is-always-group", "counts data sets of fellow members though the policy says not to", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    seen.policy.log_scope = LogScope::Group;
}
