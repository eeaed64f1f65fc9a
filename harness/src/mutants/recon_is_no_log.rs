//! RECON is kept with the libraries.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::DataSetClass;

use super::Mutant;

pub(super) const MUTANT: Mutant = Mutant::sees("recon-is-no-log", "does not count RECON to the log side", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    for data_set in seen.data_sets.iter_mut().filter(|data_set| data_set.class == DataSetClass::Recon) {
        data_set.class = DataSetClass::System;
    }
}
