//! Rows of pairs.

use dasdlab_model::name::{ProfileName, Volser};
use dasdlab_model::tables::{Counted, NONE};
use rustc_hash::FxHashMap;

use crate::cells::{self, Wrong, parsed, same};
use crate::columns::{Plan, pair as at};
use crate::counts::{Counters, Patience};
use crate::ends::Row;
use crate::faults::Name;
use crate::read::{self, Said, Takes};
use crate::shape::{Shape, Span};

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
    /// Rows that stand for more.
    pub(crate) counted: Vec<Counted>,
    /// Profiles that rows name; none for those that have no column for it.
    pub(crate) profiles: Vec<Option<ProfileName>>,
    pub(crate) said: Said,
}

/// A row that others look like.
struct Before {
    shape: Shape,
    row: PairRow,
    source: Span,
    target: Span,
    label: Span,
    patience: Patience,
}

impl Before {
    /// How many rows from this place on count up from the one before them: their units and labels.
    fn count(&mut self, piece: &[u8], at: usize) -> usize {
        let Self { shape, source, target, label, patience, .. } = self;
        patience.count(shape, piece, at, |last| {
            let mut counters = Counters::new(last.length);
            counters.hex(last, *source)?;
            counters.hex_if_any(last, *target)?;
            counters.label(last, *label)?;
            Some(counters)
        })
    }
}

struct Reader<'a> {
    plan: &'a Plan,
    before: Option<Before>,
    part: Part,
    numbers: FxHashMap<Option<ProfileName>, u32>,
    profile: Option<(&'a [u8], u32)>,
    /// Where the columns stand in the file.
    places: [usize; at::COUNT],
}

/// Reads a piece that begins `offset` bytes into the file.
pub(crate) fn read(plan: &Plan, piece: &[u8], offset: usize) -> Part {
    let mut reader = Reader {
        plan,
        before: None,
        part: Part::default(),
        numbers: FxHashMap::default(),
        profile: None,
        places: std::array::from_fn(|slot| plan.place(slot)),
    };
    let said = read::read(Name::Pairs, plan, (piece, offset), &mut reader);
    Part { said, ..reader.part }
}

impl<'a> Takes<'a, { at::COUNT }> for Reader<'a> {
    fn take_usual(&mut self, row: &Row<'a, '_>) -> bool {
        let Some(taken) = self.usual(row) else { return false };
        self.part.rows.push(taken);
        self.before = Shape::new(row).map(|mut shape| {
            let source = shape.hex(row, self.places[at::SOURCE]);
            let target = shape.hex(row, self.places[at::TARGET]);
            let label = shape.label(row, self.places[at::VOLSER]);
            let patience = self.before.take().map(|before| before.patience).unwrap_or_default();
            Before { shape, row: taken, source, target, label, patience }
        });
        true
    }

    #[inline]
    fn take_alike(&mut self, piece: &'a [u8], at: usize) -> Option<usize> {
        let before = self.before.as_mut()?;
        let rows = before.count(piece, at);
        if rows > 0 {
            self.part.counted.push(Counted::behind(self.part.rows.len(), rows));
            return Some(rows * before.shape.length());
        }
        let row = before.shape.alike(piece, at)?;
        let (source, target) = (row.hex(before.source), row.hex(before.target));
        self.part.rows.push(PairRow { source, target, saved: row.label(before.label)?, ..before.row });
        Some(row.length)
    }

    fn take(&mut self, row: &[&'a [u8]; at::COUNT], _: usize) -> Result<(), Wrong> {
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

    fn remember(&mut self, _: &Row<'a, '_>) {}
}

impl<'a> Reader<'a> {
    /// A row of the profile of the row before, in which everything is written as usual.
    fn usual(&self, row: &Row<'a, '_>) -> Option<PairRow> {
        let (last, profile) = self.profile?;
        if !same(row.field(self.places[at::PROFILE]), last) {
            return None;
        }
        let source = row.unit(self.places[at::SOURCE]).filter(|&source| source != NONE)?;
        let target = row.unit(self.places[at::TARGET])?;
        let generation = match row.field(self.places[at::GENERATION]) {
            [] => 1,
            [digit @ b'1'..=b'9'] => digit - b'0',
            [tens @ b'1'..=b'9', ones @ b'0'..=b'9'] => (tens - b'0') * 10 + (ones - b'0'),
            _ => return None,
        };
        let saved = row.label(self.places[at::VOLSER])?;
        Some(PairRow { profile, source, target, generation, saved })
    }

    fn profile(&mut self, row: &[&'a [u8]; at::COUNT]) -> Result<u32, Wrong> {
        let cell = row[at::PROFILE];
        if let Some((last, number)) = self.profile
            && same(last, cell)
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
