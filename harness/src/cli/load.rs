//! From a file to a document, with every error turned into a message that shows its place.

use std::path::Path;

use dasdlab_model::read::{self, Document, ReadError};

use super::problem::{Place, Problem};

/// Reads a site or a scenario whose form is right.
///
/// # Errors
/// The file cannot be read, or the first thing that is wrong with its form.
pub fn document(path: &Path) -> Result<Document, Problem> {
    read::load(path).map_err(|error| problem(&error))
}

/// A document that is well-formed in its meaning too, or a message about the first fault.
///
/// # Errors
/// The first fault, and how many there are.
pub fn well_formed(document: &Document) -> Result<(), Problem> {
    document.declare().map(drop).map_err(|faults| refusal(&faults))
}

/// The message that refuses a malformed document: its first fault, and how to see the others.
#[must_use]
pub fn refusal(faults: &[ReadError]) -> Problem {
    let Some(first) = faults.first() else { return Problem::fault("refused without a fault") };
    let refused = problem(first);
    match faults.len() {
        1 => refused,
        count => {
            let all = format!("{} more like this: `dasdlab lint {}` shows all", count - 1, first.file);
            let help = refused.help.as_ref().map_or(all.clone(), |help| format!("{help}\n{all}"));
            refused.help(help)
        }
    }
}

/// A reader's error as a message.
#[must_use]
pub fn problem(error: &ReadError) -> Problem {
    let place = (error.line > 0).then(|| {
        let text = error.source_line.clone().unwrap_or_default();
        Place { line: error.line, column: error.column, width: width(&text, error.column), text }
    });
    let problem = Problem::usage(error.message.as_str()).file(&error.file).at(place);
    match &error.help {
        Some(help) => problem.help(help.as_str()),
        None => problem,
    }
}

/// How many characters the value or word at a column has.
fn width(line: &str, column: usize) -> usize {
    let rest = || line.chars().skip(column.saturating_sub(1));
    match rest().next() {
        Some(quote @ ('"' | '\'')) => rest().skip(1).position(|c| c == quote).map_or(1, |end| end + 2),
        _ => rest().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+')).count().max(1),
    }
}
