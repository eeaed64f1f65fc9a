//! PS15: other people's data on the sources.

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{DataSetClass, Storage};

use super::{Defect, Needs, Planting};
use crate::draft::{Draft, Side};
use crate::rng::Rng;

const REPORTED: Needs = Needs::ANY.report_non_ims_data(true);

pub(super) const DEFECTS: &[Defect] = &[
    Defect::new("PS15:non-ims-data/non-ims", Reason::Ps15NonImsData, REPORTED, |draft, rng| {
        on_source(draft, rng, DataSetClass::NonIms)
    }),
    Defect::new("PS15:non-ims-data/stranger", Reason::Ps15NonImsData, REPORTED, |draft, rng| {
        let class = rng.one([DataSetClass::Database, DataSetClass::Log, DataSetClass::UserIncluded, DataSetClass::System]);
        on_source(draft, rng, class)
    }),
    Defect::near_miss("PS15:near-miss/switched-off", Rule::PS15, Needs::ANY.report_non_ims_data(false), |draft, rng| {
        on_source(draft, rng, DataSetClass::NonIms).map(|_| Vec::new())
    }),
    Defect::near_miss("PS15:near-miss/migrated", Rule::PS15, REPORTED, |draft, rng| {
        let catalog = draft.some_catalog(Side::Foreign)?;
        let data_set = draft.plant_data_set(DataSetClass::NonIms, catalog, Vec::new());
        draft.data_sets[data_set].storage = rng.one([Storage::Migrated, Storage::Tape]);
        Some(Vec::new())
    }),
];

fn on_source(draft: &mut Draft, rng: &mut Rng, class: DataSetClass) -> Planting {
    let source = draft.claim_source(rng)?;
    let (catalog, label) = (draft.some_catalog(Side::Foreign)?, draft.volumes[source].volser?);
    let data_set = draft.plant_data_set(class, catalog, vec![label]);
    if class.names_ims() {
        draft.data_sets[data_set].ims = vec![draft.stranger];
    }
    Some(vec![draft.about(Reason::Ps15NonImsData, source)])
}
