//! `diff`: how two runs differ.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::paint::{Paint, Shade, escaped, masked};
use super::verify_report::write;
use super::{Context, Problem, files};
use crate::exit::Exit;
use crate::results::diff::{Change, Differences, Differs, Side, diff};
use crate::results::report::Told;
use crate::results::source::{Source, said};

/// How many scenarios of each kind are named.
const NAMED: usize = 10;

/// Compare two runs
///
/// Takes two files of results, folders of them, or reports as `run --message-format json` writes them: of two versions, two
/// implementations, two days. Says how many scenarios are broken (passed, and do not any more) or fixed, fail for another
/// cause, ended in another way, or give another verdict though nothing is wrong; about which rules; and what only one of the two
/// has. Scenarios are the same where their ids are. In JSON every one that differs has a line. Ends with 0 if the two are the
/// same, with 1 if they differ.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// A file of results, a folder of them, or a report
    #[arg(value_name = "A")]
    a: PathBuf,
    /// The same, to be compared with it
    #[arg(value_name = "B")]
    b: PathBuf,
    /// How many scenarios of each kind are named; in JSON all are
    #[arg(long, value_name = "N", default_value_t = NAMED)]
    show: usize,
}

/// Compares and says what differs.
///
/// # Errors
/// One of the two cannot be read, is damaged, or is no result of a run.
pub fn run(args: &DiffArgs, ctx: &Context) -> Result<Exit, Problem> {
    let (a, b) = (Source::of(&args.a)?, Source::of(&args.b)?);
    let notes = notes(&a, &b);
    let all = if ctx.is_json() { json(&a, &b, &notes)? } else { human(&a, &b, &notes, args.show, Paint(ctx.color_stdout()))? };
    Ok(match (all.differ(), all.same) {
        (0, 0) => Exit::NothingSelected,
        (0, _) => Exit::Good,
        _ => Exit::Bad,
    })
}

/// What is to be known before the two are compared.
fn notes(a: &Source, b: &Source) -> Vec<String> {
    let mut notes = Vec::new();
    for (name, source) in [("A", a), ("B", b)] {
        if !source.missing.is_empty() {
            notes.push(format!("{name} is not whole: it does not have {}", said(&source.missing)));
        }
    }
    let differ = |what: &str, a: &str, b: &str| (a != b).then(|| format!("{what}: A {a}, B {b}"));
    notes.extend(differ("implementation", &a.implementation, &b.implementation));
    if let (Some(a), Some(b)) = (&a.head, &b.head) {
        notes.extend(differ("version of it", &a.implementation.version, &b.implementation.version));
        notes.extend(differ("judged by", &a.tool, &b.tool));
        notes.extend(differ("strictness", a.strict.as_str(), b.strict.as_str()));
        if a.known != b.known {
            notes.push("they were judged with different known failures".to_owned());
        }
        if a.suite != b.suite && a.suites == b.suites {
            notes.push("the scenarios or what is selected of them differ".to_owned());
        }
    }
    notes.extend(differ("suites", &a.suites.join(", "), &b.suites.join(", ")));
    notes
}

/// Who is compared with whom, for programs.
#[derive(Debug, Serialize)]
struct Started<'a> {
    a: String,
    b: String,
    notes: &'a [String],
}

fn line<T: Serialize>(event: &'static str, said: &T) -> Result<(), Problem> {
    let text = serde_json::to_string(&Told { event, said });
    let text = text.map_err(|error| Problem::fault(format!("cannot write JSON: {error}")))?;
    write(&(escaped(&text) + "\n"))
}

fn json(a: &Source, b: &Source, notes: &[String]) -> Result<Differences, Problem> {
    line("diff-started", &Started { a: files::said(&a.path), b: files::said(&b.path), notes })?;
    let all = diff(a, b, &mut |differs| line("scenario-differs", differs))?;
    line("diff-finished", &all)?;
    Ok(all)
}

fn human(a: &Source, b: &Source, notes: &[String], show: usize, paint: Paint) -> Result<Differences, Problem> {
    let mut named: BTreeMap<Change, Vec<String>> = BTreeMap::new();
    let all = diff(a, b, &mut |differs| {
        let of = named.entry(differs.change).or_default();
        if of.len() < show {
            of.push(masked(&told(differs)));
        }
        Ok(())
    })?;
    let mut text = format!("A  {}\nB  {}\n", masked(&files::said(&a.path)), masked(&files::said(&b.path)));
    notes.iter().for_each(|note| text += &format!("note: {}\n", masked(note)));
    for &change in Change::ALL {
        let count = all.counts.get(change.as_str()).copied().unwrap_or(0);
        if count == 0 {
            continue;
        }
        let shade = if change == Change::Fixed { Shade::Green } else { Shade::Red };
        text += &format!("\n{}  {count}\n", paint.paint(shade, words(change)));
        let shown = named.remove(&change).unwrap_or_default();
        let more = count.saturating_sub(shown.len() as u64);
        shown.iter().for_each(|line| text += &format!("  {line}\n"));
        if more > 0 {
            text += &format!("  and {more} more\n");
        }
    }
    if !all.rules.is_empty() {
        text += &format!(
            "\n{}\n",
            paint.paint(Shade::Bold, "scenarios that differ about a rule: only A reports it, only B, otherwise")
        );
        for (rule, of) in &all.rules {
            text += &format!("  {rule} {:>8} {:>8} {:>8}\n", of.only_a, of.only_b, of.otherwise);
        }
    }
    if all.no_rule > 0 {
        text += &format!("  {} differ in evidence, order or what happened, and not in which rules spoke\n", all.no_rule);
    }
    let shade = if all.differ() == 0 && all.same > 0 { Shade::Green } else { Shade::Red };
    text += &format!("\n{}\n", paint.paint(shade, &format!("{} the same, {} differ", all.same, all.differ())));
    write(&text)?;
    Ok(all)
}

const fn words(change: Change) -> &'static str {
    match change {
        Change::Broken => "broken: passed, and does not any more",
        Change::Fixed => "fixed: passes now",
        Change::FailsOtherwise => "fails for another cause",
        Change::Status => "ended in another way",
        Change::Verdict => "another verdict, or another course of the story",
        Change::OnlyA => "only A has it",
        Change::OnlyB => "only B has it",
    }
}

/// A scenario that differs, in a line.
fn told(differs: &Differs) -> String {
    let side = |side: &Option<Side>| {
        side.as_ref().map(|Side { status, signature }| signature.clone().unwrap_or_else(|| status.as_str().to_owned()))
    };
    let ended = match (side(&differs.a), side(&differs.b)) {
        (Some(a), Some(b)) if a != b => format!("{a} -> {b}"),
        (Some(one), _) | (None, Some(one)) => one,
        (None, None) => String::new(),
    };
    let rules = if differs.rules.is_empty() { String::new() } else { format!(" ({})", differs.rules.join(", ")) };
    format!("{}  {ended}{rules}", differs.id)
}
