//! `report`: what results say, in files for programs and people.

use std::path::{Path, PathBuf};

use clap::Args;

use super::merge::found;
use super::reports::Reports;
use super::run::reporter;
use super::{Context, Problem, files};
use crate::exit::Exit;
use crate::known;
use crate::report::several::Several;
use crate::results::merged::{Merged, replayed};
use crate::results::report;
use crate::results::source::{Kind, said};
use crate::run::part::Part;

/// Make reports of results that are there
///
/// Takes what `dasdlab run --results` has kept, folders or files in any order, or one report in JSON lines
/// (`dasdlab run --message-format json`), and tells it again: in the terminal, and in each file that --report names. It is
/// proven on the way. Nothing is judged again. Where parts of the run are missing it says so, and tells what there is: then
/// nothing is said about coverage. Ends as the run would.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Files of results, folders of them, or one report in JSON lines
    #[arg(value_name = "FILE|DIR", required = true)]
    results: Vec<PathBuf>,
    /// The range that they are about, as in 0..400; the whole run where left out
    #[arg(long, value_name = "A..B")]
    expect: Option<Part>,
    /// The known failures by which the results were judged; refused where they were judged by others
    #[arg(long, value_name = "FILE")]
    expectations: Option<PathBuf>,
    #[command(flatten)]
    reports: Reports,
}

/// Tells again what results say.
///
/// # Errors
/// Something cannot be read, is damaged, doubled or foreign, or a report cannot be written.
pub fn run(args: &ReportArgs, ctx: &Context) -> Result<Exit, Problem> {
    let mut files = args.reports.open(None)?;
    if let [only] = args.results.as_slice()
        && !only.is_dir()
        && let Kind::Report(_) = Kind::of(only)?
    {
        refuse_options(args, only)?;
        let mut reporter = reporter(ctx);
        let summary = report::retold(only, &mut Several::new(vec![&mut files, reporter.as_mut()]))?;
        files.write(ctx)?;
        return Ok(summary.exit());
    }
    let merged = Merged::held(&found(&args.results)?, args.expect)?;
    let head = &merged.head;
    let known = known::file::of_results(args.expectations.as_deref(), head, || head.selection.plan(ctx))?;
    if !merged.missing.is_empty() {
        ctx.note(&format!("note: the results are not whole: {} is missing", said(&merged.missing)));
    }
    let mut reporter = reporter(ctx);
    let summary = replayed(&merged, &known, &mut Several::new(vec![&mut files, reporter.as_mut()]))?;
    files.write(ctx)?;
    Ok(summary.exit())
}

/// A report in JSON lines says everything by itself.
fn refuse_options(args: &ReportArgs, path: &Path) -> Result<(), Problem> {
    let given = [("--expect", args.expect.is_some()), ("--expectations", args.expectations.is_some())];
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) => {
            Err(Problem::usage(format!("{option} is about files of results: {} is a report", files::said(path))))
        }
        None => Ok(()),
    }
}
