//! A relation whose every track is copied is thought to be gone.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::RelationState;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("copied-relations-are-over", "does not see relations that are copied", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    seen.relations.retain(|relation| relation.state != RelationState::Copied);
}
