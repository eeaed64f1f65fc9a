//! A column in stretches: where its entries count up, their number, the first of them and the step; elsewhere as they are.
//!
//! The unit addresses, units, sizes and labels of an installation count up or stay the same over hundreds of rows, so that a
//! column is read at the speed of writing it to memory and its file is a fraction of it.

use super::bytes::{Reader, Writer};
use crate::declare::MAX_TOTAL;

/// Fewer entries that count up are written as they are.
const LEAST: usize = 6;

/// An entry of a column.
pub(super) trait Entry: Copy + PartialEq {
    /// By how much a stretch counts up.
    type Step: Copy + PartialEq;

    /// How many bytes an entry and a step take.
    const BYTES: (usize, usize);

    /// By how much `next` is more.
    fn step(self, next: Self) -> Option<Self::Step>;

    /// The entries behind this one that go on by this step.
    fn run_of(all: &[Self], step: Self::Step) -> usize;

    fn write(self, out: &mut Writer);
    fn write_step(step: Self::Step, out: &mut Writer);

    /// Adds entries as they were written; none where one of them says nothing.
    fn read(reader: &mut Reader<'_>, entries: usize, column: &mut Vec<Self>) -> Option<()>;

    /// Adds entries that count up; none where they do not say anything.
    fn read_run(reader: &mut Reader<'_>, entries: usize, column: &mut Vec<Self>) -> Option<()>;
}

/// Writes a column.
pub(super) fn write<T: Entry>(column: impl IntoIterator<Item = T>, out: &mut Writer) {
    let column: Vec<T> = column.into_iter().collect();
    out.count(column.len());
    let mut rest = column.as_slice();
    let mut plain = 0;
    while plain < rest.len() {
        let behind = rest.get(plain..).unwrap_or_default();
        let step = match behind {
            [first, second, ..] => first.step(*second),
            _ => None,
        };
        let Some((step, length)) = step.map(|step| (step, T::run_of(behind, step))).filter(|(_, length)| *length >= LEAST) else {
            plain += 1;
            continue;
        };
        write_plain(rest.get(..plain).unwrap_or_default(), out);
        head(length, true, out);
        if let Some(first) = behind.first() {
            first.write(out);
        }
        T::write_step(step, out);
        (rest, plain) = (behind.get(length..).unwrap_or_default(), 0);
    }
    write_plain(rest, out);
}

fn write_plain<T: Entry>(entries: &[T], out: &mut Writer) {
    if !entries.is_empty() {
        head(entries.len(), false, out);
        entries.iter().for_each(|entry| entry.write(out));
    }
}

/// How many entries there are, and whether they count up.
pub(super) fn head(entries: usize, is_run: bool, out: &mut Writer) {
    // A column has no more than [`MAX_TOTAL`] entries.
    let entries = u32::try_from(entries).unwrap_or(u32::MAX >> 1);
    out.raw(&(entries << 1 | u32::from(is_run)).to_le_bytes());
}

/// The entries of the next stretch, of which so many can still come, and whether they count up.
pub(super) fn read_head(reader: &mut Reader<'_>, left: usize) -> Option<(usize, bool)> {
    let head = u32::from_le_bytes(reader.exactly()?);
    let entries = (head >> 1) as usize;
    (1..=left).contains(&entries).then_some((entries, head & 1 == 1))
}

/// Reads a column. It takes no more memory than the largest site does.
pub(super) fn read<T: Entry>(reader: &mut Reader<'_>) -> Option<Vec<T>> {
    let entries = reader.count().filter(|&entries| entries <= MAX_TOTAL)?;
    let mut column = Vec::with_capacity(entries);
    while column.len() < entries {
        let (length, is_run) = read_head(reader, entries - column.len())?;
        if is_run {
            T::read_run(reader, length, &mut column)?;
        } else {
            T::read(reader, length, &mut column)?;
        }
    }
    Some(column)
}

/// Passes over a column, whatever its entries say.
pub(super) fn skip<T: Entry>(reader: &mut Reader<'_>) -> Option<()> {
    let mut left = reader.count().filter(|&entries| entries <= MAX_TOTAL)?;
    while left > 0 {
        let (length, is_run) = read_head(reader, left)?;
        let (entry, step) = T::BYTES;
        reader.raw(if is_run { entry + step } else { length.checked_mul(entry)? })?;
        left -= length;
    }
    Some(())
}

macro_rules! number {
    ($Number:ty, $bytes:literal) => {
        impl Entry for $Number {
            type Step = Self;
            const BYTES: (usize, usize) = ($bytes, $bytes);

            fn step(self, next: Self) -> Option<Self> {
                Some(next.wrapping_sub(self))
            }

            fn run_of(all: &[Self], step: Self) -> usize {
                let follows = |pair: &&[Self]| matches!(pair, [a, b] if b.wrapping_sub(*a) == step);
                1 + all.windows(2).take_while(follows).count()
            }

            fn write(self, out: &mut Writer) {
                out.raw(&self.to_le_bytes());
            }

            fn write_step(step: Self, out: &mut Writer) {
                step.write(out);
            }

            fn read(reader: &mut Reader<'_>, entries: usize, column: &mut Vec<Self>) -> Option<()> {
                let (words, _) = reader.raw(entries.checked_mul($bytes)?)?.as_chunks::<$bytes>();
                column.extend(words.iter().map(|word| Self::from_le_bytes(*word)));
                Some(())
            }

            fn read_run(reader: &mut Reader<'_>, entries: usize, column: &mut Vec<Self>) -> Option<()> {
                let first = Self::from_le_bytes(reader.exactly()?);
                let step = Self::from_le_bytes(reader.exactly()?);
                if step == 0 {
                    column.resize(column.len() + entries, first);
                } else {
                    // A number of entries that is cut off counts up all the same: everything wraps.
                    column.extend((0..entries).map(|nth| first.wrapping_add(step.wrapping_mul(nth as Self))));
                }
                Some(())
            }
        }
    };
}

number!(u8, 1);
number!(u16, 2);
number!(u32, 4);
