//! Pieces of a table: ranges of its bytes, each read by whoever parses it, so that a piece is still near when it is parsed and
//! nobody holds the whole.

use std::io;
use std::ops::Range;

use memchr::memchr;

use crate::rows::rows_of;

/// Bytes of rows that are read as one piece of work.
pub(crate) const PIECE: usize = 1 << 19;
/// Bytes that are read behind a piece for the end of its last row.
const BEHIND: usize = 1 << 12;

/// Bytes that can be read in any order.
pub trait Source: Sync {
    /// How many there are.
    fn length(&self) -> usize;

    /// Reads bytes from a place on into a buffer, whose content is replaced: so many, or fewer where there are no more.
    ///
    /// # Errors
    /// They cannot be read.
    fn read(&self, from: usize, length: usize, into: &mut Vec<u8>) -> io::Result<()>;
}

/// A range of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cut {
    /// It begins and ends with rows.
    Rows(Range<usize>),
    /// Its rows are those that begin within it.
    Bytes(Range<usize>),
}

/// Ranges of the rows of a table, cut anywhere.
pub(crate) fn anywhere(rows: &Range<usize>, size: usize) -> Vec<Cut> {
    rows.clone().step_by(size).map(|from| Cut::Bytes(from..rows.end.min(from.saturating_add(size)))).collect()
}

/// The same cut where rows end, for which all has to be looked at.
pub(crate) fn at_rows(text: &[u8], from: usize, size: usize) -> Vec<Cut> {
    rows_of(text, from, size).into_iter().map(Cut::Rows).collect()
}

impl Cut {
    /// The bytes of a text that begins at `offset` of the table, which has these rows; none where it does not reach far enough.
    fn within(&self, text: &[u8], offset: usize, rows: &Range<usize>) -> Option<Range<usize>> {
        match self {
            Self::Rows(range) => Some(range.clone()),
            Self::Bytes(range) => {
                // A newline may be missed: then the row that it ends is in the piece before.
                let begin = |at: usize| match at {
                    at if at == rows.start || at == rows.end => Some(at),
                    at => match memchr(b'\n', text.get((at - 1).checked_sub(offset)?..)?) {
                        Some(newline) => Some(at + newline),
                        None => (offset + text.len() >= rows.end).then_some(rows.end),
                    },
                };
                Some(begin(range.start)?..begin(range.end)?)
            }
        }
    }

    /// The piece of a text that is all there.
    pub(crate) fn of<'a>(&self, text: &'a [u8], rows: &Range<usize>) -> (&'a [u8], usize) {
        let range = self.within(text, 0, rows).unwrap_or_default();
        let begin = range.start;
        (text.get(range).unwrap_or_default(), begin)
    }

    /// Reads the piece; says where in the buffer it stands and where in the table it begins. None where there is less to read
    /// than there was.
    pub(crate) fn read(
        &self,
        source: &dyn Source,
        rows: &Range<usize>,
        into: &mut Vec<u8>,
    ) -> io::Result<Option<(Range<usize>, usize)>> {
        let (Self::Rows(range) | Self::Bytes(range)) = self;
        // The newline in front of it says whether a row begins there.
        let from = if range.start == rows.start { range.start } else { range.start - 1 };
        let mut behind = BEHIND;
        loop {
            let to = range.end.saturating_add(behind).min(rows.end);
            source.read(from, to - from, into)?;
            if into.len() != to - from {
                return Ok(None);
            }
            if let Some(found) = self.within(into, from, rows) {
                return Ok(Some((found.start - from..found.end - from, found.start)));
            }
            behind = behind.saturating_mul(8);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Bytes(Vec<u8>);

    impl Source for Bytes {
        fn length(&self) -> usize {
            self.0.len()
        }

        fn read(&self, from: usize, length: usize, into: &mut Vec<u8>) -> io::Result<()> {
            into.clear();
            into.extend(self.0.iter().skip(from).take(length));
            Ok(())
        }
    }

    /// Pieces of what stands behind a header, from memory and read.
    fn both(text: &[u8], body: usize, size: usize) -> [Vec<(Vec<u8>, usize)>; 2] {
        let rows = body..text.len();
        let source = Bytes(text.to_vec());
        let mut buffer = vec![1];
        let cuts = anywhere(&rows, size);
        let here = cuts.iter().map(|cut| cut.of(text, &rows)).map(|(piece, at)| (piece.to_vec(), at)).collect();
        let read = |cut: &Cut| cut.read(&source, &rows, &mut buffer).unwrap().map(|(range, at)| (buffer[range].to_vec(), at));
        let read = cuts.iter().map({
            let mut read = read;
            move |cut| read(cut).unwrap()
        });
        [here, read.collect()]
    }

    proptest! {
        #[test]
        fn pieces_are_whole_rows_in_their_order(lines in prop::collection::vec("[a,]{0,9}", 1..30), last in "[a,]{0,9}", size in 1_usize..40) {
            let text = format!("h,h\n{}\n{last}", lines.join("\n")).into_bytes();
            let [here, read] = both(&text, 4, size);
            prop_assert_eq!(&here, &read);
            let mut at = 4;
            for (piece, begin) in here.iter().filter(|(piece, _)| !piece.is_empty()) {
                prop_assert_eq!(*begin, at);
                at += piece.len();
                prop_assert!(piece.ends_with(b"\n") || at == text.len());
            }
            prop_assert_eq!(at, text.len());
        }
    }

    #[test]
    fn a_row_longer_than_what_is_read_behind_a_piece_is_found_whole() {
        let long = "x".repeat(3 * BEHIND);
        let text = format!("h\na\n{long}\nb\n{long}");
        let [here, read] = both(text.as_bytes(), 2, 3);
        assert_eq!(here, read);
        assert_eq!(here.iter().map(|(piece, _)| piece.len()).sum::<usize>(), text.len() - 2);
    }

    #[test]
    fn a_text_that_became_shorter_is_not_read() {
        let source = Bytes(b"h\na\n".to_vec());
        let read = Cut::Bytes(2..9).read(&source, &(2..9), &mut Vec::new());
        assert!(matches!(read, Ok(None)), "{read:?}");
    }
}
