//! A report as `run --message-format json` writes it, read again and proven: every scenario counted once, and everything
//! that is said in numbers made once more of the scenarios.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lines::{Lines, unlike};
use super::order::Order;
use super::row::Row;
use super::totals::Totals;
use crate::cli::Problem;
use crate::coverage::tuples::REQUIRED_TRIPLES;
use crate::report::{Reporter, Teller};
use crate::run::event::{Event, Stop, Summary};
use crate::twin::Repeated;

/// What the first line says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Started {
    /// Version of the program.
    pub version: String,
    /// Who was judged.
    pub implementation: String,
    /// What was run.
    pub suites: Vec<String>,
    /// How many pieces of work there were.
    pub pieces: u64,
}

/// What stands in the last line and cannot be made of the scenarios: how far the run came, and how long it took.
const UNPROVEN: &[&str] = &["not_run", "partial", "unmatched", "not_looked_for", "stopped", "duration_ms"];

/// What stands in a line behind the word that says what it is about.
fn event(lines: &Lines<'_>, line: &[u8]) -> Result<(String, Map<String, Value>), Problem> {
    let mut said: Map<String, Value> = lines.decode(line, "an event of a run")?;
    match said.remove("event") {
        Some(Value::String(name)) => Ok((name, said)),
        _ => Err(lines.fault("is no event of a run")),
    }
}

/// Reads no more than the first line.
///
/// # Errors
/// It cannot be read, or is no report.
pub fn started(path: &Path) -> Result<Started, Problem> {
    begun(path).map(|(_, started)| started)
}

fn begun(path: &Path) -> Result<(Lines<'_>, Started), Problem> {
    let mut lines = Lines::open(path)?;
    let (line, _) = lines.next()?.ok_or_else(|| Problem::usage("is empty: expected a report").file(path))?;
    let (name, said) = event(&lines, &line)?;
    if name != "run-started" {
        return Err(lines.fault(format!("expected the event run-started, found {name}")));
    }
    let started = serde_json::from_value(said.into()).map_err(|error| lines.unread(&error, "the event run-started"))?;
    Ok((lines, started))
}

/// Reads a report and proves it.
///
/// # Errors
/// The first thing that is wrong with it and where, or what `each` says.
pub fn read(path: &Path, each: impl FnMut(Row) -> Result<(), Problem>) -> Result<(Started, Totals), Problem> {
    whole(path, each).map(|(started, totals, _)| (started, totals))
}

/// Reads a report, proves it, and tells a reporter what it says, as the run that has written it did.
///
/// # Errors
/// The first thing that is wrong with it and where, or the reporter cannot write.
pub fn retold(path: &Path, reporter: &mut dyn Reporter) -> Result<Summary, Problem> {
    let mut teller = Teller::new(reporter);
    let Started { version, implementation, suites, pieces } = started(path)?;
    teller.tell(&Event::RunStarted { version, implementation, suites, pieces })?;
    let (_, totals, end) = whole(path, |row| teller.tell(&Event::ScenarioFinished(Box::new(row))))?;
    let counted = totals.counted(end.gates.0, end.gates.1);
    let End { said, repeated, added, .. } = end;
    let duration = said.duration_ms.map(Duration::from_millis);
    let (not_run, partial, repeated) = (said.not_run, said.partial, repeated.map(|repeated| *repeated));
    let (unmatched, not_looked_for) = (said.unmatched, said.not_looked_for);
    let made = totals.summary(&counted, said.stopped, duration);
    let summary = Summary { not_run, partial, unmatched, not_looked_for, repeated, ..made };
    if let Some(repeated) = &summary.repeated {
        teller.tell(&Event::Repeated(Box::new(repeated.clone())))?;
    }
    if added > 0 {
        teller.tell(&Event::PiecesAdded { pieces: added })?;
    }
    teller.tell(&Event::CoverageCounted(Box::new(counted)))?;
    teller.tell(&Event::RunFinished(Box::new(summary.clone())))?;
    Ok(summary)
}

/// What a report says that cannot be made of its scenarios.
#[derive(Debug)]
struct End {
    /// Whether coverage gates, and how many triples in a hundred it asks for.
    gates: (bool, usize),
    /// How many pieces of work were added on the way.
    added: u64,
    /// What came of judging a sample again.
    repeated: Option<Box<Repeated>>,
    /// What stands in the last line.
    said: Unproven,
}

/// What stands in the last line and is made of nothing else.
#[derive(Debug, Deserialize)]
struct Unproven {
    not_run: u64,
    partial: bool,
    #[serde(default)]
    unmatched: Vec<String>,
    #[serde(default)]
    not_looked_for: u64,
    #[serde(default)]
    stopped: Option<Stop>,
    #[serde(default)]
    duration_ms: Option<u64>,
}

/// Everything that a report says.
fn whole(path: &Path, mut each: impl FnMut(Row) -> Result<(), Problem>) -> Result<(Started, Totals, End), Problem> {
    let (mut lines, mut started) = begun(path)?;
    let (mut totals, mut repeated) = (Totals::default(), None);
    // A part of a run begins anywhere, and does not say where.
    let mut order = Order::new(0..u64::MAX);
    // The first and the last index, and how many different ones there were.
    let (mut first, mut last, mut answered) = (None, None, 0);
    let (mut gates, mut added) = (None, 0_u64);
    loop {
        let Some((line, _)) = lines.next()? else {
            return Err(lines.fault("the report ends before its last line: the run was killed, or is still under way"));
        };
        let (name, said) = event(&lines, &line)?;
        match (name.as_str(), gates) {
            ("scenario-finished", None) => {
                let row: Row = serde_json::from_value(said.into()).map_err(|error| lines.unread(&error, "a scenario"))?;
                order.follow(&row).map_err(|message| lines.fault(message))?;
                if row.index - *first.get_or_insert(row.index) >= started.pieces {
                    return Err(lines.fault(format!("{}: there are {} pieces of work and no more", row.id, started.pieces)));
                }
                answered += u64::from(last.replace(row.index) != Some(row.index));
                totals.add(&row);
                each(row)?;
            }
            ("pieces-added", None) => {
                let pieces = said.get("pieces").and_then(Value::as_u64);
                let pieces = pieces.ok_or_else(|| lines.fault("does not say how many pieces of work were added"))?;
                started.pieces = started.pieces.saturating_add(pieces);
                added = added.saturating_add(pieces);
            }
            // What was repeated was judged before.
            ("repeated", None) => {
                let read = serde_json::from_value(said.into()).map_err(|error| lines.unread(&error, "what was repeated"))?;
                repeated = Some(Box::new(read));
            }
            ("coverage-counted", None) => {
                let flag = said.get("gates").and_then(Value::as_bool);
                let flag = flag.ok_or_else(|| lines.fault("does not say whether coverage gates"))?;
                let required = said.get("tuples").and_then(|tuples| tuples.get("required_triples")).and_then(Value::as_u64);
                let required = required.and_then(|required| usize::try_from(required).ok()).unwrap_or(REQUIRED_TRIPLES);
                let made = serde_json::to_value(totals.counted(flag, required)).unwrap_or_default();
                match unlike("coverage", &made, &said.into()) {
                    Some(message) => return Err(lines.fault(message)),
                    None => gates = Some((flag, required)),
                }
            }
            ("run-finished", Some(gates)) => {
                let unproven =
                    serde_json::from_value(said.clone().into()).map_err(|error| lines.unread(&error, "the end of a run"))?;
                finished(started.pieces, answered, &mut totals, gates, said).map_err(|message| lines.fault(message))?;
                behind(&mut lines)?;
                return Ok((started, totals, End { gates, added, repeated, said: unproven }));
            }
            _ => return Err(lines.fault(format!("the event {name} is out of its place"))),
        }
    }
}

/// Compares the last line with what the scenarios make.
fn finished(
    pieces: u64,
    answered: u64,
    totals: &mut Totals,
    gates: (bool, usize),
    mut said: Map<String, Value>,
) -> Result<(), String> {
    let number = |said: &Map<String, Value>, name: &str| said.get(name).and_then(Value::as_u64);
    let not_run = number(&said, "not_run").ok_or("does not say how much was not run")?;
    let done = pieces.checked_sub(not_run).filter(|&done| done >= answered);
    let wrong = || format!("{not_run} of {pieces} pieces of work cannot have been left: {answered} were done");
    totals.cover(done.ok_or_else(wrong)?);
    let duration = number(&said, "duration_ms").map(Duration::from_millis);
    let summary = totals.summary(&totals.counted(gates.0, gates.1), None, duration);
    let Ok(Value::Object(mut made)) = serde_json::to_value(summary) else { return Ok(()) };
    for &name in UNPROVEN {
        made.remove(name);
        said.remove(name);
    }
    match unlike("summary", &made.into(), &said.into()) {
        Some(message) => Err(message),
        None => Ok(()),
    }
}

/// Nothing stands behind the last line, but for what was mended where it was run again.
fn behind(lines: &mut Lines<'_>) -> Result<(), Problem> {
    while let Some((line, _)) = lines.next()? {
        if event(lines, &line).map_or(true, |(name, _)| name != AGAIN) {
            return Err(lines.fault("there is something behind the last line"));
        }
    }
    Ok(())
}

/// The event that says what was mended.
pub const AGAIN: &str = "rerun-finished";

/// An event that the runner does not know.
#[derive(Debug, Serialize)]
pub struct Told<'a, T> {
    /// What happened.
    pub event: &'static str,
    /// More about it.
    #[serde(flatten)]
    pub said: &'a T,
}
