//! Everything is read from its end; the order of lists means nothing.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("lists-are-read-backwards", "reads lists from their end", sees).equivalent();

fn sees(seen: &mut Observation, _: &ProfileName) {
    seen.arrays.reverse();
    seen.volumes.reverse();
    seen.units.reverse();
    seen.relations.reverse();
    seen.mirrors.reverse();
    seen.catalogs.reverse();
    seen.data_sets.reverse();
    seen.profiles.reverse();
}
