//! The ways from what changes to what follows from it: the opposite of those that an inventory needs.

use crate::inventory::{Inventory, Lists};

/// Stands for no catalog.
const NONE: u32 = u32::MAX;

/// From volumes to rows, from rows to pairs, from labels to what names them, from data sets to their catalogs.
#[derive(Debug, Clone, Default)]
pub(super) struct Ways {
    /// For each volume, the source rows that stand for it.
    pub(super) source_rows: Lists<u32>,
    /// For each volume, the target rows that stand for it.
    pub(super) target_rows: Lists<u32>,
    /// For each source row, its pairs.
    pub(super) pairs_of_source: Lists<u32>,
    /// For each target row, its pairs.
    pub(super) pairs_of_target: Lists<u32>,
    /// For each label, the data sets that name it.
    pub(super) sets_naming: Lists<u32>,
    /// For each label, the catalogs that lie on it.
    pub(super) catalogs_naming: Lists<u32>,
    /// For each data set, the catalog among whose data sets it stands, or [`NONE`].
    catalog_of: Vec<u32>,
}

impl Ways {
    pub(super) fn new(inventory: &Inventory) -> Self {
        let (volumes, mapping, data) = (inventory.volumes.len(), &inventory.mapping, &inventory.data);
        let sources = (0..).zip(&mapping.sources).filter_map(|(row, source)| Some((source.device.volume()?, row)));
        let targets = (0..).zip(&mapping.targets).filter_map(|(row, target)| Some((target.device.volume()?, row)));
        let of_source = (0..).zip(&mapping.pairs).map(|(pair, entry)| (entry.source, pair));
        let of_target = (0..).zip(&mapping.pairs).map(|(pair, entry)| (entry.target, pair));
        let sets = 0..u32::try_from(data.facts.len()).unwrap_or(u32::MAX);
        let catalogs = 0..u32::try_from(data.catalogs.len()).unwrap_or(u32::MAX);
        let of_sets = sets.flat_map(|set| data.entries.set_labels.of(set).iter().map(move |&label| (label, set)));
        let of_catalogs =
            catalogs.clone().flat_map(|id| data.entries.catalog_labels.of(id).iter().map(move |&label| (label, id)));
        let mut catalog_of = vec![NONE; data.facts.len()];
        for catalog in catalogs {
            for &set in data.entries.named.of(catalog) {
                if let Some(entry) = catalog_of.get_mut(set as usize) {
                    *entry = catalog;
                }
            }
        }
        let labels = inventory.labels.len();
        Self {
            source_rows: Lists::new(volumes, sources),
            target_rows: Lists::new(volumes, targets),
            pairs_of_source: Lists::new(mapping.sources.len(), of_source),
            pairs_of_target: Lists::new(mapping.targets.len(), of_target),
            sets_naming: Lists::new(labels, of_sets),
            catalogs_naming: Lists::new(labels, of_catalogs),
            catalog_of,
        }
    }

    /// The catalog among whose data sets this one stands.
    pub(super) fn catalog_of(&self, set: u32) -> Option<u32> {
        self.catalog_of.get(set as usize).copied().filter(|&catalog| catalog != NONE)
    }

    /// From now on the data set, which may be a new one, stands among those of this catalog.
    pub(super) fn put_in(&mut self, set: u32, catalog: Option<u32>) {
        if self.catalog_of.len() <= set as usize {
            self.catalog_of.resize(set as usize + 1, NONE);
        }
        if let Some(entry) = self.catalog_of.get_mut(set as usize) {
            *entry = catalog.unwrap_or(NONE);
        }
    }
}
