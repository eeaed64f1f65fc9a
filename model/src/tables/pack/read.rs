//! Packed sites read: parts that stand one after the other are found first, and each is read apart.

use super::bytes::Reader;
use super::labels::Label;
use super::{ALIAS, MAX_JSON_BYTES, names, stretches};
use crate::name::{ImsSsid, Serial, SystemName, Volser};
use crate::observation::{Device, Mapping, MirrorPair, Observation, Relation, Source, UnitSeen};
use crate::run::Run;
use crate::states::{HostStatus, MirrorState, RelationState};
use crate::tables::{DataSetTable, Rare, Tables, Texts, VolumeTable};
use crate::unit::{Unit, VolumeId};

/// A part of a file that is read without the others.
enum Section {
    /// Sources and targets of profiles.
    Pages,
    /// Copies, and units that are in no table.
    Beside,
    Volumes,
    DataSets,
}

/// What stands in a section.
enum Said {
    Pages(Vec<(Vec<Source>, Vec<Mapping>)>),
    Beside(Vec<Relation>, Vec<MirrorPair>, Vec<UnitSeen>),
    Volumes(VolumeTable),
    /// With whether names ascend, and whether nothing is left over.
    DataSets(DataSetTable, bool, bool),
}

/// All that a file says.
pub(super) struct Whole {
    pub(super) tables: Tables,
    /// Whether the names of the data sets ascend.
    pub(super) names_ascend: bool,
    /// Whether nothing is left over.
    pub(super) is_all: bool,
}

/// Reads all that a file says.
pub(super) fn read(reader: &mut Reader<'_>, run: &impl Run) -> Option<Whole> {
    let (home, mut few): (Option<SystemName>, Observation) = from_json(reader)?;
    if !few.volumes.is_empty() || !few.data_sets.is_empty() || !few.units.is_empty() {
        return None;
    }
    let mut sections = Vec::new();
    // The longest stand first where units are in no table.
    for (section, skip) in [
        (Section::Pages, skip_pages as fn(&mut Reader<'_>, usize) -> Option<()>),
        (Section::Beside, skip_beside),
        (Section::Volumes, skip_volumes),
        (Section::DataSets, skip_data_sets),
    ] {
        sections.push((section, reader.section(|reader| skip(reader, few.profiles.len()))?));
    }
    sections.reverse();
    let profiles = few.profiles.len();
    let read = run.run(sections, |(section, mut reader)| {
        let said = match section {
            Section::Pages => Said::Pages((0..profiles).map(|_| read_page(&mut reader)).collect::<Option<_>>()?),
            Section::Beside => read_beside(&few, &mut reader)?,
            Section::Volumes => Said::Volumes(read_volumes(&mut reader)?),
            Section::DataSets => {
                let (table, ascend) = read_data_sets(&mut reader)?;
                return Some(Said::DataSets(table, ascend, reader.is_done()));
            }
        };
        reader.is_done().then_some(said)
    });
    let (mut volumes, mut data_sets) = (VolumeTable::default(), DataSetTable::default());
    let (mut names_ascend, mut is_all) = (false, false);
    for said in read {
        match said? {
            Said::Pages(pages) => {
                for (profile, page) in few.profiles.iter_mut().zip(pages) {
                    (profile.sources, profile.targets) = page;
                }
            }
            Said::Beside(relations, mirrors, units) => {
                (few.relations, few.mirrors, few.units) = (relations, mirrors, units);
            }
            Said::Volumes(table) => volumes = table,
            Said::DataSets(table, ascend, done) => (data_sets, names_ascend, is_all) = (table, ascend, done),
        }
    }
    Some(Whole { tables: Tables { home, few, volumes, data_sets }, names_ascend, is_all })
}

fn skip_pages(reader: &mut Reader<'_>, profiles: usize) -> Option<()> {
    for _ in 0..profiles {
        stretches::skip::<u32>(reader)?;
        stretches::skip::<Label>(reader)?;
        stretches::skip::<u8>(reader)?;
        stretches::skip::<u32>(reader)?;
        stretches::skip::<u32>(reader)?;
    }
    Some(())
}

fn skip_three(reader: &mut Reader<'_>) -> Option<()> {
    stretches::skip::<u32>(reader)?;
    stretches::skip::<u32>(reader)?;
    stretches::skip::<u8>(reader)
}

fn skip_beside(reader: &mut Reader<'_>, _: usize) -> Option<()> {
    skip_three(reader)?;
    skip_three(reader)?;
    stretches::skip::<u32>(reader)?;
    skip_three(reader)
}

fn skip_volumes(reader: &mut Reader<'_>, _: usize) -> Option<()> {
    stretches::skip::<u32>(reader)?;
    stretches::skip::<Label>(reader)?;
    stretches::skip::<u32>(reader)?;
    stretches::skip::<u32>(reader)?;
    stretches::skip::<u16>(reader)?;
    for _ in 0..3 {
        stretches::skip::<u32>(reader)?;
    }
    reader.bytes()?;
    stretches::skip::<u32>(reader)?;
    reader.bytes().map(|_| ())
}

/// They are the last.
fn skip_data_sets(reader: &mut Reader<'_>, _: usize) -> Option<()> {
    reader.rest();
    Some(())
}

fn from_json<T: serde::de::DeserializeOwned>(reader: &mut Reader<'_>) -> Option<T> {
    serde_json::from_slice(reader.bytes().filter(|text| text.len() <= MAX_JSON_BYTES)?).ok()
}

/// Labels as words, each of them a label or 0.
fn read_labels(reader: &mut Reader<'_>) -> Option<Vec<u64>> {
    // The same memory: a label is a word.
    Some(stretches::read::<Label>(reader)?.into_iter().map(|label| label.0).collect())
}

fn read_beside(few: &Observation, reader: &mut Reader<'_>) -> Option<Said> {
    let arrays: Vec<Serial> = few.arrays.iter().map(|array| array.serial).collect();
    let volume = |address: u32| {
        let [high, low, lss, ua] = address.to_be_bytes();
        let array = *arrays.get(usize::from(u16::from_be_bytes([high, low])))?;
        Some(VolumeId { array, lss: crate::unit::Lss::new(lss)?, ua: crate::unit::UnitAddress(ua) })
    };
    // Room is made at once: a collection that may fail grows step by step.
    let (from, to, states) = read_three(reader)?;
    let mut relations = Vec::with_capacity(from.len());
    for (from, to, state) in together(&from, &to, &states)? {
        let state = *RelationState::ALL.get(usize::from(state))?;
        relations.push(Relation { source: volume(from)?, target: volume(to)?, state });
    }
    let (from, to, states) = read_three(reader)?;
    let mut mirrors = Vec::with_capacity(from.len());
    for (from, to, state) in together(&from, &to, &states)? {
        let state = *MirrorState::ALL.get(usize::from(state))?;
        mirrors.push(MirrorPair { standard: volume(from)?, bcv: volume(to)?, state });
    }
    let systems: Vec<u32> = stretches::read(reader)?;
    let (numbers, places, kinds) = read_three(reader)?;
    if systems.len() != numbers.len() {
        return None;
    }
    let mut units = Vec::with_capacity(numbers.len());
    for ((unit, place, kind), &system) in together(&numbers, &places, &kinds)?.zip(&systems) {
        let device = match kind {
            ALIAS => Device::Alias(volume(place)?),
            status => Device::Base(volume(place)?, *HostStatus::ALL.get(usize::from(status))?),
        };
        units.push(UnitSeen { system: few.systems.get(system as usize)?.name, unit: Unit::new(unit)?, device });
    }
    Some(Said::Beside(relations, mirrors, units))
}

/// Sources and targets of a profile.
fn read_page(reader: &mut Reader<'_>) -> Option<(Vec<Source>, Vec<Mapping>)> {
    let (units, volsers): (Vec<u32>, Vec<Label>) = (stretches::read(reader)?, stretches::read(reader)?);
    if units.len() != volsers.len() {
        return None;
    }
    let first = Unit::new(0)?;
    are_units(&units).then_some(())?;
    let saved = units.iter().zip(&volsers).map(|(&unit, &Label(word))| Source {
        unit: Unit::new(unit).unwrap_or(first),
        volser: (word != 0).then(|| Volser::of_word(word)),
    });
    let saved: Vec<Source> = saved.collect();
    let (generations, sources, targets): (Vec<u8>, Vec<u32>, Vec<u32>) =
        (stretches::read(reader)?, stretches::read(reader)?, stretches::read(reader)?);
    (are_units(&sources) && are_units(&targets)).then_some(())?;
    let unit = |number| Unit::new(number).unwrap_or(first);
    let mapped = together(&sources, &targets, &generations)?.map(|(source, target, generation)| Mapping {
        generation,
        source: unit(source),
        target: unit(target),
    });
    Some((saved, mapped.collect()))
}

/// Whether all numbers are those of units.
fn are_units(numbers: &[u32]) -> bool {
    numbers.iter().fold(true, |all, &number| all & (number <= Unit::MAX))
}

fn read_three(reader: &mut Reader<'_>) -> Option<(Vec<u32>, Vec<u32>, Vec<u8>)> {
    Some((stretches::read(reader)?, stretches::read(reader)?, stretches::read(reader)?))
}

/// The rows of three columns, if they are alike in length.
fn together<'a>(a: &'a [u32], b: &'a [u32], c: &'a [u8]) -> Option<impl Iterator<Item = (u32, u32, u8)> + 'a> {
    let alike = a.len() == b.len() && b.len() == c.len();
    alike.then(|| a.iter().zip(b).zip(c).map(|((&a, &b), &c)| (a, b, c)))
}

fn read_texts(reader: &mut Reader<'_>) -> Option<Texts> {
    let text = String::from_utf8(reader.bytes()?.to_vec()).ok()?;
    Texts::new(text, stretches::read(reader)?)
}

fn read_volumes(reader: &mut Reader<'_>) -> Option<VolumeTable> {
    let mut table = VolumeTable {
        address: stretches::read(reader)?,
        volser: read_labels(reader)?,
        size: stretches::read(reader)?,
        unit: stretches::read(reader)?,
        marks: stretches::read(reader)?,
        device: stretches::read(reader)?,
        group: stretches::read(reader)?,
        pool: stretches::read(reader)?,
        ..VolumeTable::default()
    };
    table.take_names(read_texts(reader)?);
    type Row = (u32, Option<SystemName>, Option<crate::name::ProfileName>, Option<Vec<crate::name::DataSetName>>);
    let rare: Vec<Row> = from_json(reader)?;
    table.rare = rare.into_iter().map(|(row, reserved_by, held_for, vtoc)| (row, Rare { reserved_by, held_for, vtoc })).collect();
    Some(table)
}

/// Data sets, and whether their names ascend.
fn read_data_sets(reader: &mut Reader<'_>) -> Option<(DataSetTable, bool)> {
    let names::Names { names, ascend } = names::read(reader)?;
    let (kind, catalog, user): (_, _, Vec<u32>) = (stretches::read(reader)?, stretches::read(reader)?, stretches::read(reader)?);
    let users: Vec<Vec<ImsSsid>> = from_json(reader)?;
    let (label_ends, labels) = (stretches::read(reader)?, read_labels(reader)?);
    let mut table = DataSetTable { names: names.into(), kind, catalog, label_ends, labels, ..DataSetTable::default() };
    let numbers: Vec<u32> = users.into_iter().map(|list| table.users(list)).collect();
    // Lists are written each once; numbers that stay the same need not be looked up.
    table.user = if numbers.iter().zip(0..).all(|(&here, there)| here == there) {
        user
    } else {
        user.into_iter().map(|number| numbers.get(number as usize).copied()).collect::<Option<_>>()?
    };
    Some((table, ascend))
}
