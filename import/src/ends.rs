//! Where fields and rows end in a text up to its first quote: found for 64 bytes at once, and kept for some rows ahead.

use dasdlab_model::name::Volser;
use dasdlab_model::tables::NONE;
use wide::u8x16;

use crate::cells::DIGITS;

const BLOCK: usize = 64;

/// Blocks that are looked at before their rows are read: what is found in them stays in the nearest cache.
const BATCH: usize = 64;

/// The column of a file that none has.
pub(crate) const MISSING: usize = usize::MAX - 1;

/// Where the length of a text stands in its key.
const LENGTH: u32 = 120;

/// Rows of a text up to the first one with a quote.
pub(crate) struct Ends<'a> {
    text: &'a [u8],
    separator: u8,
    /// How far the text was looked at.
    seen: usize,
    /// Where fields begin: at the text's begin, and behind every separator and newline; one more stands behind the last row.
    starts: Vec<u32>,
    /// How many of them there are.
    found: usize,
    /// Which of them stand behind newlines.
    rows: Vec<usize>,
    /// How many rows were read of these.
    read: usize,
    /// Which of the starts is that of the next row.
    from: usize,
    /// How many blocks are looked at next.
    blocks: usize,
    /// The first place at which a quote was met.
    quote: usize,
    /// Where the row begins that was not given because it has a quote.
    quoted: Option<usize>,
}

/// A row and where its fields begin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a, 'b> {
    text: &'a [u8],
    /// Where each field begins, and the place behind the row.
    starts: &'b [u32],
    /// Bytes between the last field and the newline.
    tail: u32,
}

impl<'a> Ends<'a> {
    pub(crate) fn new(text: &'a [u8], separator: u8) -> Self {
        Self {
            text,
            separator,
            seen: 0,
            starts: vec![0; BLOCK],
            found: 1,
            rows: Vec::new(),
            read: 0,
            from: 0,
            blocks: 1,
            quote: usize::MAX,
            quoted: None,
        }
    }

    /// Where the next row begins.
    pub(crate) fn at(&self) -> usize {
        self.starts.get(self.from).map_or(self.text.len(), |&start| start as usize)
    }

    /// Goes on with the row that begins at this place.
    pub(crate) fn go_on(&mut self, at: usize) {
        (self.seen, self.found, self.from, self.read, self.blocks) = (at, 1, 0, 0, 1);
        (self.quote, self.quoted) = (usize::MAX, None);
        self.rows.clear();
        if let Some(start) = self.starts.first_mut() {
            *start = place(at);
        }
    }

    /// Where the row with a quote begins before which [`next`](Self::next) stopped.
    pub(crate) fn quoted(&self) -> Option<usize> {
        self.quoted
    }

    /// The next row that is not empty; none at the end, and before a row with a quote.
    pub(crate) fn next(&mut self) -> Option<Row<'a, '_>> {
        loop {
            if self.read == self.rows.len() && !self.look() {
                return None;
            }
            let (first, last) = (self.from, *self.rows.get(self.read)?);
            (self.read, self.from) = (self.read + 1, last);
            let (begin, behind) = (*self.starts.get(first)?, *self.starts.get(last)?);
            if behind as usize > self.quote {
                self.quoted = Some(begin as usize);
                return None;
            }
            let end = behind - 1;
            let tail = u32::from(end > begin && self.text.get(end as usize - 1) == Some(&b'\r'));
            if end - tail > begin {
                return Some(Row { text: self.text, starts: self.starts.get(first..=last)?, tail });
            }
        }
    }

    /// Looks further until there is a row; says whether there is one.
    fn look(&mut self) -> bool {
        self.starts.copy_within(self.from..self.found, 0);
        self.found -= self.from;
        (self.from, self.read) = (0, 0);
        self.rows.clear();
        while self.rows.is_empty() && self.seen < self.text.len() {
            let rest = self.text.get(self.seen..).unwrap_or_default();
            let (blocks, tail) = rest.as_chunks::<BLOCK>();
            // Behind rows that were taken otherwise there may be more of them.
            let batch = self.blocks;
            self.blocks = (batch * 2).min(BATCH);
            for block in blocks.iter().take(batch) {
                self.enter(block, BLOCK);
            }
            if blocks.len() <= batch {
                let mut block = [0; BLOCK];
                block.iter_mut().zip(tail).for_each(|(place, &byte)| *place = byte);
                self.enter(&block, tail.len());
                // The last row may go without its newline.
                if self.text.last() != Some(&b'\n') {
                    self.rows.push(self.found);
                    self.room();
                    if let Some(start) = self.starts.get_mut(self.found) {
                        *start = place(self.text.len()) + 1;
                        self.found += 1;
                    }
                }
            }
        }
        !self.rows.is_empty()
    }

    /// Makes room for the starts of a block.
    fn room(&mut self) {
        if self.starts.len() < self.found + BLOCK {
            self.starts.resize((self.found + BLOCK) * 2, 0);
        }
    }

    /// Enters what ends in the first bytes of a block.
    fn enter(&mut self, block: &[u8; BLOCK], length: usize) {
        let within = if length == BLOCK { u64::MAX } else { (1 << length) - 1 };
        let newlines = places(block, b'\n') & within;
        let ends = newlines | places(block, self.separator) & within;
        let quotes = places(block, b'"') & within;
        if quotes != 0 {
            self.quote = self.quote.min(self.seen + quotes.trailing_zeros() as usize);
        }
        let mut rest = newlines;
        while rest != 0 {
            let newline = rest & rest.wrapping_neg();
            self.rows.push(self.found + (ends & (newline - 1)).count_ones() as usize);
            rest ^= newline;
        }
        self.room();
        let Some(starts) = self.starts.get_mut(self.found..).and_then(<[u32]>::first_chunk_mut::<BLOCK>) else { return };
        let behind = place(self.seen) + 1;
        let (mut rest, mut count) = (ends, 0);
        while rest != 0 {
            starts[count % BLOCK] = behind + rest.trailing_zeros();
            rest &= rest - 1;
            count += 1;
        }
        self.found += count;
        self.seen += length;
    }
}

/// A place in a table, which has fewer bytes than that.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Where a byte stands in a block, a bit each.
fn places(block: &[u8; BLOCK], byte: u8) -> u64 {
    let (parts, _) = block.as_chunks::<16>();
    let wanted = u8x16::splat(byte);
    parts.iter().rev().fold(0, |mask, part| mask << 16 | u64::from(u8x16::new(*part).simd_eq(wanted).to_bitmask()))
}

impl<'a> Row<'a, '_> {
    /// The text that it stands in.
    pub(crate) fn text(&self) -> &'a [u8] {
        self.text
    }

    /// How many bytes it has, with its newline or the one that it would have.
    pub(crate) fn length(&self) -> usize {
        self.starts.last().map_or(0, |&behind| behind as usize - self.begin())
    }

    /// How many fields there are.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Where it begins.
    pub(crate) fn begin(&self) -> usize {
        self.starts.first().map_or(0, |&begin| begin as usize)
    }

    /// Where a field begins and how long it is; nothing at all where there is none.
    #[inline]
    pub(crate) fn span(&self, field: usize) -> (usize, usize) {
        let (Some(&begin), Some(&behind)) = (self.starts.get(field), self.starts.get(field + 1)) else { return (0, 0) };
        let tail = if field + 2 == self.starts.len() { self.tail } else { 0 };
        (begin as usize, (behind - 1 - tail - begin) as usize)
    }

    /// A field as it stands.
    #[inline]
    pub(crate) fn field(&self, field: usize) -> &'a [u8] {
        let (begin, length) = self.span(field);
        self.text.get(begin..begin + length).unwrap_or_default()
    }

    /// Whether there is nothing in a field.
    #[inline]
    pub(crate) fn is_empty(&self, field: usize) -> bool {
        self.span(field).1 == 0
    }

    /// Whether there is nothing in all fields from the first to the last.
    #[inline]
    pub(crate) fn are_empty(&self, first: usize, last: usize) -> bool {
        let (Some(&begin), Some(&behind)) = (self.starts.get(first), self.starts.get(last + 1)) else { return true };
        let tail = if last + 2 == self.starts.len() { self.tail } else { 0 };
        (behind - tail - begin) as usize == last - first + 1
    }

    /// A short field as a number that no other text has; none where it is longer or at the end of the text.
    #[inline]
    pub(crate) fn key(&self, field: usize) -> Option<u128> {
        let (begin, length) = self.span(field);
        let bytes = self.text.get(begin..)?.first_chunk::<16>()?;
        let mask = MASKS.get(length)?;
        Some(u128::from_le_bytes(*bytes) & mask | (length as u128) << LENGTH)
    }

    /// A field of eight bytes at most with what stands behind it; none where it is at the end of the text.
    #[inline]
    fn word(&self, field: usize) -> Option<(&'a [u8; 8], usize)> {
        let (begin, length) = self.span(field);
        Some((self.text.get(begin..)?.first_chunk::<8>()?, length))
    }

    /// A field of two hexadecimal digits.
    #[inline]
    pub(crate) fn byte(&self, field: usize) -> Option<u8> {
        let (&[high, low, ..], 2) = self.word(field)? else { return None };
        let (high, low) = (digit(high), digit(low));
        (high | low < 16).then_some(high << 4 | low)
    }

    /// A unit as it is usually written; [`NONE`] where the field is empty.
    #[inline]
    pub(crate) fn unit(&self, field: usize) -> Option<u32> {
        let (&[a, b, c, d, ..], length) = self.word(field)?;
        match length {
            4 => {
                let (a, b, c, d) = (digit(a), digit(b), digit(c), digit(d));
                (a | b | c | d < 16).then_some(u32::from(a) << 12 | u32::from(b) << 8 | u32::from(c) << 4 | u32::from(d))
            }
            5 => crate::cells::hex(self.field(field), 5, 5),
            0 => Some(NONE),
            _ => None,
        }
    }

    /// A label as a word; 0 where the field is empty.
    #[inline]
    pub(crate) fn label(&self, field: usize) -> Option<u64> {
        let (bytes, length) = self.word(field)?;
        if length == 0 { Some(0) } else { Volser::pack_first(*bytes, length) }
    }
}

/// The length of the text with this key.
pub(crate) fn length(key: u128) -> usize {
    (key >> LENGTH) as usize & 0xF
}

/// What a byte is as a hexadecimal digit; more than 15 where it is none.
fn digit(byte: u8) -> u8 {
    DIGITS.get(usize::from(byte)).copied().unwrap_or(u8::MAX)
}

/// The bits of so many bytes.
const MASKS: [u128; 16] = {
    let mut masks = [0; 16];
    let mut length = 1;
    while length < masks.len() {
        masks[length] = masks[length - 1] << 8 | 0xFF;
        length += 1;
    }
    masks
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rows::Rows;

    /// Every row with the place where it begins, by one reader and by the other.
    fn both(text: &[u8]) -> [Vec<(usize, Vec<Vec<u8>>)>; 2] {
        let mut ends = Ends::new(text, b',');
        let mut found = Vec::new();
        while let Some(row) = ends.next() {
            found.push((row.begin(), (0..row.len()).map(|field| row.field(field).to_vec()).collect()));
        }
        let mut rows = Rows::new(text, b',');
        let mut expected = Vec::new();
        loop {
            let mut fields: Vec<Vec<u8>> = Vec::new();
            let read = rows.next(|number, field| {
                fields.resize(number, Vec::new());
                fields.push(field.to_vec());
            });
            let Some(Ok((count, begin))) = read else { return [found, expected] };
            fields.resize(count, Vec::new());
            expected.push((begin, fields));
        }
    }

    proptest! {
        #[test]
        fn rows_are_those_that_the_reader_of_quotes_finds(
            parts in prop::collection::vec(prop_oneof![Just(","), Just("\n"), Just("\r\n"), Just("a"), Just("bcdefgh")], 0..400),
        ) {
            let [found, expected] = both(parts.concat().as_bytes());
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_row_longer_than_what_is_looked_at_is_found_whole() {
        let text = "a,".repeat(BATCH * BLOCK) + "z\n" + &",".repeat(3 * BATCH * BLOCK) + "\nx";
        let [found, expected] = both(text.as_bytes());
        assert_eq!(found.len(), 3);
        assert_eq!(found, expected);
    }

    #[test]
    fn fields_are_read_as_what_they_are() {
        let mut ends = Ends::new(b"1A,3a0F,01234,IMS001,,A#,4G,IMS0011,A b\r\n................", b',');
        let row = ends.next().unwrap();
        assert_eq!((row.byte(0), row.byte(1), row.byte(6)), (Some(0x1A), None, None));
        assert_eq!((row.unit(1), row.unit(2), row.unit(4), row.unit(6)), (Some(0x3A0F), Some(0x1234), Some(NONE), None));
        let label = |text: &str| Volser::pack(text.as_bytes());
        assert_eq!((row.label(3), row.label(5), row.label(4)), (label("IMS001"), label("A#"), Some(0)));
        assert_eq!((row.label(7), row.label(8)), (None, None));
        assert_eq!(row.key(3), row.key(3));
        assert!(row.key(3) != row.key(7) && row.key(4) == Some(0));
        assert!(row.are_empty(4, 4) && !row.are_empty(4, 5) && !row.are_empty(8, 8) && row.is_empty(MISSING));
        assert_eq!(row.field(8), b"A b");
    }
}
