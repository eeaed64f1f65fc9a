//! `merge`: parts of a run become one.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::reports::Reports;
use super::run::reporter;
use super::{Context, Problem};
use crate::exit::Exit;
use crate::known;
use crate::report::several::Several;
use crate::results::folder;
use crate::results::merged::{Merged, replayed};
use crate::run::part;

/// Join the results of the parts of a run
///
/// Takes files of results and folders of them, in any order, and reports what they say together, as the whole run would have
/// done: the same counts, failures, coverage and digest, and with -o the same file byte for byte. A part that is missing, is
/// there twice, or is of another run, version or implementation is refused with 2 and named. Ends as the whole run would.
/// To make reports of results that are there, whole or not, use `dasdlab report`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Files of results, or folders of them
    #[arg(value_name = "FILE|DIR", required = true)]
    parts: Vec<PathBuf>,
    /// The range that they must make up, as in 0..400; the whole run where left out
    #[arg(long, value_name = "A..B")]
    expect: Option<part::Part>,
    /// The known failures by which the results were judged; refused where they were judged by others
    #[arg(long, value_name = "FILE")]
    expectations: Option<PathBuf>,
    /// The file to write, .jsonl; an existing one is replaced
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    reports: Reports,
}

/// Joins the parts and reports.
///
/// # Errors
/// A part cannot be read, is damaged, missing, doubled or foreign, or the file cannot be written.
pub fn run(args: &MergeArgs, ctx: &Context) -> Result<Exit, Problem> {
    let merged = Merged::of(&found(&args.parts)?, args.expect)?;
    let head = &merged.head;
    let known = known::file::of_results(args.expectations.as_deref(), head, || head.selection.plan(ctx))?;
    let mut files = args.reports.open(args.output.as_deref())?;
    if let Some(path) = &args.output {
        let place = |path: &Path| fs::canonicalize(path).ok();
        if let Some(part) = merged.parts.iter().find(|part| place(path).is_some() && place(&part.path) == place(path)) {
            let refused = Problem::usage("is one of the parts, which stay as they are").file(&part.path);
            return Err(refused.help("name another file"));
        }
        folder::joined(path, &merged.head, &merged.parts)?;
        ctx.note(&format!("{} has {}..{}", path.display(), merged.head.start, merged.head.end));
    }
    let mut reporter = reporter(ctx);
    let summary = replayed(&merged, &known, &mut Several::new(vec![&mut files, reporter.as_mut()]))?;
    files.write(ctx)?;
    Ok(summary.exit())
}

/// The files of results that paths name.
///
/// # Errors
/// A folder cannot be read or has no results.
pub(super) fn found(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Problem> {
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        found.extend(folder::held(path)?.into_iter().map(|part| part.path));
    }
    Ok(found)
}
