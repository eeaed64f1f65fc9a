//! Data sets and catalogs that change, and those whose labels lead elsewhere.

use std::collections::BTreeSet;
use std::sync::Arc;

use dasdlab_model::change_set::ChangeSet;
use dasdlab_model::observation::{CatalogSeen, DataSet};
use dasdlab_model::states::Storage;

use super::asking::put;
use super::change::Dirty;
use super::standing::{Standing, count};
use crate::inventory::facts::{any_of, data_set as fact};
use crate::inventory::{CatalogRow, Inventory, Labels, Lists, entry_facts};

/// Facts of a data set that follow from where its labels lead.
const PLACE: u32 = any_of(&[fact::STRAY, fact::UNKNOWN_VOLUME, fact::NOT_ON_VOLUME]);

impl Standing {
    /// Takes in what became of data sets, catalogs and the meaning of labels. What is affected leaves the volumes that it was
    /// on while labels still mean what they meant, and arrives where they lead then.
    pub(super) fn change_data(&mut self, changes: &ChangeSet, dirty: &mut Dirty) {
        let entered: Vec<(u32, Option<&DataSet>)> = changes
            .data_sets
            .iter()
            .filter_map(|(name, set)| Some((self.number_of(name, set.is_some())?, set.as_ref())))
            .collect();
        let catalogs = changes.catalogs.values().flatten();
        let catalogs: Vec<(u32, &CatalogSeen)> =
            catalogs.filter_map(|catalog| Some((*self.catalogs.get(&catalog.name)?, catalog))).collect();

        let moved = moved(&self.inventory, dirty);
        let mut affected: BTreeSet<u32> = entered.iter().map(|&(set, _)| set).collect();
        let mut affected_catalogs: BTreeSet<u32> = catalogs.iter().map(|&(catalog, _)| catalog).collect();
        for &(label, _) in &moved {
            affected.extend(self.ways.sets_naming.of(label));
            affected_catalogs.extend(self.ways.catalogs_naming.of(label));
        }
        for &catalog in &affected_catalogs {
            self.note_catalog(catalog, dirty);
        }

        let (data, labels) = (&mut self.inventory.data, &mut self.inventory.labels);
        leave(&affected, &data.entries.set_labels, &mut data.sets_on, labels, dirty);
        leave(&affected_catalogs, &data.entries.catalog_labels, &mut data.catalogs_on, labels, dirty);
        moved.into_iter().for_each(|(label, volumes)| labels.mean(label, volumes));
        for (set, entry) in entered {
            self.change_data_set(set, entry, dirty);
        }
        for (catalog, seen) in catalogs {
            self.change_catalog(catalog, seen);
        }
        let (data, labels) = (&mut self.inventory.data, &self.inventory.labels);
        arrive(&affected, &data.entries.set_labels, &mut data.sets_on, labels, dirty);
        arrive(&affected_catalogs, &data.entries.catalog_labels, &mut data.catalogs_on, labels, dirty);

        for &label in &dirty.vtocs {
            affected.extend(self.ways.sets_naming.of(label));
        }
        for set in affected {
            self.place(set, dirty);
        }
    }

    /// The number of the data set of this name; a new one where there is none and one is needed.
    fn number_of(&mut self, name: &dasdlab_model::name::DataSetName, is_needed: bool) -> Option<u32> {
        let data = &mut self.inventory.data;
        self.names.find(data, name).or_else(|| {
            is_needed.then(|| {
                let number = data.add(name.as_str());
                self.names.enter(name, number);
                number
            })
        })
    }

    /// A catalog must be looked at again: which sides it serves as yet is kept in mind.
    fn note_catalog(&self, catalog: u32, dirty: &mut Dirty) {
        if let Some(row) = self.inventory.data.catalogs.get(catalog as usize) {
            dirty.catalogs.entry(catalog).or_insert_with(|| sides(row));
        }
    }

    /// Enters a data set as it is now, without the facts of its place. One that is gone stays as one without facts.
    fn change_data_set(&mut self, set: u32, entry: Option<&DataSet>, dirty: &mut Dirty) {
        self.put_facts(set, 0, dirty);
        let on_disk = entry.filter(|entry| entry.storage == Storage::Disk);
        let named = on_disk.map(|entry| entry.volumes.as_slice()).unwrap_or_default();
        let (data, labels) = (&mut self.inventory.data, &mut self.inventory.labels);
        let named: Vec<u32> = named.iter().map(|label| labels.enter(label.packed())).collect();
        rename(set, named, &mut Arc::make_mut(&mut data.entries).set_labels, &mut self.ways.sets_naming);
        let Some(entry) = entry else { return };
        let catalog = self.catalogs.get(&entry.catalog).copied();
        let before = self.ways.catalog_of(set);
        if before != catalog {
            let entries = Arc::make_mut(&mut data.entries);
            before.into_iter().for_each(|before| entries.named.change(before).retain(|&named| named != set));
            catalog.into_iter().for_each(|catalog| entries.named.change(catalog).push(set));
            self.ways.put_in(set, catalog);
        }
        if let Some(class) = Arc::make_mut(&mut data.entries).classes.get_mut(set as usize) {
            *class = entry.class;
        }
        let facts = entry_facts(entry.class, entry.storage, self.scope.users(&entry.ims), &self.scope);
        self.put_facts(set, facts, dirty);
    }

    fn change_catalog(&mut self, catalog: u32, seen: &CatalogSeen) {
        let (data, labels) = (&mut self.inventory.data, &mut self.inventory.labels);
        if let Some(row) = data.catalogs.get_mut(catalog as usize) {
            (row.kind, row.reachable) = (seen.kind, seen.reachable);
        }
        let named = seen.volumes.iter().map(|label| labels.enter(label.packed())).collect();
        rename(catalog, named, &mut Arc::make_mut(&mut data.entries).catalog_labels, &mut self.ways.catalogs_naming);
    }

    /// Finds out again where the labels of a data set lead.
    fn place(&mut self, set: u32, dirty: &mut Dirty) {
        let inventory = &mut self.inventory;
        let entry = inventory.data.facts_of(set) & !PLACE;
        let mut facts = entry | inventory.data.entries.place_facts(set, entry, &inventory.labels, &inventory.mapping.source_set);
        let vtocs = &self.vtocs;
        let denies = |volume: u32, name: &str| {
            let has = |vtoc: &Vec<_>| vtoc.binary_search_by(|held: &dasdlab_model::name::DataSetName| held.as_str().cmp(name));
            vtocs.get(&volume).is_some_and(|vtoc| has(vtoc).is_err())
        };
        if facts & fact::IN_SCOPE != 0 {
            facts |= inventory.data.find(set, &inventory.labels, denies);
        } else {
            inventory.data.not_found.remove(&set);
        }
        self.put_facts(set, facts, dirty);
        put(&mut self.suspicious.data_sets, set, facts & self.rules.data_sets.mask != 0);
    }

    /// Gives a data set these facts, and counts them in its catalog.
    fn put_facts(&mut self, set: u32, facts: u32, dirty: &mut Dirty) {
        let before = self.inventory.data.facts_of(set);
        if before == facts {
            return;
        }
        if let Some(entry) = self.inventory.data.facts.get_mut(set as usize) {
            *entry = facts;
        }
        let Some(catalog) = self.ways.catalog_of(set) else { return };
        self.note_catalog(catalog, dirty);
        let Some(tally) = self.tallies.get_mut(catalog as usize) else { return };
        count(tally, before & !facts, |count| count.saturating_sub(1));
        count(tally, facts & !before, |count| count + 1);
        if let Some(row) = self.inventory.data.catalogs.get_mut(catalog as usize) {
            row.facts = (0..).zip(tally.iter()).fold(0, |all, (fact, count)| all | (u32::from(*count > 0) << fact));
        }
    }
}

/// The sides that a catalog serves: log side and data side.
pub(super) fn sides(catalog: &CatalogRow) -> (bool, bool) {
    (catalog.serves(fact::LOG_SIDE), catalog.serves(fact::DATA_SIDE))
}

/// Of the labels that may mean something else those that do, with what they mean now. Whoever carries one may have a namesake
/// more, or less.
fn moved(inventory: &Inventory, dirty: &mut Dirty) -> Vec<(u32, Vec<u32>)> {
    let (labels, volumes) = (&inventory.labels, &inventory.volumes);
    let mut moved = Vec::new();
    for &label in &dirty.labels {
        dirty.volumes.extend(labels.carriers(label));
        let now = labels.meant(label, volumes, &inventory.mapping.source_set, &inventory.claims.any_target);
        let now: Vec<u32> = now.collect();
        if now != labels.means(label) {
            moved.push((label, now));
        }
    }
    moved
}

/// These things leave all volumes that they are on.
fn leave(things: &BTreeSet<u32>, named: &Lists<u32>, on: &mut Lists<u32>, labels: &Labels, dirty: &mut Dirty) {
    let left = things.iter().flat_map(|&thing| named.of(thing)).flat_map(|&label| labels.means(label));
    let left: BTreeSet<u32> = left.copied().collect();
    for &volume in &left {
        on.change(volume).retain(|thing| !things.contains(thing));
    }
    dirty.held.extend(left);
}

/// These things arrive on the volumes that their labels mean, on each once.
fn arrive(things: &BTreeSet<u32>, named: &Lists<u32>, on: &mut Lists<u32>, labels: &Labels, dirty: &mut Dirty) {
    for &thing in things {
        for &volume in named.of(thing).iter().flat_map(|&label| labels.means(label)) {
            let list = on.change(volume);
            if list.last() != Some(&thing) {
                list.push(thing);
            }
            dirty.held.insert(volume);
        }
    }
}

/// A thing names these labels from now on.
fn rename(thing: u32, labels: Vec<u32>, named: &mut Lists<u32>, naming: &mut Lists<u32>) {
    for &label in named.of(thing) {
        naming.change(label).retain(|&other| other != thing);
    }
    for &label in &labels {
        naming.change(label).push(thing);
    }
    *named.change(thing) = labels;
}
