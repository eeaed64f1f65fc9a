//! PS03: catalogs that a restore would leave out, or take back in time for others.

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{DataSetClass, Storage};

use super::{Defect, Needs, Planting};
use crate::draft::{Content, Draft, Side};
use crate::rng::Rng;

pub(super) const DEFECTS: &[Defect] = &[
    Defect::new("PS03:missing/moved-outside", Reason::Ps03Missing, Needs::ANY, |draft, rng| moved(draft, rng, Side::Data)),
    Defect::new("PS03:missing/log-catalog", Reason::Ps03Missing, Needs::FULL, |draft, rng| moved(draft, rng, Side::Log)),
    Defect::new("PS03:missing/second-volume", Reason::Ps03Missing, Needs::ANY, second_volume),
    Defect::new("PS03:missing/unknown-volume", Reason::Ps03Missing, Needs::ANY, unknown_volume),
    Defect::new("PS03:foreign-entries/outside", Reason::Ps03ForeignEntries, Needs::ANY, |draft, rng| {
        foreign_entry(draft, rng, DataSetClass::NonIms, true)
    }),
    Defect::new("PS03:foreign-entries/unknown-volume", Reason::Ps03ForeignEntries, Needs::ANY, |draft, rng| {
        foreign_entry(draft, rng, DataSetClass::NonIms, false)
    }),
    Defect::new("PS03:foreign-entries/stranger", Reason::Ps03ForeignEntries, Needs::ANY, |draft, rng| {
        foreign_entry(draft, rng, DataSetClass::Database, true)
    }),
    Defect::new("PS03:master-catalog/on-disk", Reason::Ps03MasterCatalog, Needs::ANY, master_catalog),
    Defect::near_miss("PS03:near-miss/non-ims-on-tape", Rule::PS03, Needs::ANY, non_ims_on_tape),
    Defect::near_miss("PS03:near-miss/log-catalog-of-data-profile", Rule::PS03, Needs::DATA, |draft, rng| {
        let catalog = draft.claim_catalog(rng, |draft, at| draft.catalogs[at].side == Side::Log && !draft.names_scope(at))?;
        let label = draft.fresh_label("Z")?;
        draft.move_catalog(catalog, label);
        Some(Vec::new())
    }),
];

/// A free user catalog of this side that names data sets in scope, claimed.
fn in_scope(draft: &mut Draft, rng: &mut Rng, side: Side) -> Option<usize> {
    draft.claim_catalog(rng, |draft, at| draft.catalogs[at].side == side && draft.names_scope(at))
}

/// A new volume outside the profile, and its label.
fn outside(draft: &mut Draft, rng: &mut Rng) -> Option<dasdlab_model::name::Volser> {
    let near = draft.choose_volume(rng, |_, _| true)?;
    let vol = draft.plant_volume(near)?;
    draft.volumes[vol].volser
}

fn moved(draft: &mut Draft, rng: &mut Rng, side: Side) -> Planting {
    let catalog = in_scope(draft, rng, side)?;
    let label = outside(draft, rng)?;
    draft.move_catalog(catalog, label);
    Some(vec![draft.about_catalog(Reason::Ps03Missing, catalog)])
}

fn second_volume(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let catalog = in_scope(draft, rng, Side::Data)?;
    let label = outside(draft, rng)?;
    draft.catalogs[catalog].volumes.push(label);
    Some(vec![draft.about_catalog(Reason::Ps03Missing, catalog)])
}

fn unknown_volume(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let catalog = in_scope(draft, rng, Side::Data)?;
    let label = draft.fresh_label("Z")?;
    draft.move_catalog(catalog, label);
    Some(vec![draft.about_catalog(Reason::Ps03Missing, catalog)])
}

/// Somebody else's data set in a catalog of the backup: a restore would forget where it has gone since.
fn foreign_entry(draft: &mut Draft, rng: &mut Rng, class: DataSetClass, known: bool) -> Planting {
    let catalog = in_scope(draft, rng, Side::Data)?;
    let label = if known { outside(draft, rng)? } else { draft.fresh_label("Z")? };
    let data_set = draft.plant_data_set(class, catalog, vec![label]);
    if class.names_ims() {
        draft.data_sets[data_set].ims = vec![draft.stranger];
    }
    Some(vec![draft.about_catalog(Reason::Ps03ForeignEntries, catalog)])
}

fn master_catalog(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let catalog = draft.claim_catalog(rng, |draft, at| draft.catalogs[at].side == Side::Master)?;
    let vol = draft.claim_source_with(rng, Content::Data)?;
    let class = rng.one([DataSetClass::Database, DataSetClass::UserIncluded]);
    let label = draft.volumes[vol].volser?;
    draft.plant_data_set(class, catalog, vec![label]);
    Some(vec![draft.about_catalog(Reason::Ps03MasterCatalog, catalog)])
}

fn non_ims_on_tape(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let catalog = in_scope(draft, rng, Side::Data)?;
    let data_set = draft.plant_data_set(DataSetClass::NonIms, catalog, Vec::new());
    draft.data_sets[data_set].storage = rng.one([Storage::Tape, Storage::Migrated]);
    Some(Vec::new())
}
