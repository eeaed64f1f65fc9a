//! A piece of a table, row by row: what is usual at once, and what is not cell by cell.

use crate::cells::Wrong;
use crate::columns::Plan;
use crate::ends::{Ends, Row};
use crate::faults::{Fault, MAX_FAULTS, Name};
use crate::rows::Rows;

/// Who takes the rows of a table with so many columns.
pub(crate) trait Takes<'a, const N: usize> {
    /// Takes a row if everything in it is as usual; says whether it did, and has changed nothing if not.
    fn take_usual(&mut self, row: &Row<'a, '_>) -> bool;

    /// Takes a row that begins at this place of the piece if it looks like one before; says how many bytes it has, or has
    /// changed nothing.
    fn take_alike(&mut self, piece: &'a [u8], at: usize) -> Option<usize>;

    /// Takes a row that begins at this place of the file.
    fn take(&mut self, cells: &[&'a [u8]; N], begin: usize) -> Result<(), Wrong>;

    /// Is told how the row stood in the file that was taken last.
    fn remember(&mut self, row: &Row<'a, '_>);
}

/// What is wrong with a piece.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) faults: Vec<Fault>,
    /// Whether it may have been cut within a row: a quote is open at its end, or one stands where none belongs.
    pub(crate) is_doubtful: bool,
}

/// Reads a piece that begins `offset` bytes into the file; says what is wrong with it.
pub(crate) fn read<'a, const N: usize>(
    table: Name,
    plan: &'a Plan,
    (piece, offset): (&'a [u8], usize),
    reader: &mut impl Takes<'a, N>,
) -> Said {
    /// So many rows with quotes are followed by more of them.
    const MANY: usize = 16;
    let mut faults = Vec::new();
    let mut cells: [&[u8]; N] = [b""; N];
    let mut refuse = |at: usize, message: String| {
        if faults.len() < MAX_FAULTS {
            faults.push(Fault { table, at: offset + at, message });
        }
    };
    let mut ends = Ends::new(piece, plan.separator);
    let mut quoted = 0;
    'piece: loop {
        let begin = ends.at();
        let mut at = begin;
        while let Some(length) = reader.take_alike(piece, at) {
            at += length;
        }
        if at != begin {
            ends.go_on(at);
        }
        if let Some(row) = ends.next() {
            if plan.is_plain() && row.len() == plan.columns() && reader.take_usual(&row) {
                continue;
            }
            match plan.cells(&row, &mut cells) {
                Err((at, message)) => refuse(at, message),
                Ok(begin) => match reader.take(&cells, offset + begin) {
                    Ok(()) => reader.remember(&row),
                    Err((slot, message)) => refuse(place(piece, &cells, slot, begin), message),
                },
            }
            continue;
        }
        let Some(begin) = ends.quoted() else { break };
        let mut rows = Rows::at_quote(piece, begin, plan.separator);
        loop {
            let Some(next) = plan.next(&mut rows, &mut cells) else { break 'piece };
            match next {
                Err((at, message)) => refuse(at, message),
                Ok(begin) => {
                    if let Err((slot, message)) = reader.take(&cells, offset + begin) {
                        refuse(place(piece, &cells, slot, begin), message);
                    }
                }
            }
            quoted += 1;
            if quoted <= MANY && rows.at() > begin {
                ends.go_on(rows.at().min(piece.len()));
                break;
            }
        }
    }
    let is_open = || memchr::memchr_iter(b'"', piece).count() % 2 == 1;
    let is_doubtful = quoted > 0 && (!faults.is_empty() || is_open());
    Said { faults, is_doubtful }
}

/// Where a cell is; where the row begins for one that stands in no file.
pub(crate) fn place(piece: &[u8], cells: &[&[u8]], slot: usize, begin: usize) -> usize {
    let cell = cells.get(slot).map_or(usize::MAX, |cell| cell.as_ptr() as usize);
    cell.checked_sub(piece.as_ptr() as usize).filter(|&at| at <= piece.len()).unwrap_or(begin)
}
