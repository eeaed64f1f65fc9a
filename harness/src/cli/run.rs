//! `run`: judges the validator by many scenarios.

use std::io;
use std::ops::Range;
use std::path::PathBuf;

use clap::Args;

use super::expectations::Expectations;
use super::outside::{Outside, ended, start};
use super::paint::Paint;
use super::preset::Settings;
use super::reports::Reports;
use super::selection::Selection;
use super::threads::Threads;
use super::{Context, Problem};
use crate::exit::Exit;
use crate::judge::strict::Strictness;
use crate::judge::{Bench, Ours};
use crate::known::Known;
use crate::known::renew::Gathering;
use crate::report::Reporter;
use crate::report::human::{Human, Progress};
use crate::report::json::Json;
use crate::report::several::Several;
use crate::results::file::{FORMAT, Head, Implementation};
use crate::results::folder::Folder;
use crate::run::part::Part;
use crate::run::plan::Plan;
use crate::run::work::Judging;
use crate::run::{Options, Run};
use crate::sut::{DEPTH, Sut};
use crate::twin::draw::Draw;
use crate::twin::{MAX_PIECES, written};

/// How many pieces of work are in one file of results.
const RANGE_SIZE: u64 = 100;

/// The most of them: they are in memory until they are written.
const MAX_RANGE_SIZE: u64 = 10_000;

/// Judge the validator by many scenarios
///
/// Without arguments: the built-in corpus, 10,000 generated setups, those with defects again without one of them, and
/// 5,000 generated stories. Every verdict is compared with what the scenario expects and with a second opinion, and must
/// keep the relations between runs: listed in another order, renamed, with an unrelated volume added, twice. In stories
/// the second opinion reads along and says what must come of every setup, backup, restore and edit, and what must hold
/// in every story is asked at every turn. Ends with 1 if the validator is wrong or something was not covered, with 70 if
/// the harness is, with 3 if nothing was selected. With --sut an implementation outside is judged in place of ours: what it
/// does not declare is unsupported and named, and where it cannot be used the run ends with 4.
///
/// With --results what is found is kept in a folder, a file for each range of scenarios, so that a run that was stopped or
/// killed goes on where it was (--resume), and parts of a run (--partition) become one (`dasdlab merge`).
///
/// With --expectations what an implementation is known not to pass does not make the run bad, and everything else does.
///
/// With --report the same is said in files: a page of HTML for people, JUnit XML, SARIF and Markdown for other programs.
#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    threads: Threads,
    /// Stop at the first scenario that does not pass
    #[arg(long)]
    fail_fast: bool,
    /// End with 1 if a reason was seen too seldom; goes without saying for the default selection
    #[arg(long)]
    require_coverage: bool,
    /// Generate more where nothing was covered yet, until everything is or so many more (10,000) are generated
    ///
    /// Setups are aimed at pairs and triples of factors that no setup had, at reasons that were seen too seldom, and stories
    /// at faults that none met. Ends with 1 where something is left. Every scenario has a token that runs it alone.
    #[arg(long, value_name = "covered[=N]", value_parser = until)]
    until: Option<u64>,
    /// Leave out durations, so that two reports of one run are the same
    #[arg(long)]
    no_times: bool,
    #[command(flatten)]
    outside: Outside,
    /// How much of the implementation's verdicts is compared: codes, subjects or evidence
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t, hide_possible_values = true, requires = "sut")]
    strict: Strictness,
    #[command(flatten)]
    expectations: Expectations,
    /// Judge a sample of so many (200) again, with other numbers of threads, in parts and in other orders
    ///
    /// Everything must come out as it did the first time: if not, the first event that differs is shown and the run ends
    /// with 5. With --results both versions are written into the folder.
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "200", value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_PIECES)))]
    twin: Option<u16>,
    /// Keep the results in this folder
    #[arg(long, value_name = "DIR")]
    results: Option<PathBuf>,
    /// Go on with what the folder has: what is done and holds true is not done again
    #[arg(long, requires = "results")]
    resume: bool,
    /// Judge only a part: the k-th of n equal parts, as in 3/7, or a range, as in 100..200
    #[arg(long, value_name = "K/N|A..B")]
    partition: Option<Part>,
    /// How many scenarios are kept in one file while the run goes on
    #[arg(long, value_name = "N", default_value_t = RANGE_SIZE, requires = "results", value_parser = clap::value_parser!(u64).range(1..=MAX_RANGE_SIZE))]
    range_size: u64,
    #[command(flatten)]
    reports: Reports,
    #[command(flatten)]
    settings: Settings,
}

/// Runs what is selected and reports.
///
/// # Errors
/// A suite, file, defect or expression that is not known or is malformed; the machine failed.
pub fn run(args: &RunArgs, ctx: &Context) -> Result<Exit, Problem> {
    let plan = args.selection.plan(ctx)?;
    if args.until.is_some() {
        sole(args)?;
    }
    let range = match args.partition {
        Some(part) => part.of(plan.len()).map_err(|message| Problem::usage(format!("--partition {part}: {message}")))?,
        None => 0..plan.len(),
    };
    let expectations = args.expectations.read()?;
    let mut files = args.reports.open(args.expectations.written())?;
    let threads = args.threads.count();
    let sut = args.outside.sut.as_ref().map(|command| start(command.clone(), threads, &args.outside)).transpose()?;
    let implementation = sut.as_ref().map_or("dasdlab", |sut| sut.greeting().name.as_str());
    let known = expectations.known(implementation, &plan)?;
    let mut renewal = expectations.renewal(&plan);
    let options = Options {
        // A worker that waits for an answer keeps no processor busy.
        threads: if sut.is_some() { threads.saturating_mul(DEPTH) } else { threads },
        fail_fast: args.fail_fast,
        coverage_gates: gates(args),
        times: !args.no_times,
    };
    let replay = args.outside.said(args.strict);
    let bench = Bench { strict: args.strict, sut: sut.as_ref(), ..Bench::new(&Ours) };
    let judging = Judging { known: &known, replay: &replay, ..Judging::new(bench) };
    let mut folder = folder(args, &plan, &range, &known, sut.as_ref(), ctx)?;
    let mut reporter = reporter(ctx);
    let draw = args.twin.map(|pieces| Draw::new(usize::from(pieces), args.selection.seed));
    let until = args.until.map(|budget| (args.selection.seed, budget));
    let run = Run { plan: &plan, range, options, judging, folder: folder.as_mut(), twin: draw.as_ref(), until };
    let mut told = Several::new(vec![&mut files, reporter.as_mut()]);
    let summary = match &mut renewal {
        Some(renewal) => run.run(&mut Gathering::new(&mut told, renewal))?,
        None => run.run(&mut told)?,
    };
    files.write(ctx)?;
    if let (Some(_), Some(folder)) = (args.twin, &args.results) {
        written::write(folder, summary.repeated.as_ref())?
            .iter()
            .for_each(|path| ctx.note(&format!("{} is written", path.display())));
    }
    if let Some(renewal) = &renewal {
        expectations.write(renewal, implementation, ctx)?;
    }
    match sut {
        Some(sut) => ended(&sut, summary.exit(), ctx),
        None => Ok(summary.exit()),
    }
}

/// How many more scenarios are generated where nothing is said.
const MORE: u64 = 10_000;

/// `covered`, or `covered=500`.
fn until(text: &str) -> Result<u64, String> {
    let expected = || "expected covered, or covered=N with N more scenarios at most".to_owned();
    match text.strip_prefix("covered").ok_or_else(expected)? {
        "" => Ok(MORE),
        more => more.strip_prefix('=').and_then(|more| more.parse().ok()).ok_or_else(expected),
    }
}

/// A run that goes on until everything is covered must see everything, and its rows are not those of its plan alone.
fn sole(args: &RunArgs) -> Result<(), Problem> {
    let with = |option: &str, why: &str| Err(Problem::usage(format!("`--until covered` does not go with `{option}`: {why}")));
    if args.partition.is_some() {
        return with("--partition", "a part does not know what the others cover")
            .map_err(|problem: Problem| problem.help("run the parts with --results, merge them, then run what is missing"));
    }
    if args.results.is_some() {
        return with("--results", "what is generated on the way is not of the plan that the results are held against")
            .map_err(|problem: Problem| problem.help("every scenario that is added has a token: keep the JSON report"));
    }
    if args.selection.undirected {
        return with("--undirected", "nobody knows what is planted in such a setup");
    }
    Ok(())
}

/// Whether a key seen too seldom makes the whole run bad.
fn gates(args: &RunArgs) -> bool {
    args.require_coverage || args.until.is_some() || (args.selection.is_default() && args.outside.sut.is_none())
}

/// Whoever tells the user what happens in a run.
pub(super) fn reporter(ctx: &Context) -> Box<dyn Reporter> {
    let out = io::BufWriter::new(io::stdout().lock());
    if ctx.is_json() {
        return Box::new(Json::new(out));
    }
    let progress = if ctx.quiet { Progress::Hidden } else { Progress::Terminal };
    Box::new(Human::new(out, Paint(ctx.color_stdout()), progress))
}

/// The folder in which results are kept.
fn folder(
    args: &RunArgs,
    plan: &Plan,
    range: &Range<u64>,
    known: &Known,
    sut: Option<&Sut>,
    ctx: &Context,
) -> Result<Option<Folder>, Problem> {
    let Some(path) = &args.results else { return Ok(None) };
    let implementation = sut.map_or_else(Implementation::ours, |sut| Implementation {
        name: sut.greeting().name.clone(),
        version: sut.greeting().version.clone(),
        command: args.outside.sut.as_ref().map(ToString::to_string),
    });
    let head = Head {
        format: FORMAT,
        tool: format!("dasdlab {}", env!("CARGO_PKG_VERSION")),
        suites: plan.suites.clone(),
        selection: args.selection.clone(),
        suite: plan.digest(),
        implementation,
        strict: args.strict,
        time_limit: sut.map(|_| args.outside.time_limit),
        known: known.digest(),
        gates: gates(args),
        pieces: plan.len(),
        start: range.start,
        end: range.end,
    };
    let (folder, notes) = Folder::open(path, head, args.range_size, args.resume)?;
    notes.iter().for_each(|note| ctx.note(note));
    Ok(Some(folder))
}
