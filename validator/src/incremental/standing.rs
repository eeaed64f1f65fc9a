//! What stands: an inventory, who has something to report of it, and the ways along which changes spread.

use std::collections::BTreeMap;

use dasdlab_model::name::{CatalogName, DataSetName, ProfileName};
use dasdlab_model::observation::BackupProfile;
use dasdlab_model::run::InTurn;
use rustc_hash::FxHashMap;

use super::asking::{Asking, Suspicious};
use super::names::DataSetNames;
use super::ways::Ways;
use crate::check::Judgement;
use crate::findings::Findings;
use crate::inventory::facts::data_set as fact;
use crate::inventory::{Inventory, Scope, Seen, bits};
use crate::rules::REGISTRY;

/// How many data sets of a catalog have each fact.
pub(super) type Tally = [u32; fact::COUNT];

/// An inventory with all that keeps it up to date.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) inventory: Inventory,
    pub(super) scope: Scope,
    /// The profiles as they were when this was built, without their backups.
    pub(super) profiles: BTreeMap<ProfileName, BackupProfile>,
    pub(super) catalogs: BTreeMap<CatalogName, u32>,
    /// For each catalog, what its facts are made of.
    pub(super) tallies: Vec<Tally>,
    pub(super) names: DataSetNames,
    /// The VTOCs that are stated, each ascending.
    pub(super) vtocs: FxHashMap<u32, Vec<DataSetName>>,
    pub(super) ways: Ways,
    pub(super) environment: Asking,
    pub(super) rules: Asking,
    pub(super) suspicious: Suspicious,
}

impl Standing {
    /// Builds everything; none if there is no such profile.
    pub(super) fn new(seen: &impl Seen, name: &ProfileName) -> Option<Self> {
        let few = seen.few();
        let scope = Scope::new(few, few.profile(name)?);
        let inventory = Inventory::build(seen, name, &InTurn)?;
        let (environment, rules) = REGISTRY.split_at(1);
        let (environment, rules) = (Asking::new(environment, &inventory), Asking::new(rules, &inventory));
        let stated = seen.vtocs().filter_map(|(volume, names)| Some((inventory.volumes.find(volume)?, ascending(names))));
        let without_backups = |profile: &BackupProfile| BackupProfile { backups: Vec::new(), ..profile.clone() };
        Some(Self {
            scope,
            profiles: few.profiles.iter().map(|profile| (profile.name.clone(), without_backups(profile))).collect(),
            catalogs: few.catalogs.iter().map(|catalog| catalog.name.clone()).zip(0..).collect(),
            tallies: tallies(&inventory),
            names: DataSetNames::new(&inventory.data),
            vtocs: stated.collect(),
            ways: Ways::new(&inventory),
            suspicious: Suspicious::new(&inventory, &environment, &rules),
            environment,
            rules,
            inventory,
        })
    }

    /// Says what the whole check says, and looks only at what is suspicious.
    pub(super) fn judge(&self) -> Judgement<'_> {
        let mut findings = Findings::default();
        findings.defers(&self.inventory);
        self.environment.evaluate(&self.inventory, &self.suspicious, &mut findings);
        if findings.is_empty() {
            self.rules.evaluate(&self.inventory, &self.suspicious, &mut findings);
        }
        findings.sort();
        self.inventory.judgement(findings)
    }
}

/// The names of a VTOC as they are looked for.
pub(super) fn ascending(names: &[DataSetName]) -> Vec<DataSetName> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

fn tallies(inventory: &Inventory) -> Vec<Tally> {
    let data = &inventory.data;
    let tally = |(catalog, _)| {
        let mut tally = [0; fact::COUNT];
        for &set in data.entries.named.of(catalog) {
            count(&mut tally, data.facts_of(set), |count| count + 1);
        }
        tally
    };
    (0..).zip(&data.catalogs).map(tally).collect()
}

/// Counts each of these facts otherwise.
pub(super) fn count(tally: &mut Tally, facts: u32, other: impl Fn(u32) -> u32) {
    for fact in bits(0, facts.into()) {
        if let Some(entry) = tally.get_mut(fact as usize) {
            *entry = other(*entry);
        }
    }
}
