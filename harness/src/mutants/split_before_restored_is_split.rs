//! The state begins with Split.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::MirrorState;

use super::Mutant;
use super::sight::mirror;

pub(super) const MUTANT: Mutant = Mutant::sees("split-before-restored-is-split", "takes SplitBfrRest for Split", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    mirror(seen, MirrorState::SplitBfrRest, MirrorState::Split);
}
