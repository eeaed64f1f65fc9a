//! Whether a version 1 relation is active is asked where a copy begins.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;
use super::sight::sources;

pub(super) const MUTANT: Mutant =
    Mutant::sees("version-1-is-asked-of-sources-only", "does not see an active version 1 relation on a target", sees);

fn sees(seen: &mut Observation, profile: &ProfileName) {
    let sources = sources(seen, profile);
    for volume in seen.volumes.iter_mut().filter(|volume| !sources.contains(&volume.id)) {
        volume.v1_active = false;
    }
}
