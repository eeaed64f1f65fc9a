//! The array does not care about logical subsystems, the documentation does.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::LssScope;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("array-is-enough", "lets pairs be in different logical subsystems", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    seen.policy.lss_scope = LssScope::SameArray;
}
