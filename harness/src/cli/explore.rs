//! `explore`: every order in which a small system can act.

use std::fmt::Write;

use clap::Args;
use clap::ValueEnum;
use clap::builder::RangedU64ValueParser;
use dasdlab_model::states::Method;
use serde::Serialize;

use super::paint::{Paint, Shade};
use super::{Context, Problem};
use crate::exit::Exit;
use crate::explore::{Bounds, Job, Report, explore};

/// Explore every order in which a small system can act
///
/// Starts from a new profile on one array and does everything that can be done next: jobs start and go on, copies end in
/// any order, faults come. Asks after every move what must always hold, and tells the shortest story that breaks it. Says
/// how much was looked at, and what was not.
#[derive(Debug, Args)]
pub struct ExploreArgs {
    /// Sources, 1 to 4
    #[arg(long, value_name = "P", default_value_t = 1, value_parser = up_to(1, Bounds::MAX_PAIRS))]
    pairs: u8,
    /// Generations of the profile, 1 to 4
    #[arg(long, value_name = "G", default_value_t = 1, value_parser = up_to(1, Bounds::MAX_GENERATIONS))]
    generations: u8,
    /// Faults, foreign orders and second jobs, 0 to 8 of them all together
    #[arg(long, value_name = "F", default_value_t = 0, value_parser = up_to(0, Bounds::MAX_FAULTS))]
    faults: u8,
    /// How volumes are copied
    #[arg(long, value_enum, value_name = "bcv|flashcopy", default_value_t = MethodArg::Bcv, hide_possible_values = true)]
    method: MethodArg,
    /// Let restores be among the jobs
    #[arg(long)]
    restores: bool,
    /// The most states that are looked at
    #[arg(long, value_name = "STATES", default_value_t = Bounds::LIMIT, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Tell pairs apart even while no job is at work on them
    #[arg(long)]
    no_symmetry: bool,
}

fn up_to(least: u8, most: u8) -> RangedU64ValueParser<u8> {
    RangedU64ValueParser::new().range(u64::from(least)..=u64::from(most))
}

/// How volumes are copied, as the command line spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MethodArg {
    Bcv,
    Flashcopy,
}

/// What came of it, as it is said to programs.
#[derive(Serialize)]
struct Said<'a> {
    pairs: u8,
    generations: u8,
    faults: u8,
    method: Method,
    restores: bool,
    symmetry: bool,
    #[serde(flatten)]
    report: &'a Report,
}

/// Explores and prints what was found. Ends with 1 if something does not hold.
///
/// # Errors
/// The system cannot be built: a fault of this program.
pub fn run(args: &ExploreArgs, ctx: &Context) -> Result<Exit, Problem> {
    let bounds = Bounds {
        pairs: args.pairs,
        generations: args.generations,
        faults: args.faults,
        method: match args.method {
            MethodArg::Bcv => Method::Bcv,
            MethodArg::Flashcopy => Method::FlashCopy,
        },
        restores: args.restores,
        limit: args.limit,
        symmetry: !args.no_symmetry,
    };
    let report = explore(bounds, &Job::new).map_err(|unbuilt| Problem::fault(unbuilt.to_string()))?;
    let exit = if report.violations.is_empty() { Exit::Good } else { Exit::Bad };
    if ctx.is_json() {
        let Bounds { pairs, generations, faults, method, restores, symmetry, .. } = bounds;
        return Ok(ctx.json(&Said { pairs, generations, faults, method, restores, symmetry, report: &report }, exit));
    }
    Ok(ctx.result(&human(&bounds, &report, Paint(ctx.color_stdout())), exit))
}

fn human(bounds: &Bounds, report: &Report, paint: Paint) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = tell(&mut out, bounds, report, paint);
    out
}

fn tell(out: &mut String, bounds: &Bounds, report: &Report, paint: Paint) -> std::fmt::Result {
    let Bounds { pairs, generations, faults, method, restores, .. } = *bounds;
    let restores = if restores { ", restores" } else { "" };
    writeln!(
        out,
        "{}",
        paint.paint(
            Shade::Bold,
            &format!(
                "{method}, {}, {}, {}{restores}",
                plural(pairs, "pair"),
                plural(generations, "generation"),
                plural(faults, "fault")
            )
        )
    )?;
    let by_faults: Vec<String> =
        (0..).zip(&report.by_faults).map(|(faults, states)| format!("{states} after {}", plural(faults, "fault"))).collect();
    let by_faults = if faults > 0 { format!("  ({})", by_faults.join(", ")) } else { String::new() };
    writeln!(out, "  states       {:>10}{by_faults}", report.states)?;
    writeln!(out, "  transitions  {:>10}", report.transitions)?;
    writeln!(out, "  depth        {:>10}", report.depth)?;
    writeln!(out, "  merged       {:>10}  (by symmetry)", report.merged)?;
    writeln!(out, "\n{}", paint.paint(Shade::Bold, "moves               transitions  new states"))?;
    for count in &report.moves {
        writeln!(out, "  {:<18}{:>11}  {:>10}", count.kind, count.transitions, count.states)?;
    }
    writeln!(out, "\n{}", paint.paint(Shade::Bold, "asked after every move"))?;
    for asked in &report.asked {
        writeln!(out, "  {asked}")?;
    }
    writeln!(out, "\n{}", paint.paint(Shade::Bold, "not looked at"))?;
    for left_out in &report.left_out {
        writeln!(out, "  {left_out}")?;
    }
    for violation in &report.violations {
        let times = format!("{} transitions break it; a shortest story:", violation.transitions);
        writeln!(
            out,
            "\n{} {}\n  {}",
            paint.paint(Shade::Red, "does not hold:"),
            violation.rule,
            paint.paint(Shade::Dim, &times)
        )?;
        for (number, line) in (1..).zip(&violation.story) {
            writeln!(out, "  {number:>4}  {line}")?;
        }
    }
    let verdict = match (report.violations.len(), report.limit_reached) {
        (0, false) => paint.paint(Shade::Green, "everything holds"),
        (0, true) => paint.paint(Shade::Yellow, "everything holds as far as was looked; the limit was reached"),
        (count, _) => paint.paint(Shade::Red, &format!("{count} of {} do not hold", report.asked.len())),
    };
    writeln!(out, "\n{verdict}")
}

fn plural(count: u8, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
