//! What the array does not know of does not exist.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::MirrorState;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("unknown-is-never-established", "takes pairs in state Unknown for pairs that never were", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    seen.mirrors.retain(|pair| pair.state != MirrorState::Unknown);
}
