//! Every data set of the catalog is taken to be on disk.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::Storage;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("tape-is-disk", "takes data sets on tape for data sets on disk", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    for data_set in seen.data_sets.iter_mut().filter(|data_set| data_set.storage == Storage::Tape) {
        data_set.storage = Storage::Disk;
    }
}
