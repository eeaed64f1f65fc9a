//! Packed sites: tables in a file, read without being parsed.
//!
//! `DASDPACK`, a version and the length stand first, the xxh3 hash of everything before it last, and the columns in between,
//! each behind its number of entries, all in little-endian order. What counts up in a column is not spelled out
//! (`pack/stretches.rs`). What is few is JSON. A file that lost or changed a byte is refused, and so is one that is whole but says
//! what cannot be.

mod bytes;
mod labels;
mod names;
mod read;
mod stretches;

use bytes::{Reader, Writer};
use labels::Label;
use xxhash_rust::xxh3::xxh3_64;

use super::sound::Read;
use super::{DataSetTable, Tables, Texts, VolumeTable, address};
use crate::name::{Serial, SystemName, Volser};
use crate::observation::Device;
use crate::run::{InTurn, Run};
use crate::unit::VolumeId;

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
    unpack_by(file, &InTurn)
}

/// The same, with parts that do not depend on each other given to whoever does them.
///
/// # Errors
/// As of [`unpack`].
pub fn unpack_by(file: &[u8], run: &impl Run) -> Result<Tables, PackError> {
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
    let whole = read::read(&mut reader, run).ok_or(PackError::Content("a column does not fit the others"))?;
    if !whole.is_all {
        return Err(PackError::Content("something is left over"));
    }
    let known = Read { labels: true, names: true, names_ascend: whole.names_ascend };
    if !whole.tables.is_sound_by(&known, run) {
        return Err(PackError::Content("no site declares it"));
    }
    Ok(whole.tables)
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

fn write_labels(words: &[u64], out: &mut Writer) {
    stretches::write(words.iter().map(|&word| Label(word)), out);
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

fn texts(texts: &Texts, out: &mut Writer) {
    out.column(texts.text().as_bytes());
    stretches::write(texts.ends().iter().copied(), out);
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
