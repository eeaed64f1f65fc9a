//! The copy back has ended, so the pair is thought to be apart.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::MirrorState;

use super::Mutant;
use super::sight::mirror;

pub(super) const MUTANT: Mutant =
    Mutant::sees("restored-is-split", "takes a Restored pair for one that is not established", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    mirror(seen, MirrorState::Restored, MirrorState::Split);
}
