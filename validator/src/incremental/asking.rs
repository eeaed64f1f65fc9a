//! What rules ask, sorted by what they ask it of, and who has something to report.

use std::collections::BTreeSet;

use crate::findings::{Findings, Row};
use crate::inventory::Inventory;
use crate::rules::{CatalogPart, RuleEntry, Visit, VisitRow, VolumePart};
use crate::scan::{self, Asked, AskedOfPairs, Masks};

/// What some rules ask.
#[derive(Debug, Clone)]
pub(super) struct Asking {
    pub(super) sources: Asked,
    pub(super) targets: Asked,
    pub(super) data_sets: Asked,
    pub(super) masks: Masks,
    pairs: AskedOfPairs<'static>,
    volumes: Vec<VolumePart>,
    catalogs: Vec<CatalogPart>,
    arrays: Vec<VisitRow>,
    once: Vec<Visit>,
}

impl Asking {
    pub(super) fn new(entries: &[&'static RuleEntry], inventory: &Inventory) -> Self {
        let entries = || entries.iter().copied().filter(|entry| entry.applies(inventory));
        Self {
            sources: Asked::new(entries().filter_map(|entry| entry.sources), Row::Source, true),
            targets: Asked::new(entries().filter_map(|entry| entry.targets), Row::Target, true),
            data_sets: Asked::new(entries().filter_map(|entry| entry.data_sets), Row::Held, true),
            masks: Masks::new(entries(), inventory),
            pairs: AskedOfPairs::new(entries().filter_map(|entry| entry.pairs.as_ref()), true),
            volumes: entries().filter_map(|entry| entry.volumes).collect(),
            catalogs: entries().filter_map(|entry| entry.catalogs).collect(),
            arrays: entries().filter_map(|entry| entry.arrays).collect(),
            once: entries().filter_map(|entry| entry.once).collect(),
        }
    }

    /// Whether a rule has something to report of this volume by what lies on it.
    pub(super) fn concerns_volume(&self, inventory: &Inventory, volume: u32) -> bool {
        self.volumes.iter().any(|part| (part.concerns)(inventory, volume))
    }

    /// Whether a rule has something to report of this catalog.
    pub(super) fn concerns_catalog(&self, inventory: &Inventory, catalog: u32) -> bool {
        self.catalogs.iter().any(|part| (part.concerns)(inventory, catalog))
    }

    /// Whether a rule has something to report of this array: what it says of one is little, so that it is asked to say it.
    pub(super) fn concerns_array(&self, inventory: &Inventory, array: u32) -> bool {
        let mut findings = Findings::default();
        self.arrays.iter().for_each(|visit| visit(inventory, array, &mut findings));
        !findings.is_empty()
    }

    /// Evaluates the rules on what is suspicious alone; findings must be none of another inventory.
    pub(super) fn evaluate<'a>(&self, inventory: &'a Inventory, suspicious: &Suspicious, findings: &mut Findings<'a>) {
        let mapping = &inventory.mapping;
        for &row in &suspicious.sources {
            let facts = inventory.source_facts_of(row) & self.sources.mask;
            let unit = mapping.source(row).map_or(0, |source| source.unit.number());
            self.sources.visit_row(row, facts, unit, inventory, findings);
        }
        for &row in &suspicious.targets {
            let facts = inventory.target_facts_of(row) & self.targets.mask;
            let unit = mapping.target(row).map_or(0, |target| target.unit.number());
            self.targets.visit_row(row, facts, unit, inventory, findings);
        }
        for &row in &suspicious.data_sets {
            let facts = inventory.data.facts_of(row) & self.data_sets.mask;
            self.data_sets.visit_row(row, facts, row, inventory, findings);
        }
        for &row in &suspicious.pairs {
            let units = AskedOfPairs::units(inventory, row).unwrap_or_default();
            self.pairs.visit_row(row, units, inventory, findings);
        }
        for &volume in &suspicious.volumes {
            let parts = self.volumes.iter().filter(|part| (part.concerns)(inventory, volume));
            parts.for_each(|part| (part.visit)(inventory, volume, findings));
        }
        for &catalog in &suspicious.catalogs {
            self.catalogs.iter().for_each(|part| (part.visit)(inventory, catalog, findings));
        }
        for &array in &suspicious.arrays {
            self.arrays.iter().for_each(|visit| visit(inventory, array, findings));
        }
        self.once.iter().for_each(|once| once(inventory, findings));
    }
}

/// Everything of which at least one rule has something to report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Suspicious {
    /// Rows of sources.
    pub(super) sources: BTreeSet<u32>,
    /// Rows of targets.
    pub(super) targets: BTreeSet<u32>,
    /// Rows of data sets.
    pub(super) data_sets: BTreeSet<u32>,
    /// Rows of pairs.
    pub(super) pairs: BTreeSet<u32>,
    /// Volumes by what lies on them.
    pub(super) volumes: BTreeSet<u32>,
    /// Catalogs.
    pub(super) catalogs: BTreeSet<u32>,
    /// Arrays.
    pub(super) arrays: BTreeSet<u32>,
}

impl Suspicious {
    /// Looks at everything once.
    pub(super) fn new(inventory: &Inventory, environment: &Asking, rules: &Asking) -> Self {
        let numbers = |count: usize| 0..u32::try_from(count).unwrap_or(u32::MAX);
        let rows = scan::Suspects::find(&rules.masks, inventory);
        let both = [environment, rules];
        let volumes = numbers(inventory.volumes.len());
        let catalogs = numbers(inventory.data.catalogs.len());
        let arrays = numbers(inventory.volumes.arrays.len());
        Self {
            sources: rows.sources.into_iter().collect(),
            targets: rows.targets.into_iter().collect(),
            data_sets: rows.data_sets.into_iter().collect(),
            pairs: rows.pairs.into_iter().collect(),
            volumes: volumes.filter(|&volume| rules.concerns_volume(inventory, volume)).collect(),
            catalogs: catalogs.filter(|&id| both.iter().any(|asking| asking.concerns_catalog(inventory, id))).collect(),
            arrays: arrays.filter(|&id| both.iter().any(|asking| asking.concerns_array(inventory, id))).collect(),
        }
    }
}

/// Enters something as suspicious, or takes it out.
pub(super) fn put(set: &mut BTreeSet<u32>, number: u32, is_suspicious: bool) {
    if is_suspicious {
        set.insert(number);
    } else {
        set.remove(&number);
    }
}
