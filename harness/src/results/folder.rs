//! A folder of results: a file for each range that is done, and `run.json`, which says of what run.
//!
//! Files appear whole or not at all and are never touched again while they hold true: what a killed run has left is a set
//! of ranges, and whoever goes on does the others. When all of a range is there, its files become one.

use std::cmp::Reverse;
use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::file::{self, Head, Writer};
use super::row::Row;
use crate::cli::Problem;
use crate::cli::files::{self, Staged};

/// The file that says of what run the results are.
pub const RUN: &str = "run.json";

/// How files of results are called.
const EXTENSION: &str = "jsonl";

/// The most files of a folder.
const MAX_FILES: usize = 1_000_000;

/// A file of a range that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its range.
    pub range: Range<u64>,
    /// Where it is.
    pub path: PathBuf,
}

/// A folder into which a run writes.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    head: Head,
    /// Ranges begin at multiples of this.
    size: u64,
    /// What was there before, in order.
    kept: Vec<Part>,
    /// Rows of the range that is under way.
    rows: Vec<Row>,
    /// Where that range begins.
    from: u64,
    written: Vec<Part>,
}

impl Folder {
    /// Opens a folder for the range of `head`, in files of `size` pieces of work. Gives notes about what was found damaged.
    ///
    /// # Errors
    /// The folder holds results and `resume` was not asked for, or those of another run, or of ranges that overlap.
    pub fn open(path: &Path, head: Head, size: u64, resume: bool) -> Result<(Self, Vec<String>), Problem> {
        fs::create_dir_all(path).map_err(|error| unreadable(path, &error))?;
        begin(path, &head, resume)?;
        let mut notes = Vec::new();
        let range = head.range();
        let kept = if resume { kept(path, &head, &mut notes)? } else { Vec::new() };
        let (path, from) = (path.to_owned(), range.start);
        Ok((Self { path, head, size: size.max(1), kept, rows: Vec::new(), from, written: Vec::new() }, notes))
    }

    /// The ranges that were there before, in order.
    #[must_use]
    pub fn kept(&self) -> Vec<Range<u64>> {
        self.kept.iter().map(|part| part.range.clone()).collect()
    }

    /// The file that was there before and begins at this piece of work.
    #[must_use]
    pub fn kept_at(&self, index: u64) -> Option<&Part> {
        let from = self.kept.partition_point(|part| part.range.start < index);
        self.kept.iter().skip(from).take_while(|part| part.range.start == index).find(|part| !part.range.is_empty())
    }

    /// Passes over a range that was there before.
    pub const fn passed_over(&mut self, end: u64) {
        self.from = end;
    }

    /// Takes a row of the range that is under way.
    pub fn take(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Says that every piece of work below `next` is done; writes the range that is under way where it ends there.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn done(&mut self, next: u64) -> Result<(), Problem> {
        let ends = next.is_multiple_of(self.size) || next == self.head.end || self.kept_at(next).is_some();
        if ends { self.write(next) } else { Ok(()) }
    }

    /// Writes what is under way up to `next`; where the whole range is there, its files become one.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(&mut self, next: u64) -> Result<(), Problem> {
        self.write(next)?;
        let mut parts: Vec<Part> = self.kept.iter().chain(&self.written).cloned().collect();
        parts.sort_by_key(|part| (part.range.start, part.range.end));
        if next != self.head.end {
            return Ok(());
        }
        let whole = self.head.range();
        let path = self.path.join(name(&whole));
        if parts.iter().any(|part| part.range == whole) {
            return Ok(());
        }
        joined(&path, &self.head, &parts)?;
        synced(&self.path)?;
        for part in &parts {
            fs::remove_file(&part.path).map_err(|error| unreadable(&part.path, &error))?;
        }
        Ok(())
    }

    fn write(&mut self, next: u64) -> Result<(), Problem> {
        let range = self.from..next;
        if range.is_empty() && (self.head.start < self.head.end || !self.kept.is_empty() || !self.written.is_empty()) {
            return Ok(());
        }
        let path = self.path.join(name(&range));
        let rows = std::mem::take(&mut self.rows);
        let head = self.head.of(&range);
        let staged = Staged::with(&path, |file| {
            let mut writer = Writer::new(BufWriter::new(file), &head)?;
            rows.iter().try_for_each(|row| writer.row(row))?;
            writer.finish().map(|_| ())
        })?;
        staged.put()?;
        synced(&self.path)?;
        self.written.push(Part { range, path });
        self.from = next;
        Ok(())
    }
}

/// Writes the file of a whole range from those of its parts, which lie end to end.
///
/// # Errors
/// A part is damaged, or the file cannot be written.
pub fn joined(path: &Path, head: &Head, parts: &[Part]) -> Result<(), Problem> {
    let mut problem = None;
    let staged = Staged::with(path, |file| {
        let mut writer = Writer::new(BufWriter::new(file), head)?;
        for part in parts {
            let mut failed = Ok(());
            let read = file::read(&part.path, |row| {
                failed = writer.row(&row);
                match &failed {
                    Ok(()) => Ok(()),
                    Err(error) => Err(Problem::machine(error.to_string())),
                }
            });
            failed?;
            if let Err(damaged) = read {
                problem = Some(damaged);
                return Ok(());
            }
        }
        writer.finish().map(|_| ())
    })?;
    match problem {
        Some(problem) => Err(problem),
        None => staged.put(),
    }
}

/// Every file of results in a folder, by range.
///
/// # Errors
/// The folder cannot be read.
pub fn parts(path: &Path) -> Result<Vec<Part>, Problem> {
    let mut parts = Vec::new();
    for name in names(path)? {
        parts.extend(range(&name).map(|range| Part { range, path: path.join(&name) }));
    }
    parts.sort_by_key(|part| (part.range.start, part.range.end));
    Ok(parts)
}

/// How the file of a range is called.
#[must_use]
pub fn name(range: &Range<u64>) -> String {
    format!("{:010}-{:010}.{EXTENSION}", range.start, range.end)
}

/// The range that a file is called by.
fn range(name: &str) -> Option<Range<u64>> {
    let (start, end) = name.strip_suffix(EXTENSION)?.strip_suffix('.')?.split_once('-')?;
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    Some(number(start)?..number(end)?)
}

/// Writes what run it is, or compares it with what is written.
fn begin(path: &Path, head: &Head, resume: bool) -> Result<(), Problem> {
    let manifest = path.join(RUN);
    let whole = head.of(&(0..head.pieces));
    let text = serde_json::to_string_pretty(&whole).map_err(|error| Problem::fault(error.to_string()))? + "\n";
    match fs::read(&manifest) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if let Some(part) = parts(path)?.first() {
                return Err(Problem::usage(format!("has results but no {RUN}, which says of what run")).file(&part.path));
            }
            match files::create(&manifest, &text) {
                // Another part of the same run was quicker.
                Err(_) if manifest.exists() => begin(path, head, true),
                created => created,
            }
        }
        Err(error) => Err(unreadable(&manifest, &error)),
        Ok(_) if !resume => {
            let refused = Problem::usage("has results of a run already").file(path);
            Err(refused.help("--resume goes on with it; or name another folder"))
        }
        Ok(written) if written == text.as_bytes() => Ok(()),
        Ok(written) => {
            let written: Head = serde_json::from_slice(&written).map_err(|error| {
                Problem::usage(format!("is damaged: {error}")).file(&manifest).help("name another folder, or remove it first")
            })?;
            let why = whole.foreign(&written).unwrap_or_else(|| "is written otherwise".to_owned());
            Err(Problem::usage(why).file(&manifest).help("name another folder, or ask for the same run"))
        }
    }
}

/// What is there of this range and holds true. What is damaged is removed and done again, and so is what a killed run has
/// left half written.
fn kept(path: &Path, head: &Head, notes: &mut Vec<String>) -> Result<Vec<Part>, Problem> {
    let own = head.range();
    let within = |of: &Range<u64>| own.start <= of.start && of.end <= own.end;
    for name in names(path)? {
        let half = name.strip_prefix('.').and_then(|name| name.split_once(".jsonl.")).filter(|(_, end)| end.ends_with(".tmp"));
        let of = half.and_then(|(of, _)| range(&format!("{of}.{EXTENSION}")));
        let manifest = name.starts_with(&format!(".{RUN}.")) && name.ends_with(".tmp");
        if of.is_some_and(|of| within(&of)) || manifest {
            remove(&path.join(&name))?;
        }
    }
    let mut parts: Vec<Part> = parts(path)?;
    // The largest first of those that begin together: what it holds, the others hold too.
    parts.sort_by_key(|part| (part.range.start, Reverse(part.range.end)));
    let mut kept: Vec<Part> = Vec::new();
    for part in parts {
        let overlaps = part.range.start < own.end && own.start < part.range.end;
        if !within(&part.range) {
            if overlaps {
                let message = format!("overlaps the range {}..{} that is asked for", own.start, own.end);
                return Err(Problem::usage(message).file(&part.path).help("name another folder, or ask for the whole run"));
            }
            continue;
        }
        match file::read(&part.path, |_| Ok(())) {
            Ok((found, _)) if found.range() == part.range && head.of(&part.range) == found => {}
            Ok((found, _)) => {
                let why = head.of(&part.range).foreign(&found).unwrap_or_else(|| "is not called by its range".to_owned());
                return Err(Problem::usage(why).file(&part.path));
            }
            Err(damaged) => {
                notes.push(format!("note: {} is done again: {}", part.path.display(), damaged.message));
                remove(&part.path)?;
                continue;
            }
        }
        let end = kept.last().map_or(own.start, |last| last.range.end);
        if part.range.end <= end && !(part.range.is_empty() && own.is_empty()) {
            // A run was killed after it had made one file of several and before it had removed them.
            remove(&part.path)?;
        } else if part.range.start < end {
            return Err(Problem::usage("overlaps another file of results").file(&part.path));
        } else {
            kept.push(part);
        }
    }
    Ok(kept)
}

fn names(path: &Path) -> Result<Vec<String>, Problem> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| unreadable(path, &error))? {
        let entry = entry.map_err(|error| unreadable(path, &error))?;
        if names.len() >= MAX_FILES {
            return Err(Problem::usage(format!("has more than {MAX_FILES} files")).file(path));
        }
        names.extend(entry.file_name().into_string());
    }
    names.sort_unstable();
    Ok(names)
}

fn remove(path: &Path) -> Result<(), Problem> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(unreadable(path, &error)),
        _ => Ok(()),
    }
}

/// Makes sure that a file that was renamed keeps its name if the machine goes down.
fn synced(path: &Path) -> Result<(), Problem> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| Problem::machine(error.to_string()).file(path))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::usage(format!("cannot be used: {error}")).file(path)
}
