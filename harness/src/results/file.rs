//! A file of results: JSON lines. The first says of what, each line after it is a scenario, the last says what they add up
//! to and has a checksum of everything before it.

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::lines::{Lines, unlike};
use super::order::Order;
use super::row::Row;
use super::totals::{Foot, Totals};
use crate::cli::Problem;
use crate::cli::selection::Selection;
use crate::judge::strict::Strictness;
use crate::run::digest::{Hash, Hasher};

/// The version of the format.
pub const FORMAT: u32 = 1;

/// What a file of results is about: the same for every part of one run, but for the range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The version of the format.
    pub format: u32,
    /// Name and version of the program.
    pub tool: String,
    /// What is run, in words.
    pub suites: Vec<String>,
    /// What was asked for, so that it can be asked for again.
    pub selection: Selection,
    /// The digest of every scenario of the plan and of what is selected of it.
    pub suite: Hash,
    /// Who was judged.
    pub implementation: Implementation,
    /// How much of the verdicts was compared.
    pub strict: Strictness,
    /// Seconds that an implementation outside had for a question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<u32>,
    /// The digest of the known failures, where there were some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Hash>,
    /// Whether a key seen too seldom makes the whole run bad.
    pub gates: bool,
    /// How many pieces of work the whole run has.
    pub pieces: u64,
    /// The first piece of work of this file.
    pub start: u64,
    /// The piece of work behind its last.
    pub end: u64,
}

/// Who is judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Implementation {
    /// What it calls itself.
    pub name: String,
    /// Its version, as it says it.
    pub version: String,
    /// How it is run, where it is not this program's own validator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

impl Implementation {
    /// The validator of this program.
    #[must_use]
    pub fn ours() -> Self {
        Self { name: "dasdlab".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), command: None }
    }
}

impl Head {
    /// The range of the file.
    #[must_use]
    pub const fn range(&self) -> Range<u64> {
        self.start..self.end
    }

    /// The head of another range of the same run.
    #[must_use]
    pub fn of(&self, range: &Range<u64>) -> Self {
        Self { start: range.start, end: range.end, ..self.clone() }
    }

    /// Why a file with this head is no part of the same run as one with the other; none where it is.
    #[must_use]
    pub fn foreign(&self, other: &Self) -> Option<String> {
        let differs = |what: &str, ours: &str, theirs: &str| Some(format!("is of {what} {theirs}, not {ours}"));
        if self.tool != other.tool {
            return differs("another version,", &self.tool, &other.tool);
        }
        if self.implementation != other.implementation {
            let run = |who: &Implementation| who.command.as_ref().map(|command| format!(" (`{command}`)")).unwrap_or_default();
            let said = |who: &Implementation| format!("{}{}", format!("{} {}", who.name, who.version).trim_end(), run(who));
            return differs("another implementation,", &said(&self.implementation), &said(&other.implementation));
        }
        if self.strict != other.strict {
            return differs("another strictness,", self.strict.as_str(), other.strict.as_str());
        }
        if self.known != other.known {
            return Some("was judged with other known failures".to_owned());
        }
        if self.suites != other.suites {
            return differs("another run,", &self.suites.join(", "), &other.suites.join(", "));
        }
        if self.suite != other.suite {
            return Some("is of another run: the scenarios or what is selected of them differ".to_owned());
        }
        (self.of(&other.range()) != *other).then(|| "is of another run: it was asked for otherwise".to_owned())
    }
}

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadLine {
    results: Head,
}

/// The last line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FootLine {
    totals: Foot,
    checksum: Hash,
}

/// Writes a file of results line by line.
pub struct Writer<W> {
    out: W,
    hasher: Hasher,
    totals: Totals,
}

impl<W: Write> Writer<W> {
    /// Begins with the head.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn new(out: W, head: &Head) -> io::Result<Self> {
        let mut totals = Totals::default();
        totals.cover(head.end.saturating_sub(head.start));
        let mut writer = Self { out, hasher: Hasher::default(), totals };
        writer.line(&HeadLine { results: head.clone() })?;
        Ok(writer)
    }

    /// Writes a row, without its duration.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn row(&mut self, row: &Row) -> io::Result<()> {
        self.totals.add(row);
        match row.duration_us {
            None => self.line(row),
            Some(_) => self.line(&Row { duration_us: None, ..row.clone() }),
        }
    }

    /// Ends with the foot.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        let checksum = Hash(self.hasher.finish());
        self.line(&FootLine { totals: self.totals.foot(), checksum })?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn line(&mut self, of: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(of)?;
        line.push(b'\n');
        self.hasher.write(&line);
        self.out.write_all(&line)
    }
}

/// Reads a file and proves it: rows in their order and range, totals and digest as the rows make them, checksum.
///
/// # Errors
/// The first thing that is wrong with it and where, or what `each` says.
pub fn read(path: &Path, mut each: impl FnMut(Row) -> Result<(), Problem>) -> Result<(Head, Totals), Problem> {
    let (mut lines, head) = begun(path)?;
    let mut totals = Totals::default();
    totals.cover(head.end - head.start);
    let mut order = Order::new(head.range());
    loop {
        let Some((line, checksum)) = lines.next()? else {
            return Err(lines.fault("the file ends before its last line, which says what the rows add up to"));
        };
        if line.starts_with(b"{\"totals\":") {
            let FootLine { totals: foot, checksum: written } = lines.decode(&line, "the totals")?;
            let parts = |foot: &Foot| serde_json::to_value(foot).unwrap_or_default();
            if let Some(message) = unlike("totals", &parts(&totals.foot()), &parts(&foot)) {
                return Err(lines.fault(message));
            }
            if written != checksum {
                return Err(lines.fault("the checksum is not that of the lines before"));
            }
            return match lines.next()? {
                None => Ok((head, totals)),
                Some(_) => Err(lines.fault("there is something behind the last line")),
            };
        }
        let row: Row = lines.decode(&line, "a scenario")?;
        order.follow(&row).map_err(|message| lines.fault(message))?;
        totals.add(&row);
        each(row)?;
    }
}

/// Reads no more than what a file is about.
///
/// # Errors
/// It cannot be read, or is no file of results.
pub fn head(path: &Path) -> Result<Head, Problem> {
    begun(path).map(|(_, head)| head)
}

/// The lines of a file behind its head.
fn begun(path: &Path) -> Result<(Lines<'_>, Head), Problem> {
    let mut lines = Lines::open(path)?;
    let Some((line, _)) = lines.next()? else { return Err(lines.fault("the file is empty: expected results")) };
    let HeadLine { results: head } = lines.decode(&line, "the head of results")?;
    match improper(&head) {
        None => Ok((lines, head)),
        Some(why) => Err(lines.fault(why)),
    }
}

/// Why a head is none that this release can go by; none where it can.
pub(super) fn improper(head: &Head) -> Option<String> {
    if head.format != FORMAT {
        return Some(format!("format {} of results is not known: expected {FORMAT}", head.format));
    }
    let is_range = head.start <= head.end && head.end <= head.pieces;
    (!is_range).then(|| format!("{}..{} is no range of {}", head.start, head.end, head.pieces))
}
