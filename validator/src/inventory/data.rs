//! Data sets and catalogs: what they are to the profile, and where their labels lead.

use std::collections::BTreeMap;
use std::sync::Arc;

use dasdlab_model::name::{CatalogName, ImsSsid, Volser};
use dasdlab_model::states::{CatalogKind, DataSetClass, Storage};
use dasdlab_model::tables::Texts;
use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::{Facts, data_set as fact};
use super::labels::Labels;
use super::lists::Lists;
use super::scope::{Scope, Users, is_data_side, is_log_side};
use super::seen::Seen;
use super::volume_set::VolumeSet;
use super::volumes::Volumes;
use crate::findings::{Subject, Text};

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
    /// Names of the data sets by id.
    names: Arc<Texts>,
    /// What each data set is to IMS.
    pub(crate) classes: Vec<DataSetClass>,
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
    pub(crate) fn new(seen: &impl Seen, scope: &Scope, labels: &mut Labels, volumes: &Volumes, sources: &VolumeSet) -> Self {
        let mut this = Self { names: seen.names(), ..Self::default() };
        let mut catalog_labels = Vec::new();
        for (id, catalog) in (0..).zip(&seen.few().catalogs) {
            catalog_labels.extend(catalog.volumes.iter().map(|label| (id, labels.enter(label.packed()))));
            let row = CatalogRow { name: catalog.name.clone(), kind: catalog.kind, reachable: catalog.reachable, facts: 0 };
            this.catalogs.push(row);
        }
        this.catalog_labels = Lists::new(this.catalogs.len(), &catalog_labels);

        let count = seen.data_sets().len();
        let mut set_labels = Vec::with_capacity(count);
        let mut named = Vec::with_capacity(count);
        this.classes.reserve_exact(count);
        for (id, data_set) in (0..).zip(seen.data_sets()) {
            // Off disk a data set is on no volume, whatever labels its entry still carries.
            if data_set.storage == Storage::Disk {
                set_labels.extend(data_set.labels.map(|label| (id, labels.enter(label))));
            }
            named.extend(data_set.catalog.map(|catalog| (catalog, id)));
            this.classes.push(data_set.class);
        }
        this.set_labels = Lists::new(this.classes.len(), &set_labels);
        this.named = Lists::new(this.catalogs.len(), &named);

        this.sets_on = reach(volumes.len(), &set_labels, labels);
        this.catalogs_on = reach(volumes.len(), &catalog_labels, labels);

        let vtocs = Vtocs::new(seen, volumes);
        let mut shared = Shared::default();
        let mut all_facts = Vec::with_capacity(count);
        for (id, data_set) in (0..).zip(seen.data_sets()) {
            let mut facts = Facts::default();
            let users = shared.users(scope, data_set.ims);
            let class = data_set.class;
            let own = users.is_own(class);
            let in_scope = own && scope.asks_for(class);
            let disk = data_set.storage == Storage::Disk;
            let foreign = users.is_foreign(class);
            let named = this.set_labels.of(id);
            let nowhere = named.iter().any(|&label| labels.means(label).is_empty());
            facts.note(fact::OWN, own);
            facts.note(fact::IN_SCOPE, in_scope);
            facts.note(fact::LOG_SIDE, own && is_log_side(class));
            facts.note(fact::DATA_SIDE, own && is_data_side(class));
            facts.note(fact::FOREIGN, foreign);
            if foreign {
                let outside = named.iter().any(|&label| labels.means(label).iter().any(|&volume| !sources.contains(volume)));
                facts.note(fact::STRAY, nowhere || outside);
            }
            facts.note(fact::UNKNOWN_VOLUME, in_scope && disk && (nowhere || named.is_empty()));
            if in_scope && !vtocs.are_as_cataloged() {
                let not_found = this.name(id).map_or_else(Vec::new, |name| vtocs.not_found(name, named, labels));
                facts.note(fact::NOT_ON_VOLUME, !not_found.is_empty());
                this.not_found.extend((!not_found.is_empty()).then_some((id, not_found)));
            }
            facts.note(fact::MIGRATED, in_scope && data_set.storage == Storage::Migrated);
            facts.note(fact::LOG_ON_TAPE, in_scope && is_log_side(class) && data_set.storage == Storage::Tape);
            all_facts.push(facts.bits());
        }
        this.facts = all_facts;
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

    /// The name of this data set.
    pub(crate) fn name(&self, set: u32) -> Option<&str> {
        self.names.get(set)
    }

    /// What this data set is to IMS.
    pub(crate) fn class(&self, set: u32) -> Option<DataSetClass> {
        self.classes.get(set as usize).copied()
    }

    /// How a finding names this data set.
    pub(crate) fn subject(&self, set: u32) -> Option<Subject<'_>> {
        ((set as usize) < self.names.len()).then(|| Subject::DataSet(&self.names, set))
    }

    /// The name of this data set as a finding states it.
    pub(crate) fn text(&self, set: u32) -> Option<Text<'_>> {
        ((set as usize) < self.names.len()).then(|| Text::DataSet(&self.names, set))
    }

    /// Names of those of these data sets that have any of these facts.
    pub(crate) fn names<'a>(&'a self, sets: &'a [u32], facts: u32) -> impl Iterator<Item = Text<'a>> + 'a {
        self.with(sets, facts).filter_map(|set| self.text(set))
    }

    /// Names of those of these data sets that have any of these facts and a class that is asked for.
    pub(crate) fn with_class<'a>(
        &'a self,
        sets: &'a [u32],
        facts: u32,
        asked: impl Fn(DataSetClass) -> bool + 'a,
    ) -> impl Iterator<Item = Text<'a>> + 'a {
        let sets = self.with(sets, facts).filter(move |&set| self.class(set).is_some_and(&asked));
        sets.filter_map(|set| self.text(set))
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

/// What the IMS systems of the data set before are to the profile: neighbours often share one list.
#[derive(Default)]
struct Shared<'a>(Option<(&'a [ImsSsid], Users)>);

impl<'a> Shared<'a> {
    fn users(&mut self, scope: &Scope, ims: &'a [ImsSsid]) -> Users {
        match self.0 {
            Some((last, users)) if std::ptr::eq(last, ims) || last == ims => users,
            _ => {
                let users = scope.users(ims);
                self.0 = Some((ims, users));
                users
            }
        }
    }
}

/// The VTOCs that differ from the catalogs.
struct Vtocs<'a>(FxHashMap<u32, FxHashSet<&'a str>>);

impl<'a> Vtocs<'a> {
    fn new(seen: &'a impl Seen, volumes: &Volumes) -> Self {
        let stated = seen.vtocs().filter_map(|(volume, names)| Some((volumes.find(volume)?, names)));
        Self(stated.map(|(id, names)| (id, names.iter().map(dasdlab_model::name::DataSetName::as_str).collect())).collect())
    }

    /// Whether none is stated.
    fn are_as_cataloged(&self) -> bool {
        self.0.is_empty()
    }

    /// The labels that mean at least one volume, none of which holds the data set.
    fn not_found(&self, name: &str, named: &[u32], labels: &Labels) -> Vec<Volser> {
        named.iter().filter(|&&label| self.denied(name, label, labels)).filter_map(|&label| labels.name(label)).collect()
    }

    fn denied(&self, name: &str, label: u32, labels: &Labels) -> bool {
        let means = labels.means(label);
        !means.is_empty() && means.iter().all(|volume| self.0.get(volume).is_some_and(|held| !held.contains(name)))
    }
}
