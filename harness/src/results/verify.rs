//! Proof that results add up: every scenario ended in exactly one way, and everything that is said in numbers is made of the
//! scenarios once more.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::counts::Counts;
use super::file::{self, Head};
use super::folder::{self, Part, RUN};
use super::report;
use super::source::{Kind, said};
use crate::cli::{Problem, files};
use crate::run::digest::Hash;

/// A file or folder that adds up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// `results`, `report` or `folder`.
    pub kind: &'static str,
    /// Which pieces of work it is about.
    pub start: u64,
    /// The piece of work behind its last.
    pub end: u64,
    /// Of how many.
    pub pieces: u64,
    /// How many scenarios have a line; those that were not selected have none.
    pub scenarios: u64,
    /// How many scenarios ended in each way.
    pub counts: Counts,
    /// The digest of all outcomes.
    pub digest: Hash,
}

/// What came of a file or folder.
#[derive(Debug)]
pub enum Verified {
    /// It adds up.
    Proven(Proof),
    /// A folder that has this much of a run.
    Folder {
        /// How many files of results it has.
        files: usize,
        /// How many pieces of work the run has.
        pieces: u64,
        /// What is not there yet.
        missing: Vec<Range<u64>>,
    },
    /// Something does not add up.
    Wrong(Problem),
    /// It is neither results nor a report.
    Neither(Problem),
}

/// Proves what is at a path: a file, or a folder with everything in it. Gives what came of it, one after the other.
///
/// # Errors
/// What `tell` says.
pub fn verify(path: &Path, tell: &mut dyn FnMut(&Path, Verified) -> Result<(), Problem>) -> Result<(), Problem> {
    if !path.is_dir() {
        return tell(path, one(path).1);
    }
    let (manifest, parts) = match folder::manifest(path).and_then(|manifest| Ok((manifest, folder::parts(path)?))) {
        Ok(found) => found,
        Err(problem) => return tell(path, Verified::Wrong(problem)),
    };
    let Some(run) = manifest else {
        let problem = Problem::usage(format!("has no {RUN}: expected a folder that `dasdlab run --results` has written"));
        return tell(path, Verified::Neither(problem.file(path)));
    };
    for part in &parts {
        let verified = match one(&part.path) {
            (Some(kind), verified @ Verified::Proven(_)) => match strange(&run, part, &kind) {
                Some(why) => Verified::Wrong(Problem::usage(why).file(&part.path)),
                None => verified,
            },
            (_, verified) => verified,
        };
        tell(&part.path, verified)?;
    }
    tell(path, together(&run, parts))
}

/// Why a file does not belong into the folder, or not by this name.
fn strange(run: &Head, part: &Part, kind: &Kind) -> Option<String> {
    match kind {
        Kind::Report(_) => Some("is a report, where results are expected".to_owned()),
        Kind::Results(head) if head.range() != part.range => Some("is not called by its range".to_owned()),
        Kind::Results(head) => run.foreign(head),
    }
}

/// What the files of a folder make together.
fn together(run: &Head, parts: Vec<Part>) -> Verified {
    let files = parts.len();
    let (mut missing, mut next) = (Vec::new(), 0);
    let mut before: Option<PathBuf> = None;
    for part in folder::outermost(parts) {
        if part.range.start < next {
            let before = before.as_deref().map(files::said).unwrap_or_default();
            return Verified::Wrong(Problem::usage(format!("overlaps {before}")).file(&part.path));
        }
        missing.extend(Some(next..part.range.start).filter(|gap| !gap.is_empty()));
        next = part.range.end;
        before = Some(part.path);
    }
    missing.extend(Some(next..run.pieces).filter(|gap| !gap.is_empty()));
    Verified::Folder { files, pieces: run.pieces, missing }
}

/// Proves one file, and says what it is.
fn one(path: &Path) -> (Option<Kind>, Verified) {
    let kind = match Kind::of(path) {
        Ok(kind) => kind,
        Err(problem) => return (None, Verified::Neither(problem)),
    };
    let (name, range, pieces) = match &kind {
        Kind::Results(head) => ("results", head.range(), head.pieces),
        Kind::Report(started) => ("report", 0..started.pieces, started.pieces),
    };
    let totals = match &kind {
        Kind::Results(_) => file::read(path, |_| Ok(())).map(|(_, totals)| totals),
        Kind::Report(_) => report::read(path, |_| Ok(())).map(|(_, totals)| totals),
    };
    let (start, end) = (range.start, range.end);
    let verified = totals.map(|totals| {
        let (scenarios, counts, digest) = (totals.rows(), totals.counts(), totals.digest());
        Verified::Proven(Proof { kind: name, start, end, pieces, scenarios, counts, digest })
    });
    (Some(kind), verified.unwrap_or_else(Verified::Wrong))
}

impl Verified {
    /// What came of it, in a line for people.
    #[must_use]
    pub fn said(&self) -> String {
        match self {
            Self::Proven(Proof { kind, start, end, pieces, scenarios, counts, digest }) => {
                let of = if *kind == "report" { format!("report of {pieces}") } else { format!("{start}..{end} of {pieces}") };
                format!("adds up: {of}, {scenarios} scenarios: {counts}; digest {digest}")
            }
            Self::Folder { files, pieces, missing } if missing.is_empty() => {
                format!("is whole: {files} {} with 0..{pieces}", if *files == 1 { "file" } else { "files" })
            }
            Self::Folder { files, pieces, missing } => {
                format!("is not whole: {files} files of 0..{pieces}, without {}", said(missing))
            }
            Self::Wrong(problem) | Self::Neither(problem) => problem.message.clone(),
        }
    }
}
