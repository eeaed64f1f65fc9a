//! Rows of pairs.

use dasdlab_model::name::{ProfileName, Volser};
use dasdlab_model::tables::NONE;
use rustc_hash::FxHashMap;

use crate::cells::{self, Wrong, parsed};
use crate::columns::{Plan, pair as at};
use crate::faults::{Fault, MAX_FAULTS, Name};
use crate::rows::Rows;
use crate::volumes::place;

/// The most generations of a profile.
const MAX_GENERATIONS: u32 = 99;

/// A row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PairRow {
    /// The profile, by its number among those of the piece.
    pub(crate) profile: u32,
    pub(crate) source: u32,
    /// The target, or [`NONE`].
    pub(crate) target: u32,
    pub(crate) generation: u8,
    /// The saved label as a word; 0 for none.
    pub(crate) saved: u64,
}

/// What a piece of the table holds.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) rows: Vec<PairRow>,
    /// Profiles that rows name; none for those that have no column for it.
    pub(crate) profiles: Vec<Option<ProfileName>>,
    pub(crate) faults: Vec<Fault>,
}

struct Reader<'a> {
    plan: &'a Plan,
    part: Part,
    numbers: FxHashMap<Option<ProfileName>, u32>,
    profile: Option<(&'a [u8], u32)>,
}

/// Reads a piece that begins `offset` bytes into the file.
pub(crate) fn read(plan: &Plan, piece: &[u8], offset: usize) -> Part {
    /// Fewer bytes than a row of this table has.
    const LEAST: usize = 10;
    let mut reader = Reader { plan, part: Part::default(), numbers: FxHashMap::default(), profile: None };
    reader.part.rows.reserve(piece.len() / LEAST);
    let mut rows = Rows::new(piece, plan.separator);
    let mut row: [&[u8]; at::COUNT] = [b""; at::COUNT];
    while let Some(next) = plan.next(&mut rows, &mut row) {
        let wrong = match next {
            Ok(begin) => reader.row(&row).err().map(|(slot, message)| (place(piece, &row, slot, begin), message)),
            Err(wrong) => Some(wrong),
        };
        if let Some((place, message)) = wrong
            && reader.part.faults.len() < MAX_FAULTS
        {
            reader.part.faults.push(Fault { table: Name::Pairs, at: offset + place, message });
        }
    }
    reader.part
}

impl<'a> Reader<'a> {
    fn row(&mut self, row: &[&'a [u8]; at::COUNT]) -> Result<(), Wrong> {
        let profile = self.profile(row)?;
        let source = cells::unit(row, at::SOURCE)?;
        if source == NONE {
            return Err((at::SOURCE, "the source is missing: expected a unit".to_owned()));
        }
        let target = cells::unit(row, at::TARGET)?;
        let generation = match row[at::GENERATION] {
            b"" | b"1" => 1,
            _ => {
                let expected = "a generation: expected 1 to 99";
                let number = cells::number(row, at::GENERATION, expected)?;
                match u8::try_from(number) {
                    Ok(number) if (1..=MAX_GENERATIONS).contains(&u32::from(number)) => number,
                    _ => return Err((at::GENERATION, format!("`{number}` is not {expected}"))),
                }
            }
        };
        let saved = match row[at::VOLSER] {
            b"" => 0,
            label => Volser::pack(label).map_or_else(|| parsed::<Volser>(row, at::VOLSER).map(Volser::packed), Ok)?,
        };
        self.part.rows.push(PairRow { profile, source, target, generation, saved });
        Ok(())
    }

    fn profile(&mut self, row: &[&'a [u8]; at::COUNT]) -> Result<u32, Wrong> {
        let cell = row[at::PROFILE];
        if let Some((last, number)) = self.profile
            && last == cell
        {
            return Ok(number);
        }
        let name = if self.plan.has(at::PROFILE) { Some(parsed::<ProfileName>(row, at::PROFILE)?) } else { None };
        let number = match self.numbers.get(&name) {
            Some(&number) => number,
            None => {
                let number = u32::try_from(self.part.profiles.len()).unwrap_or(u32::MAX);
                self.numbers.insert(name.clone(), number);
                self.part.profiles.push(name);
                number
            }
        };
        self.profile = Some((cell, number));
        Ok(number)
    }
}
