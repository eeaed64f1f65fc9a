//! Where rows come from: a file of results, a folder of them, or a report. What reads rows need not care.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::counts::Counts;
use super::file::{self, Head};
use super::folder::{self, Part};
use super::lines::Lines;
use super::report::{self, Started};
use super::row::Row;
use crate::cli::Problem;

/// What one file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Results.
    Results(Box<Head>),
    /// A report.
    Report(Started),
}

impl Kind {
    /// What a file is, by its first line.
    ///
    /// # Errors
    /// It cannot be read, or is neither.
    pub fn of(path: &Path) -> Result<Self, Problem> {
        let neither = || {
            let help = "`dasdlab run --results DIR` writes results, `dasdlab run --message-format json` a report";
            Problem::usage("is neither results nor a report of a run").file(path).help(help)
        };
        let (line, _) = Lines::open(path)?.next()?.ok_or_else(neither)?;
        let first: Map<String, Value> = serde_json::from_slice(&line).map_err(|_| neither())?;
        if first.contains_key("results") {
            return file::head(path).map(|head| Self::Results(Box::new(head)));
        }
        if first.contains_key("event") { report::started(path).map(Self::Report) } else { Err(neither()) }
    }
}

/// Rows, in the order of their run.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where they are, as the user says it.
    pub path: PathBuf,
    /// Who was judged.
    pub implementation: String,
    /// What was run.
    pub suites: Vec<String>,
    /// What they are about; a report does not say as much.
    pub head: Option<Head>,
    /// What of the run is not there.
    pub missing: Vec<Range<u64>>,
    /// Files of results; none where it is a report.
    parts: Vec<Part>,
}

impl Source {
    /// The rows at a path.
    ///
    /// # Errors
    /// It cannot be read, has no results, or results of different runs or that overlap.
    pub fn of(path: &Path) -> Result<Self, Problem> {
        let parts = if path.is_dir() {
            folder::held(path)?
        } else {
            match Kind::of(path)? {
                Kind::Results(head) => vec![Part { range: head.range(), path: path.to_owned() }],
                Kind::Report(Started { implementation, suites, .. }) => {
                    let (path, missing, parts) = (path.to_owned(), Vec::new(), Vec::new());
                    return Ok(Self { path, implementation, suites, head: None, missing, parts });
                }
            }
        };
        let mut heads = Vec::new();
        for part in &parts {
            heads.push(file::head(&part.path)?);
        }
        let Some(first) = heads.first().cloned() else { return Err(folder::nothing(path)) };
        let (mut missing, mut next) = (Vec::new(), 0);
        for (head, part) in heads.iter().zip(&parts) {
            if let Some(why) = first.foreign(head) {
                return Err(Problem::usage(why).file(&part.path));
            }
            if head.range() != part.range {
                return Err(Problem::usage("is not called by its range").file(&part.path));
            }
            if part.range.start < next {
                return Err(Problem::usage("overlaps another file of results").file(&part.path));
            }
            missing.extend(Some(next..part.range.start).filter(|gap| !gap.is_empty()));
            next = part.range.end;
        }
        missing.extend(Some(next..first.pieces).filter(|gap| !gap.is_empty()));
        let (implementation, suites) = (first.implementation.name.clone(), first.suites.clone());
        Ok(Self { path: path.to_owned(), implementation, suites, head: Some(first), missing, parts })
    }

    /// Reads every row and proves the files that hold them; gives how all scenarios ended, also those without a row.
    ///
    /// # Errors
    /// A file is damaged, or what `each` says.
    pub fn each(&self, mut each: impl FnMut(Row) -> Result<(), Problem>) -> Result<Counts, Problem> {
        if self.parts.is_empty() {
            return report::read(&self.path, each).map(|(_, totals)| totals.counts());
        }
        let mut counts = Counts::default();
        for part in &self.parts {
            let (_, totals) = file::read(&part.path, &mut each)?;
            counts.join(&totals.counts());
        }
        Ok(counts)
    }
}

/// Ranges as they are said: `100..200, 300..400`.
#[must_use]
pub fn said(ranges: &[Range<u64>]) -> String {
    let ranges: Vec<String> = ranges.iter().map(|range| format!("{}..{}", range.start, range.end)).collect();
    ranges.join(", ")
}
