//! The three tables while they are read: cut into pieces, and asked where a fault is.

use std::ops::Range;

use dasdlab_model::name::ImsSsid;
use dasdlab_model::read::ReadError;
use dasdlab_model::run::Run;

use crate::columns::{DATA_SETS, PAIRS, Plan, Table, VOLUMES, volume};
use crate::faults::{Fault, MAX_FAULTS, Name, Places};
use crate::load::{Input, Inputs};
use crate::pieces::{self, Cut, PIECE, Source};
use crate::read::{self, Said};
use crate::rows::{Rows, without_mark};
use crate::{data_sets, pairs, volumes};

/// One of the tables while it is read.
pub(crate) struct Sheet<'a> {
    pub(crate) input: Input<'a>,
    /// Behind the byte order mark.
    pub(crate) text: &'a [u8],
    /// How many bytes that is.
    mark: usize,
    pub(crate) plan: Plan,
    /// Where all of it is, if the text is its begin alone.
    pub(crate) source: Option<&'a dyn Source>,
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
pub(crate) struct Read {
    pub(crate) volumes: Vec<volumes::Part>,
    pub(crate) pairs: Vec<pairs::Part>,
    pub(crate) data_sets: Vec<data_sets::Part>,
    pub(crate) said: Vec<Said>,
}

impl<'a> Sheets<'a> {
    pub(crate) fn new(inputs: &Inputs<'a>) -> Result<Self, Vec<ReadError>> {
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
    pub(crate) fn read(
        &self,
        users: &[ImsSsid],
        cuts: impl Fn(&Sheet<'a>) -> Vec<Cut>,
        run: &impl Run,
    ) -> Result<Read, Vec<ReadError>> {
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
    pub(crate) fn assumed(&self) -> Vec<String> {
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

    pub(crate) fn ignored(&self) -> Vec<String> {
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
    pub(crate) fn unplaced(&self, clashes: Vec<String>) -> Vec<ReadError> {
        let file = std::path::Path::new(self.input.file);
        clashes.into_iter().take(MAX_FAULTS).map(|message| ReadError::unplaced(file, message)).collect()
    }

    /// Where the rows are, counted as in its text.
    fn rows(&self) -> Range<usize> {
        let length = self.source.map_or(self.text.len(), |source| source.length().saturating_sub(self.mark));
        self.plan.body..length.max(self.plan.body)
    }

    pub(crate) fn pieces(&self) -> Vec<Cut> {
        pieces::anywhere(&self.rows(), PIECE)
    }

    /// Pieces of a text with quotes in which newlines may stand.
    pub(crate) fn careful_pieces(&self) -> Vec<Cut> {
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
