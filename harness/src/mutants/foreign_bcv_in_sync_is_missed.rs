//! Foreign mirrors are asked for by the state Synchronized.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::MirrorState;

use super::Mutant;
use super::sight::targets;

pub(super) const MUTANT: Mutant =
    Mutant::sees("foreign-bcv-in-sync-is-missed", "does not see a foreign BCV that is synchronizing", sees);

fn sees(seen: &mut Observation, profile: &ProfileName) {
    let targets = targets(seen, profile);
    seen.mirrors.retain(|pair| pair.state != MirrorState::SyncInProg || targets.contains(&pair.bcv));
}
