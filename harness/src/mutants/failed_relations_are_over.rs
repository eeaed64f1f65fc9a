//! A relation that failed is thought to be gone.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::RelationState;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("failed-relations-are-over", "does not see relations that failed", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    seen.relations.retain(|relation| relation.state != RelationState::Failed);
}
