//! `lint`: everything that is malformed in files, at once, and planned faults that can never fire.

use std::path::{Path, PathBuf};

use clap::Args;
use dasdlab_model::read::{Content, ReadError};
use dasdlab_model::story::pointless;
use serde::Serialize;

use super::{Context, Problem, load};
use crate::exit::Exit;
use crate::suite;

/// Find everything that is malformed in sites and scenarios
///
/// Malformed is what cannot be: two volumes at one address, a pair that names a unit that is nowhere. What is merely bad
/// is for profile setup to report, see `dasdlab check`. Of a story it also names planned faults that can never fire. Ends with 1 if there is a fault, with 2 if a file cannot be read.
#[derive(Debug, Args)]
pub struct LintArgs {
    /// Sites or scenarios, .toml or .json, or a suite.toml
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// What is said to programs.
#[derive(Serialize)]
struct Report {
    files: usize,
    faults: Vec<Fault>,
}

/// A fault as it is said to programs.
#[derive(Serialize)]
struct Fault {
    file: String,
    line: usize,
    column: usize,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

impl From<ReadError> for Fault {
    fn from(error: ReadError) -> Self {
        Self { file: error.file, line: error.line, column: error.column, message: error.message, help: error.help }
    }
}

/// What is malformed in a file, or can never happen.
fn look(path: &Path) -> Result<Vec<ReadError>, Problem> {
    if path.file_name().is_some_and(|name| name == suite::MANIFEST) {
        // A manifest has nothing to it but its form.
        return suite::manifest(path).map(|_| Vec::new());
    }
    let document = load::document(path)?;
    let seen = match document.declare() {
        Ok(seen) => seen,
        Err(faults) => return Ok(faults),
    };
    Ok(match &document.content {
        Content::Site(_) => Vec::new(),
        Content::Scenario(scenario) => document.locate(&pointless(scenario, &seen)),
    })
}

/// Prints the faults of all files.
///
/// # Errors
/// None; a file that cannot be read is told at once and the others are still looked at.
pub fn run(args: &LintArgs, ctx: &Context) -> Result<Exit, Problem> {
    let mut faults = Vec::new();
    let mut unread = None;
    for path in &args.files {
        match look(path) {
            Ok(found) => faults.extend(found),
            Err(problem) => unread = Some(ctx.problem(&problem)),
        }
    }
    let exit = unread.unwrap_or(if faults.is_empty() { Exit::Good } else { Exit::Bad });
    let counted = match (faults.len(), args.files.len()) {
        (0, _) => "no faults".to_owned(),
        (1, _) => "1 fault".to_owned(),
        (count, _) => format!("{count} faults"),
    };
    if ctx.is_json() {
        let report = Report { files: args.files.len(), faults: faults.into_iter().map(Fault::from).collect() };
        return Ok(if unread.is_some() && report.faults.is_empty() { exit } else { ctx.json(&report, exit) });
    }
    let color = ctx.color_stdout();
    let text: Vec<String> = faults.iter().map(|fault| load::problem(fault).human(color)).collect();
    let exit = ctx.result(&text.join("\n"), exit);
    if unread.is_none() {
        ctx.note(&counted);
    }
    Ok(exit)
}
