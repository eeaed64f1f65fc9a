//! PS10: the product's own repository on volumes that it would take back in time.

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{DataSetClass, Storage};

use super::{Defect, Needs, Planting};
use crate::draft::{Draft, Side};
use crate::rng::Rng;

pub(super) const DEFECTS: &[Defect] = &[
    Defect::new("PS10:control-data/on-source", Reason::Ps10ControlData, Needs::ANY, |draft, rng| on_source(draft, rng, false)),
    Defect::new("PS10:control-data/one-extent", Reason::Ps10ControlData, Needs::ANY, |draft, rng| on_source(draft, rng, true)),
    Defect::near_miss("PS10:near-miss/migrated", Rule::PS10, Needs::ANY, |draft, _| {
        let catalog = draft.some_catalog(Side::Data)?;
        let data_set = draft.plant_data_set(DataSetClass::Control, catalog, Vec::new());
        draft.data_sets[data_set].storage = Storage::Migrated;
        Some(Vec::new())
    }),
    Defect::near_miss("PS10:near-miss/cataloged-with-data", Rule::PS10, Needs::ANY, |draft, rng| {
        let near = draft.choose_volume(rng, |_, _| true)?;
        let vol = draft.plant_volume(near)?;
        let (catalog, label) = (draft.some_catalog(Side::Data)?, draft.volumes[vol].volser?);
        draft.plant_data_set(DataSetClass::Control, catalog, vec![label]);
        Some(Vec::new())
    }),
];

/// A control data set on a source, perhaps with most of it outside.
fn on_source(draft: &mut Draft, rng: &mut Rng, outside: bool) -> Planting {
    let source = draft.claim_source(rng)?;
    let mut labels = vec![draft.volumes[source].volser?];
    if outside {
        let vol = draft.plant_volume(source)?;
        labels.extend(draft.volumes[vol].volser);
    }
    let catalog = draft.some_catalog(Side::Foreign)?;
    draft.plant_data_set(DataSetClass::Control, catalog, labels);
    Some(vec![draft.about(Reason::Ps10ControlData, source)])
}
