//! Parts of a run as one: checked to lie end to end, and told again as if they had just been run.

use std::ops::Range;
use std::path::PathBuf;

use super::file::{self, Head};
use super::folder::Part;
use crate::cli::Problem;
use crate::known::Known;
use crate::report::{Reporter, Teller};
use crate::run::event::{Event, Summary};
use crate::run::part;
use crate::run::tally::{Ended, Tally};

/// Parts that lie end to end, or all that there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// What they are about, with the range that they make up.
    pub head: Head,
    /// The parts, in order.
    pub parts: Vec<Part>,
    /// What of the range no part has.
    pub missing: Vec<Range<u64>>,
}

impl Merged {
    /// Puts files of results in order. They must make up the range that is expected, or the whole run.
    ///
    /// # Errors
    /// A file is no file of results, is of another run than the first one, or there is a gap or an overlap.
    pub fn of(paths: &[PathBuf], expected: Option<part::Part>) -> Result<Self, Problem> {
        let merged = Self::held(paths, expected)?;
        match merged.missing.first() {
            Some(gap) => Err(missing(gap, paths)),
            None => Ok(merged),
        }
    }

    /// Puts files of results in order, whatever they lack of the range that is expected, or of the whole run.
    ///
    /// # Errors
    /// A file is no file of results, is of another run than the first one, or there is an overlap.
    pub fn held(paths: &[PathBuf], expected: Option<part::Part>) -> Result<Self, Problem> {
        let mut heads = Vec::new();
        for path in paths {
            heads.push((file::head(path)?, path.clone()));
        }
        heads.sort_by(|(a, first), (b, second)| (a.start, a.end, first).cmp(&(b.start, b.end, second)));
        let Some((first, first_path)) = heads.first().cloned() else {
            return Err(Problem::usage("there are no results to join"));
        };
        for (head, path) in &heads {
            if let Some(why) = first.foreign(head) {
                return Err(Problem::usage(why).file(path).help(format!("compared with {}", first_path.display())));
            }
        }
        let wanted = match expected {
            None => 0..first.pieces,
            Some(part) => part.of(first.pieces).map_err(|message| Problem::usage(format!("--expect {part}: {message}")))?,
        };
        let mut merged = Self { head: first.of(&wanted), parts: Vec::new(), missing: Vec::new() };
        let mut next = wanted.start;
        for (head, path) in heads {
            let range = head.range();
            if range.is_empty() {
                continue;
            }
            if range.start < wanted.start || range.end > wanted.end {
                let message = format!("has {}, which is not within {}", said(&range), said(&wanted));
                return Err(Problem::usage(message).file(path));
            }
            if range.start > next {
                merged.missing.push(next..range.start);
            }
            if range.start < next {
                let before = merged.parts.last().map(|part| part.path.display().to_string()).unwrap_or_default();
                let message = format!("has {} once more: {} has it too", said(&(range.start..range.end.min(next))), before);
                return Err(Problem::usage(message).file(path));
            }
            next = range.end;
            merged.parts.push(Part { range, path });
        }
        if next < wanted.end {
            merged.missing.push(next..wanted.end);
        }
        Ok(merged)
    }
}

fn said(range: &Range<u64>) -> String {
    format!("{}..{}", range.start, range.end)
}

fn missing(range: &Range<u64>, paths: &[PathBuf]) -> Problem {
    let of = if paths.len() == 1 { "the file".to_owned() } else { format!("{} files", paths.len()) };
    Problem::usage(format!("{} is missing: no part of {of} has it", said(range)))
        .help("run what is missing with --partition A..B, or --expect less")
}

/// Tells a reporter everything that the parts hold, as the run that they make up would have told it.
///
/// # Errors
/// A part is damaged, or the report cannot be written.
pub fn replayed(merged: &Merged, known: &Known, reporter: &mut dyn Reporter) -> Result<Summary, Problem> {
    let head = &merged.head;
    let range = head.range();
    let (mut teller, mut tally) = (Teller::new(reporter), Tally::new(known));
    teller.tell(&Event::RunStarted {
        version: head.tool.split(' ').next_back().unwrap_or_default().to_owned(),
        implementation: head.implementation.name.clone(),
        suites: head.suites.clone(),
        pieces: range.end - range.start,
    })?;
    for part in &merged.parts {
        let (found, _) = file::read(&part.path, |row| {
            tally.row(&row);
            teller.tell(&Event::ScenarioFinished(Box::new(row)))
        })?;
        if found != head.of(&part.range) {
            return Err(Problem::machine("has changed while it was read").file(&part.path));
        }
        tally.cover(part.range.end - part.range.start);
    }
    let lacking: u64 = merged.missing.iter().map(|gap| gap.end - gap.start).sum();
    let (next, gates) = (range.end - lacking, head.gates);
    // Whether anybody listened to the end changes nothing about what the parts hold.
    let ended = Ended { range, next, pieces: head.pieces, gates, stopped: None, duration: None };
    let (counted, mut summary) = tally.conclude(&ended);
    // What is not there may be anything.
    summary.partial |= lacking > 0;
    teller.tell(&Event::CoverageCounted(Box::new(counted)))?;
    teller.tell(&Event::RunFinished(Box::new(summary.clone())))?;
    Ok(summary)
}
