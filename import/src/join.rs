//! Pieces of tables joined: numbers of arrays and catalogs made those of the site.

use dasdlab_model::name::{CatalogName, Serial, Volser};
use dasdlab_model::observation::{Device, UnitSeen};
use dasdlab_model::tables::{Counted, DataSetTable, NONE, NameTexts, VolumeTable};
use dasdlab_model::unit::{UnitAddress, VolumeId};
use rustc_hash::FxHashMap;

use crate::data_sets::CatalogRow;
use crate::faults::Fault;
use crate::volumes::ArrayPart;
use crate::{data_sets, volumes};

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
    joined.units.reserve_exact(parts.iter().map(|part| Counted::total(part.units.len(), &part.counted_units)).sum());
    joined.table.reserve(parts.iter().map(|part| Counted::total(part.table.len(), &part.counted)).sum());
    for part in parts {
        let here: Vec<u16> = part.arrays.iter().filter_map(|array| numbers.get(&array.serial).copied()).collect();
        joined.table.append(part.table, &here, &part.counted);
        enter_units(&mut joined.units, &part.units, &part.counted_units);
    }
    Ok(joined)
}

/// Adds units in other systems, and those that they stand for.
fn enter_units(all: &mut Vec<UnitSeen>, units: &[UnitSeen], counted: &[Counted]) {
    let mut counted = counted.iter().peekable();
    for (row, unit) in (0..).zip(units) {
        all.push(*unit);
        let more = counted.next_if(|counted| counted.row == row).map_or(0, |counted| counted.more);
        let Device::Base(volume, status) = unit.device else { continue };
        // They were told from the first by these two numbers, which did not run over.
        all.extend((1..=more).filter_map(|nth| {
            let ua = UnitAddress(volume.ua.0.checked_add(u8::try_from(nth).ok()?)?);
            Some(UnitSeen { unit: unit.unit.plus(nth)?, device: Device::Base(VolumeId { ua, ..volume }, status), ..*unit })
        }));
    }
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

/// Joins data sets. Says what is too much of them.
pub(crate) fn data_sets(parts: Vec<data_sets::Part>) -> Result<DataSets, Vec<String>> {
    let mut joined = DataSets::default();
    let mut numbers: FxHashMap<CatalogName, u32> = FxHashMap::default();
    let (total, bytes) = parts.iter().fold((0, 0), |(total, bytes), part| {
        let name = |row: u32| part.table.names().get(row).map_or(0, str::len);
        let more = part.counted.iter().map(|counted| (counted.rows.more as usize, name(counted.rows.row)));
        let (rows, behind) = more.fold((0, 0), |(rows, bytes), (more, name)| (rows + more, bytes + more * name));
        (total + part.table.len() + rows, bytes + part.table.names().text().len() + behind)
    });
    let mut names = NameTexts::new(total, bytes);
    joined.table.reserve(total, 0);
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
        if !names.append(part.table.names(), &part.counted) {
            return Err(vec!["the names take more than 4 GiB: expected fewer data sets".to_owned()]);
        }
        joined.table.append_unnamed(part.table, &here, &part.counted);
        joined.catalogs.extend(part.catalogs);
    }
    joined.table.take_names(names.into_texts().unwrap_or_default());
    Ok(joined)
}

/// The faults of all pieces in their order.
pub(crate) fn faults(all: impl IntoIterator<Item = Vec<Fault>>) -> Vec<Fault> {
    let mut faults: Vec<Fault> = all.into_iter().flatten().collect();
    faults.sort();
    faults
}
