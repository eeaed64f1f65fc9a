//! The profile's own page: distinct sources and targets, pairs generation after generation, and what is wrong with
//! the mapping by number alone.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use dasdlab_model::name::Volser;
use dasdlab_model::observation::{BackupProfile, Mapping as Entry};
use dasdlab_model::unit::Unit;

use super::lists::Lists;
use super::paged::PagedIndex;
use super::volume_set::VolumeSet;
use super::volumes::{Resolved, Units, Volumes};

/// A source unit, each once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SourceRow {
    /// Its number.
    pub(crate) unit: Unit,
    /// The label it was saved with, as a word; 0 if it was saved without.
    pub(crate) saved: u64,
    /// What it stands for.
    pub(crate) device: Resolved,
}

/// A target unit, each once, however often it is listed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TargetRow {
    /// Its number.
    pub(crate) unit: Unit,
    /// What it stands for.
    pub(crate) device: Resolved,
}

/// A target of a listed source in one generation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    /// Row of the source.
    pub(crate) source: u32,
    /// Row of the target.
    pub(crate) target: u32,
    /// The generation.
    pub(crate) generation: u8,
}

/// A unit that is given as target more than once.
#[derive(Debug, Clone)]
pub(crate) struct Duplicate {
    /// The source units it is given for.
    pub(crate) sources: Vec<Unit>,
    /// The generations it is given in.
    pub(crate) generations: Vec<u8>,
}

/// Sources, targets and pairs of the profile.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mapping {
    /// Distinct source units, ascending.
    pub(crate) sources: Vec<SourceRow>,
    /// Distinct target units, in the order in which the mapping first gives them.
    pub(crate) targets: Vec<TargetRow>,
    /// Pairs by generation, source and target.
    pub(crate) pairs: Vec<Pair>,
    /// Volumes that are sources.
    pub(crate) source_set: VolumeSet,
    /// Volumes that are targets, those of unmapped sources included.
    pub(crate) target_set: VolumeSet,
    /// For each volume that is a target, the volumes of its mapped sources in all generations; made when a copy is asked for.
    mapped_sources: OnceLock<Lists<u32>>,
    /// Sources without a target in a generation.
    pub(crate) missing: Vec<(Unit, u8)>,
    /// Targets given for units that are no source: source and generation, then the target.
    pub(crate) unmapped: BTreeMap<(Unit, u8), Unit>,
    /// Units given as target more than once.
    pub(crate) duplicates: BTreeMap<Unit, Duplicate>,
}

impl Mapping {
    /// Resolves the units of the profile in its own system.
    pub(crate) fn new(profile: &BackupProfile, volumes: &Volumes) -> Self {
        let mut this =
            Self { source_set: VolumeSet::new(volumes.len()), target_set: VolumeSet::new(volumes.len()), ..Self::default() };
        let mut source_rows = PagedIndex::with_room(profile.sources.len());
        let units = volumes.units_of(profile.system);
        let listed = if profile.sources.is_sorted_by(|a, b| a.unit < b.unit) {
            Cow::from(&profile.sources)
        } else {
            let mut listed = profile.sources.clone();
            listed.sort();
            listed.dedup_by_key(|source| source.unit);
            Cow::from(listed)
        };
        this.sources.reserve_exact(listed.len());
        for (row, source) in (0..).zip(listed.iter()) {
            let device = units.resolve(source.unit);
            device.volume().into_iter().for_each(|volume| this.source_set.insert(volume));
            source_rows.insert(source.unit.number() as usize, row);
            this.sources.push(SourceRow { unit: source.unit, saved: source.volser.map_or(0, Volser::packed), device });
        }
        let mut entries = Cow::from(&profile.targets);
        if !entries.is_sorted() {
            entries.to_mut().sort();
        }
        this.enter_pairs(units, &entries, &source_rows);
        this.find_missing(profile.generations);
        this
    }

    fn enter_pairs(&mut self, units: Units<'_>, entries: &[Entry], source_rows: &PagedIndex) {
        let mut target_rows = PagedIndex::with_room(entries.len());
        let mut repeated = Vec::new();
        self.pairs.reserve_exact(entries.len());
        self.targets.reserve_exact(entries.len());
        for entry in entries {
            let number = entry.target.number() as usize;
            let target = target_rows.get(number).inspect(|_| repeated.push(entry.target)).unwrap_or_else(|| {
                let row = u32::try_from(self.targets.len()).unwrap_or(u32::MAX);
                let device = units.resolve(entry.target);
                device.volume().into_iter().for_each(|volume| self.target_set.insert(volume));
                target_rows.insert(number, row);
                self.targets.push(TargetRow { unit: entry.target, device });
                row
            });
            match source_rows.get(entry.source.number() as usize) {
                Some(source) => self.pairs.push(Pair { source, target, generation: entry.generation }),
                None => {
                    self.unmapped.entry((entry.source, entry.generation)).or_insert(entry.target);
                }
            }
        }
        self.duplicates =
            repeated.into_iter().map(|unit| (unit, Duplicate { sources: Vec::new(), generations: Vec::new() })).collect();
        if self.duplicates.is_empty() {
            return;
        }
        for entry in entries {
            if let Some(duplicate) = self.duplicates.get_mut(&entry.target) {
                duplicate.sources.push(entry.source);
                duplicate.generations.push(entry.generation);
            }
        }
    }

    /// Walks sources and generations beside the pairs, which are in the order of generation and source.
    fn find_missing(&mut self, generations: u8) {
        let mut pairs = self.pairs.iter().map(|pair| (pair.generation, pair.source)).peekable();
        for generation in 1..=generations {
            for (row, source) in (0..).zip(&self.sources) {
                while pairs.next_if(|&pair| pair < (generation, row)).is_some() {}
                if pairs.peek() != Some(&(generation, row)) {
                    self.missing.push((source.unit, generation));
                }
            }
        }
    }

    fn related(&self) -> Lists<u32> {
        let volumes = self.target_set.words().len() * 64;
        let ends = self.pairs.iter().map(|pair| Some((self.target(pair.target)?.device.volume()?, self.source(pair.source)?)));
        let ends = ends.flatten().filter_map(|(target, source)| Some((target, source.device.volume()?)));
        Lists::new(volumes, ends)
    }

    /// The source of this row.
    pub(crate) fn source(&self, row: u32) -> Option<&SourceRow> {
        self.sources.get(row as usize)
    }

    /// The target of this row.
    pub(crate) fn target(&self, row: u32) -> Option<&TargetRow> {
        self.targets.get(row as usize)
    }

    /// Whether the two volumes form a pair in any generation.
    pub(crate) fn is_pair(&self, source: u32, target: u32) -> bool {
        self.mapped_sources.get_or_init(|| self.related()).of(target).contains(&source)
    }
}
