//! PS03 and PS04: the catalogs, where they lie, and what they keep apart.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use dasdlab_model::finding::{Fact, Subject};
use dasdlab_model::name::{CatalogName, DataSetName};
use dasdlab_model::observation::DataSet;
use dasdlab_model::reasons::Reason;
use dasdlab_model::states::{CatalogKind, DataSetClass, Storage};
use dasdlab_model::unit::VolumeId;

use crate::facts::{Facts, Placed, names};
use crate::saying::Findings;

/// The data sets that each catalog names.
type Entries<'a, 'b> = FxHashMap<&'a CatalogName, Vec<&'b Placed<'a>>>;

pub(crate) fn ask(facts: &Facts, say: &mut Findings) {
    let mut entries: Entries = FxHashMap::default();
    for (placed, _) in facts.data_sets() {
        entries.entry(&placed.data_set.catalog).or_default().push(placed);
    }
    catalog_coverage(facts, &entries, say);
    log_data_separation(facts, &entries, say);
}

fn catalog_coverage(facts: &Facts, entries: &Entries, say: &mut Findings) {
    for catalog in &facts.seen.catalogs {
        let named: &[&Placed] = entries.get(&catalog.name).map_or(&[], Vec::as_slice);
        let in_scope: Vec<&DataSet> = named.iter().filter(|placed| placed.in_scope).map(|placed| placed.data_set).collect();
        if in_scope.is_empty() {
            continue;
        }
        let subject = || [Subject::Catalog(catalog.name.clone())];

        // master-catalog: a master catalog names data to back up; it is never asked for as a source.
        if catalog.kind == CatalogKind::Master {
            say.warning(Reason::Ps03MasterCatalog, subject(), [("data_sets", names(in_scope))]);
            continue;
        }

        let volumes: BTreeSet<VolumeId> =
            catalog.volumes.iter().flat_map(|volser| facts.means(*volser)).map(|base| base.id()).collect();
        let (sources, missing): (Vec<_>, Vec<_>) = volumes.into_iter().partition(|id| facts.is_source(*id));
        let unknown: Vec<_> = catalog.volumes.iter().filter(|volser| facts.unknown(**volser)).collect();

        // foreign-entries: restoring the catalog would set back entries of data that are not restored with it.
        let foreign: Vec<&DataSet> = named
            .iter()
            .filter(|placed| placed.non_ims && placed.data_set.storage == Storage::Disk)
            .map(|placed| placed.data_set)
            .filter(|data_set| {
                data_set.volumes.iter().any(|volser| facts.unknown(*volser) || facts.means(*volser).any(|base| !base.is_source))
            })
            .collect();
        if !sources.is_empty() && !foreign.is_empty() {
            say.warning(
                Reason::Ps03ForeignEntries,
                subject(),
                [("sources", facts.devices(sources)), ("data_sets", names(foreign))],
            );
        }

        // missing: the catalog would not be restored with its data sets.
        if !missing.is_empty() || !unknown.is_empty() {
            say.error(
                Reason::Ps03Missing,
                subject(),
                [("devices", facts.devices(missing)), ("unknown_volsers", Fact::list(unknown)), ("data_sets", names(in_scope))],
            );
        }
    }
}

/// A side of the backup, and what lies on it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Log,
    Data,
}

/// What lies on a volume.
#[derive(Clone, Copy)]
enum Resident<'a> {
    DataSet(&'a DataSetName),
    Catalog(&'a CatalogName),
}

impl Resident<'_> {
    fn subject(self) -> Subject {
        match self {
            Resident::DataSet(name) => Subject::DataSet(name.clone()),
            Resident::Catalog(name) => Subject::Catalog(name.clone()),
        }
    }
}

fn on_log_side(data_set: &DataSet) -> bool {
    matches!(data_set.class, DataSetClass::Log | DataSetClass::Recon)
}

fn on_data_side(data_set: &DataSet) -> bool {
    matches!(data_set.class, DataSetClass::Database | DataSetClass::UserIncluded)
}

fn log_data_separation(facts: &Facts, entries: &Entries, say: &mut Findings) {
    let mut residents: Vec<(VolumeId, Side, Resident)> = Vec::new();
    for (Placed { data_set, .. }, volumes) in facts.data_sets().filter(|(placed, _)| placed.belongs) {
        let side = match () {
            () if on_log_side(data_set) => Side::Log,
            () if on_data_side(data_set) => Side::Data,
            () => continue,
        };
        residents.extend(volumes.iter().map(|base| (base.id(), side, Resident::DataSet(&data_set.name))));
    }

    for catalog in facts.seen.catalogs.iter().filter(|catalog| catalog.kind == CatalogKind::User) {
        let named =
            || entries.get(&catalog.name).into_iter().flatten().filter(|placed| placed.belongs).map(|placed| placed.data_set);
        let log: Vec<_> = named().filter(|data_set| on_log_side(data_set)).collect();
        let data: Vec<_> = named().filter(|data_set| on_data_side(data_set)).collect();
        // shared-catalog: the catalog serves both sides; its own volumes then say nothing more.
        if !log.is_empty() && !data.is_empty() {
            say.warning(
                Reason::Ps04SharedCatalog,
                [Subject::Catalog(catalog.name.clone())],
                [("log_side", names(log)), ("data_side", names(data))],
            );
            continue;
        }
        let side = match (log.is_empty(), data.is_empty()) {
            (true, true) => continue,
            (false, _) => Side::Log,
            (true, false) => Side::Data,
        };
        let volumes = catalog.volumes.iter().flat_map(|volser| facts.means(*volser));
        residents.extend(volumes.map(|base| (base.id(), side, Resident::Catalog(&catalog.name))));
    }

    // shared-volume: restoring the data would set back the logs on the same volume.
    let on = |wanted: Side| -> FxHashSet<VolumeId> {
        residents.iter().filter(|(_, side, _)| *side == wanted).map(|(id, _, _)| *id).collect()
    };
    let (logs, data) = (on(Side::Log), on(Side::Data));
    residents.retain(|(id, _, _)| logs.contains(id) && data.contains(id));
    residents.sort_by_key(|(id, _, _)| *id);
    for of_one in residents.chunk_by(|(id, _, _), (other, _, _)| id == other) {
        let on = |wanted: Side| of_one.iter().filter(move |(_, side, _)| *side == wanted);
        let (Some((id, _, _)), Some(_)) = (on(Side::Log).next(), on(Side::Data).next()) else { continue };
        let subjects = |side| Fact::list(on(side).map(|(_, _, resident)| resident.subject()));
        say.warning(
            Reason::Ps04SharedVolume,
            [facts.subject(*id)],
            [("volser", facts.volser(*id)), ("log_side", subjects(Side::Log)), ("data_side", subjects(Side::Data))],
        );
    }
}
