//! Rows that look like one before: of the same length, and with other bytes only where numbers, labels and names stand. Their
//! fields need not be looked for.

use dasdlab_model::name::Volser;
use dasdlab_model::tables::NONE;
use wide::u8x16;

use crate::cells::DIGITS;
use crate::ends::Row;

/// The most bytes of a row that is looked at so, and of what is read behind it.
pub(crate) const ROOM: usize = 128;
const BLOCK: usize = 64;
/// Bytes that are read at once for a label.
const WORD: usize = 8;

/// What may stand in a place: nothing else than before, or any byte of a kind.
const HEX: u8 = 1;
const LABEL: u8 = 1 << 1;
const NAME: u8 = 1 << 2;

/// Of which kinds each byte is.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        let is_word = byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'@' | b'#' | b'$');
        kinds[byte as usize] = if byte.is_ascii_hexdigit() { HEX } else { 0 }
            | if is_word { LABEL | NAME } else { 0 }
            | if byte == b'-' { NAME } else { 0 };
        byte += 1;
    }
    kinds
};

/// Where a field stands in a row: behind how many bytes, and how long it is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Span {
    pub(crate) at: usize,
    pub(crate) length: usize,
}

/// A row and the places in which others may differ from it.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    /// Where the last row stands that looked so.
    begin: usize,
    /// With its newline.
    length: usize,
    places: [u8; ROOM],
}

/// A row that looks like one before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Alike<'a> {
    pub(crate) bytes: &'a [u8; ROOM],
    /// With its newline.
    pub(crate) length: usize,
}

impl Shape {
    /// The shape of a row; none of one that is long or stands at the end of a text.
    pub(crate) fn new(row: &Row<'_, '_>) -> Option<Self> {
        let (begin, length) = (row.begin(), row.length());
        let ends = row.text().get(begin..begin + ROOM)?.get(length.checked_sub(1)?) == Some(&b'\n');
        (ends && length <= ROOM - WORD).then_some(Self { begin, length, places: [0; ROOM] })
    }

    fn span(&mut self, row: &Row<'_, '_>, field: usize, kind: u8) -> Span {
        let (begin, length) = row.span(field);
        let at = begin.saturating_sub(self.begin);
        if let Some(places) = self.places.get_mut(at..at + length) {
            places.fill(kind);
        }
        Span { at: if length == 0 { 0 } else { at }, length }
    }

    /// Another hexadecimal number may stand in this field.
    pub(crate) fn hex(&mut self, row: &Row<'_, '_>, field: usize) -> Span {
        self.span(row, field, HEX)
    }

    /// Another label may stand in this field.
    pub(crate) fn label(&mut self, row: &Row<'_, '_>, field: usize) -> Span {
        self.span(row, field, LABEL)
    }

    /// Another data set name with qualifiers of the same lengths may stand in this field; each begins with the same character.
    pub(crate) fn name(&mut self, row: &Row<'_, '_>, field: usize) -> Span {
        let span = self.span(row, field, NAME);
        let mut begins = true;
        for (place, &byte) in self.places.iter_mut().skip(span.at).zip(row.field(field)) {
            if begins || byte == b'.' {
                *place = 0;
            }
            begins = byte == b'.';
        }
        span
    }

    /// How many bytes a row has, with its newline.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// The last row that looked so.
    #[inline]
    pub(crate) fn last<'a>(&self, text: &'a [u8]) -> Option<Alike<'a>> {
        Some(Alike { bytes: text.get(self.begin..)?.first_chunk()?, length: self.length })
    }

    /// The last row that looked so, if it stands just before this place.
    #[inline]
    pub(crate) fn before<'a>(&self, text: &'a [u8], at: usize) -> Option<Alike<'a>> {
        if self.begin + self.length == at { self.last(text) } else { None }
    }

    /// So many rows behind the last one looked so too.
    #[inline]
    pub(crate) fn pass(&mut self, rows: usize) {
        self.begin += rows * self.length;
    }

    /// The row that begins at this place of the same text, if it looks so.
    #[inline]
    pub(crate) fn alike<'a>(&mut self, text: &'a [u8], at: usize) -> Option<Alike<'a>> {
        let now = text.get(at..)?.first_chunk::<ROOM>()?;
        let was = text.get(self.begin..)?.first_chunk::<ROOM>()?;
        if now.get(self.length - 1) != Some(&b'\n') {
            return None;
        }
        let ((now_blocks, _), (was_blocks, _)) = (now.as_chunks::<BLOCK>(), was.as_chunks::<BLOCK>());
        let places = self.places.as_chunks::<BLOCK>().0;
        let mut left = self.length;
        for ((block, before), places) in now_blocks.iter().zip(was_blocks).zip(places) {
            let within = if left >= BLOCK { u64::MAX } else { (1 << left) - 1 };
            let mut other = unlike(block, before) & within;
            while other != 0 {
                let place = other.trailing_zeros() as usize % BLOCK;
                if places[place] & KINDS[usize::from(block[place])] == 0 {
                    return None;
                }
                other &= other - 1;
            }
            if left <= BLOCK {
                break;
            }
            left -= BLOCK;
        }
        self.begin = at;
        Some(Alike { bytes: now, length: self.length })
    }
}

/// Where two blocks differ, a bit each.
fn unlike(a: &[u8; BLOCK], b: &[u8; BLOCK]) -> u64 {
    let ((a, _), (b, _)) = (a.as_chunks::<16>(), b.as_chunks::<16>());
    let alike = |(a, b): (&[u8; 16], &[u8; 16])| u64::from(u8x16::new(*a).simd_eq(u8x16::new(*b)).to_bitmask());
    !a.iter().zip(b).rev().fold(0, |mask, pair| mask << 16 | alike(pair) & 0xFFFF)
}

impl<'a> Alike<'a> {
    pub(crate) fn field(&self, span: Span) -> &'a [u8] {
        self.bytes.get(span.at..span.at + span.length).unwrap_or_default()
    }

    /// The number of hexadecimal digits; [`NONE`] where there is none.
    #[inline]
    pub(crate) fn hex(&self, span: Span) -> u32 {
        if span.length == 0 {
            return NONE;
        }
        let digit = |byte: &u8| u32::from(DIGITS.get(usize::from(*byte)).copied().unwrap_or(0) & 0xF);
        self.field(span).iter().fold(0, |number, byte| number << 4 | digit(byte))
    }

    /// A label as a word; 0 where there is none.
    #[inline]
    pub(crate) fn label(&self, span: Span) -> Option<u64> {
        let bytes = self.bytes.get(span.at..)?.first_chunk::<WORD>()?;
        if span.length == 0 { Some(0) } else { Volser::pack_first(*bytes, span.length) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ends::Ends;

    const FIRST: &str = "AB,0F,01FE,L00009,IMS.A1.B-2,end\n";

    /// What is read of a line that stands behind the first one, if it is taken for alike.
    fn alike(line: &str) -> Option<(u32, u32, u64, String)> {
        let text = format!("{FIRST}{line}{}", "\n".repeat(ROOM));
        let mut ends = Ends::new(text.as_bytes(), b',');
        let row = ends.next().unwrap();
        let mut shape = Shape::new(&row).unwrap();
        let [ua, unit] = [1, 2].map(|field| shape.hex(&row, field));
        let (label, name) = (shape.label(&row, 3), shape.name(&row, 4));
        let row = shape.alike(text.as_bytes(), FIRST.len())?;
        assert_eq!(row.length, line.len());
        Some((row.hex(ua), row.hex(unit), row.label(label)?, String::from_utf8(row.field(name).to_vec()).unwrap()))
    }

    fn read(ua: u32, unit: u32, label: &str, name: &str) -> Option<(u32, u32, u64, String)> {
        Some((ua, unit, Volser::pack(label.as_bytes()).unwrap(), name.to_owned()))
    }

    #[test]
    fn numbers_labels_and_names_may_be_others() {
        assert_eq!(alike(FIRST), read(0x0F, 0x01FE, "L00009", "IMS.A1.B-2"));
        assert_eq!(alike("AB,ff,CaFe,@#$A1Z,IMS.A9.BX-,end\n"), read(0xFF, 0xCAFE, "@#$A1Z", "IMS.A9.BX-"));
    }

    #[test]
    fn whatever_else_is_other_is_read_field_by_field() {
        for line in [
            "AB,0G,01FE,L00009,IMS.A1.B-2,end\n",
            "AB,0F,01F,,L00009,IMS.A1.B-2,end\n",
            "AB,0F,01-E,L00009,IMS.A1.B-2,end\n",
            "AB,0F,01FE,l00009,IMS.A1.B-2,end\n",
            "AB,0F,01FE,L 0009,IMS.A1.B-2,end\n",
            "AB,0F,01FE,L0000-,IMS.A1.B-2,end\n",
            "AB,0F,01FE,L00009,IMS.11.B-2,end\n",
            "AB,0F,01FE,L00009,IMS.A..B-2,end\n",
            "AB,0F,01FE,L00009,JMS.A1.B-2,end\n",
            "AB,0F,01FE,L00009,IMS.A1.B-2,End\n",
            "AC,0F,01FE,L00009,IMS.A1.B-2,end\n",
            "AB,0F,01FE,L00009,\"MS.A1.B-2,end\n",
            "AB,0F,01FE,L00009,IMS.A1.B-2,end\r",
            "AB,0F,01FE,L00009,IMS.A1.B-2,endx\n",
            "AB,0F,01FE,L00009,IMS.A1.B-2,en\n",
            "AB,0F,01FE,L000\u{e4},IMS.A1.B-2,end\n",
        ] {
            assert_eq!(alike(line), None, "{line:?}");
        }
    }

    #[test]
    fn a_row_that_is_long_or_stands_at_the_end_has_no_shape() {
        let shape = |text: &str| Shape::new(&Ends::new(text.as_bytes(), b',').next().unwrap()).is_some();
        let line = |length: usize| format!("{}\n", "x".repeat(length - 1));
        assert!(shape(&(line(ROOM - WORD) + &line(ROOM))));
        assert!(!shape(&(line(ROOM - WORD + 1) + &line(ROOM))));
        assert!(!shape(&line(ROOM - WORD)) && !shape("a,b"));
    }
}
