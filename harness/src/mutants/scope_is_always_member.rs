//! Fellow members that share the RECON are not looked up.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::LogScope;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("scope-is-always-member", "does not count data sets of fellow members", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    seen.policy.log_scope = LogScope::Member;
}
