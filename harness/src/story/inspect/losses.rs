//! The losses, one question each.

use std::collections::BTreeSet;

use dasdlab_model::finding::Subject;
use dasdlab_model::observation::DataSet;
use dasdlab_model::states::{DataSetClass, Storage};
use dasdlab_model::story::{Loss, RestoreKind};
use dasdlab_model::unit::VolumeId;

use super::images::Images;
use super::view::View;
use super::{Lost, Taken};

/// Everything that is lost, in no order.
pub(super) fn all(view: &View<'_>, images: &Images<'_>, kind: RestoreKind, taken: &Taken) -> Vec<Lost> {
    let mut found = Vec::new();
    wrong_images(view, images, taken, &mut found);
    not_back(view, images, kind, &mut found);
    data_sets_missing(view, images, kind, &mut found);
    unlogged_writes(view, images, taken, &mut found);
    if kind == RestoreKind::Data {
        logs_rolled_back(view, images, &mut found);
    }
    record_rolled_back(view, images, &mut found);
    catalogs_dangling(view, images, kind, &mut found);
    found
}

fn lose(found: &mut Vec<Lost>, loss: Loss, subject: Subject, message: String) {
    found.push(Lost { loss, subject, message });
}

/// The data sets that lie on disk.
fn on_disk<'a>(view: &View<'a>) -> impl Iterator<Item = &'a DataSet> {
    view.data_sets().filter(|data_set| data_set.storage == Storage::Disk)
}

fn is_log(data_set: &DataSet) -> bool {
    matches!(data_set.class, DataSetClass::Log | DataSetClass::Recon)
}

/// Volumes that were copied back and hold something else than what they held at the instant of the backup.
fn wrong_images(view: &View<'_>, images: &Images<'_>, taken: &Taken, found: &mut Vec<Lost>) {
    for (volume, image) in images.ordered_back() {
        let (held, whole) = taken.held(volume);
        let what = match image {
            Err(why) => why.to_owned(),
            Ok(image) if whole && !image.usable => "its contents are not whole".to_owned(),
            Ok(image) if image.origin != held => format!("it holds what was on {}", image.origin),
            Ok(image) if !taken.uncounted.contains(&volume) && taken.at.is_some_and(|at| at != image.at) => {
                format!("it holds what it held at {}, not at the backup", image.at)
            }
            Ok(_) => continue,
        };
        lose(found, Loss::WrongImage, view.subject(volume), what);
    }
}

/// Sources that the restore should have brought back and did not touch.
fn not_back(view: &View<'_>, images: &Images<'_>, kind: RestoreKind, found: &mut Vec<Lost>) {
    let touched: BTreeSet<VolumeId> = images.ordered_back().map(|(volume, _)| volume).collect();
    for &volume in view.wanted_volumes(kind).difference(&touched) {
        lose(found, Loss::WrongImage, view.subject(volume), "it was not brought back".to_owned());
    }
}

/// Data sets of the scope that are not, or not whole, on what was brought back.
fn data_sets_missing(view: &View<'_>, images: &Images<'_>, kind: RestoreKind, found: &mut Vec<Lost>) {
    for data_set in on_disk(view).filter(|data_set| view.wanted(data_set, kind)) {
        let volumes = view.volumes_of(data_set);
        let nowhere = data_set.volumes.iter().find(|label| view.means(**label).is_empty());
        let absent = data_set.volumes.iter().find(|label| {
            let means = view.means(**label);
            !means.is_empty() && !means.iter().any(|volume| view.holds(*volume, &data_set.name))
        });
        let outside = volumes.iter().find(|volume| !images.is_back(**volume));
        let why = match (nowhere, absent, outside) {
            (Some(label), ..) => format!("it is cataloged to {label}, which no volume carries"),
            (_, Some(label), _) => format!("it is cataloged to {label} and is not there"),
            (.., Some(volume)) => format!("its part on {} was not brought back", view.subject(*volume)),
            _ if volumes.is_empty() => "it is cataloged to no volume".to_owned(),
            _ => continue,
        };
        lose(found, Loss::DataSetMissing, Subject::DataSet(data_set.name.clone()), why);
    }
}

/// Databases with writes that no log describes: what IMS can neither back out nor repeat.
fn unlogged_writes(view: &View<'_>, images: &Images<'_>, taken: &Taken, found: &mut Vec<Lost>) {
    let counted = |volume: &VolumeId| !taken.uncounted.contains(volume);
    for &ims in view.own() {
        let used = |data_set: &&DataSet| data_set.ims.contains(&ims);
        let logs = on_disk(view).filter(used).filter(|data_set| data_set.class == DataSetClass::Log);
        let logged = logs.flat_map(|log| view.volumes_of(log)).filter(counted).map(|volume| images.written(volume, ims)).min();
        let Some(logged) = logged else { continue };
        for data_set in on_disk(view).filter(used).filter(|data_set| data_set.class == DataSetClass::Database) {
            let writes =
                view.volumes_of(data_set).into_iter().filter(counted).map(|volume| (images.written(volume, ims), volume)).max();
            if let Some((writes, volume)) = writes.filter(|(writes, _)| *writes > logged) {
                let what = format!("{} has {writes} writes of {ims}, and the logs describe {logged}", view.subject(volume));
                lose(found, Loss::UnloggedWrite, Subject::DataSet(data_set.name.clone()), what);
            }
        }
    }
}

/// Logs, RECON and their catalogs that went back in time together with the data that they should recover.
fn logs_rolled_back(view: &View<'_>, images: &Images<'_>, found: &mut Vec<Lost>) {
    for data_set in on_disk(view).filter(|data_set| is_log(data_set) && view.belongs(data_set)) {
        if let Some(volume) = view.volumes_of(data_set).into_iter().find(|volume| images.is_back(*volume)) {
            let what = format!("its part on {} went back in time with the data", view.subject(volume));
            lose(found, Loss::LogRolledBack, Subject::DataSet(data_set.name.clone()), what);
        }
    }
    for catalog in view.user_catalogs() {
        let names_logs =
            view.data_sets().any(|data_set| is_log(data_set) && view.belongs(data_set) && data_set.catalog == catalog.name);
        let back = view.volumes_of_catalog(catalog).into_iter().any(|volume| images.is_back(volume));
        if names_logs && back {
            let what = "its entries of logs went back in time with the data".to_owned();
            lose(found, Loss::LogRolledBack, Subject::Catalog(catalog.name.clone()), what);
        }
    }
}

/// The product's own data that went back in time: backups taken since are no longer known.
fn record_rolled_back(view: &View<'_>, images: &Images<'_>, found: &mut Vec<Lost>) {
    for data_set in on_disk(view).filter(|data_set| data_set.class == DataSetClass::Control) {
        if let Some(volume) = view.volumes_of(data_set).into_iter().find(|volume| images.is_back(*volume)) {
            let what = format!("its part on {} went back to the instant of the backup", view.subject(volume));
            lose(found, Loss::RecordRolledBack, Subject::DataSet(data_set.name.clone()), what);
        }
    }
}

/// Catalog entries that changed since the backup, where either the entry or the data set went back and the other did not.
fn catalogs_dangling(view: &View<'_>, images: &Images<'_>, kind: RestoreKind, found: &mut Vec<Lost>) {
    for catalog in view.user_catalogs() {
        let catalog_back = view.volumes_of_catalog(catalog).into_iter().find_map(|volume| images.of(volume));
        for data_set in on_disk(view).filter(|data_set| data_set.catalog == catalog.name) {
            let volumes = view.volumes_of(data_set);
            let data_back = volumes.iter().find_map(|volume| images.of(*volume));
            let what = match (catalog_back, data_back) {
                (None, Some(image)) if view.wanted(data_set, kind) && images.entry_is_younger(&data_set.name, image) => {
                    "its entry names volumes that it came to after the backup, and the data set went back"
                }
                (Some(image), _)
                    if images.entry_is_younger(&data_set.name, image)
                        && volumes.iter().any(|volume| !images.is_back(*volume)) =>
                {
                    "its entry went back to the volumes that it had at the backup, and the data set did not"
                }
                _ => continue,
            };
            lose(found, Loss::CatalogDangling, Subject::DataSet(data_set.name.clone()), what.to_owned());
        }
    }
}
