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
use super::volumes::{FollowingUnits, Resolved, Volumes};

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
    /// Whether each row is one source, its only target and their pair.
    pub(super) is_straight: bool,
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

/// Generation, source and target of a mapping in one number that orders as they do.
fn order(entry: &Entry) -> u64 {
    u64::from(entry.generation) << 56 | u64::from(entry.source.number()) << 28 | u64::from(entry.target.number())
}

/// The rows of the targets by unit: nothing as long as units ascend, as most do.
#[derive(Default)]
struct TargetRows {
    above: u32,
    index: Option<PagedIndex>,
}

impl TargetRows {
    /// The row of this unit; `entered` are all targets so far.
    #[inline]
    fn find(&mut self, unit: Unit, entered: &[TargetRow]) -> Option<u32> {
        if self.index.is_none() && unit.number() >= self.above {
            return None;
        }
        let index = self.index.get_or_insert_with(|| {
            let mut index = PagedIndex::with_room(entered.len());
            (0..).zip(entered).for_each(|(row, target)| index.insert(target.unit.number() as usize, row));
            index
        });
        index.get(unit.number() as usize)
    }

    /// Enters a unit that is not there yet.
    #[inline]
    fn enter(&mut self, unit: Unit, row: u32) {
        self.above = unit.number() + 1;
        if let Some(index) = &mut self.index {
            index.insert(unit.number() as usize, row);
        }
    }
}

impl Mapping {
    /// Resolves the units of the profile in its own system.
    pub(crate) fn new(profile: &BackupProfile, volumes: &Volumes) -> Self {
        let mut this =
            Self { source_set: VolumeSet::new(volumes.len()), target_set: VolumeSet::new(volumes.len()), ..Self::default() };
        let mut units = volumes.units_of(profile.system).follow();
        let listed = if profile.sources.is_sorted_by(|a, b| a.unit < b.unit) {
            Cow::from(&profile.sources)
        } else {
            let mut listed = profile.sources.clone();
            listed.sort();
            listed.dedup_by_key(|source| source.unit);
            Cow::from(listed)
        };
        this.sources.reserve_exact(listed.len());
        for source in listed.iter() {
            let device = units.resolve(source.unit);
            device.volume().into_iter().for_each(|volume| this.source_set.insert(volume));
            this.sources.push(SourceRow { unit: source.unit, saved: source.volser.map_or(0, Volser::packed), device });
        }
        let mut entries = Cow::from(&profile.targets);
        if !entries.is_sorted_by_key(order) {
            entries.to_mut().sort();
        }
        let mapped = this.enter_pairs(&mut units, &entries, profile.generations);
        if mapped != this.sources.len() * usize::from(profile.generations) {
            this.find_missing(profile.generations);
        }
        this
    }

    /// Enters targets and pairs, given in their order; says how many targets all sources have in all generations.
    fn enter_pairs(&mut self, units: &mut FollowingUnits<'_>, entries: &[Entry], generations: u8) -> usize {
        let mut target_rows = TargetRows::default();
        let mut repeated = Vec::new();
        let (mut mapped, mut next, mut last) = (0, 0, None);
        let mut is_straight = true;
        self.pairs.reserve_exact(entries.len());
        self.targets.reserve_exact(entries.len());
        for entry in entries {
            let known = target_rows.find(entry.target, &self.targets);
            let target = known.inspect(|_| repeated.push(entry.target)).unwrap_or_else(|| {
                let row = u32::try_from(self.targets.len()).unwrap_or(u32::MAX);
                let device = units.resolve(entry.target);
                device.volume().into_iter().for_each(|volume| self.target_set.insert(volume));
                self.targets.push(TargetRow { unit: entry.target, device });
                target_rows.enter(entry.target, row);
                row
            });
            // Sources follow each other as they are listed.
            let source = match self.sources.get(next) {
                Some(source) if source.unit == entry.source => Some(next),
                _ => self.sources.binary_search_by_key(&entry.source, |source| source.unit).ok(),
            };
            let Some(row) = source else {
                self.unmapped.entry((entry.source, entry.generation)).or_insert(entry.target);
                continue;
            };
            next = row + 1;
            let place = (entry.generation, row);
            mapped += usize::from(last.replace(place) != Some(place) && (1..=generations).contains(&entry.generation));
            is_straight &= row == self.pairs.len() && target as usize == row;
            self.pairs.push(Pair { source: u32::try_from(row).unwrap_or(u32::MAX), target, generation: entry.generation });
        }
        let pairs = self.pairs.len();
        self.is_straight = is_straight && self.sources.len() == pairs && self.targets.len() == pairs;
        self.duplicates =
            repeated.into_iter().map(|unit| (unit, Duplicate { sources: Vec::new(), generations: Vec::new() })).collect();
        if self.duplicates.is_empty() {
            return mapped;
        }
        for entry in entries {
            if let Some(duplicate) = self.duplicates.get_mut(&entry.target) {
                duplicate.sources.push(entry.source);
                duplicate.generations.push(entry.generation);
            }
        }
        mapped
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
    #[inline]
    pub(crate) fn source(&self, row: u32) -> Option<&SourceRow> {
        self.sources.get(row as usize)
    }

    /// The target of this row.
    #[inline]
    pub(crate) fn target(&self, row: u32) -> Option<&TargetRow> {
        self.targets.get(row as usize)
    }

    /// Whether the two volumes form a pair in any generation.
    pub(crate) fn is_pair(&self, source: u32, target: u32) -> bool {
        self.mapped_sources.get_or_init(|| self.related()).of(target).contains(&source)
    }
}
