//! What follows from changes: facts of rows, pairs that differ, and who has something to report.

use std::collections::BTreeSet;

use super::asking::put;
use super::change::Dirty;
use super::data::sides;
use super::standing::Standing;

impl Standing {
    /// Brings everything up to date that has to be looked at again.
    pub(super) fn settle(&mut self, mut dirty: Dirty) {
        let inventory = &mut self.inventory;
        for (&catalog, &before) in &dirty.catalogs {
            let served = inventory.data.catalogs.get(catalog as usize).map(sides);
            if served != Some(before) {
                let labels = inventory.data.entries.catalog_labels.of(catalog).iter();
                dirty.held.extend(labels.flat_map(|&label| inventory.labels.means(label)));
            }
        }
        for &volume in &dirty.held {
            inventory.sets.renew(volume, &inventory.data);
            put(&mut self.suspicious.volumes, volume, self.rules.concerns_volume(inventory, volume));
        }
        dirty.volumes.append(&mut dirty.held);
        self.settle_rows(&dirty.volumes);
        let both = [&self.environment, &self.rules];
        for &catalog in dirty.catalogs.keys() {
            let concerns = both.iter().any(|asking| asking.concerns_catalog(&self.inventory, catalog));
            put(&mut self.suspicious.catalogs, catalog, concerns);
        }
        for &array in &dirty.arrays {
            let concerns = both.iter().any(|asking| asking.concerns_array(&self.inventory, array));
            put(&mut self.suspicious.arrays, array, concerns);
        }
    }

    /// Derives the facts of all rows and pairs of these volumes again.
    fn settle_rows(&mut self, volumes: &BTreeSet<u32>) {
        let Self { inventory, ways, suspicious, rules, .. } = self;
        let mut pairs = BTreeSet::new();
        for &volume in volumes {
            inventory.renew_record(volume);
            for &row in ways.source_rows.of(volume) {
                let facts = inventory.rejoin_source(row);
                put(&mut suspicious.sources, row, facts & rules.sources.mask != 0);
                pairs.extend(ways.pairs_of_source.of(row));
            }
            for &row in ways.target_rows.of(volume) {
                let facts = inventory.rejoin_target(row);
                put(&mut suspicious.targets, row, facts & rules.targets.mask != 0);
                pairs.extend(ways.pairs_of_target.of(row));
            }
        }
        for pair in pairs {
            let [source, target] = inventory.rejoin_pair(pair);
            put(&mut suspicious.pairs, pair, rules.masks.pairs.differ(source, target));
        }
    }
}
