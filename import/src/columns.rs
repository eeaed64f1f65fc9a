//! The columns of the three tables, and where they stand in a file.

use dasdlab_model::declare::nearest;

use crate::ends::{MISSING, Row};
use crate::faults::{Fault, Name};
use crate::map::TableMap;
use crate::rows::{Bad, Rows};

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// Whether a file must have it.
    pub needed: bool,
    /// What stands in it.
    pub holds: &'static str,
    /// What is assumed where a file does not have it; empty where nothing has to be.
    pub assumed: &'static str,
}

const fn needed(name: &'static str, holds: &'static str) -> Column {
    Column { name, needed: true, holds, assumed: "" }
}

const fn column(name: &'static str, holds: &'static str, assumed: &'static str) -> Column {
    Column { name, needed: false, holds, assumed }
}

/// A table: what it is called and which columns it can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Which of the three.
    pub name: Name,
    /// Its columns.
    pub columns: &'static [Column],
}

/// The columns of the volumes, by their place in [`VOLUMES`].
pub(crate) mod volume {
    pub(crate) const ARRAY: usize = 0;
    pub(crate) const LSS: usize = 1;
    pub(crate) const UA: usize = 2;
    pub(crate) const UNIT: usize = 3;
    pub(crate) const STATUS: usize = 4;
    pub(crate) const VOLSER: usize = 5;
    pub(crate) const MODEL: usize = 6;
    pub(crate) const CYLINDERS: usize = 7;
    pub(crate) const BCV: usize = 8;
    pub(crate) const DEVICE: usize = 9;
    pub(crate) const THIN: usize = 10;
    pub(crate) const INHIBITED: usize = 11;
    pub(crate) const V1_ACTIVE: usize = 12;
    pub(crate) const INCAPABLE: usize = 13;
    pub(crate) const RESERVED_BY: usize = 14;
    pub(crate) const REMOTE: usize = 15;
    pub(crate) const HELD_FOR: usize = 16;
    pub(crate) const VTOC: usize = 17;
    pub(crate) const ELSEWHERE: usize = 18;
    pub(crate) const STORAGE_GROUP: usize = 19;
    pub(crate) const POOL: usize = 20;
    pub(crate) const FAMILY: usize = 21;
    pub(crate) const CODE_LEVEL: usize = 22;
    pub(crate) const CU_SSID: usize = 23;
    /// How many there are.
    pub(crate) const COUNT: usize = 24;
}

/// One row a volume.
pub const VOLUMES: Table = Table {
    name: Name::Volumes,
    columns: &[
        needed("array", "serial of the array"),
        needed("lss", "logical subsystem, 00 to FE"),
        needed("ua", "unit address, 00 to FF"),
        column("unit", "device number in the first system", "no volume has a unit"),
        column("status", "how the first system sees the unit; empty is online", "every unit is online"),
        column("volser", "label; empty is none", "no volume has a label"),
        column("model", "3390-9 and the like; it or `cylinders` is needed", ""),
        column("cylinders", "size; where it is empty the model says it", ""),
        column("bcv", "yes for the BCV device class", "no volume is a BCV"),
        column("device", "Symmetrix device number", ""),
        column("thin", "yes for space-efficient", "no volume is space-efficient"),
        column("inhibited", "yes for inhibited from FlashCopy", "no volume is inhibited from FlashCopy"),
        column("v1_active", "yes where a version 1 relation is active", "no version 1 relation is active"),
        column(
            "incapable",
            "another cause for which it cannot take part in FlashCopy",
            "every volume can take part in FlashCopy",
        ),
        column("reserved_by", "the system that has it reserved", "no volume is reserved"),
        column("remote", "primary or secondary of remote mirroring", "no volume is mirrored remotely"),
        column("held_for", "the profile for which a BCV is held", ""),
        column(
            "vtoc",
            "names of the data sets in its VTOC, blanks between; `-` for none",
            "every VTOC holds what is cataloged to its label",
        ),
        column(
            "elsewhere",
            "units in other systems, as SYSB:2000 or SYSB:2000=offline, blanks between",
            "no other system has units",
        ),
        column("storage_group", "storage group", ""),
        column("pool", "pool of the array", ""),
        column("family", "ds8000 or symmetrix, of the whole array", ""),
        column("code_level", "code level of the whole array", ""),
        column("cu_ssid", "control-unit SSID of the whole logical subsystem", ""),
    ],
};

/// The columns of the pairs, by their place in [`PAIRS`].
pub(crate) mod pair {
    pub(crate) const PROFILE: usize = 0;
    pub(crate) const GENERATION: usize = 1;
    pub(crate) const SOURCE: usize = 2;
    pub(crate) const VOLSER: usize = 3;
    pub(crate) const TARGET: usize = 4;
    /// How many there are.
    pub(crate) const COUNT: usize = 5;
}

/// One row a source and its target in a generation.
pub const PAIRS: Table = Table {
    name: Name::Pairs,
    columns: &[
        column("profile", "name of the profile", "every pair is of one profile"),
        column("generation", "1 to 99; empty is 1", "every pair is of generation 1"),
        needed("source", "unit of the source in the profile's system"),
        column(
            "source_volser",
            "the label that the source was saved with; empty is none",
            "every source was saved with the label that it has",
        ),
        column("target", "unit of the target; empty for a source without one", "no source has a target"),
    ],
};

/// The columns of the data sets, by their place in [`DATA_SETS`].
pub(crate) mod data_set {
    pub(crate) const NAME: usize = 0;
    pub(crate) const CATALOG: usize = 1;
    pub(crate) const CLASS: usize = 2;
    pub(crate) const IMS: usize = 3;
    pub(crate) const VOLUMES: usize = 4;
    pub(crate) const STORAGE: usize = 5;
    /// How many there are.
    pub(crate) const COUNT: usize = 6;
}

/// One row a data set or a catalog.
pub const DATA_SETS: Table = Table {
    name: Name::DataSets,
    columns: &[
        needed("name", "name of the data set"),
        needed("catalog", "the catalog that names it; empty in the row of a catalog"),
        column("class", "what it is to IMS; `user-catalog` or `master-catalog` for a catalog", "every data set is a database"),
        column(
            "ims",
            "SSIDs of the IMS systems that use it, blanks between",
            "the IMS system of the profile uses every data set but control and non-ims ones",
        ),
        column(
            "volumes",
            "labels of every volume with an extent, blanks between; MIGRAT for a migrated one",
            "every data set is on no volume",
        ),
        column(
            "storage",
            "disk, migrated or tape; empty is disk",
            "every data set is on disk, or migrated where its label is MIGRAT",
        ),
    ],
};

/// What words of a file mean.
type Words = Vec<(Vec<u8>, Vec<u8>)>;

/// A number that no slot has.
const IGNORED: u8 = u8::MAX;

/// A field without blanks around it, which few have.
fn trimmed(field: &[u8]) -> &[u8] {
    match field {
        [] => field,
        [only] if *only > b' ' => field,
        [first, .., last] if *first > b' ' && *last > b' ' => field,
        _ => field.trim_ascii(),
    }
}

/// Where the columns of a table stand in a file.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// For each column of the file its slot.
    slots: Vec<u8>,
    /// For each slot, whether the file or the map gives it.
    pub(crate) given: Vec<bool>,
    /// What stands in slots in each row.
    always: Vec<(usize, Vec<u8>)>,
    /// What words mean, for slots where any are said to.
    words: Vec<(usize, Words)>,
    /// Columns of the file that are not read.
    pub(crate) ignored: Vec<String>,
    /// The character between fields.
    pub(crate) separator: u8,
    /// Where the rows begin.
    pub(crate) body: usize,
}

impl Plan {
    /// Reads the header. The file is given without its byte order mark.
    pub(crate) fn new(table: &Table, text: &[u8], separator: u8, map: &TableMap) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let fault = |at, message: String| Fault { table: table.name, at, message };
        let slot = |name: &str| table.columns.iter().position(|column| column.name == name);
        let ours = || table.columns.iter().map(|column| column.name);
        for name in map.columns.keys().chain(map.words.keys()).chain(map.always.keys()) {
            if slot(name).is_none() {
                let hint = nearest(name, ours()).map(|name| format!(", did you mean `{name}`?")).unwrap_or_default();
                faults.push(fault(0, format!("the map names a column `{name}`, which {} do not have{hint}", table.name)));
            }
        }
        let mut names: Vec<(usize, String)> = Vec::new();
        let mut rows = Rows::new(text, separator);
        let base = text.as_ptr() as usize;
        let header = rows.next(|_, field| {
            let name = String::from_utf8_lossy(field.trim_ascii()).replace("\"\"", "\"");
            names.push(((field.as_ptr() as usize).saturating_sub(base), name));
        });
        match header {
            None => return Err(vec![fault(0, "the file is empty: expected a row with the names of the columns".to_owned())]),
            Some(Err(Bad::Quote(at) | Bad::Open(at))) => {
                return Err(vec![fault(
                    at,
                    "a quote where none belongs: expected a row with the names of the columns".to_owned(),
                )]);
            }
            Some(Ok(_)) => {}
        }
        let theirs = |column: &Column| map.columns.get(column.name).map_or(column.name, String::as_str);
        let mut given = vec![false; table.columns.len()];
        let mut slots = Vec::new();
        let mut ignored = Vec::new();
        for (at, name) in &names {
            // A name of ours that the map gives to another column means nothing here.
            match table.columns.iter().position(|column| theirs(column).eq_ignore_ascii_case(name)) {
                None => {
                    slots.push(IGNORED);
                    if !name.is_empty() {
                        ignored.push(name.clone());
                    }
                }
                Some(slot) => {
                    slots.push(u8::try_from(slot).unwrap_or(IGNORED));
                    if let Some(given) = given.get_mut(slot)
                        && std::mem::replace(given, true)
                    {
                        faults.push(fault(*at, format!("there are two columns `{name}`")));
                    }
                }
            }
        }
        let mut always = Vec::new();
        for (name, value) in &map.always {
            let Some(slot) = slot(name) else { continue };
            if let Some(given) = given.get_mut(slot)
                && !std::mem::replace(given, true)
            {
                always.push((slot, value.as_bytes().to_vec()));
            }
        }
        for (column, given) in table.columns.iter().zip(&given) {
            let wanted = theirs(column);
            let mapped = map.columns.contains_key(column.name);
            if *given || !(column.needed || mapped) {
                continue;
            }
            let present = names.iter().map(|(_, name)| name.as_str()).filter(|name| !name.is_empty());
            let hint = match nearest(wanted, present.clone()) {
                Some(near) => format!(", is it `{near}`?"),
                None => String::new(),
            };
            let has: Vec<&str> = present.take(30).collect();
            faults.push(fault(0, format!("there is no column `{wanted}`{hint}; the file has {}", has.join(", "))));
        }
        let words = map.words.iter().filter_map(|(name, words)| {
            let words = words.iter().map(|(theirs, ours)| (theirs.clone().into_bytes(), ours.clone().into_bytes()));
            Some((slot(name)?, words.collect()))
        });
        let words = words.collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self { slots, given, always, words, ignored, separator, body: rows.at().min(text.len()) })
    }

    /// Reads the next row into cells without blanks around them. Says where it begins, and what is wrong with its form.
    pub(crate) fn next<'a, const N: usize>(
        &'a self,
        rows: &mut Rows<'a>,
        cells: &mut [&'a [u8]; N],
    ) -> Option<Result<usize, (usize, String)>> {
        let slots = self.slots.as_slice();
        *cells = [b""; N];
        let read = rows.next(|number, field| {
            if let Some(&slot) = slots.get(number)
                && let Some(cell) = cells.get_mut(usize::from(slot))
            {
                *cell = trimmed(field);
            }
        })?;
        let (count, begin) = match read {
            Ok(read) => read,
            Err(Bad::Quote(at)) => {
                return Some(Err((
                    at,
                    "a quote where none belongs: expected a field in quotes, with two for one inside".to_owned(),
                )));
            }
            Err(Bad::Open(at)) => {
                // What follows belongs to the field that is not closed.
                *rows = Rows::new(&[], self.separator);
                return Some(Err((at, "the quote is not closed".to_owned())));
            }
        };
        if count != slots.len() {
            return Some(Err((begin, self.miscounted(count))));
        }
        self.replace(cells);
        Some(Ok(begin))
    }

    /// Puts a row into cells without blanks around them. Says where it begins, or what is wrong with its form.
    pub(crate) fn cells<'a, const N: usize>(
        &'a self,
        row: &Row<'a, '_>,
        cells: &mut [&'a [u8]; N],
    ) -> Result<usize, (usize, String)> {
        if row.len() != self.slots.len() {
            return Err((row.begin(), self.miscounted(row.len())));
        }
        *cells = [b""; N];
        for (field, &slot) in self.slots.iter().enumerate() {
            if !row.is_empty(field)
                && let Some(cell) = cells.get_mut(usize::from(slot))
            {
                *cell = trimmed(row.field(field));
            }
        }
        self.replace(cells);
        Ok(row.begin())
    }

    fn miscounted(&self, count: usize) -> String {
        format!("{count} fields: expected {}, as the header has", self.slots.len())
    }

    /// Puts in what always stands in a cell, and what words mean.
    fn replace<'a, const N: usize>(&'a self, cells: &mut [&'a [u8]; N]) {
        for (slot, value) in &self.always {
            if let Some(cell) = cells.get_mut(*slot) {
                *cell = value;
            }
        }
        for (slot, words) in &self.words {
            if let Some(cell) = cells.get_mut(*slot)
                && let Some((_, ours)) = words.iter().find(|(theirs, _)| theirs == cell)
            {
                *cell = ours;
            }
        }
    }

    /// How many columns the file has.
    pub(crate) fn columns(&self) -> usize {
        self.slots.len()
    }

    /// Whether cells are what stands in the file.
    pub(crate) fn is_plain(&self) -> bool {
        self.always.is_empty() && self.words.is_empty()
    }

    /// Which column of the file this column of the table is; [`MISSING`] for none.
    pub(crate) fn place(&self, slot: usize) -> usize {
        self.slots.iter().position(|&here| usize::from(here) == slot).unwrap_or(MISSING)
    }

    /// The first and last of neighbouring columns of the file that are among these of the table.
    pub(crate) fn runs(&self, slots: &[usize]) -> Vec<(usize, usize)> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for (at, _) in self.slots.iter().enumerate().filter(|(_, here)| slots.contains(&usize::from(**here))) {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == at => *last = at,
                _ => runs.push((at, at)),
            }
        }
        runs
    }

    /// Whether the column at this place of the table is given.
    pub(crate) fn has(&self, slot: usize) -> bool {
        self.given.get(slot).copied().unwrap_or(false)
    }
}
