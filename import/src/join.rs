//! Pieces of tables joined: numbers of arrays, catalogs and profiles made those of the site.

use dasdlab_model::name::{CatalogName, ProfileName, Serial, Volser};
use dasdlab_model::observation::{Mapping, Source, UnitSeen};
use dasdlab_model::tables::{DataSetTable, NONE, VolumeTable};
use dasdlab_model::unit::Unit;
use rustc_hash::FxHashMap;

use crate::data_sets::CatalogRow;
use crate::faults::Fault;
use crate::volumes::ArrayPart;
use crate::{data_sets, pairs, volumes};

/// All volumes.
#[derive(Debug, Default)]
pub(crate) struct Volumes {
    pub(crate) table: VolumeTable,
    /// Arrays by the numbers that stand in the table, ascending by serial.
    pub(crate) arrays: Vec<ArrayPart>,
    pub(crate) units: Vec<UnitSeen>,
}

/// Joins volumes; `known` are serials of arrays that are numbered with those of the table. Says what pieces say differently.
pub(crate) fn volumes(parts: Vec<volumes::Part>, known: &[Serial]) -> Result<Volumes, Vec<String>> {
    let mut arrays: Vec<ArrayPart> =
        known.iter().map(|&serial| ArrayPart { serial, family: None, code_level: None, lss: Vec::new() }).collect();
    let mut at: FxHashMap<Serial, usize> = known.iter().copied().zip(0..).collect();
    let mut clashes = Vec::new();
    for part in &parts {
        for array in &part.arrays {
            let number = *at.entry(array.serial).or_insert_with(|| {
                arrays.push(ArrayPart { lss: Vec::new(), ..array.clone() });
                arrays.len() - 1
            });
            if let Some(joined) = arrays.get_mut(number) {
                join_array(joined, array, &mut clashes);
            }
        }
    }
    if arrays.len() > usize::from(u16::MAX) {
        clashes.push(format!("more than {} arrays: expected fewer", u16::MAX));
    }
    if !clashes.is_empty() {
        return Err(clashes);
    }
    arrays.sort_by_key(|array| array.serial);
    arrays.dedup_by_key(|array| array.serial);
    let numbers: FxHashMap<Serial, u16> = arrays.iter().map(|array| array.serial).zip(0..).collect();
    let mut joined = Volumes { arrays, ..Volumes::default() };
    joined.table.reserve(parts.iter().map(|part| part.table.len()).sum());
    for part in parts {
        let here: Vec<u16> = part.arrays.iter().filter_map(|array| numbers.get(&array.serial).copied()).collect();
        joined.table.append(part.table, &here);
        joined.units.extend(part.units);
    }
    Ok(joined)
}

fn join_array(joined: &mut ArrayPart, part: &ArrayPart, clashes: &mut Vec<String>) {
    let serial = part.serial;
    if let (Some(a), Some(b)) = (joined.family, part.family)
        && a != b
    {
        clashes.push(format!("array {serial} is {a} in one row and {b} in another: expected one family"));
    }
    joined.family = joined.family.or(part.family);
    if let (Some(a), Some(b)) = (&joined.code_level, &part.code_level)
        && a != b
    {
        clashes.push(format!("array {serial} has code level {a} in one row and {b} in another: expected one"));
    }
    joined.code_level = joined.code_level.take().or_else(|| part.code_level.clone());
    for &(lss, cu_ssid) in &part.lss {
        match joined.lss.iter_mut().find(|(known, _)| *known == lss) {
            None => joined.lss.push((lss, cu_ssid)),
            Some((_, known)) => {
                if let (Some(a), Some(b)) = (*known, cu_ssid)
                    && a != b
                {
                    clashes.push(format!(
                        "LSS {lss} of array {serial} has control-unit SSID {a} in one row and {b} in another: expected one"
                    ));
                }
                *known = known.or(cu_ssid);
            }
        }
    }
}

/// All data sets.
#[derive(Debug, Default)]
pub(crate) struct DataSets {
    pub(crate) table: DataSetTable,
    /// Catalogs that data sets name, by the numbers that stand in the table.
    pub(crate) named: Vec<CatalogName>,
    /// A label of a data set of each of them.
    pub(crate) labels: Vec<Option<Volser>>,
    pub(crate) catalogs: Vec<CatalogRow>,
}

/// Joins data sets.
pub(crate) fn data_sets(parts: Vec<data_sets::Part>) -> DataSets {
    let mut joined = DataSets::default();
    let mut numbers: FxHashMap<CatalogName, u32> = FxHashMap::default();
    let total = parts.iter().map(|part| part.table.len()).sum();
    joined.table.reserve(total, parts.iter().map(|part| part.table.names().text().len()).sum());
    for part in parts {
        let here: Vec<u32> = part
            .named
            .into_iter()
            .zip(part.labels)
            .map(|(name, label)| {
                let number = *numbers.entry(name.clone()).or_insert_with(|| {
                    joined.named.push(name);
                    joined.labels.push(None);
                    u32::try_from(joined.named.len() - 1).unwrap_or(NONE)
                });
                if let Some(known) = joined.labels.get_mut(number as usize) {
                    *known = known.or(label);
                }
                number
            })
            .collect();
        joined.table.append(part.table, &here);
        joined.catalogs.extend(part.catalogs);
    }
    joined
}

/// Sources and targets of a profile, with the rows that they come from.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) profile: Option<ProfileName>,
    pub(crate) sources: Vec<Source>,
    pub(crate) targets: Vec<Mapping>,
    /// The highest generation.
    pub(crate) generations: u8,
    pub(crate) source_rows: Vec<u32>,
    pub(crate) target_rows: Vec<u32>,
    /// The place at which the next source is looked for first: generations list them in one order.
    next: usize,
    /// The highest unit so far; as long as each source is higher than the ones before, they are their own index.
    highest: u32,
    /// Which source each unit is, where the sources do not ascend.
    at: Option<FxHashMap<u32, u32>>,
}

/// The pages of all profiles; and which rows say another label than one before, and how.
pub(crate) type Pages = (Vec<Page>, Vec<(u32, String)>);

/// The most profiles that a table names.
const MAX_PROFILES: usize = 4_096;

/// Joins pairs. `label` gives the label of a unit where the table has no column for saved ones. Says of which row a source
/// was saved otherwise in a row before, and how.
pub(crate) fn pairs(parts: &[pairs::Part], label: Option<&dyn Fn(u32) -> u64>) -> Pages {
    let mut pages: Vec<Page> = Vec::new();
    let mut numbers: FxHashMap<Option<ProfileName>, usize> = FxHashMap::default();
    let mut clashes = Vec::new();
    let mut row = 0_u32;
    for part in parts {
        let here: Vec<usize> = part
            .profiles
            .iter()
            .map(|name| {
                *numbers.entry(name.clone()).or_insert_with(|| {
                    pages.push(Page { profile: name.clone(), ..Page::default() });
                    pages.len() - 1
                })
            })
            .collect();
        if pages.len() > MAX_PROFILES {
            return (Vec::new(), vec![(row, format!("more than {MAX_PROFILES} profiles: expected fewer"))]);
        }
        for pair in &part.rows {
            let page = here.get(pair.profile as usize).and_then(|&number| pages.get_mut(number));
            let (Some(page), Some(source)) = (page, Unit::new(pair.source)) else { continue };
            let saved = label.map_or(pair.saved, |label| label(pair.source));
            if let Some(was) = page.source(pair.source, source, saved, row) {
                let said = |word| Volser::from_packed(word).map_or_else(|| "no label".to_owned(), |label| label.to_string());
                clashes.push((
                    row,
                    format!("source {source} was saved with {} here and with {} in another row", said(saved), said(was)),
                ));
            }
            if let Some(target) = Unit::new(pair.target) {
                page.targets.push(Mapping { generation: pair.generation, source, target });
                page.target_rows.push(row);
                page.generations = page.generations.max(pair.generation);
            }
            row += 1;
        }
    }
    (pages, clashes)
}

impl Page {
    /// Enters a source unless it is known; gives its label where that is another.
    fn source(&mut self, number: u32, unit: Unit, saved: u64, row: u32) -> Option<u64> {
        if let Some(known) = self.find(number, unit) {
            self.next = known + 1;
            let was = self.sources.get(known)?.volser.map_or(0, Volser::packed);
            return (was != saved).then_some(was);
        }
        if !self.sources.is_empty() && number < self.highest && self.at.is_none() {
            self.at = Some(self.sources.iter().map(|source| source.unit.number()).zip(0..).collect());
        }
        if let Some(at) = &mut self.at {
            at.insert(number, u32::try_from(self.sources.len()).unwrap_or(NONE));
        }
        self.highest = self.highest.max(number);
        self.sources.push(Source { unit, volser: Volser::from_packed(saved) });
        self.source_rows.push(row);
        self.next = self.sources.len();
        None
    }

    /// Which source this unit is, if it is one.
    fn find(&self, number: u32, unit: Unit) -> Option<usize> {
        if self.sources.get(self.next).is_some_and(|source| source.unit == unit) {
            return Some(self.next);
        }
        match &self.at {
            Some(at) => at.get(&number).map(|&at| at as usize),
            None if number > self.highest => None,
            None => self.sources.binary_search_by_key(&unit, |source| source.unit).ok(),
        }
    }
}

/// The faults of all pieces in their order.
pub(crate) fn faults(all: impl IntoIterator<Item = Vec<Fault>>) -> Vec<Fault> {
    let mut faults: Vec<Fault> = all.into_iter().flatten().collect();
    faults.sort();
    faults
}
