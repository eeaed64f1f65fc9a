//! PS04: logs and data that lie or are cataloged together.

use dasdlab_model::name::Volser;
use dasdlab_model::reasons::{Reason, Rule};
use dasdlab_model::states::{DataSetClass, Storage};

use super::{Defect, Needs, Planting};
use crate::draft::{Content, Draft, Role, Side, Vol};
use crate::rng::Rng;

pub(super) const DEFECTS: &[Defect] = &[
    Defect::new("PS04:shared-volume/log-beside-data", Reason::Ps04SharedVolume, Needs::ANY, |draft, rng| {
        log_beside_data(draft, rng, DataSetClass::Log)
    }),
    Defect::new("PS04:shared-volume/recon-beside-data", Reason::Ps04SharedVolume, Needs::ANY, |draft, rng| {
        log_beside_data(draft, rng, DataSetClass::Recon)
    }),
    Defect::new("PS04:shared-volume/data-beside-logs", Reason::Ps04SharedVolume, Needs::ANY, data_beside_logs),
    Defect::new("PS04:shared-volume/log-catalog", Reason::Ps04SharedVolume, Needs::ANY, |draft, rng| {
        catalog_beside(draft, rng, Side::Log)
    }),
    Defect::new("PS04:shared-volume/data-catalog", Reason::Ps04SharedVolume, Needs::ANY, |draft, rng| {
        catalog_beside(draft, rng, Side::Data)
    }),
    Defect::new("PS04:shared-volume/outside", Reason::Ps04SharedVolume, Needs::ANY, outside),
    Defect::new("PS04:shared-catalog/log-in-data-catalog", Reason::Ps04SharedCatalog, Needs::ANY, log_in_data_catalog),
    Defect::new("PS04:shared-catalog/data-in-log-catalog", Reason::Ps04SharedCatalog, Needs::ANY, data_in_log_catalog),
    Defect::near_miss("PS04:near-miss/system-beside-logs", Rule::PS04, Needs::ANY, system_beside_logs),
];

fn label(draft: &Draft, vol: Vol) -> Option<Volser> {
    draft.volumes[vol].volser
}

fn log_beside_data(draft: &mut Draft, rng: &mut Rng, class: DataSetClass) -> Planting {
    let vol = draft.claim_source_with(rng, Content::Data)?;
    let (catalog, label) = (draft.some_catalog(Side::Log)?, label(draft, vol)?);
    // The data side must not hang on a data set that another defect may move away.
    let data = draft.some_catalog(Side::Data)?;
    draft.plant_data_set(DataSetClass::Database, data, vec![label]);
    draft.plant_data_set(class, catalog, vec![label]);
    let mut found = vec![draft.about(Reason::Ps04SharedVolume, vol)];
    if !draft.is_full() {
        found.push(draft.about(Reason::Ps02LogInDataBackup, vol));
    }
    Some(found)
}

/// A volume with logs: a source of a FULL profile, mostly none of a DATA profile's.
fn claim_logs(draft: &mut Draft, rng: &mut Rng) -> Option<Vol> {
    if draft.is_full() {
        return draft.claim_source_with(rng, Content::Log);
    }
    let vol = draft.choose_volume(rng, |draft, vol| draft.volumes[vol].role == Role::Outside)?;
    draft.claim(vol)
}

fn data_beside_logs(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let vol = claim_logs(draft, rng)?;
    let (logs, data, label) = (draft.some_catalog(Side::Log)?, draft.some_catalog(Side::Data)?, label(draft, vol)?);
    draft.plant_data_set(DataSetClass::Log, logs, vec![label]);
    draft.plant_data_set(rng.one([DataSetClass::Database, DataSetClass::UserIncluded]), data, vec![label]);
    let mut found = vec![draft.about(Reason::Ps04SharedVolume, vol)];
    if !draft.is_full() {
        found.push(draft.about(Reason::Ps01Missing, vol));
    }
    Some(found)
}

/// A catalog of one side on a volume of the other.
fn catalog_beside(draft: &mut Draft, rng: &mut Rng, side: Side) -> Planting {
    let (data, logs) = (draft.claim_source_with(rng, Content::Data)?, claim_logs(draft, rng)?);
    let (data_catalog, log_catalog) = (draft.some_catalog(Side::Data)?, draft.some_catalog(Side::Log)?);
    let (data_label, log_label) = (label(draft, data)?, label(draft, logs)?);
    draft.plant_data_set(DataSetClass::Database, data_catalog, vec![data_label]);
    draft.plant_data_set(DataSetClass::Log, log_catalog, vec![log_label]);
    let (on, own, class) =
        if side == Side::Log { (data, log_label, DataSetClass::Log) } else { (logs, data_label, DataSetClass::Database) };
    let on_label = label(draft, on)?;
    let catalog = draft.add_catalog(side, vec![on_label])?;
    draft.catalogs[catalog].claimed = true;
    draft.plant_data_set(class, catalog, vec![own]);
    let mut found = vec![draft.about(Reason::Ps04SharedVolume, on)];
    if side == Side::Data && !draft.is_full() {
        found.push(draft.about_catalog(Reason::Ps03Missing, catalog));
    }
    Some(found)
}

/// Both sides on a volume that is no source; the contract asks for every volume.
fn outside(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let near = draft.choose_volume(rng, |_, _| true)?;
    let vol = draft.plant_volume(near)?;
    let (logs, data, label) = (draft.some_catalog(Side::Log)?, draft.some_catalog(Side::Data)?, label(draft, vol)?);
    draft.plant_data_set(DataSetClass::Database, data, vec![label]);
    draft.plant_data_set(DataSetClass::Log, logs, vec![label]);
    let mut found = vec![draft.about(Reason::Ps01Missing, vol), draft.about(Reason::Ps04SharedVolume, vol)];
    if draft.is_full() {
        found.push(draft.about(Reason::Ps02Missing, vol));
    }
    Some(found)
}

/// Whether a catalog names a data set of the IMS system of one of these classes.
fn names(draft: &Draft, catalog: usize, classes: &[DataSetClass]) -> bool {
    let mut data_sets = draft.data_sets.iter();
    data_sets.any(|data_set| data_set.catalog == catalog && classes.contains(&data_set.class) && draft.is_ours(data_set))
}

fn log_in_data_catalog(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let catalog = draft.claim_catalog(rng, |draft, at| {
        draft.catalogs[at].side == Side::Data && names(draft, at, &[DataSetClass::Database, DataSetClass::UserIncluded])
    })?;
    if draft.is_full() {
        let vol = draft.claim_source_with(rng, Content::Log)?;
        let label = label(draft, vol)?;
        draft.plant_data_set(rng.one([DataSetClass::Log, DataSetClass::Recon]), catalog, vec![label]);
    } else {
        // On tape it still names its catalog.
        let data_set = draft.plant_data_set(DataSetClass::Log, catalog, Vec::new());
        draft.data_sets[data_set].storage = rng.one([Storage::Tape, Storage::Migrated]);
    }
    Some(vec![draft.about_catalog(Reason::Ps04SharedCatalog, catalog)])
}

fn data_in_log_catalog(draft: &mut Draft, rng: &mut Rng) -> Planting {
    if !draft.is_full() && !draft.volumes.iter().any(|volume| volume.role == Role::Outside) {
        return None;
    }
    let catalog = draft.claim_catalog(rng, |draft, at| {
        draft.catalogs[at].side == Side::Log && names(draft, at, &[DataSetClass::Log, DataSetClass::Recon])
    })?;
    let vol = draft.claim_source_with(rng, Content::Data)?;
    let label = label(draft, vol)?;
    draft.plant_data_set(rng.one([DataSetClass::Database, DataSetClass::UserIncluded]), catalog, vec![label]);
    let mut found = vec![draft.about_catalog(Reason::Ps04SharedCatalog, catalog)];
    if !draft.is_full() {
        // It names data of the scope now, and lies where the logs are.
        found.push(draft.about_catalog(Reason::Ps03Missing, catalog));
    }
    Some(found)
}

/// System data sets are on neither side.
fn system_beside_logs(draft: &mut Draft, rng: &mut Rng) -> Planting {
    let vol = claim_logs(draft, rng)?;
    let (catalog, label) = (draft.some_catalog(Side::Log)?, label(draft, vol)?);
    draft.plant_data_set(DataSetClass::System, catalog, vec![label]);
    Some(Vec::new())
}
