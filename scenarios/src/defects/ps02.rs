//! PS02: logs that a FULL backup would miss, or that a DATA backup copies.

use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{DataSetClass, Storage};

use super::{Defect, Needs, Planting};
use crate::draft::{Content, Draft, Role, Side};
use crate::rng::Rng;

pub(super) const DEFECTS: &[Defect] = &[
    Defect::new("PS02:missing/new-log", Reason::Ps02Missing, Needs::FULL, |draft, rng| new_log(draft, rng, DataSetClass::Log)),
    Defect::new("PS02:missing/new-recon", Reason::Ps02Missing, Needs::FULL, |draft, rng| {
        new_log(draft, rng, DataSetClass::Recon)
    }),
    Defect::new("PS02:missing/source-taken-out", Reason::Ps02Missing, Needs::FULL.sources(2), source_taken_out),
    Defect::new("PS02:on-tape/log", Reason::Ps02OnTape, Needs::FULL, |draft, rng| on_tape(draft, rng, DataSetClass::Log)),
    Defect::new("PS02:on-tape/recon", Reason::Ps02OnTape, Needs::FULL, |draft, rng| on_tape(draft, rng, DataSetClass::Recon)),
    Defect::new("PS02:log-in-data-backup/log", Reason::Ps02LogInDataBackup, Needs::DATA, |draft, rng| {
        log_on_source(draft, rng, DataSetClass::Log)
    }),
    Defect::new("PS02:log-in-data-backup/recon", Reason::Ps02LogInDataBackup, Needs::DATA, |draft, rng| {
        log_on_source(draft, rng, DataSetClass::Recon)
    }),
    Defect::near_miss("PS02:near-miss/new-log-of-data-profile", Rule::PS02, Needs::DATA, |draft, rng| {
        new_log(draft, rng, DataSetClass::Log).map(|_| Vec::new())
    }),
    Defect::near_miss("PS02:near-miss/tape-log-of-data-profile", Rule::PS02, Needs::DATA, |draft, rng| {
        let catalog = draft.some_catalog(Side::Log)?;
        let class = rng.one([DataSetClass::Log, DataSetClass::Recon]);
        let data_set = draft.plant_data_set(class, catalog, Vec::new());
        draft.data_sets[data_set].storage = Storage::Tape;
        Some(Vec::new())
    }),
];

/// A log data set of any member, on a volume of its own that nobody put into the profile.
fn new_log(draft: &mut Draft, rng: &mut Rng, class: DataSetClass) -> Planting {
    let near = draft.choose_volume(rng, |_, _| true)?;
    let vol = draft.plant_volume(near)?;
    let (catalog, label) = (draft.some_catalog(Side::Log)?, draft.volumes[vol].volser?);
    let data_set = draft.plant_data_set(class, catalog, vec![label]);
    draft.data_sets[data_set].ims = vec![*rng.choose(&draft.fellows)?];
    Some(vec![draft.about(Reason::Ps02Missing, vol)])
}

fn source_taken_out(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let vol = draft.claim_whole_where(rng, |draft, vol| draft.volumes[vol].role == Role::Source(Content::Log))?;
    let found = draft.uncovered(vol);
    draft.drop_source(vol)?;
    (!draft.profile.sources.is_empty()).then_some(found)
}

fn on_tape(draft: &mut Draft, rng: &mut Rng, class: DataSetClass) -> Planting {
    let data_set = match draft.claim_ours(rng, class) {
        Some(found) => found,
        None => {
            let catalog = draft.some_catalog(Side::Log)?;
            draft.plant_data_set(class, catalog, Vec::new())
        }
    };
    draft.data_sets[data_set].storage = Storage::Tape;
    draft.clear_data_set(data_set);
    Some(vec![draft.about_data_set(Reason::Ps02OnTape, data_set)?])
}

/// A log on a source that holds no data.
fn log_on_source(draft: &mut Draft, rng: &mut Rng, class: DataSetClass) -> Planting {
    let vol = match draft.claim_source_with(rng, Content::Empty) {
        Some(found) => found,
        None => {
            let near = draft.choose_volume(rng, |draft, vol| draft.volumes[vol].is_source())?;
            draft.plant_source(near)?
        }
    };
    let (catalog, label) = (draft.some_catalog(Side::Log)?, draft.volumes[vol].volser?);
    draft.plant_data_set(class, catalog, vec![label]);
    Some(vec![draft.about(Reason::Ps02LogInDataBackup, vol)])
}
