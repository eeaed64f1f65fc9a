//! From three texts to tables.

use std::ops::Range;

use dasdlab_model::name::{ImsSsid, ProfileName, SystemName};
use dasdlab_model::read::{Content, Document, ReadError};
use dasdlab_model::site::Site;
use dasdlab_model::states::{BackupType, Method};
use dasdlab_model::tables::Tables;

use crate::columns::{DATA_SETS, PAIRS, Plan, Table, VOLUMES, pair, volume};
use crate::faults::{Fault, MAX_FAULTS, Name, Places};
use crate::join;
use crate::joined::Joined;
use crate::map::ColumnMap;
use crate::pages::{self, Pages};
use crate::pieces::{self, Cut, PIECE, Source};
use crate::read::Said;
use crate::rows::{Rows, without_mark};
use crate::{base, data_sets, pairs, read, volumes};
use dasdlab_model::run::Run;

/// The most bytes of a table; a larger one is refused before it is read.
pub const MAX_TABLE_BYTES: u64 = 512 * 1024 * 1024;

/// The most bytes of a header, and all of a small table.
const HEAD: usize = 1 << 16;

/// A table as it was read.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The file as it was named.
    pub file: &'a str,
    /// All of it.
    pub bytes: &'a [u8],
}

/// What is asked for where the tables do not say it.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The name of the profile.
    pub profile: Option<ProfileName>,
    /// The system whose units stand in the tables.
    pub system: Option<SystemName>,
    /// The IMS system that the profile backs up.
    pub ims: Option<ImsSsid>,
    /// What a backup contains.
    pub backup_type: Option<BackupType>,
    /// How volumes are copied.
    pub method: Option<Method>,
}

/// A table that is read in pieces.
#[derive(Clone, Copy)]
pub struct Stored<'a> {
    /// The file as it was named.
    pub file: &'a str,
    /// Its bytes.
    pub source: &'a dyn Source,
}

/// Three tables and what goes with them.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a, T = Input<'a>> {
    /// One row a volume.
    pub volumes: T,
    /// One row a pair.
    pub pairs: T,
    /// One row a data set.
    pub data_sets: T,
    /// How the columns are called.
    pub map: &'a ColumnMap,
    /// A site with all that is not in the tables.
    pub rest: Option<&'a Document>,
    /// What is asked for.
    pub asked: &'a Asked,
}

/// What tables come to.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The site.
    pub tables: Tables,
    /// What was assumed, a sentence each without its full stop.
    pub assumed: Vec<String>,
    /// Columns that were not read, with their files.
    pub ignored: Vec<String>,
}

/// One of the tables while it is read.
pub(crate) struct Sheet<'a> {
    pub(crate) input: Input<'a>,
    /// Behind the byte order mark.
    text: &'a [u8],
    /// How many bytes that is.
    mark: usize,
    plan: Plan,
    /// Where all of it is, if the text is its begin alone.
    source: Option<&'a dyn Source>,
}

/// Bytes behind a byte order mark.
struct BehindMark<'a> {
    source: &'a dyn Source,
    mark: usize,
}

impl Source for BehindMark<'_> {
    fn length(&self) -> usize {
        self.source.length().saturating_sub(self.mark)
    }

    fn read(&self, from: usize, length: usize, into: &mut Vec<u8>) -> std::io::Result<()> {
        self.source.read(from.saturating_add(self.mark), length, into)
    }
}

/// All three while they are read.
pub(crate) struct Sheets<'a> {
    pub(crate) volumes: Sheet<'a>,
    pub(crate) pairs: Sheet<'a>,
    pub(crate) data_sets: Sheet<'a>,
}

enum Piece {
    Volumes(Cut),
    Pairs(Cut),
    DataSets(Cut),
}

enum Part {
    Volumes(volumes::Part),
    Pairs(pairs::Part),
    DataSets(data_sets::Part),
}

/// What all pieces hold.
#[derive(Default)]
struct Read {
    volumes: Vec<volumes::Part>,
    pairs: Vec<pairs::Part>,
    data_sets: Vec<data_sets::Part>,
    said: Vec<Said>,
}

/// All pieces of a table.
enum Parts {
    Volumes(Vec<volumes::Part>),
    Pairs(Vec<pairs::Part>),
    DataSets(Vec<data_sets::Part>),
}

/// A table in one.
enum Whole {
    Volumes(Result<join::Volumes, Vec<String>>),
    Pairs(Pages),
    DataSets(Result<join::DataSets, Vec<String>>),
}

/// Reads the tables.
///
/// # Errors
/// Everything that is malformed, located, 1,000 faults at most: first the form of tables and cells, and when that is right
/// what the rows say together.
pub fn load(inputs: &Inputs<'_>, run: &impl Run) -> Result<Loaded, Vec<ReadError>> {
    read_sheets(inputs, &Sheets::new(inputs)?, run)
}

/// Reads the tables without holding them. None where anything cannot be read or is malformed: what, and where, says
/// [`load`] of all their bytes.
pub fn load_stored(stored: &Inputs<'_, Stored<'_>>, run: &impl Run) -> Option<Loaded> {
    let tables = [stored.volumes, stored.pairs, stored.data_sets];
    let heads = tables.map(|table| {
        let mut head = Vec::new();
        table.source.read(0, HEAD.min(table.source.length()), &mut head).ok().map(|()| head)
    });
    let [Some(volumes), Some(pairs), Some(data_sets)] = &heads else { return None };
    let [in_volumes, in_pairs, in_data_sets] = tables.map(|table| table.file);
    let inputs = Inputs {
        volumes: Input { file: in_volumes, bytes: volumes },
        pairs: Input { file: in_pairs, bytes: pairs },
        data_sets: Input { file: in_data_sets, bytes: data_sets },
        map: stored.map,
        rest: stored.rest,
        asked: stored.asked,
    };
    let mut sheets = Sheets::new(&inputs).ok()?;
    let Sheets { volumes, pairs, data_sets } = &mut sheets;
    for (sheet, table) in [volumes, pairs, data_sets].into_iter().zip(tables) {
        let is_all = sheet.input.bytes.len() == table.source.length();
        // A header that goes on is not known yet.
        let has_header = sheet.plan.body.checked_sub(1).and_then(|at| sheet.text.get(at)) == Some(&b'\n');
        (is_all || has_header).then_some(())?;
        sheet.source = (!is_all).then_some(table.source);
    }
    read_sheets(&inputs, &sheets, run).ok()
}

fn read_sheets(inputs: &Inputs<'_>, sheets: &Sheets<'_>, run: &impl Run) -> Result<Loaded, Vec<ReadError>> {
    let rest = inputs.rest.map(site_of).transpose()?;
    let users: Vec<ImsSsid> = base::ims(inputs.asked, rest).into_iter().collect();
    let mut parts = sheets.read(&users, Sheet::pieces, run)?;
    if parts.said.iter().any(|said| said.is_doubtful) {
        if !sheets.are_whole() {
            return Err(Vec::new());
        }
        parts = sheets.read(&users, Sheet::careful_pieces, run)?;
    }
    let faults = join::faults(parts.said.into_iter().map(|said| said.faults));
    if !faults.is_empty() {
        return Err(sheets.errors(faults));
    }
    let (volume_parts, pair_parts, set_parts) = (parts.volumes, parts.pairs, parts.data_sets);
    let known: Vec<_> = rest.map(|rest| rest.arrays.iter().map(|array| array.serial).collect()).unwrap_or_default();
    // Pairs without labels wait for those of the volumes.
    let (now, later) = if sheets.pairs.plan.has(pair::VOLSER) { (Some(pair_parts), None) } else { (None, Some(pair_parts)) };
    let work = [Parts::Volumes(volume_parts), Parts::DataSets(set_parts)].into_iter().chain(now.map(Parts::Pairs)).collect();
    let wholes = run.run(work, |parts| match parts {
        Parts::Volumes(parts) => Whole::Volumes(join::volumes(parts, &known)),
        Parts::Pairs(parts) => Whole::Pairs(pages::pairs(&parts, None)),
        Parts::DataSets(parts) => Whole::DataSets(join::data_sets(parts)),
    });
    let (mut volumes, mut data_sets, mut joined) =
        (Ok(join::Volumes::default()), Ok(join::DataSets::default()), Pages::default());
    for whole in wholes {
        match whole {
            Whole::Volumes(whole) => volumes = whole,
            Whole::Pairs(whole) => joined = whole,
            Whole::DataSets(whole) => data_sets = whole,
        }
    }
    let volumes = volumes.map_err(|clashes| sheets.volumes.unplaced(clashes))?;
    let data_sets = data_sets.map_err(|clashes| sheets.data_sets.unplaced(clashes))?;
    if let Some(parts) = later {
        let labels = base::labels(&volumes);
        joined = pages::pairs(&parts, Some(&|unit: u32| labels.get(unit as usize).copied().unwrap_or(0)));
    }
    let (pages, clashes) = joined;
    if !clashes.is_empty() {
        let wanted: Vec<_> = clashes.into_iter().take(MAX_FAULTS).map(|(row, message)| (row, pair::VOLSER, message)).collect();
        return Err(sheets.errors(sheets.pairs.faults(Name::Pairs, &[], wanted)));
    }
    let mut assumed = sheets.assumed();
    let site = base::site(inputs.asked, rest, &volumes, &data_sets, &pages, &mut assumed);
    let ignored = sheets.ignored();
    let tables = Joined { inputs, sheets, rest, site: &site }.tables(volumes, data_sets, pages, run)?;
    Ok(Loaded { tables, assumed, ignored })
}

/// The site of the document that goes with the tables.
fn site_of(document: &Document) -> Result<&Site, Vec<ReadError>> {
    match &document.content {
        Content::Site(site) => Ok(site),
        Content::Scenario(_) => {
            let file = std::path::Path::new(&document.file);
            Err(vec![ReadError::unplaced(file, "is a scenario: expected a site with what the tables do not hold")])
        }
    }
}

impl<'a> Sheets<'a> {
    fn new(inputs: &Inputs<'a>) -> Result<Self, Vec<ReadError>> {
        let separator = match inputs.map.separator {
            None => b',',
            Some(separator) => match u8::try_from(separator) {
                Ok(byte) if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'"' | b'\n' | b'\r' | b' ') => {
                    byte
                }
                _ => {
                    let message = format!("`{separator}` cannot separate fields: expected a character such as ; or a tab");
                    return Err(vec![ReadError::unplaced(std::path::Path::new("the map of columns"), message)]);
                }
            },
        };
        let sheet = |table: &Table, input: Input<'a>, map| {
            let text = without_mark(input.bytes);
            let plan = Plan::new(table, text, separator, map).map_err(|faults| {
                let mut places = Places::new(text);
                faults.into_iter().map(|fault| places.error(input.file, fault.at, fault.message)).collect::<Vec<_>>()
            })?;
            let (model, cylinders) = (volume::MODEL, volume::CYLINDERS);
            if table.name == Name::Volumes && !plan.has(model) && !plan.has(cylinders) {
                let message = "there is no column `model` and none `cylinders`: expected one of them or both".to_owned();
                return Err(vec![Places::new(text).error(input.file, 0, message)]);
            }
            Ok(Sheet { input, text, mark: input.bytes.len() - text.len(), plan, source: None })
        };
        let volumes = sheet(&VOLUMES, inputs.volumes, &inputs.map.volumes);
        let pairs = sheet(&PAIRS, inputs.pairs, &inputs.map.pairs);
        let data_sets = sheet(&DATA_SETS, inputs.data_sets, &inputs.map.data_sets);
        match (volumes, pairs, data_sets) {
            (Ok(volumes), Ok(pairs), Ok(data_sets)) => Ok(Self { volumes, pairs, data_sets }),
            (volumes, pairs, data_sets) => {
                Err([volumes.err(), pairs.err(), data_sets.err()].into_iter().flatten().flatten().collect())
            }
        }
    }

    /// Whether all bytes are there, so that faults can be located.
    pub(crate) fn are_whole(&self) -> bool {
        self.all().iter().all(|(sheet, _)| sheet.source.is_none())
    }

    /// Reads all pieces.
    fn read(&self, users: &[ImsSsid], cuts: impl Fn(&Sheet<'a>) -> Vec<Cut>, run: &impl Run) -> Result<Read, Vec<ReadError>> {
        let mut work = Vec::new();
        work.extend(cuts(&self.volumes).into_iter().map(Piece::Volumes));
        work.extend(cuts(&self.data_sets).into_iter().map(Piece::DataSets));
        work.extend(cuts(&self.pairs).into_iter().map(Piece::Pairs));
        let parts = run.run(work, |piece| match piece {
            Piece::Volumes(cut) => self.volumes.read(&cut, volumes::read).map(Part::Volumes),
            Piece::Pairs(cut) => self.pairs.read(&cut, pairs::read).map(Part::Pairs),
            Piece::DataSets(cut) => {
                self.data_sets.read(&cut, |plan, piece, at| data_sets::read(plan, piece, at, users)).map(Part::DataSets)
            }
        });
        let mut all = Read::default();
        for part in parts {
            match part {
                // Only what is stored elsewhere can be gone.
                None => return Err(Vec::new()),
                Some(Part::Volumes(mut part)) => {
                    all.said.push(std::mem::take(&mut part.said));
                    all.volumes.push(part);
                }
                Some(Part::Pairs(mut part)) => {
                    all.said.push(std::mem::take(&mut part.said));
                    all.pairs.push(part);
                }
                Some(Part::DataSets(mut part)) => {
                    all.said.push(std::mem::take(&mut part.said));
                    all.data_sets.push(part);
                }
            }
        }
        Ok(all)
    }

    fn all(&self) -> [(&Sheet<'a>, &'static Table); 3] {
        [(&self.volumes, &VOLUMES), (&self.pairs, &PAIRS), (&self.data_sets, &DATA_SETS)]
    }

    /// What is assumed because a column is missing.
    fn assumed(&self) -> Vec<String> {
        let mut assumed = Vec::new();
        for (sheet, table) in self.all() {
            for (at, column) in table.columns.iter().enumerate() {
                if !sheet.plan.has(at) && !column.assumed.is_empty() {
                    assumed.push(format!("{} ({} has no column {})", column.assumed, sheet.input.file, column.name));
                }
            }
        }
        assumed
    }

    fn ignored(&self) -> Vec<String> {
        let sheets = self.all().into_iter().map(|(sheet, _)| sheet).filter(|sheet| !sheet.plan.ignored.is_empty());
        sheets.map(|sheet| format!("{}: {}", sheet.input.file, sheet.plan.ignored.join(", "))).collect()
    }

    /// Faults as errors at their places.
    pub(crate) fn errors(&self, mut faults: Vec<Fault>) -> Vec<ReadError> {
        faults.sort();
        faults.truncate(MAX_FAULTS);
        let mut errors = Vec::new();
        for (sheet, table) in self.all() {
            let mut places = Places::new(sheet.text);
            let of_table = faults.iter().filter(|fault| fault.table == table.name);
            errors.extend(of_table.map(|fault| places.error(sheet.input.file, fault.at, fault.message.clone())));
        }
        errors
    }
}

impl<'a> Sheet<'a> {
    /// What is wrong with a table as a whole.
    fn unplaced(&self, clashes: Vec<String>) -> Vec<ReadError> {
        let file = std::path::Path::new(self.input.file);
        clashes.into_iter().take(MAX_FAULTS).map(|message| ReadError::unplaced(file, message)).collect()
    }

    /// Where the rows are, counted as in its text.
    fn rows(&self) -> Range<usize> {
        let length = self.source.map_or(self.text.len(), |source| source.length().saturating_sub(self.mark));
        self.plan.body..length.max(self.plan.body)
    }

    fn pieces(&self) -> Vec<Cut> {
        pieces::anywhere(&self.rows(), PIECE)
    }

    /// Pieces of a text with quotes in which newlines may stand.
    fn careful_pieces(&self) -> Vec<Cut> {
        pieces::at_rows(self.text, self.plan.body, PIECE)
    }

    /// Reads a piece by `read`, which is told where it begins. None where it is not there.
    fn read<T>(&self, cut: &Cut, read: impl FnOnce(&Plan, &[u8], usize) -> T) -> Option<T> {
        let Some(source) = self.source else {
            let (piece, at) = cut.of(self.text, &self.rows());
            return Some(read(&self.plan, piece, at));
        };
        let mut buffer = Vec::new();
        let behind_mark = BehindMark { source, mark: self.mark };
        let (range, at) = cut.read(&behind_mark, &self.rows(), &mut buffer).ok()??;
        Some(read(&self.plan, buffer.get(range)?, at))
    }

    /// Faults at cells of rows; rows that begin at a place that is skipped do not count.
    pub(crate) fn faults(&self, table: Name, skipped: &[usize], mut wanted: Vec<(u32, usize, String)>) -> Vec<Fault> {
        wanted.sort();
        wanted.truncate(MAX_FAULTS);
        let mut wanted = wanted.into_iter().peekable();
        let mut faults = Vec::new();
        let body = self.text.get(self.plan.body..).unwrap_or_default();
        let mut rows = Rows::new(body, self.plan.separator);
        let mut number = 0_u32;
        let mut cells: [&[u8]; volume::COUNT] = [b""; volume::COUNT];
        while wanted.peek().is_some()
            && let Some(next) = self.plan.next(&mut rows, &mut cells)
        {
            let Ok(begin) = next else { continue };
            if skipped.binary_search(&(self.plan.body + begin)).is_ok() {
                continue;
            }
            while let Some((_, slot, message)) = wanted.next_if(|(row, ..)| *row == number) {
                let at = self.plan.body + read::place(body, &cells, slot, begin);
                faults.push(Fault { table, at, message });
            }
            number += 1;
        }
        faults
    }
}
