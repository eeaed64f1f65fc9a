//! Storage groups and pools are for people; no rule asks.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("pools-are-not-read", "does not read storage groups and pools", sees).equivalent();

fn sees(seen: &mut Observation, _: &ProfileName) {
    for volume in &mut seen.volumes {
        volume.storage_group = None;
        volume.pool = None;
    }
}
