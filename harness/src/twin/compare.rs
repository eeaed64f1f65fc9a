//! How a piece of work differs from the first time.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::record::Record;
use crate::results::counts::Status;
use crate::results::row::Row;

/// How many lines before a difference are shown.
const BEFORE: usize = 3;

/// The most characters that are shown of a value.
const SHOWN: usize = 400;

/// What differs first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlike {
    /// Which scenario of its piece of work.
    #[serde(skip)]
    pub row: usize,
    /// What it is: `line 12` of what happened, or a part of the result.
    pub what: String,
    /// What happened just before it, both times.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// As it was the first time.
    pub first: String,
    /// As it was then.
    pub then: String,
    /// The command that runs the scenario alone, where it has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay: Option<String>,
    /// Everything that is kept of what happened, the first time and then.
    #[serde(skip)]
    pub records: Option<Box<(Record, Record)>>,
}

/// How scenarios differ from the same ones judged before; none where they do not.
#[must_use]
pub fn unlike(first: &[Row], then: &[Row]) -> Option<Unlike> {
    for (row, (first, then)) in first.iter().zip(then).enumerate() {
        if let Some(unlike) = of_row(first, then) {
            return Some(Unlike { row, ..unlike });
        }
    }
    let ids = |rows: &[Row]| rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>().join(" ");
    (first.len() != then.len()).then(|| plain("the scenarios", ids(first), ids(then)))
}

fn plain(what: impl Into<String>, first: String, then: String) -> Unlike {
    let (row, before, replay, records) = (0, Vec::new(), None, None);
    Unlike { row, what: what.into(), before, first, then, replay, records }
}

fn of_row(first: &Row, then: &Row) -> Option<Unlike> {
    // What is not said, such as what a story met that nobody counts, is not in a result that was kept.
    let of_values = of_values(&comparable(first), &comparable(then))?;
    let trouble = [then, first].into_iter().find_map(|row| row.trouble.as_ref());
    let replay = trouble.map(|trouble| trouble.replay.clone());
    let records = first.record.as_deref().zip(then.record.as_deref());
    let unlike = records.and_then(|(first, then)| of_records(first, then)).unwrap_or(of_values);
    let records = records.map(|(first, then)| Box::new((first.clone(), then.clone())));
    Some(Unlike { replay, records, ..unlike })
}

/// A row without what may differ: how long it took, and what a process says where it fails.
fn comparable(row: &Row) -> Row {
    let mut row = Row { duration_us: None, record: None, ..row.clone() };
    let is_errored = |broken: &str| broken == "process";
    if matches!(row.status, Status::Errored | Status::ExpectedFailure)
        && let Some(trouble) = row.trouble.as_mut().filter(|trouble| is_errored(&trouble.broken))
    {
        trouble.message.clear();
        trouble.signature.clear();
    }
    row
}

/// The first line that differs.
fn of_records(first: &Record, then: &Record) -> Option<Unlike> {
    let same = first.lines.iter().zip(&then.lines).take_while(|(first, then)| first == then).count();
    let line = |record: &Record| match record.lines.get(same) {
        Some(line) => line.clone(),
        None => "nothing more".to_owned(),
    };
    if same == first.lines.len() && same == then.lines.len() {
        let more = |record: &Record| format!("{} more events", record.more);
        return (first.more > 0 || then.more > 0).then(|| plain("what happened behind what is kept", more(first), more(then)));
    }
    let before = first.lines.iter().take(same).skip(same.saturating_sub(BEFORE)).cloned().collect();
    Some(Unlike { before, ..plain(format!("line {}", same + 1), line(first), line(then)) })
}

/// The first part of the result that differs.
fn of_values(first: &Row, then: &Row) -> Option<Unlike> {
    // A row is plain data and becomes an object.
    let said = |row: &Row| match serde_json::to_value(row) {
        Ok(Value::Object(said)) => said,
        _ => serde_json::Map::new(),
    };
    let (first, then) = (said(first), said(then));
    let names: std::collections::BTreeSet<&String> = first.keys().chain(then.keys()).collect();
    let shown =
        |value: Option<&Value>| value.map_or("nothing".to_owned(), |value| value.to_string().chars().take(SHOWN).collect());
    // The hash is made of the others: it is told where nothing else differs.
    let is_hash = |name: &&String| name.as_str() == "hash";
    let (hash, others): (Vec<&String>, Vec<&String>) = names.into_iter().partition(is_hash);
    let differs = others.into_iter().chain(hash).find(|name| first.get(*name) != then.get(*name))?;
    Some(plain(format!("`{differs}` of the result"), shown(first.get(differs)), shown(then.get(differs))))
}
