//! An array is asked whether it answers when the sources are read.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;
use super::sight::sources;

pub(super) const MUTANT: Mutant =
    Mutant::sees("array-of-targets-may-be-unreachable", "does not ask whether the array of the targets answers", sees);

fn sees(seen: &mut Observation, profile: &ProfileName) {
    let sources = sources(seen, profile);
    for array in seen.arrays.iter_mut().filter(|array| !sources.iter().any(|source| source.array == array.serial)) {
        array.reachable = true;
    }
}
