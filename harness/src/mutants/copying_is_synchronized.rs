//! Established is established, however much is copied.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::MirrorState;

use super::Mutant;
use super::sight::mirror;

pub(super) const MUTANT: Mutant =
    Mutant::sees("copying-is-synchronized", "takes pairs that are being copied for Synchronized ones", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    mirror(seen, MirrorState::SyncInProg, MirrorState::Synchronized);
}
