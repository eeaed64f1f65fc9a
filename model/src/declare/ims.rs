//! IMS systems, catalogs, data sets and the policy.

use rustc_hash::FxHashSet;

use super::{Step, Unroller, field};
use crate::level::{Level, LevelFamily};
use crate::name::{CatalogName, DataSetName, ImsSsid, Volser};
use crate::observation::{CatalogSeen, DataSet};
use crate::site::DataSets;
use crate::states::Storage;

impl Unroller<'_> {
    pub(super) fn ims(&mut self) {
        let mut ssids = FxHashSet::default();
        for (index, ims) in self.site.ims.iter().enumerate() {
            if ssids.insert(ims.ssid) {
                self.seen.ims.push(ims.clone());
            } else {
                self.fault(field("ims", index, "ssid"), format!("IMS system {} is declared twice", ims.ssid));
            }
        }
        self.seen.authority = self.site.authority.clone();
    }

    pub(super) fn catalogs(&mut self) {
        let mut names = FxHashSet::default();
        for (index, catalog) in self.site.catalogs.iter().enumerate() {
            if !names.insert(&catalog.name) {
                self.fault(field("catalogs", index, "name"), format!("catalog {} is declared twice", catalog.name));
            }
            if catalog.volumes.is_empty() {
                self.fault(
                    field("catalogs", index, "volumes"),
                    format!("catalog {} is on no volume: expected one or more labels", catalog.name),
                );
            }
            self.distinct_labels(|| field("catalogs", index, "volumes"), &catalog.volumes);
            self.seen.catalogs.push(CatalogSeen {
                name: catalog.name.clone(),
                kind: catalog.kind,
                volumes: catalog.volumes.clone(),
                reachable: catalog.reachable,
            });
        }
    }

    pub(super) fn data_sets(&mut self) {
        let site = self.site;
        let catalogs: FxHashSet<&CatalogName> = site.catalogs.iter().map(|catalog| &catalog.name).collect();
        let ssids: FxHashSet<ImsSsid> = site.ims.iter().map(|ims| ims.ssid).collect();
        let mut names: FxHashSet<DataSetName> = FxHashSet::default();
        names.reserve(site.data_sets.len());
        for (index, range) in site.data_sets.iter().enumerate() {
            let before = self.faults.len();
            if !catalogs.contains(&range.catalog) {
                let hint = self.hint(range.catalog.as_str(), &catalogs);
                self.fault(
                    field("data_sets", index, "catalog"),
                    format!("catalog {} is nowhere in the site{hint}", range.catalog),
                );
            }
            self.users(index, range, &ssids);
            if range.storage.unwrap_or(Storage::Disk) != Storage::Disk && !range.volumes.is_empty() {
                self.fault(field("data_sets", index, "volumes"), "a migrated or tape data set is on no volume");
            }
            if range.count > 1 && !range.name.counts() {
                self.fault(
                    field("data_sets", index, "name"),
                    "a range of data sets needs names that count, such as IMSP.DB.A{000}",
                );
            }
            let fits = self.fits(
                || field("data_sets", index, "count"),
                "data sets",
                range.count,
                self.seen.data_sets.len(),
                range.volumes.len() + range.ims.len(),
            );
            if fits && self.faults.len() == before {
                self.unroll_data_sets(index, range, &mut names);
            }
        }
    }

    fn users(&mut self, index: usize, range: &DataSets, ssids: &FxHashSet<ImsSsid>) {
        let path = || field("data_sets", index, "ims");
        if range.class.names_ims() == range.ims.is_empty() {
            let message = if range.class.names_ims() {
                format!("a {} data set is used by IMS: expected one or more SSIDs", range.class)
            } else {
                format!("a {} data set belongs to no IMS system: expected no SSIDs", range.class)
            };
            self.fault(path(), message);
        }
        for (nth, ssid) in range.ims.iter().enumerate() {
            if !ssids.contains(ssid) {
                let hint = self.hint(ssid.as_str(), ssids);
                self.fault(path(), format!("IMS system {ssid} is nowhere in the site{hint}"));
            } else if range.ims.iter().take(nth).any(|earlier| earlier == ssid) {
                self.fault(path(), format!("IMS system {ssid} is named twice"));
            }
        }
    }

    fn unroll_data_sets(&mut self, index: usize, range: &DataSets, names: &mut FxHashSet<DataSetName>) {
        for nth in 0..range.count {
            let path = || field("data_sets", index, "name");
            let Some(text) = range.name.text(nth) else {
                return self.fault(
                    path(),
                    format!("`{}` has too few digits for {} data sets: expected a wider counter", range.name, range.count),
                );
            };
            let name: DataSetName = match text.parse() {
                Ok(name) => name,
                Err(error) => return self.fault(path(), error.to_string()),
            };
            if !names.insert(name.clone()) {
                return self.fault(path(), format!("data set {name} is declared twice"));
            }
            let mut volumes = Vec::with_capacity(range.volumes.len());
            for (at, pattern) in range.volumes.iter().enumerate() {
                let path = || [field("data_sets", index, "volumes"), vec![Step::Item(at)]].concat();
                let Some(volser) = self.label(path, pattern, nth) else { return };
                volumes.push(volser);
            }
            if !self.distinct_labels(|| field("data_sets", index, "volumes"), &volumes) {
                return;
            }
            self.seen.data_sets.push(DataSet {
                name,
                class: range.class,
                catalog: range.catalog.clone(),
                ims: range.ims.clone(),
                volumes,
                storage: range.storage.unwrap_or(Storage::Disk),
            });
        }
    }

    fn distinct_labels(&mut self, path: impl FnOnce() -> Vec<Step>, labels: &[Volser]) -> bool {
        if labels.len() < 2 {
            return true;
        }
        let mut sorted = labels.to_vec();
        sorted.sort_unstable();
        for pair in sorted.windows(2) {
            if let [a, b] = pair
                && a == b
            {
                self.fault(path(), format!("volume {a} is named twice"));
                return false;
            }
        }
        true
    }

    pub(super) fn policy(&mut self) {
        let mut rows = FxHashSet::default();
        for (index, row) in self.site.policy.code_levels.iter().enumerate() {
            let at = |name| vec![Step::Field("policy"), Step::Field("code_levels"), Step::Item(index), Step::Field(name)];
            if !rows.insert((row.family, row.method)) {
                self.fault(at("family"), format!("there are two rows for {} and {}", row.family, row.method));
            }
            let read = Level::read(row.family.family(), &row.minimum);
            let belongs = match (row.family, &read) {
                (_, None) => false,
                (LevelFamily::Ds8000, Some(_)) => true,
                (LevelFamily::Symmetrix(family), Some(level)) => level.components.first() == Some(&u32::from(family)),
            };
            if !belongs {
                let expected = match row.family {
                    LevelFamily::Ds8000 => "1 to 4 decimal numbers joined by dots, such as 87.31.16.0".to_owned(),
                    LevelFamily::Symmetrix(family) => format!("{family}.level.patch in decimal numbers"),
                };
                self.fault(at("minimum"), format!("`{}` is not a level of {}: expected {expected}", row.minimum, row.family));
            }
        }
        self.seen.policy = self.site.policy.clone();
        for row in &mut self.seen.policy.code_levels {
            row.fixes.sort_unstable();
            row.fixes.dedup();
        }
    }
}
