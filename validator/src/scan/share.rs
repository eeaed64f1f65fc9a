//! A share of the rows: of every column the same part, in whole blocks.

use super::BLOCK;

/// One of some shares of the rows of every column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    number: usize,
    of: usize,
}

impl Share {
    /// All rows.
    pub(super) const WHOLE: Self = Self { number: 0, of: 1 };

    /// So many shares, which together are all rows.
    pub(super) fn of_many(of: usize) -> Vec<Self> {
        (0..of).map(|number| Self { number, of }).collect()
    }

    /// Whether no share comes after it.
    pub(super) fn is_last(self) -> bool {
        self.number + 1 == self.of
    }

    /// The rows of this column that are in it, and the number of the first of their blocks.
    pub(super) fn of<T>(self, column: &[T]) -> (usize, &[T]) {
        let blocks = column.len() / BLOCK;
        let (from, to) = (blocks * self.number / self.of, blocks * (self.number + 1) / self.of);
        let to = if self.is_last() { column.len() } else { to * BLOCK };
        (from, column.get(from * BLOCK..to).unwrap_or_default())
    }
}
