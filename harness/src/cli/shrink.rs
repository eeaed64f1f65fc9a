//! `shrink`: a small scenario that fails as a large one does.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use dasdlab_model::read::{Content, Encoding};
use dasdlab_model::write::write;
use dasdlab_scenarios::shrink::Budget;
use serde::Serialize;

use super::outside::{Alone, bench};
use super::{Context, Problem, files, load, replay};
use crate::exit::Exit;
use crate::shrink::{self, FailureSignature, NotShrunk, Size};
use crate::suite::Entry;

/// Find a small scenario that fails as a large one does
///
/// Leaves out volumes, data sets, profiles, generations, steps and faults, and makes values plainer, as long as the scenario
/// fails the same way: the same verdict, the same rules, in the same direction. The result is a file that a person can
/// read, with a title that says what fails and with what is expected. Ends with 0 when it is written, with 1 if the
/// scenario passes and there is nothing to shrink. With --sut the failure of an implementation outside is shrunk, its
/// crashes and timeouts too.
#[derive(Debug, Args)]
pub struct ShrinkArgs {
    /// A token such as g1-00000000deadbeef-42, a scenario file, or corpus/NAME
    #[arg(value_name = "TOKEN|FILE")]
    scenario: String,
    /// The file to write, .toml or .json; an existing one is replaced. It goes to stdout where left out
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How many smaller scenarios are judged at most
    #[arg(long, value_name = "N", default_value_t = Budget::default().candidates)]
    budget: usize,
    /// Seconds after which the smallest that was found is written; 120 with --sut, else there is no limit
    #[arg(long, value_name = "S")]
    within: Option<u32>,
    #[command(flatten)]
    alone: Alone,
}

/// How long an implementation outside is asked where nothing is said.
const WITHIN: u32 = 120;

/// What is said to programs.
#[derive(Serialize)]
struct Report<'a> {
    id: &'a str,
    signature: &'a FailureSignature,
    before: Size,
    after: Size,
    tried: usize,
    kept: usize,
    finished: bool,
    passes: Vec<Pass>,
    /// The file; left out where it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<&'a dasdlab_model::scenario::Scenario>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<String>,
}

/// What a pass did.
#[derive(Serialize)]
struct Pass {
    name: &'static str,
    tried: usize,
    kept: usize,
}

/// Shrinks the scenario and writes the result.
///
/// # Errors
/// There is no such scenario, it is malformed, it passes, or the file cannot be written.
pub fn run(args: &ShrinkArgs, ctx: &Context) -> Result<Exit, Problem> {
    let encoding = args.output.as_deref().map_or(Ok(Encoding::Toml), Encoding::of).map_err(|error| load::problem(&error))?;
    let Entry { id, scenario, .. } = replay::find(&args.scenario)?;
    let budget = Budget { candidates: args.budget };
    let sut = args.alone.start(None)?;
    let within = args.within.or(sut.as_ref().map(|_| WITHIN)).map(|seconds| Duration::from_secs(seconds.into()));
    let shrunk = shrink::shrink_within(&bench(sut.as_ref(), args.alone.strict), &id, &scenario, budget, within);
    if let Some(sut) = &sut {
        // What it does at the end is nothing new: it fails.
        let _ = sut.close();
        if let Some(message) = sut.unusable() {
            let unusable = Problem::usage(format!("the implementation cannot be used: {message}"));
            return Err(Problem { exit: Exit::Unusable, ..unusable });
        }
    }
    let shrunk = shrunk.map_err(|why| not_shrunk(&id, &why, sut.is_some()))?;
    let content = Content::Scenario(Box::new(shrunk.scenario.clone()));
    let text = write(&content, encoding).map_err(|error| Problem::fault(error.to_string()))?;
    if let Some(path) = &args.output {
        files::write(path, &text)?;
    }
    let end = if shrunk.finished { "" } else { "; the budget is spent, more may go" };
    ctx.note(&format!(
        "{}\n{} to {}: {} of {} candidates kept{end}",
        shrunk.signature,
        size(shrunk.before),
        size(shrunk.after),
        shrunk.kept,
        shrunk.tried
    ));
    if !ctx.is_json() {
        return Ok(if args.output.is_some() { Exit::Good } else { ctx.result(&text, Exit::Good) });
    }
    let report = Report {
        id: &id,
        signature: &shrunk.signature,
        before: shrunk.before,
        after: shrunk.after,
        tried: shrunk.tried,
        kept: shrunk.kept,
        finished: shrunk.finished,
        passes: shrunk.passes.iter().map(|pass| Pass { name: pass.name, tried: pass.tried, kept: pass.kept }).collect(),
        scenario: args.output.is_none().then_some(&shrunk.scenario),
        written: args.output.as_deref().map(files::said),
    };
    Ok(ctx.json(&report, Exit::Good))
}

/// How the command ends without a result.
fn not_shrunk(id: &str, why: &NotShrunk, is_outside: bool) -> Problem {
    let usage = Problem::usage(format!("{id}: {why}"));
    match why {
        NotShrunk::Passes => Problem { exit: Exit::Bad, ..Problem::usage(format!("{id} passes: there is nothing to shrink")) },
        NotShrunk::Unsteady if is_outside => Problem { exit: Exit::Unusable, ..usage },
        NotShrunk::Unsteady => Problem::fault(format!("{id}: {why}")),
        NotShrunk::Unsupported(_) => Problem { exit: Exit::NothingSelected, ..usage },
        NotShrunk::Refused(_) => usage,
    }
}

/// A size in words.
fn size(size: Size) -> String {
    let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let parts = [(size.volumes, "volume"), (size.data_sets, "data set"), (size.steps, "step"), (size.faults, "fault")];
    let said: Vec<String> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(count, what)).collect();
    if said.is_empty() { "nothing".to_owned() } else { said.join(", ") }
}
