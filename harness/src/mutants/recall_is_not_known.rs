//! There is one choice where there are three.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::MigratedPolicy;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("recall-is-not-known", "takes the policy `recall` for `fail`", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    if seen.policy.migrated == MigratedPolicy::Recall {
        seen.policy.migrated = MigratedPolicy::Fail;
    }
}
