//! The repository of the product belongs to the product, and the product to the system.

use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::DataSetClass;

use super::Mutant;

pub(super) const MUTANT: Mutant =
    Mutant::sees("control-data-are-system-data", "takes the control repository for other people's data", sees);

fn sees(seen: &mut Observation, _: &ProfileName) {
    for data_set in seen.data_sets.iter_mut().filter(|data_set| data_set.class == DataSetClass::Control) {
        data_set.class = DataSetClass::NonIms;
    }
}
