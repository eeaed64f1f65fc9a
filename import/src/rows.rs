//! Text in rows and fields, borrowed as it stands.
//!
//! Fields are separated by one character and rows by a newline, with or without a carriage return in front; a field in
//! quotes may hold both, and a quote as two. Nothing is copied and nothing but the places of these characters is looked at.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2};

/// The bytes of a file behind its byte order mark.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// What is wrong with the form of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bad {
    /// A quote within a field that does not begin with one, or text behind the closing one: where.
    Quote(usize),
    /// The quote at this place is not closed.
    Open(usize),
}

/// Rows of a text, or of a piece of it that begins and ends with rows.
#[derive(Debug, Clone)]
pub(crate) struct Rows<'a> {
    text: &'a [u8],
    at: usize,
    separator: u8,
    /// Whether there is any quote at all.
    has_quotes: bool,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(text: &'a [u8], separator: u8) -> Self {
        Self { text, at: 0, separator, has_quotes: memchr(b'"', text).is_some() }
    }

    /// From a row on in which there is a quote.
    pub(crate) fn at_quote(text: &'a [u8], at: usize, separator: u8) -> Self {
        Self { text, at, separator, has_quotes: true }
    }

    /// Where the next row begins.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The fields of the next row that is not empty; `field` is given each that holds anything, with its number. Says how many
    /// there were and where the row begins; none at the end.
    pub(crate) fn next(&mut self, mut field: impl FnMut(usize, &'a [u8])) -> Option<Result<(usize, usize), Bad>> {
        loop {
            let begin = self.at;
            let rest = self.text.get(begin..).filter(|rest| !rest.is_empty())?;
            let length = memchr(b'\n', rest).unwrap_or(rest.len());
            let line = rest.get(..length).unwrap_or_default();
            if self.has_quotes && memchr(b'"', line).is_some() {
                return Some(self.quoted(begin, &mut field));
            }
            self.at = begin + length + 1;
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            let mut number = 0;
            let mut start = 0;
            each(line, self.separator, |at| {
                if at != start {
                    field(number, line.get(start..at).unwrap_or_default());
                }
                number += 1;
                start = at + 1;
            });
            if start < line.len() {
                field(number, line.get(start..).unwrap_or_default());
            }
            return Some(Ok((number + 1, begin)));
        }
    }

    /// A row with quotes in it, which may go on over several lines.
    fn quoted(&mut self, begin: usize, field: &mut impl FnMut(usize, &'a [u8])) -> Result<(usize, usize), Bad> {
        let text = self.text;
        let mut at = begin;
        let mut number = 0;
        loop {
            let rest = text.get(at..).unwrap_or_default();
            let end = if rest.first() == Some(&b'"') {
                let close = closing(rest).ok_or(Bad::Open(at))?;
                field(number, rest.get(1..close).unwrap_or_default());
                at + close + 1
            } else {
                let length = memchr2(self.separator, b'\n', rest).unwrap_or(rest.len());
                let bare = rest.get(..length).unwrap_or_default();
                if let Some(quote) = memchr(b'"', bare) {
                    self.skip(at + length);
                    return Err(Bad::Quote(at + quote));
                }
                let last = rest.get(length) != Some(&self.separator);
                field(number, if last { bare.strip_suffix(b"\r").unwrap_or(bare) } else { bare });
                at + length
            };
            number += 1;
            let rest = text.get(end..).unwrap_or_default();
            match rest {
                [] => self.at = end,
                [b'\n', ..] => self.at = end + 1,
                [b'\r', b'\n', ..] => self.at = end + 2,
                [b'\r'] => self.at = end + 1,
                [first, ..] if *first == self.separator => {
                    at = end + 1;
                    continue;
                }
                _ => {
                    self.skip(end);
                    return Err(Bad::Quote(end));
                }
            }
            return Ok((number, begin));
        }
    }

    /// Goes on at the line behind a place.
    fn skip(&mut self, place: usize) {
        let rest = self.text.get(place..).unwrap_or_default();
        self.at = memchr(b'\n', rest).map_or(self.text.len(), |newline| place + newline + 1);
    }
}

/// Tells where a byte stands. Fields are short, so that a search begun anew for each would take longer than eight bytes at once.
fn each(line: &[u8], wanted: u8, mut found: impl FnMut(usize)) {
    const LOW: u64 = u64::MAX / 0xFF;
    const SEVEN: u64 = LOW * 0x7F;
    let (words, rest) = line.as_chunks::<8>();
    let mut at = 0;
    for word in words {
        // A byte that is wanted is zero now; its high bit is set then, and that of no other.
        let unlike = u64::from_le_bytes(*word) ^ (LOW * u64::from(wanted));
        let mut zeros = !(((unlike & SEVEN) + SEVEN) | unlike | SEVEN);
        while zeros != 0 {
            found(at + zeros.trailing_zeros() as usize / 8);
            zeros &= zeros - 1;
        }
        at += 8;
    }
    for (nth, _) in rest.iter().enumerate().filter(|(_, byte)| **byte == wanted) {
        found(at + nth);
    }
}

/// Where the field that begins with a quote is closed.
fn closing(field: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr(b'"', field.get(at..)?)?;
        if field.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// Ranges of a text that begin and end with rows. A row ends at a newline outside of quotes, that is behind an even number
/// of them; of a text with a quote where none belongs no range is read without fault.
pub(crate) fn rows_of(text: &[u8], from: usize, size: usize) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut at = from;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let mut end = rest.len().min(size);
        let is_odd = |bytes: &[u8]| memchr_iter(b'"', bytes).count() % 2 == 1;
        let mut inside = is_odd(rest.get(..end).unwrap_or_default());
        let length = loop {
            let behind = rest.get(end..).unwrap_or_default();
            let Some(newline) = memchr(b'\n', behind) else { break rest.len() };
            inside ^= is_odd(behind.get(..newline).unwrap_or_default());
            end += newline + 1;
            if !inside {
                break end;
            }
        };
        ranges.push(at..at + length);
        at += length;
    }
    ranges
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &[u8]) -> Result<Vec<Vec<String>>, Bad> {
        let mut rows = Rows::new(text, b',');
        let mut all = Vec::new();
        loop {
            let mut fields: Vec<String> = Vec::new();
            let read = rows.next(|number, field| {
                fields.resize(number, String::new());
                fields.push(String::from_utf8_lossy(field).replace("\"\"", "\""));
            });
            match read {
                None => return Ok(all),
                Some(Err(bad)) => return Err(bad),
                Some(Ok((count, _))) => {
                    assert!(count >= fields.len());
                    fields.resize(count, String::new());
                    all.push(fields);
                }
            }
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[&[&str]]) {
        let expected: Vec<Vec<String>> = expected.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect();
        assert_eq!(read(text.as_bytes()), Ok(expected), "{text:?}");
    }

    #[test]
    fn rows_end_with_newlines_and_fields_with_separators() {
        check("", &[]);
        check("a", &[&["a"]]);
        check("a,b\nc,\n", &[&["a", "b"], &["c", ""]]);
        check("a,b\r\n\r\n,c\r\n", &[&["a", "b"], &["", "c"]]);
    }

    #[test]
    fn quoted_fields_hold_separators_newlines_and_quotes() {
        check("\"a,b\",c\n", &[&["a,b", "c"]]);
        check("\"a\r\nb\",\"\"\r\nd,e", &[&["a\r\nb", ""], &["d", "e"]]);
        check("\"say \"\"x\"\"\",b\n\"c\"", &[&["say \"x\"", "b"], &["c"]]);
        check("a,\"b\"\r", &[&["a", "b"]]);
    }

    #[test]
    fn a_quote_where_none_belongs_is_found() {
        assert_eq!(read(b"a\"b,c\n"), Err(Bad::Quote(1)));
        assert_eq!(read(b"x\n\"a\"b,c\n"), Err(Bad::Quote(5)));
        assert_eq!(read(b"x,\"a\n"), Err(Bad::Open(2)));
    }

    proptest! {
        #[test]
        fn each_separator_is_found(line in prop::collection::vec(prop_oneof![Just(b','), Just(b'-'), Just(0xAC), any::<u8>()], 0..40)) {
            let mut found = Vec::new();
            each(&line, b',', |at| found.push(at));
            prop_assert_eq!(found, memchr_iter(b',', &line).collect::<Vec<_>>());
        }
    }

    fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
        prop::collection::vec(prop::collection::vec("[a\", \r\n]{0,4}", 2..5), 1..20)
    }

    /// Rows as a kept writer writes them.
    fn written(rows: &[Vec<String>]) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        writer.into_inner().unwrap()
    }

    proptest! {
        #[test]
        fn rows_are_what_a_kept_reader_reads(rows in rows()) {
            prop_assert_eq!(read(&written(&rows)), Ok(rows));
        }

        #[test]
        fn pieces_are_whole_rows(rows in rows(), size in 1_usize..20) {
            let text = written(&rows);
            let pieces: Vec<&[u8]> = rows_of(&text, 0, size).into_iter().map(|range| &text[range]).collect();
            prop_assert_eq!(pieces.concat(), text.clone());
            let parts: Result<Vec<_>, _> = pieces.into_iter().map(read).collect();
            prop_assert_eq!(parts.map(|parts| parts.concat()), Ok(rows));
        }
    }
}
