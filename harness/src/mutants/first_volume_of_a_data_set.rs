//! Data sets are looked up by the first label of their catalog entry.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;

use super::Mutant;
use super::sight::first_volume_only;

pub(super) const MUTANT: Mutant =
    Mutant::sees("first-volume-of-a-data-set", "looks at the first volume of a data set only", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    first_volume_only(seen, |_| true);
}
