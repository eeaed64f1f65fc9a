//! Everything is brought into order before it is read; the order of lists means nothing.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("lists-are-sorted", "sorts what it sees", sees).equivalent();

fn sees(seen: &mut Observation, _: &ProfileName) {
    seen.sort();
}
