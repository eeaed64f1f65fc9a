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
use crate::exit::Exit;

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

impl Part {
    /// Whether it has something of a range.
    fn meets(&self, range: &Range<u64>) -> bool {
        self.range.start.max(range.start) < self.range.end.min(range.end)
    }

    /// Whether another one has all that this one has.
    fn is_within(&self, other: &Self) -> bool {
        other.range.start <= self.range.start && self.range.end <= other.range.end
    }
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
    /// The folder holds results of another run, of this range where `resume` was not asked for, or of ranges that overlap.
    pub fn open(path: &Path, head: Head, size: u64, resume: bool) -> Result<(Self, Vec<String>), Problem> {
        fs::create_dir_all(path).map_err(|error| unusable(path, &error))?;
        synced(above(path))?;
        begin(path, &head)?;
        let mut notes = Vec::new();
        let range = head.range();
        let kept = if resume { kept(path, &head, &mut notes)? } else { Vec::new() };
        if !resume && let Some(part) = parts(path)?.into_iter().find(|part| part.meets(&range)) {
            let refused = Problem::usage("there are results of this range already").file(&part.path);
            return Err(refused.help("--resume goes on with them; or name another folder"));
        }
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
        for part in &parts {
            fs::remove_file(&part.path).map_err(|error| unusable(&part.path, &error))?;
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
    if let Some(problem) = problem {
        return Err(problem);
    }
    staged.put()?;
    synced(above(path))
}

/// The folder in which something lies.
fn above(path: &Path) -> &Path {
    path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."))
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

/// The files of results of a folder that has some, without what a killed run has left beside them.
///
/// # Errors
/// The folder cannot be read or has no results.
pub fn held(path: &Path) -> Result<Vec<Part>, Problem> {
    let parts = outermost(parts(path)?);
    if parts.is_empty() { Err(nothing(path)) } else { Ok(parts) }
}

/// A folder without results.
pub(super) fn nothing(path: &Path) -> Problem {
    Problem::usage(format!("has no results: expected files such as {}", name(&(0..100)))).file(path)
}

/// The parts of a folder without those that a larger one has too: a run was killed after it had made one file of several
/// and before it had removed them.
#[must_use]
pub fn outermost(parts: Vec<Part>) -> Vec<Part> {
    let mut kept: Vec<Part> = Vec::new();
    for part in largest_first(parts) {
        if !kept.last().is_some_and(|last| part.is_within(last)) {
            kept.push(part);
        }
    }
    kept
}

/// By where they begin, the largest first of those that begin together: what it has, the others have too.
fn largest_first(mut parts: Vec<Part>) -> Vec<Part> {
    parts.sort_by_key(|part| (part.range.start, Reverse(part.range.end)));
    parts
}

/// Writes what run it is, or compares it with what is written.
fn begin(path: &Path, head: &Head) -> Result<(), Problem> {
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
                Err(_) if manifest.exists() => begin(path, head),
                created => created,
            }
        }
        Err(error) => Err(unusable(&manifest, &error)),
        Ok(written) if written == text.as_bytes() => Ok(()),
        Ok(written) => {
            let why = whole.foreign(&manifest_of(&manifest, &written)?).unwrap_or_else(|| "is written otherwise".to_owned());
            Err(Problem::usage(why).file(&manifest).help("name another folder, or ask for the same run"))
        }
    }
}

fn manifest_of(path: &Path, written: &[u8]) -> Result<Head, Problem> {
    let help = "name another folder, or remove it first";
    let head: Head =
        serde_json::from_slice(written).map_err(|error| Problem::usage(format!("is damaged: {error}")).file(path).help(help))?;
    match file::improper(&head) {
        None => Ok(head),
        Some(why) => Err(Problem::usage(why).file(path).help(help)),
    }
}

/// What `run.json` of a folder says; none where there is none.
///
/// # Errors
/// It cannot be read or is damaged.
pub fn manifest(path: &Path) -> Result<Option<Head>, Problem> {
    let manifest = path.join(RUN);
    match fs::read(&manifest) {
        Ok(written) => manifest_of(&manifest, &written).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(&manifest, &error)),
    }
}

/// What is there of this range and holds true. What is damaged is put aside and done again; what a killed run has left half
/// written is removed.
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
    let mut kept: Vec<Part> = Vec::new();
    for part in largest_first(parts(path)?) {
        if part.range.is_empty() && part.range != own {
            // Another part of the run, which has nothing to do.
            continue;
        }
        if !within(&part.range) {
            if part.meets(&own) {
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
            // What cannot be read at all may be as good as ever.
            Err(problem) if problem.place.is_none() || problem.exit != Exit::Usage => return Err(problem),
            Err(damaged) => {
                let aside = part.path.with_extension(format!("{EXTENSION}.damaged"));
                let (from, to) = (part.path.display(), aside.display());
                notes.push(format!("note: {from} is done again: {}; it is {to} now", damaged.message));
                fs::rename(&part.path, &aside).map_err(|error| unusable(&part.path, &error))?;
                continue;
            }
        }
        let end = kept.last().map_or(own.start, |last| last.range.end);
        if part.range.end <= end && !part.range.is_empty() {
            // Left behind when one file was made of several.
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
    for entry in fs::read_dir(path).map_err(|error| unusable(path, &error))? {
        let entry = entry.map_err(|error| unusable(path, &error))?;
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
        Err(error) if error.kind() != ErrorKind::NotFound => Err(unusable(path, &error)),
        _ => Ok(()),
    }
}

/// Makes sure that a file that was renamed keeps its name if the machine goes down.
fn synced(path: &Path) -> Result<(), Problem> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| unusable(path, &error))
}

/// A full disk is the machine's failure, a folder that is none the user's.
fn unusable(path: &Path, error: &std::io::Error) -> Problem {
    files::failed(path, "cannot be used", error)
}
