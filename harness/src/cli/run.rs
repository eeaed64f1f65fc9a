//! `run`: judges the validator by many scenarios.

use std::io;
use std::path::Path;

use clap::Args;
use dasdlab_model::states::Method;
use dasdlab_scenarios::defects;
use dasdlab_scenarios::token::{Mode, Selector, Token, TokenError};

use super::aim::aim;
use super::outside::{Outside, ended, start};
use super::paint::Paint;
use super::{Context, Place, Problem};
use crate::exit::Exit;
use crate::judge::strict::Strictness;
use crate::judge::{Bench, Ours};
use crate::report::Reporter;
use crate::report::human::{Human, Progress};
use crate::report::json::Json;
use crate::run::plan::{Batch, Filter, Plan};
use crate::run::select::Expr;
use crate::run::{self, Options};
use crate::suite::{self, Suite};
use crate::sut::DEPTH;

/// How many setups are generated where nothing else is said.
pub const DEFAULT_SETUPS: u64 = 10_000;

/// How many setups are generated with chosen defects.
const DEFECT_SETUPS: u64 = 1_000;

/// How many stories are generated where nothing else is said.
pub const DEFAULT_STORIES: u64 = 5_000;

/// How many stories are generated about a chosen fault.
const FAULT_STORIES: u64 = 1_000;

/// The most workers.
const MAX_THREADS: i64 = 1_024;

/// Judge the validator by many scenarios
///
/// Without arguments: the built-in corpus, 10,000 generated setups, those with defects again without one of them, and
/// 5,000 generated stories. Every verdict is compared with what the scenario expects and with a second opinion, and must
/// keep the relations between runs: listed in another order, renamed, with an unrelated volume added, twice. In stories
/// the second opinion reads along and says what must come of every setup, backup, restore and edit, and what must hold
/// in every story is asked at every turn. Ends with 1 if the validator is wrong or something was not covered, with 70 if
/// the harness is, with 3 if nothing was selected. With --sut an implementation outside is judged in place of ours: what it
/// does not declare is unsupported and named, and where it cannot be used the run ends with 4.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Suites (corpus, setups, stories, or a folder with suite.toml) and scenario files; all three where left out
    #[arg(value_name = "SUITE|PATH")]
    suites: Vec<String>,
    /// Seed of the generated setups and stories
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    seed: u64,
    /// How many setups to generate; 10,000 where left out, 1,000 with --defect, none where only stories are asked for
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    setups: Option<u64>,
    /// How many stories to generate; 5,000 where left out, 1,000 with --fault, none where only setups are asked for
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    stories: Option<u64>,
    /// Generate stories about this fault, wherever it fires or in one phase, as in split:pair-failed
    #[arg(long, value_name = "[PHASE:]FAULT")]
    fault: Option<String>,
    /// Generate setups of arbitrary states in place of planted defects; the second opinion alone judges them
    #[arg(long, conflicts_with = "defect")]
    undirected: bool,
    /// Generate setups with this defect: a rule, a reason or a defect, as in PS06:too-small/one-cylinder
    #[arg(long, value_name = "NAME")]
    defect: Option<String>,
    /// Only profiles of this method: flashcopy or bcv
    #[arg(long, value_name = "METHOD", value_parser = method)]
    method: Option<Method>,
    /// Only scenarios that fit, as in 'rule=PS08 & method=flashcopy'
    ///
    /// Compares rule, reason, defect, method, type, generations and id by = and !=, joined by & and |, grouped by
    /// parentheses; in an id, * stands for any characters. `rule` and `reason` ask what a scenario must report, `rule`
    /// also what was planted in it.
    #[arg(long, value_name = "EXPR")]
    only: Option<String>,
    /// How many scenarios to judge at once; as many as there are processors where left out
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=MAX_THREADS))]
    threads: Option<u16>,
    /// Stop at the first scenario that does not pass
    #[arg(long)]
    fail_fast: bool,
    /// End with 1 if a reason was seen too seldom; goes without saying for the default selection
    #[arg(long)]
    require_coverage: bool,
    /// Leave out durations, so that two reports of one run are the same
    #[arg(long)]
    no_times: bool,
    #[command(flatten)]
    outside: Outside,
    /// How much of the implementation's verdicts is compared: codes, subjects or evidence
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t, hide_possible_values = true, requires = "sut")]
    strict: Strictness,
}

fn method(text: &str) -> Result<Method, String> {
    text.parse().map_err(|error: dasdlab_model::name::NameError| error.to_string())
}

/// Runs what is selected and reports.
///
/// # Errors
/// A suite, file, defect or expression that is not known or is malformed; the machine failed.
pub fn run(args: &RunArgs, ctx: &Context) -> Result<Exit, Problem> {
    let plan = plan(args, ctx)?;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = args.threads.map_or(processors, usize::from);
    let sut = args.outside.sut.as_ref().map(|command| start(command.clone(), threads, &args.outside)).transpose()?;
    let options = Options {
        // A worker that waits for an answer keeps no processor busy.
        threads: if sut.is_some() { threads.saturating_mul(DEPTH) } else { threads },
        fail_fast: args.fail_fast,
        coverage_gates: args.require_coverage || (is_default(args) && sut.is_none()),
        times: !args.no_times,
    };
    let out = io::BufWriter::new(io::stdout().lock());
    let mut reporter: Box<dyn Reporter> = if ctx.is_json() {
        Box::new(Json::new(out))
    } else {
        let progress = if ctx.quiet { Progress::Hidden } else { Progress::Terminal };
        Box::new(Human::new(out, Paint(ctx.color_stdout()), progress))
    };
    let bench = Bench { strict: args.strict, sut: sut.as_ref(), ..Bench::new(&Ours) };
    let summary = run::run(&plan, options, &bench, reporter.as_mut())?;
    match sut {
        Some(sut) => ended(&sut, summary.exit(), ctx),
        None => Ok(summary.exit()),
    }
}

/// Whether the whole of the built-in scenarios is run, or more.
fn is_default(args: &RunArgs) -> bool {
    args.suites.is_empty()
        && !args.undirected
        && args.defect.is_none()
        && args.method.is_none()
        && args.only.is_none()
        && args.fault.is_none()
        && counts(args).0 >= DEFAULT_SETUPS
        && counts(args).1 >= DEFAULT_STORIES
}

/// What the arguments ask for, read and found well-formed.
fn plan(args: &RunArgs, ctx: &Context) -> Result<Plan, Problem> {
    let only = args.defect.as_deref().map(selector).transpose()?;
    let aim = args.fault.as_deref().map(|text| aim(text, args.method)).transpose()?;
    if let Some(method) = args.method {
        Token::new(args.seed, 0).restricted(only.clone(), Some(method)).map_err(|error| Problem::usage(error.to_string()))?;
    }
    let mut plan = Plan {
        filter: Filter { only: args.only.as_deref().map(expression).transpose()?, method: args.method },
        ..Plan::default()
    };
    let chosen = args.undirected || only.is_some();
    let mut counts = counts(args);
    if args.suites.is_empty() && !chosen && args.fault.is_none() {
        add(&mut plan, suite::corpus()?, args)?;
    } else if !args.suites.is_empty() {
        // What is not named is generated only if it is asked for by number.
        let (setups, stories) = (args.setups.is_some() || chosen, args.stories.is_some() || args.fault.is_some());
        counts = (if setups { counts.0 } else { 0 }, if stories { counts.1 } else { 0 });
    }
    for name in &args.suites {
        match name.as_str() {
            suite::SETUPS => counts.0 = args.setups.unwrap_or(if only.is_some() { DEFECT_SETUPS } else { DEFAULT_SETUPS }),
            suite::STORIES => {
                counts.1 = args.stories.unwrap_or(if args.fault.is_some() { FAULT_STORIES } else { DEFAULT_STORIES });
            }
            suite::CORPUS => add(&mut plan, suite::corpus()?, args)?,
            _ => {
                let suite = find(name)?;
                for folder in &suite.unread {
                    ctx.note(&format!("note: {} is a folder and is not read", folder.display()));
                }
                add(&mut plan, suite, args)?;
            }
        }
    }
    let (setups, stories) = counts;
    let (seed, method) = (args.seed, args.method);
    if setups > 0 || args.setups.is_some() {
        let mode = if args.undirected { Mode::Undirected } else { Mode::Directed };
        plan.suites.push(format!("{setups} {}setups of seed {seed}", if args.undirected { "undirected " } else { "" }));
        plan.batches.push(Batch { seed, count: setups, mode, only, method, ..Batch::default() });
    }
    if stories > 0 || args.stories.is_some() {
        plan.suites.push(format!("{stories} stories of seed {seed}"));
        plan.batches.push(Batch { seed, count: stories, mode: Mode::Story, aim, method, ..Batch::default() });
    }
    Ok(plan)
}

/// How many setups and stories are generated: as many as are asked for; of the two, the one that is not asked for while
/// the other is stays away.
fn counts(args: &RunArgs) -> (u64, u64) {
    let (of_setups, of_stories) = (args.undirected || args.defect.is_some(), args.fault.is_some());
    let setups = if args.defect.is_some() { DEFECT_SETUPS } else { DEFAULT_SETUPS };
    let stories = if of_stories { FAULT_STORIES } else { DEFAULT_STORIES };
    let only_setups = (args.setups.is_some() || of_setups) && !of_stories;
    let only_stories = (args.stories.is_some() || of_stories) && !of_setups;
    (
        args.setups.unwrap_or(if only_stories && !only_setups { 0 } else { setups }),
        args.stories.unwrap_or(if only_setups && !only_stories { 0 } else { stories }),
    )
}

/// Adds a suite to a plan.
fn add(plan: &mut Plan, suite: Suite, args: &RunArgs) -> Result<(), Problem> {
    if let Some(generate) = suite.generate {
        let only = generate.defect.as_deref().map(selector).transpose()?;
        if generate.undirected && only.is_some() {
            return Err(Problem::usage(format!("suite {}: undirected setups have no planted defect to choose", suite.name)));
        }
        let of_suite = |problem: Problem| Problem { message: format!("suite {}: {}", suite.name, problem.message), ..problem };
        let fault = generate.fault.as_deref().map(|text| aim(text, None)).transpose().map_err(of_suite)?;
        let (seed, method) = (generate.seed, args.method);
        let mode = if generate.undirected { Mode::Undirected } else { Mode::Directed };
        // A method asked for now narrows what the suite generates; where the two exclude each other nothing is left.
        plan.batches.push(Batch { seed, count: generate.setups, mode, only, method, ..Batch::default() });
        let (count, mode) = (generate.stories, Mode::Story);
        plan.batches.push(Batch { seed, count, mode, aim: fault, method, ..Batch::default() });
    }
    plan.entries.extend(suite.entries);
    plan.suites.push(suite.name);
    Ok(())
}

/// A suite or scenario by path, or a scenario of the corpus by name.
fn find(name: &str) -> Result<Suite, Problem> {
    let path = Path::new(name);
    if path.is_dir() {
        return suite::folder(path);
    }
    let of_corpus = || name.strip_prefix(suite::CORPUS).and_then(|rest| rest.strip_prefix('/'));
    let entry = match of_corpus() {
        Some(scenario) if !path.exists() => suite::corpus_entry(scenario)?,
        _ if path.exists() => Some(suite::file(path)?),
        _ => None,
    };
    match entry {
        Some(entry) => Ok(Suite { name: name.to_owned(), entries: vec![entry], ..Suite::default() }),
        None => {
            let known = suite::BUILT_IN.iter().map(|suite| suite.name);
            Err(Problem::unknown("suite or file", name, known, "`dasdlab list suites` shows the built-in ones"))
        }
    }
}

/// The defects that a name stands for.
fn selector(name: &str) -> Result<Selector, Problem> {
    name.parse().map_err(|error: TokenError| match error {
        TokenError::Defect(_) => {
            // Whoever names a rule means one of its defects.
            let rule = name.split_once(':').map_or("", |(rule, _)| rule);
            let of_rule = defects::all().map(|defect| defect.name).filter(|known| known.split(':').next() == Some(rule));
            let mut known: Vec<&str> = of_rule.flat_map(|name| [name.split('/').next().unwrap_or(name), name]).collect();
            if known.is_empty() {
                known = defects::all().map(|defect| defect.name).collect();
            }
            Problem::unknown("defect", name, known, "`dasdlab list defects` shows all")
        }
        other => Problem::usage(other.to_string()),
    })
}

/// The expression of `--only`.
fn expression(text: &str) -> Result<Expr, Problem> {
    let defects: Vec<&str> = defects::all().map(|defect| defect.name).collect();
    Expr::parse(text, &defects).map_err(|error| {
        let place = Place { line: 1, column: error.at + 1, width: error.width, text: text.to_owned() };
        Problem::usage(error.message).file("--only").at(Some(place))
    })
}
