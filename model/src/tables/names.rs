//! Names of data sets that count up, written one after the other.

use std::ops::Range;

use super::counted::pieces;
use super::{Counted, CountedNames, Texts};

/// The most bytes of a name, rounded up to what is copied at once.
const ROOM: usize = 48;

/// Where in a name its last number stands: from the first digit, which begins no qualifier, to behind the last.
#[must_use]
pub fn digits(name: &[u8]) -> Option<(usize, usize)> {
    let end = name.iter().rposition(u8::is_ascii_digit)? + 1;
    let before = name.get(..end)?.iter().rposition(|byte| !byte.is_ascii_digit())?;
    Some((before + 1, end))
}

/// Counts digits up; says whether it could.
pub(super) fn count_up(digits: &mut [u8]) -> bool {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return true;
        }
        *digit = b'0';
    }
    false
}

/// Names of data sets, written to a text whose length is known before.
pub struct NameTexts {
    /// As long as it will be, and room for one name more.
    bytes: Vec<u8>,
    at: usize,
    ends: Vec<u32>,
}

impl NameTexts {
    /// Room for so many names of so many bytes in all.
    #[must_use]
    pub fn new(names: usize, bytes: usize) -> Self {
        Self { bytes: vec![0; bytes + ROOM], at: 0, ends: Vec::with_capacity(names) }
    }

    /// How many names there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The names as texts; none where they are no text.
    #[must_use]
    pub fn into_texts(mut self) -> Option<Texts> {
        self.bytes.truncate(self.at);
        Texts::new(String::from_utf8(self.bytes).ok()?, self.ends)
    }

    /// Adds all names of a table, those that count up with those that they stand for; says whether there was room.
    #[must_use]
    pub fn append(&mut self, names: &Texts, counted: &[CountedNames]) -> bool {
        let rows: Vec<Counted> = counted.iter().map(|names| names.rows).collect();
        let digits = counted.iter().map(|names| Some(names.digits)).chain([None]);
        pieces(names.len(), &rows).zip(digits).all(|((plain, counted), digits)| {
            let added = self.extend(names, plain).is_some();
            added
                && counted.zip(digits).is_none_or(|(Counted { row, more }, digits)| {
                    let first = names.get(row).unwrap_or_default();
                    self.count_up(first.as_bytes(), digits, more as usize + 1).is_some()
                })
        })
    }

    /// Adds some of the names of a list.
    fn extend(&mut self, names: &Texts, rows: Range<usize>) -> Option<()> {
        let end = |row: usize| row.checked_sub(1).map_or(Some(0), |row| names.ends().get(row).map(|&end| end as usize));
        let (from, to) = (end(rows.start)?, end(rows.end)?);
        let behind = self.at + (to - from);
        self.bytes.get_mut(self.at..behind)?.copy_from_slice(names.text().as_bytes().get(from..to)?);
        let (here, there) = (u32::try_from(self.at).ok()?, u32::try_from(from).ok()?);
        u32::try_from(behind).ok()?;
        self.ends.extend(names.ends().get(rows)?.iter().map(|&end| end - there + here));
        self.at = behind;
        Some(())
    }

    pub(super) fn push(&mut self, name: &[u8]) -> Option<()> {
        let behind = self.at + name.len();
        self.bytes.get_mut(self.at..behind)?.copy_from_slice(name);
        self.at = behind;
        self.ends.push(u32::try_from(behind).ok()?);
        Some(())
    }

    /// Adds names whose digits count up from those of the first; gives the last of them. All are legal if one is: a digit
    /// stays a digit.
    pub(super) fn count_up(&mut self, first: &[u8], (from, to): (usize, usize), names: usize) -> Option<Vec<u8>> {
        if !first.get(from..to)?.iter().all(u8::is_ascii_digit) || from == to {
            return None;
        }
        let behind = self.at.checked_add(names.checked_mul(first.len())?)?;
        // A name is copied with what stands behind it, where the next one comes: a copy of fixed length is a few instructions.
        if behind.checked_add(ROOM)? > self.bytes.len() {
            return None;
        }
        let mut name = [0; ROOM];
        name.get_mut(..first.len())?.copy_from_slice(first);
        let last = to - 1;
        let mut left = names;
        while left > 0 {
            // The digit is written behind the copy: what was just written would be long in coming when it is copied.
            let digit = *name.get(last)?;
            let alike = left.min(usize::from(b'9' - digit) + 1);
            for digit in (digit..=b'9').take(alike) {
                let place = self.bytes.get_mut(self.at..)?.first_chunk_mut::<ROOM>()?;
                *place = name;
                *place.get_mut(last)? = digit;
                self.at += first.len();
            }
            left -= alike;
            *name.get_mut(last)? = digit + (alike - 1) as u8;
            if left > 0 && !name.get_mut(from..to).is_some_and(count_up) {
                return None;
            }
        }
        let (start, length) = (behind - names * first.len(), u32::try_from(first.len()).ok()?);
        let start = u32::try_from(start).ok()?;
        u32::try_from(behind).ok()?;
        self.ends.extend((1..=u32::try_from(names).ok()?).map(|nth| start + nth * length));
        Some(name.get(..first.len())?.to_vec())
    }
}
