//! PS01 to PS04, PS10, PS15: data, catalogs, and the volumes that they lie on.

use std::collections::BTreeSet;

use dasdlab_model::finding::{Finding, Subject};
use dasdlab_model::name::{CatalogName, DataSetName, Volser};
use dasdlab_model::observation::{CatalogSeen, DataSet};
use dasdlab_model::reasons::Reason;
use dasdlab_model::unit::VolumeId;

use super::Here;
use crate::why::edit::{Edit, ProfileEdit};
use crate::why::spare::{Kind, Use, Where, catalogs, homes, moved};
use crate::why::view::{View, listed};

pub(super) fn ways(here: Here<'_, '_>, finding: &Finding) -> Vec<Vec<Edit>> {
    let data_set = || match finding.subjects.first() {
        Some(Subject::DataSet(name)) => here.view.data_set(name),
        _ => None,
    };
    let catalog = || match finding.subjects.first() {
        Some(Subject::Catalog(name)) => here.view.catalog(name),
        _ => None,
    };
    match finding.reason {
        Reason::Ps01Missing | Reason::Ps02Missing => missing(here, finding),
        Reason::Ps01UnknownVolume => data_set().map(|one| unknown_volume(here, finding, one)).unwrap_or_default(),
        Reason::Ps01NotOnVolume => data_set().map(|one| not_on_volume(here, finding, one)).unwrap_or_default(),
        Reason::Ps01Migrated | Reason::Ps02OnTape => data_set().map(|one| recalled(here, one)).unwrap_or_default(),
        Reason::Ps02LogInDataBackup | Reason::Ps10ControlData => elsewhere(here, finding),
        Reason::Ps15NonImsData => {
            let mut ways = elsewhere(here, finding);
            ways.push(vec![Edit::NonImsUnreported]);
            ways
        }
        Reason::Ps03Missing => catalog().map(|one| catalog_missing(here, finding, one)).unwrap_or_default(),
        Reason::Ps03ForeignEntries | Reason::Ps03MasterCatalog => {
            catalog().map(|one| recataloged(here, finding, one)).unwrap_or_default()
        }
        Reason::Ps04SharedVolume => shared_volume(here, finding),
        Reason::Ps04SharedCatalog => catalog().map(|one| shared_catalog(here, finding, one)).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// The data sets behind a key of evidence.
fn evident<'a>(view: &View<'a>, finding: &Finding, key: &str) -> Vec<&'a DataSet> {
    let names: BTreeSet<&str> = listed(finding, key).iter().map(String::as_str).collect();
    view.seen.data_sets.iter().filter(|one| names.contains(one.name.as_str())).collect()
}

/// What brings these data sets away from some labels to one other.
fn all_moved(view: &View<'_>, data_sets: &[&DataSet], away: impl Fn(Volser) -> bool + Copy, to: Volser) -> Vec<Edit> {
    data_sets.iter().flat_map(|one| moved(view, one, away, to)).collect()
}

/// The volume becomes a source, or its data go to one.
fn missing(here: Here<'_, '_>, finding: &Finding) -> Vec<Vec<Edit>> {
    let Some(id) = here.volume(finding) else { return Vec::new() };
    let data_sets = evident(here.view, finding, "data_sets");
    let mut ways: Vec<Vec<Edit>> = Vec::new();
    if let Some(unit) = Here::unit(finding) {
        ways.push(here.new_source(unit, Use::Any));
        ways.push(here.new_source(unit, Use::New));
    }
    let Some(label) = here.view.label(id) else { return ways };
    let kind = data_sets.first().map_or(Kind::Other, |one| Kind::of(one.class));
    for (to, before) in homes(here.view, here.site, kind, Where::Inside, Some(label)) {
        ways.push([before, all_moved(here.view, &data_sets, |other| other == label, to)].concat());
    }
    ways.push(data_sets.iter().map(|one| Edit::Uncatalog(one.name.clone())).collect());
    ways
}

/// The labels that mean nothing are replaced: by that of a volume whose VTOC has it, of a source; or they are given back.
fn unknown_volume(here: Here<'_, '_>, finding: &Finding, data_set: &DataSet) -> Vec<Vec<Edit>> {
    let view = here.view;
    let unknown: Vec<Volser> = listed(finding, "volsers").iter().filter_map(|label| label.parse().ok()).collect();
    let mut ways = Vec::new();
    // A source that was saved with this label, and is called otherwise by now.
    for source in view.profile.sources.iter().filter(|source| source.volser.is_some_and(|label| unknown.contains(&label))) {
        if let (Some(id), Some(label)) = (view.base(source.unit), source.volser) {
            ways.push(vec![Edit::Relabel(view.at(id), label)]);
        }
    }
    ways.extend(in_vtocs(view, data_set, &unknown));
    for (to, before) in homes(view, here.site, Kind::of(data_set.class), Where::Inside, None) {
        ways.push([before, moved(view, data_set, |label| unknown.contains(&label), to)].concat());
    }
    ways.push(vec![Edit::Uncatalog(data_set.name.clone())]);
    ways
}

/// The catalog entry follows the VTOCs that name the data set.
fn in_vtocs(view: &View<'_>, data_set: &DataSet, wrong: &[Volser]) -> Vec<Vec<Edit>> {
    let named = view.seen.volumes.iter().filter(|one| one.vtoc.as_ref().is_some_and(|vtoc| vtoc.contains(&data_set.name)));
    let labels = named.filter(|volume| view.sources.contains_key(&volume.id)).filter_map(|volume| volume.volser);
    labels.map(|to| moved(view, data_set, |label| wrong.contains(&label), to)).collect()
}

/// The catalog entry follows the VTOC, or the data set comes to be where the catalog says.
fn not_on_volume(here: Here<'_, '_>, finding: &Finding, data_set: &DataSet) -> Vec<Vec<Edit>> {
    let view = here.view;
    let wrong: Vec<Volser> = listed(finding, "volsers").iter().filter_map(|label| label.parse().ok()).collect();
    let mut ways = in_vtocs(view, data_set, &wrong);
    let carriers = |label: &Volser| -> Option<VolumeId> {
        let all = view.carriers.get(label)?;
        let source = all.iter().find(|id| view.sources.contains_key(id));
        source.or_else(|| all.iter().find(|id| view.is_plainly_mounted(**id))).or(all.first()).copied()
    };
    let there = wrong.iter().filter_map(carriers);
    ways.push(there.map(|id| Edit::Vtoc(view.at(id), data_set.name.clone(), true)).collect());
    for (to, before) in homes(view, here.site, Kind::of(data_set.class), Where::Inside, None) {
        ways.push([before, moved(view, data_set, |label| wrong.contains(&label), to)].concat());
    }
    ways.push(vec![Edit::Uncatalog(data_set.name.clone())]);
    ways
}

/// The data set comes back to a source.
fn recalled(here: Here<'_, '_>, data_set: &DataSet) -> Vec<Vec<Edit>> {
    let mut ways: Vec<Vec<Edit>> = homes(here.view, here.site, Kind::of(data_set.class), Where::Inside, None)
        .into_iter()
        .map(|(to, before)| [before, moved(here.view, data_set, |_| true, to)].concat())
        .collect();
    ways.push(vec![Edit::Uncatalog(data_set.name.clone())]);
    ways
}

/// The data leave the source, or the source leaves the profile.
fn elsewhere(here: Here<'_, '_>, finding: &Finding) -> Vec<Vec<Edit>> {
    let Some(id) = here.volume(finding) else { return Vec::new() };
    let Some(label) = here.view.label(id) else { return Vec::new() };
    let data_sets = evident(here.view, finding, "data_sets");
    let kind = data_sets.first().map_or(Kind::Other, |one| Kind::of(one.class));
    let mut ways = Vec::new();
    for (to, before) in homes(here.view, here.site, kind, Where::Outside, Some(label)) {
        ways.push([before, all_moved(here.view, &data_sets, |other| other == label, to)].concat());
    }
    ways.extend(Here::unit(finding).map(|unit| vec![here.own(ProfileEdit::Remove(unit))]));
    ways.push(data_sets.iter().map(|one| Edit::Uncatalog(one.name.clone())).collect());
    ways
}

/// The catalog's volumes become sources, or the catalog goes to one.
fn catalog_missing(here: Here<'_, '_>, finding: &Finding, catalog: &CatalogSeen) -> Vec<Vec<Edit>> {
    let view = here.view;
    let data_sets = evident(view, finding, "data_sets");
    let kind = data_sets.first().map_or(Kind::Other, |one| Kind::of(one.class));
    let unknown: Vec<Volser> = listed(finding, "unknown_volsers").iter().filter_map(|label| label.parse().ok()).collect();
    let mut ways = Vec::new();
    if unknown.is_empty() {
        for which in [Use::Any, Use::New] {
            let mut spares = here.spares();
            let units = listed(finding, "devices").iter().filter_map(|unit| unit.parse().ok());
            let added = units.map(|unit| crate::why::spare::new_source(view, &mut spares, unit, which));
            ways.push(added.collect::<Option<Vec<_>>>().unwrap_or_default().concat());
        }
    }
    // A source that was saved with the label, and is called otherwise by now.
    for source in view.profile.sources.iter().filter(|source| source.volser.is_some_and(|label| unknown.contains(&label))) {
        if let (Some(id), Some(label)) = (view.base(source.unit), source.volser) {
            ways.push(vec![Edit::Relabel(view.at(id), label)]);
        }
    }
    let is_inside = |label: &&Volser| {
        let carriers = view.carriers.get(label);
        carriers.is_some_and(|all| all.iter().any(|id| view.sources.contains_key(id)))
    };
    let good: Vec<Volser> = catalog.volumes.iter().filter(is_inside).copied().collect();
    if !good.is_empty() && good.len() < catalog.volumes.len() {
        ways.push(vec![Edit::CatalogOn(catalog.name.clone(), good)]);
    }
    for (to, before) in homes(view, here.site, kind, Where::Inside, None) {
        ways.push([before, vec![Edit::CatalogOn(catalog.name.clone(), vec![to])]].concat());
    }
    for (to, before) in catalogs(view, here.site, kind, Where::Inside, &catalog.name) {
        ways.push([before, to_catalog(&data_sets, &to)].concat());
    }
    ways.push(data_sets.iter().map(|one| Edit::Uncatalog(one.name.clone())).collect());
    ways
}

/// The entries go to another catalog.
fn to_catalog(data_sets: &[&DataSet], to: &CatalogName) -> Vec<Edit> {
    data_sets.iter().map(|one| Edit::Recatalog(one.name.clone(), to.clone())).collect()
}

/// What stands in the wrong catalog is cataloged in another one.
fn recataloged(here: Here<'_, '_>, finding: &Finding, catalog: &CatalogSeen) -> Vec<Vec<Edit>> {
    let data_sets = evident(here.view, finding, "data_sets");
    let foreign = finding.reason == Reason::Ps03ForeignEntries;
    let place = if foreign { Where::Outside } else { Where::Inside };
    let mut ways = Vec::new();
    if foreign {
        for (to, before) in catalogs(here.view, here.site, Kind::Other, place, &catalog.name) {
            ways.push([before, to_catalog(&data_sets, &to)].concat());
        }
        ways.push(data_sets.iter().map(|one| Edit::Uncatalog(one.name.clone())).collect());
        return ways;
    }
    // Logs and data must not come into one catalog.
    let of = |log: bool| -> Vec<&DataSet> {
        data_sets.iter().copied().filter(|one| (Kind::of(one.class) == Kind::Log) == log).collect()
    };
    let (logs, data) = (of(true), of(false));
    let known = |kind: Kind, of: &[&DataSet]| -> Vec<(CatalogName, Vec<Edit>)> {
        if of.is_empty() { Vec::new() } else { catalogs(here.view, here.site, kind, place, &catalog.name) }
    };
    let (for_logs, for_data) = (known(Kind::Log, &logs), known(Kind::Data, &data));
    if data.is_empty() || logs.is_empty() {
        for (to, before) in for_logs.iter().chain(&for_data) {
            ways.push([before.clone(), to_catalog(&data_sets, to)].concat());
        }
    } else {
        for (log, before_log) in &for_logs {
            for (to, before) in for_data.iter().filter(|(to, _)| to != log) {
                let edits = [before_log.clone(), before.clone(), to_catalog(&logs, log), to_catalog(&data, to)];
                ways.push(edits.concat());
            }
        }
    }
    ways.push(data_sets.iter().map(|one| Edit::Uncatalog(one.name.clone())).collect());
    ways
}

/// One side leaves the volume: the smaller one first.
fn shared_volume(here: Here<'_, '_>, finding: &Finding) -> Vec<Vec<Edit>> {
    let view = here.view;
    let Some(label) = here.volume(finding).and_then(|id| view.label(id)) else { return Vec::new() };
    let mut sides = [(Kind::Log, "log_side"), (Kind::Data, "data_side")];
    sides.sort_by_key(|(_, key)| listed(finding, key).len());
    let mut ways = Vec::new();
    for (kind, key) in sides {
        let subjects: Vec<Subject> = listed(finding, key).iter().filter_map(|subject| subject.parse().ok()).collect();
        for place in [Where::Inside, Where::Outside] {
            for (to, before) in homes(view, here.site, kind, place, Some(label)) {
                let mut edits = before;
                for subject in &subjects {
                    edits.extend(away(view, subject, label, to));
                }
                ways.push(edits);
            }
        }
    }
    ways
}

/// A data set or a catalog goes from one label to another.
fn away(view: &View<'_>, subject: &Subject, from: Volser, to: Volser) -> Vec<Edit> {
    match subject {
        Subject::DataSet(name) => view.data_set(name).map(|one| moved(view, one, |label| label == from, to)).unwrap_or_default(),
        Subject::Catalog(name) => {
            let Some(catalog) = view.catalog(name) else { return Vec::new() };
            let mut labels: Vec<Volser> = catalog.volumes.iter().copied().filter(|label| *label != from).collect();
            if !labels.contains(&to) {
                labels.push(to);
            }
            vec![Edit::CatalogOn(name.clone(), labels)]
        }
        _ => Vec::new(),
    }
}

/// One side gets another catalog: the smaller one first.
fn shared_catalog(here: Here<'_, '_>, finding: &Finding, catalog: &CatalogSeen) -> Vec<Vec<Edit>> {
    let mut sides = [(Kind::Log, "log_side"), (Kind::Data, "data_side")];
    sides.sort_by_key(|(_, key)| listed(finding, key).len());
    let mut ways = Vec::new();
    for (kind, key) in sides {
        let names: Vec<DataSetName> = listed(finding, key).iter().filter_map(|name| name.parse().ok()).collect();
        for place in [Where::Inside, Where::Outside] {
            for (to, before) in catalogs(here.view, here.site, kind, place, &catalog.name) {
                let entries = names.iter().map(|name| Edit::Recatalog(name.clone(), to.clone()));
                ways.push(before.into_iter().chain(entries).collect());
            }
        }
    }
    ways
}

/// What takes away the data that are cataloged to a volume.
pub(super) fn emptied(here: Here<'_, '_>, finding: &Finding, id: VolumeId) -> Vec<Vec<Edit>> {
    let view = here.view;
    let Some(label) = view.label(id) else { return Vec::new() };
    let subjects: Vec<Subject> = listed(finding, "holds").iter().filter_map(|subject| subject.parse().ok()).collect();
    let kind = subjects.iter().find_map(|subject| match subject {
        Subject::DataSet(name) => view.data_set(name).map(|one| Kind::of(one.class)),
        _ => None,
    });
    let mut ways = Vec::new();
    for place in [Where::Inside, Where::Outside] {
        for (to, before) in homes(view, here.site, kind.unwrap_or(Kind::Other), place, Some(label)) {
            let mut edits = before;
            for subject in &subjects {
                edits.extend(away(view, subject, label, to));
            }
            ways.push(edits);
        }
    }
    ways
}
