//! The label MIGRAT is no volume, so the data set is nowhere.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::Storage;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("migrated-is-missing", "takes migrated data sets for ones that are on no volume", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    for data_set in seen.data_sets.iter_mut().filter(|data_set| data_set.storage == Storage::Migrated) {
        data_set.storage = Storage::Disk;
    }
}
