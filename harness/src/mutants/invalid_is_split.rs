//! A pair that is not established can be established.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::MirrorState;

use super::Mutant;
use super::sight::mirror;

pub(super) const MUTANT: Mutant = Mutant::sees("invalid-is-split", "takes Invalid pairs for split ones", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    mirror(seen, MirrorState::Invalid, MirrorState::Split);
}
