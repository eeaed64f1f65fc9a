//! Foreign relations are asked for by their targets.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;
use super::sight::{sources, targets};

pub(super) const MUTANT: Mutant =
    Mutant::sees("targets-copied-elsewhere-are-free", "does not see that a target is source of a relation", sees);

fn sees(seen: &mut Observation, profile: &ProfileName) {
    let (sources, targets) = (sources(seen, profile), targets(seen, profile));
    seen.relations.retain(|relation| !targets.contains(&relation.source) || sources.contains(&relation.source));
}
