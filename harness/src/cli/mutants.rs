//! `mutants`: how many wrong validators a suite finds, and how soon.

use std::fmt::Write;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::paint::{Paint, Shade, masked};
use super::reports::Pages;
use super::selection::Selection;
use super::threads::Threads;
use super::{Context, Problem};
use crate::exit::Exit;
use crate::mutants::score::{Score, Standing, score};
use crate::mutants::{self, Mutant};
use crate::report::html::kills;

/// Find out how many wrong validators a suite finds
///
/// Each mutant is our validator with one believable mistake: in what it sees, in what it says, or in how it acts. The
/// scenarios are put to all of them in their order, until one does not pass that passes with ours. Without
/// arguments: what `dasdlab run` judges. Ends with 0 if every mutant is found out and those that make no difference are not,
/// with 1 if not, with 3 if nothing was selected.
#[derive(Debug, Args)]
pub struct MutantsArgs {
    #[command(flatten)]
    selection: Selection,
    /// Only this mutant; may be given several times
    #[arg(long, value_name = "NAME")]
    mutant: Vec<String>,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    pages: Pages,
}

/// What is said to programs.
#[derive(Serialize)]
struct Report<'a> {
    suites: &'a [String],
    wrong: usize,
    killed: usize,
    median: Option<u64>,
    worst: Option<u64>,
    #[serde(flatten)]
    score: &'a Score,
}

/// Puts what is selected to the mutants and reports.
///
/// # Errors
/// A mutant, suite, file, defect or expression that is not known or is malformed; the machine failed.
pub fn run(args: &MutantsArgs, ctx: &Context) -> Result<Exit, Problem> {
    let mutants = chosen(&args.mutant)?;
    let plan = args.selection.plan(ctx)?;
    args.pages.open()?;
    let threads = args.threads.count();
    let bar = bar(plan.len(), ctx);
    let score = score(&plan, &mutants, threads, &|| bar.inc(1))?;
    bar.finish_and_clear();
    let exit = exit(&score);
    args.pages.write(ctx, || kills::page(&plan.suites, &score, exit, env!("CARGO_PKG_VERSION")))?;
    if ctx.is_json() {
        let (median, worst) = score.soon().unzip();
        let (wrong, killed) = (score.wrong().count(), score.killed());
        return Ok(ctx.json(&Report { suites: &plan.suites, wrong, killed, median, worst, score: &score }, exit));
    }
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = tell(&mut out, &plan.suites, &score, Paint(ctx.color_stdout()));
    Ok(ctx.result(&out, exit))
}

/// How it ends. A fault of the harness is no verdict on anybody.
fn exit(score: &Score) -> Exit {
    if score.scenarios == 0 {
        Exit::NothingSelected
    } else if score.mutants.iter().any(|standing| standing.fault.is_some()) {
        Exit::Fault
    } else if score.mutants.iter().all(Standing::is_good) {
        Exit::Good
    } else {
        Exit::Bad
    }
}

/// The mutants of these names, each once; all where none is named.
fn chosen(names: &[String]) -> Result<Vec<&'static Mutant>, Problem> {
    if let Some(unknown) = names.iter().find(|name| mutants::named(name).is_none()) {
        let known = mutants::ALL.iter().map(|mutant| mutant.slug);
        return Err(Problem::unknown("mutant", unknown, known, "`dasdlab list mutants` shows all"));
    }
    let is_chosen = |mutant: &&Mutant| names.is_empty() || names.iter().any(|name| name == mutant.slug);
    Ok(mutants::ALL.iter().copied().filter(is_chosen).collect())
}

/// Progress on stderr, if that is a terminal.
fn bar(pieces: u64, ctx: &Context) -> ProgressBar {
    if ctx.quiet || ctx.is_json() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(pieces), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {human_pos}/{human_len}  {eta} left") {
        bar.set_style(style);
    }
    bar
}

fn tell(out: &mut String, suites: &[String], score: &Score, paint: Paint) -> std::fmt::Result {
    let width = score.mutants.iter().map(|standing| standing.mutant.len()).max().unwrap_or(0);
    let bold = |text: &str| paint.paint(Shade::Bold, text);
    let suites: Vec<String> = suites.iter().map(|suite| masked(suite)).collect();
    writeln!(out, "{}", bold(&format!("mutants before {}", suites.join(", "))))?;
    for standing in &score.mutants {
        let Some(kill) = &standing.killed else { continue };
        let shade = if standing.equivalent { Shade::Red } else { Shade::Green };
        let killed = paint.paint(shade, "killed");
        writeln!(out, "{killed:<8} {:width$}  {}", standing.mutant, standing.text)?;
        let after = format!("{} after {}", masked(&kill.scenario), plural(kill.after, "scenario"));
        writeln!(out, "         {:width$}  {}", "", paint.paint(Shade::Dim, &format!("{after}; {}", masked(&kill.signature))))?;
        writeln!(out, "         {:width$}  {}", "", paint.paint(Shade::Dim, &masked(&kill.replay)))?;
    }
    for standing in score.mutants.iter().filter(|standing| standing.killed.is_none()) {
        let shade = if standing.equivalent { Shade::Green } else { Shade::Red };
        writeln!(out, "{} {:width$}  {}", paint.paint(shade, "survived"), standing.mutant, standing.text)?;
        let difference = match &standing.differs_first {
            None if standing.equivalent => "no difference, as it should be".to_owned(),
            None => format!("no scenario of {} shows a difference", standing.asked),
            Some(first) => format!(
                "does otherwise in {} of {} and nobody objects, first in {}",
                standing.differs,
                plural(standing.asked, "scenario"),
                masked(first)
            ),
        };
        writeln!(out, "         {:width$}  {}", "", paint.paint(Shade::Dim, &difference))?;
    }
    for standing in &score.mutants {
        if let Some(fault) = &standing.fault {
            writeln!(out, "{} {}: {}", paint.paint(Shade::Yellow, "harness fault"), standing.mutant, masked(fault))?;
        }
    }
    if score.not_passed > 0 {
        let named: Vec<String> = score.not_passed_first.iter().map(|id| masked(id)).collect();
        writeln!(
            out,
            "{}: our own validator does not pass {}: {}",
            paint.paint(Shade::Yellow, "left out"),
            plural(score.not_passed, "scenario"),
            named.join(", ")
        )?;
    }
    let (wrong, killed) = (score.wrong().count(), score.killed());
    let equivalent = score.mutants.len() - wrong;
    writeln!(out, "\n{} scenarios, {} of them stories", score.scenarios, score.stories)?;
    if let Some((median, worst)) = score.soon() {
        writeln!(out, "killed after {median} scenarios in the median, {worst} at worst")?;
    }
    let alive = score.mutants.iter().filter(|standing| standing.equivalent && standing.killed.is_none()).count();
    let shade = if exit(score) == Exit::Good { Shade::Green } else { Shade::Red };
    let verdict = format!("{killed} of {wrong} mutants killed, {alive} of {equivalent} that make no difference alive");
    writeln!(out, "{}", paint.paint(shade, &verdict))
}

fn plural(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
