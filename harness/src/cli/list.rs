//! `list`: everything that has a name.

use clap::{Args, ValueEnum};
use dasdlab_model::reasons::{Reason, Rule};
use serde::Serialize;

use super::{Context, Problem};
use crate::exit::Exit;

/// List rules, reasons, defects, scenarios, or the words of a file
#[derive(Debug, Args)]
pub struct ListArgs {
    /// What to list
    #[arg(value_enum)]
    what: What,
}

/// What can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// The rules of profile setup
    Rules,
    /// The reasons that findings give, rule by rule
    Reasons,
}

/// One line of a list.
#[derive(Debug, Serialize)]
struct Entry {
    name: String,
    description: String,
}

/// Prints the list.
///
/// # Errors
/// None so far; every list is built in.
pub fn run(args: &ListArgs, ctx: &Context) -> Result<Exit, Problem> {
    let entries = match args.what {
        What::Rules => rules(),
        What::Reasons => reasons(),
    };
    if ctx.is_json() {
        return Ok(ctx.json(&entries, Exit::Good));
    }
    Ok(ctx.result(&table(&entries), Exit::Good))
}

fn rules() -> Vec<Entry> {
    Rule::ALL.iter().map(|rule| Entry { name: rule.code().to_owned(), description: rule.slug().to_owned() }).collect()
}

fn reasons() -> Vec<Entry> {
    Reason::ALL
        .iter()
        .map(|reason| {
            let info = reason.info();
            let severities: String = info.severities.iter().map(|severity| severity.letter()).collect();
            let subjects = info.subjects.join(", ");
            Entry { name: reason.to_string(), description: format!("{severities:<3} about {subjects}") }
        })
        .collect()
}

/// Two columns.
fn table(entries: &[Entry]) -> String {
    let width = entries.iter().map(|entry| entry.name.chars().count()).max().unwrap_or(0);
    let line = |entry: &Entry| format!("{:<width$}  {}", entry.name, entry.description).trim_end().to_owned() + "\n";
    entries.iter().map(line).collect()
}
