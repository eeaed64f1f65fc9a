//! `rerun-failed`: runs again what did not pass.

use std::path::PathBuf;

use clap::Args;

use super::outside::{Outside, ended, start};
use super::paint::escaped;
use super::run::reporter;
use super::{Context, Problem, files};
use crate::exit::Exit;
use crate::judge::strict::Strictness;
use crate::judge::{Bench, Ours};
use crate::known::{Known, file};
use crate::results::file::Head;
use crate::results::report::{AGAIN, Told};
use crate::results::rerun::{Failed, Mended, Mending};
use crate::results::source::{Source, said};
use crate::run::plan::Plan;
use crate::run::work::Judging;
use crate::run::{Options, Run};
use crate::sut::{DEPTH, SutCommand};

/// The most workers.
const MAX_THREADS: i64 = 1_024;

/// Run again what did not pass
///
/// Takes results that `run --results` has kept, and runs what somebody has to look at once more: what failed, was errored, passed
/// though it was known to fail, or met a fault of the harness. Scenarios of files are taken as they are now, by their ids; run it in the
/// folder in which the run was started. The same implementation is judged as before, at the same strictness, unless others
/// are named. Reports as `run` does, says how many are mended, and ends as `run` does: with 0 only if everything that was run
/// again passes. The results stay as they are. Where nothing had failed it says so and ends with 0.
#[derive(Debug, Args)]
pub struct RerunFailedArgs {
    /// A file of results, or a folder of them
    #[arg(value_name = "FILE|DIR")]
    results: PathBuf,
    /// How many scenarios to judge at once; as many as there are processors where left out
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=MAX_THREADS))]
    threads: Option<u16>,
    /// Leave out durations, so that two reports of one run are the same
    #[arg(long)]
    no_times: bool,
    #[command(flatten)]
    outside: Outside,
    /// How much of the implementation's verdicts is compared: codes, subjects or evidence; as before where left out
    #[arg(long, value_enum, value_name = "LEVEL", hide_possible_values = true)]
    strict: Option<Strictness>,
    /// What the implementation is known not to pass, as it is known now
    #[arg(long, value_name = "FILE")]
    expectations: Option<PathBuf>,
}

/// Runs again what did not pass, and says what became of it.
///
/// # Errors
/// The results cannot be read or are a report, the suites cannot be read any more, or the machine failed.
pub fn run(args: &RerunFailedArgs, ctx: &Context) -> Result<Exit, Problem> {
    let source = Source::of(&args.results)?;
    let Some(head) = &source.head else {
        let refused = Problem::usage("is a report, which does not say what was asked for: expected results").file(&args.results);
        return Err(refused.help("`dasdlab run --results DIR` keeps them"));
    };
    if !source.missing.is_empty() {
        ctx.note(&format!("note: {} does not have {}", files::said(&args.results), said(&source.missing)));
    }
    let failed = Failed::of(&source)?;
    if failed.is_empty() {
        let exit = if failed.counts.judged() == 0 { Exit::NothingSelected } else { Exit::Good };
        return tell(&Mended::default(), &format!("nothing to run again: {}", failed.counts), exit, ctx);
    }
    let entries = if failed.has_files() { head.selection.plan(ctx)?.entries } else { Vec::new() };
    let (plan, gone) = failed.plan(&source.suites, entries);
    gone.iter().for_each(|id| ctx.note(&format!("note: {id} is no more in its suite")));
    if plan.is_empty() {
        let mended = Mended { failed: failed.len(), gone, ..Mended::default() };
        return tell(&mended, "nothing can be run again: what did not pass is no more in its suite", Exit::NothingSelected, ctx);
    }
    let (summary, mended) = judged(args, head, &failed, gone, &plan, ctx)?;
    // What was not judged again is not mended.
    let is_judged = mended.gone.is_empty() && mended.unjudged.is_empty() && mended.not_run == 0;
    tell(&mended, &words(&mended), if summary == Exit::Good && !is_judged { Exit::Bad } else { summary }, ctx)
}

/// Runs the plan.
fn judged(
    args: &RerunFailedArgs,
    head: &Head,
    failed: &Failed,
    gone: Vec<String>,
    plan: &Plan,
    ctx: &Context,
) -> Result<(Exit, Mended), Problem> {
    let outside = Outside { sut: command(args, head)?, ..args.outside.clone() };
    let strict = args.strict.unwrap_or(head.strict);
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = args.threads.map_or(processors, usize::from);
    let sut = outside.sut.as_ref().map(|command| start(command.clone(), threads, &outside)).transpose()?;
    let options = Options {
        threads: if sut.is_some() { threads.saturating_mul(DEPTH) } else { threads },
        fail_fast: false,
        // What is run again is a choice; it says nothing about coverage.
        coverage_gates: false,
        times: !args.no_times,
    };
    let implementation = sut.as_ref().map_or("dasdlab", |sut| sut.greeting().name.as_str());
    let known = known(args, implementation, plan)?;
    if head.known.is_some() && args.expectations.is_none() {
        ctx.note("note: the results were judged by known failures, of which nothing is known now without --expectations");
    }
    let replay = outside.said(strict);
    let bench = Bench { strict, sut: sut.as_ref(), ..Bench::new(&Ours) };
    let mut reporter = reporter(ctx);
    let mut mending = Mending::new(reporter.as_mut(), failed, gone);
    let summary = Run::new(plan, options, Judging { known: &known, replay: &replay, ..Judging::new(bench) }).run(&mut mending)?;
    let mended = mending.end();
    let exit = match sut {
        Some(sut) => ended(&sut, summary.exit(), ctx)?,
        None => summary.exit(),
    };
    Ok((exit, mended))
}

/// Whom to judge: who is named, or who was judged before.
fn command(args: &RerunFailedArgs, head: &Head) -> Result<Option<SutCommand>, Problem> {
    if args.outside.sut.is_some() {
        return Ok(args.outside.sut.clone());
    }
    let before = head.implementation.command.as_ref().map(|command| format!("cmd:{command}").parse());
    before.transpose().map_err(|message: String| Problem::usage(message).file(&args.results).help("name it with --sut"))
}

/// What is known not to pass.
fn known(args: &RerunFailedArgs, implementation: &str, plan: &Plan) -> Result<Known, Problem> {
    let Some(path) = &args.expectations else { return Ok(Known::default()) };
    let failures = file::read(path)?;
    file::of(&failures, path, implementation)?;
    Ok(file::known(&failures).within(plan))
}

/// What became of what did not pass, for people.
fn words(mended: &Mended) -> String {
    let Mended { failed, mended, still, broken, unjudged, gone, not_run } = mended;
    let mut text = format!("again      {failed} that did not pass: {mended} mended, {} not", still.len());
    for (count, what) in [
        (unjudged.len(), "not judged this time"),
        (gone.len(), "no more in its suite"),
        (*not_run, "not run"),
        (broken.len(), "that passed before and does not any more"),
    ] {
        if count > 0 {
            text += &format!(", {count} {what}");
        }
    }
    text
}

/// Says what became of it.
fn tell(mended: &Mended, text: &str, exit: Exit, ctx: &Context) -> Result<Exit, Problem> {
    if !ctx.is_json() {
        return Ok(ctx.result(&format!("{text}\n"), exit));
    }
    let line = serde_json::to_string(&Told { event: AGAIN, said: mended });
    let line = line.map_err(|error| Problem::fault(format!("cannot write JSON: {error}")))?;
    Ok(ctx.result(&(escaped(&line) + "\n"), exit))
}
