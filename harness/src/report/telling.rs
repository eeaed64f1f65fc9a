//! What is said of a scenario or of what was covered, in the same words in every report.

use super::picture::number;
use crate::coverage::REQUIRED;
use crate::coverage::tuples::{Covered, Fill};
use crate::exit::Exit;
use crate::results::counts::Status;
use crate::results::row::Row;
use crate::run::event::{Counted, Stop};

/// The first thing that is wrong with a scenario that did not pass, in a line.
pub(super) fn first(row: &Row) -> String {
    let Some(trouble) = &row.trouble else { return known(row) };
    let message = trouble.message.lines().find(|line| !line.trim().is_empty());
    match trouble.differences.first() {
        Some(difference) => difference.to_string(),
        None => message.unwrap_or(&trouble.broken).to_owned(),
    }
}

/// Everything that is wrong with it, line by line: no more than so many differences, and of what happened last in a story no
/// more than so many lines.
pub(super) fn lines(row: &Row, differences: usize, recorded: usize) -> Vec<String> {
    let Some(trouble) = &row.trouble else { return vec![known(row)] };
    let mut lines = Vec::new();
    if let Some(known) = &row.known {
        lines.push(format!("known to fail {known}"));
    }
    lines.extend(trouble.message.lines().map(str::to_owned));
    lines.extend(trouble.differences.iter().take(differences).map(ToString::to_string));
    let more = trouble.differences.len().saturating_sub(differences) + trouble.more_differences;
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    let before = trouble.recorded.len().saturating_sub(recorded);
    if before < trouble.recorded.len() {
        lines.push("the last that happened".to_owned());
        lines.extend(trouble.recorded.iter().skip(before).map(|line| format!("  {line}")));
    }
    lines
}

/// What was known of a scenario that nevertheless passed.
fn known(row: &Row) -> String {
    let known = row.known.as_deref().unwrap_or_default();
    match row.status {
        Status::UnexpectedPass => format!("passed, though it is known to fail: {known}"),
        status => format!("{status} {known}"),
    }
}

/// No more than so many characters of a text.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// How a run ended, in a word or a few.
pub(super) fn verdict(exit: Exit, stopped: Option<Stop>) -> &'static str {
    match exit {
        Exit::Good if stopped.is_some() => "stopped",
        Exit::Good => "good",
        Exit::NothingSelected => "nothing was judged",
        Exit::Unusable => "the implementation cannot be used",
        Exit::Nondeterminism => "not the same when repeated",
        Exit::Fault => "the harness is at fault",
        Exit::Interrupted | Exit::Terminated => "stopped",
        _ => "bad",
    }
}

/// What was covered, in a line.
pub(super) fn coverage(counted: &Counted) -> String {
    let ((covered, keys), (seen, possible)) = (counted.coverage.covered(), counted.coverage.pairs());
    format!(
        "{covered} of {keys} reasons {REQUIRED} times present and {REQUIRED} times absent; {} of {} pairs together",
        number(seen as u64),
        number(possible as u64)
    )
}

/// What was covered of pairs and triples of factors, and how soon, in lines; none where no setup was measured.
pub(super) fn tuples(counted: &Counted) -> Vec<String> {
    let tuples = &counted.tuples;
    if tuples.setups == 0 {
        return Vec::new();
    }
    let covered = |covered: &Covered, what: &str| {
        let (whole, tenth) = (covered.per_mille() / 10, covered.per_mille() % 10);
        let (seen, possible) = (number(covered.covered as u64), number(covered.possible as u64));
        format!("{seen} of {possible} {what} ({whole}.{tenth} %)")
    };
    let setups = |count: Option<u64>| count.map_or_else(|| "-".to_owned(), number);
    let fill = |of: fn(&Fill) -> Option<u64>| {
        let steps = tuples.fill.iter().map(|fill| format!("{} % {}", fill.percent, setups(of(fill))));
        steps.collect::<Vec<_>>().join(", ")
    };
    vec![
        format!("factors: {}, {}", covered(&tuples.pairs, "pairs"), covered(&tuples.triples, "triples")),
        format!("after so many setups: pairs {}", fill(|fill| fill.pairs)),
        format!("after so many setups: triples {}", fill(|fill| fill.triples)),
    ]
}

/// Pairs and triples of factors that were to be covered and were not, in lines.
pub(super) fn open_tuples(counted: &Counted) -> Vec<String> {
    let tuples = &counted.tuples;
    let mut lines = Vec::new();
    for (covered, required) in [(&tuples.pairs, tuples.required_pairs), (&tuples.triples, tuples.required_triples)] {
        if covered.reaches(required) {
            continue;
        }
        lines.extend(covered.missing.iter().map(|tuple| format!("{tuple}: no setup had it")));
        if covered.more_missing > 0 {
            lines.push(format!("and {} more", number(covered.more_missing as u64)));
        }
    }
    lines
}
