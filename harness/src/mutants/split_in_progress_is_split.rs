//! The split was commanded and will end.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::MirrorState;

use super::Mutant;
use super::sight::mirror;

pub(super) const MUTANT: Mutant =
    Mutant::sees("split-in-progress-is-split", "takes pairs whose split still runs for split ones", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    mirror(seen, MirrorState::SplitInProg, MirrorState::Split);
}
