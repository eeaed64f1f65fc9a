//! Packed sites: tables in a file, read without being parsed.
//!
//! `DASDPACK`, a version and the length stand first, the xxh3 hash of everything before it last, and the columns in between,
//! each behind its number of entries, all in little-endian order. What counts up in a column is not spelled out
//! (`pack/stretches.rs`). What is few is JSON. A file that lost or changed a byte is refused, and so is one that is whole but says
//! what cannot be.

mod bytes;
mod labels;
mod names;
mod stretches;

use bytes::{Reader, Writer};
use labels::Label;
use xxhash_rust::xxh3::xxh3_64;

use super::sound::Read;
use super::{DataSetTable, Rare, Tables, Texts, VolumeTable, address};
use crate::name::{ImsSsid, Serial, SystemName, Volser};
use crate::observation::{BackupProfile, Device, Mapping, MirrorPair, Observation, Relation, Source, UnitSeen};
use crate::states::{HostStatus, MirrorState, RelationState};
use crate::unit::{Unit, VolumeId};

/// How the names of packed sites end.
pub const EXTENSION: &str = "pack";

/// The most bytes of a packed site; a larger one is refused before it is read.
pub const MAX_PACK_BYTES: u64 = 1024 * 1024 * 1024;

/// The most bytes of a part that is JSON.
const MAX_JSON_BYTES: usize = 64 * 1024 * 1024;

const MAGIC: [u8; 8] = *b"DASDPACK";
/// The version of the format that this release reads and writes.
const VERSION: u32 = 2;
/// Magic, version, a word for later, and the length of the file.
const HEAD: usize = 24;
/// The hash.
const FOOT: usize = 8;
/// Stands for an alias where a host status would.
const ALIAS: u8 = u8::MAX;

/// Why a packed site is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// The file begins otherwise.
    #[error("is no packed site: expected one that `dasdlab pack` wrote")]
    Other,
    /// Another release wrote it.
    #[error("is of version {0} of the format: this release reads version {VERSION}; pack the site again")]
    Version(u32),
    /// It is shorter or longer than it says.
    #[error("has {found} bytes and says that it has {said}: it was cut off or added to; pack the site again")]
    Length {
        /// Its length.
        found: u64,
        /// The length that it says.
        said: u64,
    },
    /// The hash is not that of the bytes.
    #[error("is damaged: its checksum is not that of its bytes; pack the site again")]
    Checksum,
    /// The hash is right, and what the file says cannot be.
    #[error("says what cannot be ({0}): expected a site that `dasdlab pack` wrote")]
    Content(&'static str),
    /// The tables cannot be written down.
    #[error("cannot be packed: {0}")]
    Unwritable(String),
}

/// The file that holds these tables. They must be those of a site that can be.
///
/// # Errors
/// Something in the tables names what they do not have.
pub fn pack(tables: &Tables) -> Result<Vec<u8>, PackError> {
    let mut out = Writer::default();
    out.raw(&MAGIC);
    out.raw(&VERSION.to_le_bytes());
    out.raw(&[0; 4]);
    out.raw(&[0; 8]);
    write_few(tables, &mut out)?;
    write_volumes(&tables.volumes, &mut out)?;
    write_data_sets(&tables.data_sets, &mut out)?;
    let mut bytes = out.into_bytes();
    let length = (bytes.len() + FOOT) as u64;
    bytes.iter_mut().skip(HEAD - 8).zip(length.to_le_bytes()).for_each(|(place, byte)| *place = byte);
    let hash = xxh3_64(&bytes);
    bytes.extend_from_slice(&hash.to_le_bytes());
    Ok(bytes)
}

/// The tables that a file holds.
///
/// # Errors
/// The file is none of this format and version, is damaged, or says what cannot be.
pub fn unpack(file: &[u8]) -> Result<Tables, PackError> {
    let (magic, rest) = file.split_first_chunk::<8>().ok_or(PackError::Other)?;
    if *magic != MAGIC {
        return Err(PackError::Other);
    }
    let cut = |said| PackError::Length { found: file.len() as u64, said };
    let (version, rest) = rest.split_first_chunk::<4>().ok_or(cut(0))?;
    if u32::from_le_bytes(*version) != VERSION {
        return Err(PackError::Version(u32::from_le_bytes(*version)));
    }
    let said = rest.get(4..).and_then(<[u8]>::first_chunk::<8>).ok_or(cut(0))?;
    let said = u64::from_le_bytes(*said);
    if said != file.len() as u64 {
        return Err(cut(said));
    }
    let (body, foot) = file.split_last_chunk::<FOOT>().ok_or(cut(said))?;
    if xxh3_64(body) != u64::from_le_bytes(*foot) {
        return Err(PackError::Checksum);
    }
    let mut reader = Reader::new(body.get(HEAD..).ok_or(PackError::Content("it is empty"))?);
    let (tables, names_ascend) = read(&mut reader).ok_or(PackError::Content("a column does not fit the others"))?;
    if !reader.is_done() {
        return Err(PackError::Content("something is left over"));
    }
    let read = Read { labels: true, names: true, names_ascend };
    if !tables.is_sound_beside(&read) {
        return Err(PackError::Content("no site declares it"));
    }
    Ok(tables)
}

/// The tables, and whether the names of the data sets ascend.
fn read(reader: &mut Reader<'_>) -> Option<(Tables, bool)> {
    let (home, few) = read_few(reader)?;
    let volumes = read_volumes(reader)?;
    let (data_sets, names_ascend) = read_data_sets(reader)?;
    Some((Tables { home, few, volumes, data_sets }, names_ascend))
}

/// JSON, within the limit with which it is read.
fn json<T: serde::Serialize>(value: &T, out: &mut Writer) -> Result<(), PackError> {
    let text = serde_json::to_vec(value).map_err(|error| PackError::Unwritable(error.to_string()))?;
    if text.len() > MAX_JSON_BYTES {
        return Err(PackError::Unwritable(format!("what is not in columns takes more than {MAX_JSON_BYTES} bytes")));
    }
    out.column(&text);
    Ok(())
}

fn from_json<T: serde::de::DeserializeOwned>(reader: &mut Reader<'_>) -> Option<T> {
    serde_json::from_slice(reader.bytes().filter(|text| text.len() <= MAX_JSON_BYTES)?).ok()
}

fn write_labels(words: &[u64], out: &mut Writer) {
    stretches::write(words.iter().map(|&word| Label(word)), out);
}

/// Labels as words, each of them a label or 0.
fn read_labels(reader: &mut Reader<'_>) -> Option<Vec<u64>> {
    // The same memory: a label is a word.
    Some(stretches::read::<Label>(reader)?.into_iter().map(|label| label.0).collect())
}

fn write_few(tables: &Tables, out: &mut Writer) -> Result<(), PackError> {
    let few = &tables.few;
    json(&(tables.home, tables.heads()), out)?;
    for profile in &few.profiles {
        stretches::write(profile.sources.iter().map(|source| source.unit.number()), out);
        stretches::write(profile.sources.iter().map(|source| Label(source.volser.map_or(0, Volser::packed))), out);
        stretches::write(profile.targets.iter().map(|entry| entry.generation), out);
        stretches::write(profile.targets.iter().map(|entry| entry.source.number()), out);
        stretches::write(profile.targets.iter().map(|entry| entry.target.number()), out);
    }
    let unknown = |id: &dyn std::fmt::Display| PackError::Unwritable(format!("{id} is nowhere in the site"));
    let numbers: std::collections::BTreeMap<Serial, u16> = few.arrays.iter().map(|array| array.serial).zip(0..).collect();
    let place = |id: VolumeId| numbers.get(&id.array).map(|&array| address(array, id.lss, id.ua)).ok_or_else(|| unknown(&id));
    let mut ends = |pairs: Vec<(VolumeId, VolumeId, u8)>| -> Result<(), PackError> {
        let from: Vec<u32> = pairs.iter().map(|&(from, ..)| place(from)).collect::<Result<_, _>>()?;
        let to: Vec<u32> = pairs.iter().map(|&(_, to, _)| place(to)).collect::<Result<_, _>>()?;
        stretches::write(from, out);
        stretches::write(to, out);
        stretches::write(pairs.iter().map(|&(.., state)| state), out);
        Ok(())
    };
    ends(few.relations.iter().map(|relation| (relation.source, relation.target, relation.state as u8)).collect())?;
    ends(few.mirrors.iter().map(|pair| (pair.standard, pair.bcv, pair.state as u8)).collect())?;
    let system = |name: SystemName| {
        let at = few.systems.iter().position(|system| system.name == name);
        at.and_then(|at| u32::try_from(at).ok()).ok_or_else(|| unknown(&name))
    };
    let systems: Vec<u32> = few.units.iter().map(|unit| system(unit.system)).collect::<Result<_, _>>()?;
    let parts = few.units.iter().map(|unit| match unit.device {
        Device::Base(volume, status) => place(volume).map(|place| (place, status as u8)),
        Device::Alias(volume) => place(volume).map(|place| (place, ALIAS)),
    });
    let parts: Vec<(u32, u8)> = parts.collect::<Result<_, _>>()?;
    stretches::write(systems, out);
    stretches::write(few.units.iter().map(|unit| unit.unit.number()), out);
    stretches::write(parts.iter().map(|&(place, _)| place), out);
    stretches::write(parts.iter().map(|&(_, kind)| kind), out);
    Ok(())
}

fn read_few(reader: &mut Reader<'_>) -> Option<(Option<SystemName>, Observation)> {
    let (home, mut few): (Option<SystemName>, Observation) = from_json(reader)?;
    if !few.volumes.is_empty() || !few.data_sets.is_empty() || !few.units.is_empty() {
        return None;
    }
    for profile in &mut few.profiles {
        read_page(profile, reader)?;
    }
    let arrays: Vec<Serial> = few.arrays.iter().map(|array| array.serial).collect();
    let volume = |address: u32| {
        let [high, low, lss, ua] = address.to_be_bytes();
        let array = *arrays.get(usize::from(u16::from_be_bytes([high, low])))?;
        Some(VolumeId { array, lss: crate::unit::Lss::new(lss)?, ua: crate::unit::UnitAddress(ua) })
    };
    let (from, to, states) = read_three(reader)?;
    few.relations = together(&from, &to, &states)?
        .map(|(from, to, state)| {
            let state = *RelationState::ALL.get(usize::from(state))?;
            Some(Relation { source: volume(from)?, target: volume(to)?, state })
        })
        .collect::<Option<_>>()?;
    let (from, to, states) = read_three(reader)?;
    few.mirrors = together(&from, &to, &states)?
        .map(|(from, to, state)| {
            let state = *MirrorState::ALL.get(usize::from(state))?;
            Some(MirrorPair { standard: volume(from)?, bcv: volume(to)?, state })
        })
        .collect::<Option<_>>()?;
    let systems: Vec<u32> = stretches::read(reader)?;
    let (units, places, kinds) = read_three(reader)?;
    if systems.len() != units.len() {
        return None;
    }
    few.units = together(&units, &places, &kinds)?
        .zip(&systems)
        .map(|((unit, place, kind), &system)| {
            let device = match kind {
                ALIAS => Device::Alias(volume(place)?),
                status => Device::Base(volume(place)?, *HostStatus::ALL.get(usize::from(status))?),
            };
            Some(UnitSeen { system: few.systems.get(system as usize)?.name, unit: Unit::new(unit)?, device })
        })
        .collect::<Option<_>>()?;
    Some((home, few))
}

/// Sources and targets of a profile.
fn read_page(profile: &mut BackupProfile, reader: &mut Reader<'_>) -> Option<()> {
    let (units, volsers): (Vec<u32>, Vec<Label>) = (stretches::read(reader)?, stretches::read(reader)?);
    if units.len() != volsers.len() {
        return None;
    }
    // Room is made at once: a collection that may fail grows step by step.
    profile.sources.reserve_exact(units.len());
    let first = Unit::new(0)?;
    are_units(&units).then_some(())?;
    profile.sources.extend(units.iter().zip(&volsers).map(|(&unit, &Label(word))| Source {
        unit: Unit::new(unit).unwrap_or(first),
        volser: (word != 0).then(|| Volser::of_word(word)),
    }));
    let (generations, sources, targets): (Vec<u8>, Vec<u32>, Vec<u32>) =
        (stretches::read(reader)?, stretches::read(reader)?, stretches::read(reader)?);
    profile.targets.reserve_exact(targets.len());
    (are_units(&sources) && are_units(&targets)).then_some(())?;
    let unit = |number| Unit::new(number).unwrap_or(first);
    profile.targets.extend(together(&sources, &targets, &generations)?.map(|(source, target, generation)| Mapping {
        generation,
        source: unit(source),
        target: unit(target),
    }));
    Some(())
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

fn texts(texts: &Texts, out: &mut Writer) {
    out.column(texts.text().as_bytes());
    stretches::write(texts.ends().iter().copied(), out);
}

fn read_texts(reader: &mut Reader<'_>) -> Option<Texts> {
    let text = String::from_utf8(reader.bytes()?.to_vec()).ok()?;
    Texts::new(text, stretches::read(reader)?)
}

fn write_volumes(table: &VolumeTable, out: &mut Writer) -> Result<(), PackError> {
    stretches::write(table.address.iter().copied(), out);
    write_labels(&table.volser, out);
    stretches::write(table.size.iter().copied(), out);
    stretches::write(table.unit.iter().copied(), out);
    stretches::write(table.marks.iter().copied(), out);
    stretches::write(table.device.iter().copied(), out);
    stretches::write(table.group.iter().copied(), out);
    stretches::write(table.pool.iter().copied(), out);
    texts(&table.names, out);
    let rare: Vec<_> = table.rare.iter().map(|(row, rare)| (row, &rare.reserved_by, &rare.held_for, &rare.vtoc)).collect();
    json(&rare, out)
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

fn write_data_sets(table: &DataSetTable, out: &mut Writer) -> Result<(), PackError> {
    names::write(&table.names, out);
    stretches::write(table.kind.iter().copied(), out);
    stretches::write(table.catalog.iter().copied(), out);
    stretches::write(table.user.iter().copied(), out);
    json(&table.users, out)?;
    stretches::write(table.label_ends.iter().copied(), out);
    write_labels(&table.labels, out);
    Ok(())
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
