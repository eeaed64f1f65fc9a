//! What is malformed in a table, and where.

use std::fmt;

use dasdlab_model::read::ReadError;

/// The most faults that are told; there is no use in more.
pub(crate) const MAX_FAULTS: usize = 1_000;

/// One of the three tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// Volumes.
    Volumes,
    /// Pairs.
    Pairs,
    /// Data sets.
    DataSets,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Volumes => "volumes",
            Self::Pairs => "pairs",
            Self::DataSets => "data sets",
        })
    }
}

/// Something malformed at a byte of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    /// The table.
    pub(crate) table: Name,
    /// The byte.
    pub(crate) at: usize,
    /// What is wrong and what was expected.
    pub(crate) message: String,
}

/// Places of a text as lines and columns; asked for ascending bytes it reads the text once.
pub(crate) struct Places<'a> {
    text: &'a [u8],
    line: usize,
    start: usize,
}

impl<'a> Places<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self { text, line: 1, start: 0 }
    }

    /// The error at a byte that is not before the last one that was asked for.
    pub(crate) fn error(&mut self, file: &str, at: usize, message: String) -> ReadError {
        /// The most characters of a line that are shown.
        const SHOWN: usize = 400;
        let passed = self.text.get(self.start..at).unwrap_or_default();
        if let Some(last) = memchr::memrchr(b'\n', passed) {
            self.line += memchr::memchr_iter(b'\n', passed).count();
            self.start += last + 1;
        }
        let rest = self.text.get(self.start..).unwrap_or_default();
        let line = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default();
        let before = rest.get(..at.saturating_sub(self.start)).unwrap_or_default();
        let shown: String = String::from_utf8_lossy(line.trim_ascii_end()).chars().take(SHOWN).collect();
        ReadError {
            file: file.to_owned(),
            line: self.line,
            column: String::from_utf8_lossy(before).chars().count() + 1,
            message,
            help: None,
            source_line: Some(shown),
        }
    }
}
