//! Data sets and catalogs: what they are to the profile, and where their labels lead.

use std::collections::BTreeMap;

use dasdlab_model::name::{CatalogName, DataSetName, Volser};
use dasdlab_model::observation::Observation;
use dasdlab_model::states::{CatalogKind, DataSetClass, Storage};
use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::{Facts, data_set as fact};
use super::labels::Labels;
use super::lists::Lists;
use super::scope::{Scope, is_data_side, is_log_side};
use super::volume_set::VolumeSet;
use super::volumes::Volumes;

/// A cataloged data set.
#[derive(Debug, Clone)]
pub(crate) struct DataSetRow {
    /// Its name.
    pub(crate) name: DataSetName,
    /// What it is to IMS.
    pub(crate) class: DataSetClass,
}

/// A catalog.
#[derive(Debug, Clone)]
pub(crate) struct CatalogRow {
    /// Its name.
    pub(crate) name: CatalogName,
    /// Master or user.
    pub(crate) kind: CatalogKind,
    /// Whether it can be read.
    pub(crate) reachable: bool,
    /// The facts of all its data sets taken together.
    pub(crate) facts: u32,
}

impl CatalogRow {
    /// Whether it is a user catalog and names data sets with any of these facts.
    pub(crate) fn serves(&self, facts: u32) -> bool {
        self.kind == CatalogKind::User && self.facts & facts != 0
    }

    /// Whether it is a user catalog of both the log and the data side.
    pub(crate) fn serves_both_sides(&self) -> bool {
        self.serves(fact::LOG_SIDE) && self.serves(fact::DATA_SIDE)
    }
}

/// All data sets and catalogs, and the volumes on which they lie by their catalog entries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Data {
    /// Data sets by id.
    pub(crate) sets: Vec<DataSetRow>,
    /// Facts of each data set.
    pub(crate) facts: Vec<u32>,
    /// For each data set, the labels that it names.
    pub(crate) set_labels: Lists<u32>,
    /// Catalogs by id.
    pub(crate) catalogs: Vec<CatalogRow>,
    /// For each catalog, the labels of its volumes.
    pub(crate) catalog_labels: Lists<u32>,
    /// For each catalog, the data sets that it names.
    pub(crate) named: Lists<u32>,
    /// For each volume, the data sets on it.
    pub(crate) sets_on: Lists<u32>,
    /// For each volume, the catalogs on it.
    pub(crate) catalogs_on: Lists<u32>,
    /// For data sets that are not where their catalog entry says: the labels under which they are not found.
    pub(crate) not_found: BTreeMap<u32, Vec<Volser>>,
}

impl Data {
    /// Enters data sets and catalogs and follows their labels.
    pub(crate) fn new(seen: &Observation, scope: &Scope, labels: &mut Labels, volumes: &Volumes, sources: &VolumeSet) -> Self {
        let mut this = Self::default();
        let mut catalog_ids: FxHashMap<&CatalogName, u32> = FxHashMap::default();
        let mut catalog_labels = Vec::new();
        for (id, catalog) in (0..).zip(&seen.catalogs) {
            catalog_ids.insert(&catalog.name, id);
            catalog_labels.extend(catalog.volumes.iter().map(|&label| (id, labels.enter(label))));
            let row = CatalogRow { name: catalog.name.clone(), kind: catalog.kind, reachable: catalog.reachable, facts: 0 };
            this.catalogs.push(row);
        }
        this.catalog_labels = Lists::new(this.catalogs.len(), &catalog_labels);

        let mut set_labels = Vec::with_capacity(seen.data_sets.len());
        let mut named = Vec::with_capacity(seen.data_sets.len());
        for (id, data_set) in (0..).zip(&seen.data_sets) {
            // Off disk a data set is on no volume, whatever labels its entry still carries.
            if data_set.storage == Storage::Disk {
                set_labels.extend(data_set.volumes.iter().map(|&label| (id, labels.enter(label))));
            }
            named.extend(catalog_ids.get(&data_set.catalog).map(|&catalog| (catalog, id)));
            this.sets.push(DataSetRow { name: data_set.name.clone(), class: data_set.class });
        }
        this.set_labels = Lists::new(this.sets.len(), &set_labels);
        this.named = Lists::new(this.catalogs.len(), &named);

        this.sets_on = reach(volumes.len(), &set_labels, labels);
        this.catalogs_on = reach(volumes.len(), &catalog_labels, labels);

        let vtocs = Vtocs::new(seen, volumes);
        this.facts = (0..)
            .zip(&seen.data_sets)
            .map(|(id, data_set)| {
                let mut facts = Facts::default();

                let own = scope.is_own(data_set);
                let in_scope = own && scope.asks_for(data_set.class);
                let disk = data_set.storage == Storage::Disk;
                let foreign = scope.is_foreign(data_set);
                let named = this.set_labels.of(id);
                let nowhere = named.iter().any(|&label| labels.means(label).is_empty());
                let outside = named.iter().any(|&label| labels.means(label).iter().any(|&volume| !sources.contains(volume)));
                facts.note(fact::OWN, own);
                facts.note(fact::IN_SCOPE, in_scope);
                facts.note(fact::LOG_SIDE, own && is_log_side(data_set.class));
                facts.note(fact::DATA_SIDE, own && is_data_side(data_set.class));
                facts.note(fact::FOREIGN, foreign);
                facts.note(fact::STRAY, foreign && (nowhere || outside));
                facts.note(fact::UNKNOWN_VOLUME, in_scope && disk && (nowhere || named.is_empty()));
                if in_scope {
                    let not_found = vtocs.not_found(&data_set.name, named, labels);
                    facts.note(fact::NOT_ON_VOLUME, !not_found.is_empty());
                    this.not_found.extend((!not_found.is_empty()).then_some((id, not_found)));
                }
                facts.note(fact::MIGRATED, in_scope && data_set.storage == Storage::Migrated);
                facts.note(fact::LOG_ON_TAPE, in_scope && is_log_side(data_set.class) && data_set.storage == Storage::Tape);
                facts.bits()
            })
            .collect();
        for (id, catalog) in (0..).zip(&mut this.catalogs) {
            catalog.facts =
                this.named.of(id).iter().fold(0, |all, &set| all | this.facts.get(set as usize).copied().unwrap_or(0));
        }
        this
    }

    /// The facts of this data set.
    pub(crate) fn facts_of(&self, set: u32) -> u32 {
        self.facts.get(set as usize).copied().unwrap_or(0)
    }

    /// Names of those of these data sets that have any of these facts.
    pub(crate) fn names<'a>(&'a self, sets: &'a [u32], facts: u32) -> impl Iterator<Item = &'a DataSetName> + 'a {
        self.with(sets, facts).filter_map(|set| self.sets.get(set as usize)).map(|row| &row.name)
    }

    /// Names of those of these data sets that have any of these facts and a class that is asked for.
    pub(crate) fn with_class<'a>(
        &'a self,
        sets: &'a [u32],
        facts: u32,
        asked: impl Fn(DataSetClass) -> bool + 'a,
    ) -> impl Iterator<Item = &'a DataSetName> + 'a {
        let rows = self.with(sets, facts).filter_map(|set| self.sets.get(set as usize));
        rows.filter(move |row| asked(row.class)).map(|row| &row.name)
    }

    /// Those of these data sets that have any of these facts.
    pub(crate) fn with<'a>(&'a self, sets: &'a [u32], facts: u32) -> impl Iterator<Item = u32> + 'a {
        sets.iter().copied().filter(move |&set| self.facts_of(set) & facts != 0)
    }
}

/// For each volume, the things whose labels mean it, each once.
fn reach(volumes: usize, named: &[(u32, u32)], labels: &Labels) -> Lists<u32> {
    let mut on: Vec<(u32, u32)> = Vec::with_capacity(named.len());
    let mut first_of_thing = 0;
    for &(thing, label) in named {
        if on.last().is_none_or(|&(_, last)| last != thing) {
            first_of_thing = on.len();
        }
        for &volume in labels.means(label) {
            // A thing names few labels; its entries stand together, so that a short look back finds a repetition.
            if !on.get(first_of_thing..).unwrap_or_default().contains(&(volume, thing)) {
                on.push((volume, thing));
            }
        }
    }
    Lists::new(volumes, &on)
}

/// The VTOCs that differ from the catalogs.
struct Vtocs<'a>(FxHashMap<u32, FxHashSet<&'a DataSetName>>);

impl<'a> Vtocs<'a> {
    fn new(seen: &'a Observation, volumes: &Volumes) -> Self {
        let stated = seen.volumes.iter().filter_map(|volume| Some((volumes.find(volume.id)?, volume.vtoc.as_ref()?)));
        Self(stated.map(|(id, names)| (id, names.iter().collect())).collect())
    }

    /// The labels that mean at least one volume, none of which holds the data set.
    fn not_found(&self, name: &DataSetName, named: &[u32], labels: &Labels) -> Vec<Volser> {
        if self.0.is_empty() {
            return Vec::new();
        }
        named.iter().filter(|&&label| self.denied(name, label, labels)).filter_map(|&label| labels.name(label)).collect()
    }

    fn denied(&self, name: &DataSetName, label: u32, labels: &Labels) -> bool {
        let means = labels.means(label);
        !means.is_empty() && means.iter().all(|volume| self.0.get(volume).is_some_and(|held| !held.contains(name)))
    }
}
