//! A file of results: JSON lines. The first says of what, each line after it is a scenario, the last says what they add up
//! to and has a checksum of everything before it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::ops::Range;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::row::Row;
use super::totals::{Foot, Totals};
use crate::cli::selection::Selection;
use crate::cli::{Place, Problem};
use crate::judge::strict::Strictness;
use crate::run::digest::{Hash, Hasher};

/// The version of the format.
pub const FORMAT: u32 = 1;

/// The most bytes of a line.
const MAX_LINE: u64 = 64 * 1024 * 1024;

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
            let said = |who: &Implementation| format!("{} {}", who.name, who.version).trim_end().to_owned();
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
    let mut lines = Lines::open(path)?;
    let (line, _) = lines.next()?.ok_or_else(|| Problem::usage("is empty: expected results").file(path))?;
    let HeadLine { results: head } = lines.decode(&line, "the head of results")?;
    lines.head(&head)?;
    let mut totals = Totals::default();
    totals.cover(head.end - head.start);
    let mut last = head.start;
    loop {
        let Some((line, checksum)) = lines.next()? else {
            return Err(lines.fault("the file ends before its last line, which says what the rows add up to"));
        };
        if line.starts_with(b"{\"totals\":") {
            let FootLine { totals: foot, checksum: written } = lines.decode(&line, "the totals")?;
            lines.foot(&totals, &foot)?;
            if written != checksum {
                return Err(lines.fault("the checksum is not that of the lines before"));
            }
            return match lines.next()? {
                None => Ok((head, totals)),
                Some(_) => Err(lines.fault("there is something behind the last line")),
            };
        }
        let row: Row = lines.decode(&line, "a scenario")?;
        if !(last.max(head.start)..head.end).contains(&row.index) {
            return Err(lines.fault(format!("index {} is out of its place or range", row.index)));
        }
        last = row.index;
        totals.add(&row);
        each(row)?;
    }
}

/// Reads no more than what a file is about.
///
/// # Errors
/// It cannot be read, or is no file of results.
pub fn head(path: &Path) -> Result<Head, Problem> {
    let mut lines = Lines::open(path)?;
    let (line, _) = lines.next()?.ok_or_else(|| Problem::usage("is empty: expected results").file(path))?;
    let HeadLine { results: head } = lines.decode(&line, "the head of results")?;
    lines.head(&head)?;
    Ok(head)
}

/// The lines of a file.
struct Lines<'a> {
    path: &'a Path,
    input: BufReader<File>,
    hasher: Hasher,
    number: usize,
}

impl<'a> Lines<'a> {
    fn open(path: &'a Path) -> Result<Self, Problem> {
        let file = File::open(path).and_then(|file| match file.metadata()?.is_file() {
            true => Ok(file),
            false => Err(io::Error::other("it is no regular file")),
        });
        let file = file.map_err(|error| Problem::usage(format!("cannot be read: {error}")).file(path))?;
        Ok(Self { path, input: BufReader::new(file), hasher: Hasher::default(), number: 0 })
    }

    fn fault(&self, message: impl Into<String>) -> Problem {
        let place = Place { line: self.number.max(1), column: 1, width: 1, text: String::new() };
        Problem::usage(message).file(self.path).at(Some(place))
    }

    /// The next line and the checksum of everything before it.
    fn next(&mut self) -> Result<Option<(Vec<u8>, Hash)>, Problem> {
        let before = Hash(self.hasher.finish());
        let mut line = Vec::new();
        let read = (&mut self.input).take(MAX_LINE + 1).read_until(b'\n', &mut line);
        self.number += 1;
        read.map_err(|error| self.fault(format!("cannot be read: {error}")))?;
        if line.is_empty() {
            return Ok(None);
        }
        if line.len() as u64 > MAX_LINE {
            return Err(self.fault(format!("the line is longer than {MAX_LINE} bytes")));
        }
        if line.last() != Some(&b'\n') {
            return Err(self.fault("the file ends in the middle of a line"));
        }
        self.hasher.write(&line);
        line.pop();
        Ok(Some((line, before)))
    }

    fn decode<T: DeserializeOwned>(&self, line: &[u8], what: &str) -> Result<T, Problem> {
        serde_json::from_slice(line).map_err(|error| {
            let text = error.to_string();
            // The place is said with the line of the file.
            let message = text.split(" at line ").next().unwrap_or_default();
            let place = Place { line: self.number, column: error.column().max(1), width: 1, text: String::new() };
            Problem::usage(format!("expected {what}: {message}")).file(self.path).at(Some(place))
        })
    }

    fn head(&self, head: &Head) -> Result<(), Problem> {
        if head.format != FORMAT {
            return Err(self.fault(format!("format {} of results is not known: expected {FORMAT}", head.format)));
        }
        if head.start > head.end || head.end > head.pieces {
            return Err(self.fault(format!("{}..{} is no range of {}", head.start, head.end, head.pieces)));
        }
        Ok(())
    }

    /// Compares what the last line says with what the rows add up to.
    fn foot(&self, totals: &Totals, said: &Foot) -> Result<(), Problem> {
        let parts = |foot: &Foot| serde_json::to_value(foot).unwrap_or_default();
        match unlike("totals", &parts(&totals.foot()), &parts(said)) {
            None => Ok(()),
            Some(message) => Err(self.fault(message)),
        }
    }
}

/// The first place in which the totals that were made differ from those that were said.
fn unlike(name: &str, made: &Value, said: &Value) -> Option<String> {
    match (made, said) {
        (Value::Object(of_made), Value::Object(of_said)) => {
            let names: BTreeSet<&String> = of_made.keys().chain(of_said.keys()).collect();
            let part = |of: &Map<String, Value>, key: &String| of.get(key).cloned().unwrap_or(Value::Null);
            names.into_iter().find_map(|key| unlike(&format!("{name}.{key}"), &part(of_made, key), &part(of_said, key)))
        }
        _ => (made != said).then(|| format!("{name} does not add up: the rows make {made}, the last line says {said}")),
    }
}
