//! IMS systems, catalogs, data sets and policy of an undirected scenario.

use dasdlab_model::level::LevelFamily;
use dasdlab_model::name::{DataSetName, ImsSsid, Volser};
use dasdlab_model::pattern::NamePattern;
use dasdlab_model::site::{Catalog, CodeLevelRow, DataSets, Ims, Policy};
use dasdlab_model::states::{CatalogKind, DataSetClass, LogScope, LssScope, Method, MigratedPolicy, Storage};

use super::{Draft, any};
use crate::rng::Rng;

/// IMS systems, the first of which most profiles back up.
const SSIDS: [&str; 4] = ["IMS1", "IMS2", "I3", "@X"];
/// Catalogs in the order in which they come.
const CATALOGS: [&str; 4] = ["UCAT.DATA", "UCAT.LOG", "MASTER.CAT", "A"];
/// The longest range of data sets.
const RUN: u32 = 3;

impl Draft {
    pub(super) fn ims(&mut self, rng: &mut Rng) {
        for ssid in SSIDS.iter().take(rng.range(1, 4) as usize) {
            let Ok(ssid) = ssid.parse() else { continue };
            let group = rng.one([None, Some("GRPA"), Some("GRPA"), Some("GRPB")]).and_then(|name| name.parse().ok());
            self.site.ims.push(Ims { ssid, group });
            if self.environment_fails && rng.chance(1, 3) {
                self.site.authority.denied.push(ssid);
            }
        }
    }

    pub(super) fn catalogs(&mut self, rng: &mut Rng) {
        for (index, name) in CATALOGS.iter().take(rng.range(1, 4) as usize).enumerate() {
            let Ok(name) = name.parse() else { continue };
            let master = if index == 2 { rng.chance(3, 4) } else { rng.chance(self.wild.data, 64) };
            let mut volumes: Vec<Volser> = Vec::new();
            for _ in 0..rng.one([1, 1, 1, 2, 3]) {
                volumes
                    .extend(self.label(rng).nth(0).and_then(|text| text.parse().ok()).filter(|label| !volumes.contains(label)));
            }
            if volumes.is_empty() {
                continue;
            }
            self.site.catalogs.push(Catalog {
                name,
                kind: if master { CatalogKind::Master } else { CatalogKind::User },
                volumes,
                reachable: !(self.environment_fails && rng.chance(1, 3)),
            });
        }
    }

    pub(super) fn data_sets(&mut self, rng: &mut Rng) {
        let mut next = 0;
        while next < self.names {
            let count = if rng.chance(7, 8) { 1 } else { rng.range(2, RUN).min(self.names - next) };
            self.data_set(next, count, rng);
            next += count;
        }
    }

    fn data_set(&mut self, number: u32, count: u32, rng: &mut Rng) {
        let Some(class) = (if rng.chance(1, 3) { Some(DataSetClass::Database) } else { any(DataSetClass::ALL, rng) }) else {
            return;
        };
        let log = matches!(class, DataSetClass::Log | DataSetClass::Recon);
        let ordered = self.site.catalogs.get(usize::from(log)).filter(|_| !rng.chance(self.wild.data, 16));
        let Some(catalog) = ordered.or(rng.choose(&self.site.catalogs)).map(|catalog| catalog.name.clone()) else { return };
        let storage = if rng.chance(self.wild.data, 24) { any(Storage::ALL, rng) } else { None };
        let mut volumes: Vec<NamePattern> = Vec::new();
        if storage.unwrap_or(Storage::Disk) == Storage::Disk {
            let extents = if rng.chance(self.wild.data, 40) { 0 } else { rng.one([1, 1, 1, 2, 3]) };
            for _ in 0..extents {
                let label = self.label(rng);
                if volumes.iter().all(|other| other.nth(0) != label.nth(0)) {
                    volumes.push(label);
                }
            }
        }
        if count == 1 && rng.chance(3, 4) {
            volumes = volumes.iter().filter_map(|pattern| pattern.nth(0)).map(|name| NamePattern::one(&name)).collect();
        }
        let Ok(name) = (if count == 1 { format!("IMS.D{number:02}") } else { format!("IMS.D{{{number:02}}}") }).parse() else {
            return;
        };
        let ims = if class.names_ims() { self.users(rng) } else { Vec::new() };
        self.site.data_sets.push(DataSets { name, count, class, catalog, ims, volumes, storage });
    }

    /// One IMS system or more.
    fn users(&self, rng: &mut Rng) -> Vec<ImsSsid> {
        let mut ssids: Vec<ImsSsid> = self.site.ims.iter().map(|ims| ims.ssid).collect();
        if rng.chance(1, 3) {
            rng.shuffle(&mut ssids);
        }
        ssids.truncate(rng.one([1, 1, 2, 3]));
        ssids
    }

    /// A label to catalog to: of a volume that is no target, of any, or of none.
    fn label(&self, rng: &mut Rng) -> NamePattern {
        let counting = |number: u32| format!("W{{{number:02}}}").parse().ok();
        let ghost = || NamePattern::one("GHOST");
        if rng.chance(self.wild.data, 40) {
            return ghost();
        }
        if rng.chance(self.wild.label, 24) {
            return counting(rng.range(0, self.labels + 1)).unwrap_or_else(ghost);
        }
        let good: Vec<Volser> = self.placed.iter().filter(|volume| !volume.target).filter_map(|volume| volume.label).collect();
        let number = rng.choose(&good).and_then(|label| label.as_str().strip_prefix('W')?.parse().ok());
        number.and_then(counting).unwrap_or_else(ghost)
    }

    /// Some of the data sets that will be cataloged, and now and then one that will not.
    pub(super) fn some_names(&self, rng: &mut Rng) -> Vec<DataSetName> {
        let most = rng.one([1, 2, 16]);
        let mut names: Vec<DataSetName> = (0..self.names)
            .filter(|_| rng.chance(most, 16))
            .filter_map(|number| format!("IMS.D{number:02}").parse().ok())
            .collect();
        if rng.chance(1, 4) {
            names.extend("NOT.CATALOGD".parse());
        }
        names
    }

    pub(super) fn policy(&mut self, rng: &mut Rng) {
        let mut policy = Policy {
            lss_scope: rng.one([LssScope::SameLss, LssScope::SameArray]),
            log_scope: rng.one([LogScope::Group, LogScope::Group, LogScope::Member]),
            migrated: any(MigratedPolicy::ALL, rng).unwrap_or(MigratedPolicy::Fail),
            report_non_ims_data: !rng.chance(1, 8),
            ..Policy::default()
        };
        if rng.chance(self.wild.array + 2, 24) {
            policy.code_levels = rows(rng);
        } else {
            for row in &mut policy.code_levels {
                row.fixes = fixes(rng, self.wild.array / 2);
            }
        }
        self.site.policy = policy;
    }
}

/// Minimum levels of some families, the highest one missing as likely as any.
fn rows(rng: &mut Rng) -> Vec<CodeLevelRow> {
    let mut rows = Vec::new();
    for method in [Method::FlashCopy, Method::Bcv] {
        if method == Method::FlashCopy || rng.chance(1, 16) {
            let minimum = rng.one(["87.30.105.0", "87.31.16.0", "87", "7.7.31.32", "9.2"]);
            let row = CodeLevelRow { family: LevelFamily::Ds8000, method, minimum: minimum.to_owned(), fixes: fixes(rng, 4) };
            rows.extend(rng.chance(3, 4).then_some(row));
        }
        for family in [5876, 5977, 5978, 5979] {
            let rest = rng.one(["", ".82", ".082.57", ".10", ".100.1", ".143.144", ".596.583", ".300"]);
            let minimum = format!("{family}{rest}");
            let row = CodeLevelRow { family: LevelFamily::Symmetrix(family), method, minimum, fixes: fixes(rng, 4) };
            rows.extend(rng.chance(1, 2).then_some(row));
        }
    }
    rng.shuffle(&mut rows);
    rows
}

/// Fixes that must be there, `share` in 16 times at all.
fn fixes(rng: &mut Rng, share: u64) -> Vec<u32> {
    if rng.chance(share, 16) { (1001..1006).filter(|_| rng.chance(1, 3)).collect() } else { Vec::new() }
}
