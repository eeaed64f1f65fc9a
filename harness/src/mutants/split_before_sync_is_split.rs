//! The state begins with Split.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::MirrorState;

use super::Mutant;
use super::sight::mirror;

pub(super) const MUTANT: Mutant = Mutant::sees("split-before-sync-is-split", "takes SplitBfrSync for Split", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    mirror(seen, MirrorState::SplitBfrSync, MirrorState::Split);
}
