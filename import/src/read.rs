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

/// Reads a piece that begins `offset` bytes into the file; gives what is wrong with it.
pub(crate) fn read<'a, const N: usize>(
    table: Name,
    plan: &'a Plan,
    (piece, offset): (&'a [u8], usize),
    reader: &mut impl Takes<'a, N>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut cells: [&[u8]; N] = [b""; N];
    let mut refuse = |at: usize, message: String| {
        if faults.len() < MAX_FAULTS {
            faults.push(Fault { table, at: offset + at, message });
        }
    };
    if memchr::memchr(b'"', piece).is_none() {
        let mut ends = Ends::new(piece, plan.separator);
        loop {
            let begin = ends.at();
            let mut at = begin;
            while let Some(length) = reader.take_alike(piece, at) {
                at += length;
            }
            if at != begin {
                ends.go_on(at);
            }
            let Some(row) = ends.next() else { break };
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
        }
        return faults;
    }
    let mut rows = Rows::new(piece, plan.separator);
    while let Some(next) = plan.next(&mut rows, &mut cells) {
        match next {
            Err((at, message)) => refuse(at, message),
            Ok(begin) => {
                if let Err((slot, message)) = reader.take(&cells, offset + begin) {
                    refuse(place(piece, &cells, slot, begin), message);
                }
            }
        }
    }
    faults
}

/// Where a cell is; where the row begins for one that stands in no file.
pub(crate) fn place(piece: &[u8], cells: &[&[u8]], slot: usize, begin: usize) -> usize {
    let cell = cells.get(slot).map_or(usize::MAX, |cell| cell.as_ptr() as usize);
    cell.checked_sub(piece.as_ptr() as usize).filter(|&at| at <= piece.len()).unwrap_or(begin)
}
