//! Catalogs and data sets.

use super::{Range, follow, ranges};
use crate::observation::{CatalogSeen, DataSet, Observation};
use crate::pattern::NamePattern;
use crate::site::{Catalog, DataSets};
use crate::states::Storage;

pub(super) fn catalog(seen: &CatalogSeen) -> Catalog {
    Catalog { name: seen.name.clone(), kind: seen.kind, volumes: seen.volumes.clone(), reachable: seen.reachable }
}

pub(super) fn data_sets(seen: &Observation) -> Vec<DataSets> {
    // Names that differ in digits alone stand together, so that `A001.DATA`, `A001.INDEX`, `A002.DATA` … are two ranges.
    let mut data_sets: Vec<(String, &DataSet)> = seen.data_sets.iter().map(|data_set| (shape(data_set), data_set)).collect();
    data_sets.sort_by(|(a_shape, a), (b_shape, b)| (a_shape, &a.name).cmp(&(b_shape, &b.name)));
    ranges(data_sets.into_iter().map(|(_, data_set)| single(data_set)))
}

fn shape(data_set: &DataSet) -> String {
    data_set.name.as_str().chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
}

fn single(data_set: &DataSet) -> DataSets {
    DataSets {
        name: NamePattern::one(data_set.name.as_str()),
        count: 1,
        class: data_set.class,
        catalog: data_set.catalog.clone(),
        ims: data_set.ims.clone(),
        volumes: data_set.volumes.iter().map(|volser| NamePattern::one(volser.as_str())).collect(),
        // Disk is what goes without saying.
        storage: (data_set.storage != Storage::Disk).then_some(data_set.storage),
    }
}

impl Range for DataSets {
    fn take(&mut self, next: &Self) -> bool {
        let alike = (self.class, &self.catalog, &self.ims, self.storage, self.volumes.len())
            == (next.class, &next.catalog, &next.ims, next.storage, next.volumes.len());
        if !alike {
            return false;
        }
        let Some(name) = follow(&self.name, self.count, &next.name) else { return false };
        let labels = self.volumes.iter().zip(&next.volumes);
        let Some(volumes) = labels.map(|(label, next)| follow(label, self.count, next)).collect() else { return false };
        self.name = name;
        self.volumes = volumes;
        self.count += 1;
        true
    }
}
