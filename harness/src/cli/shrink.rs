//! `shrink`: a small scenario that fails as a large one does.

use std::path::PathBuf;

use clap::Args;
use dasdlab_model::read::{Content, Encoding};
use dasdlab_model::write::write;
use dasdlab_scenarios::shrink::Budget;
use serde::Serialize;

use super::{Context, Problem, files, load, replay};
use crate::exit::Exit;
use crate::judge::{Bench, Ours};
use crate::shrink::{self, FailureSignature, NotShrunk, Size};
use crate::suite::Entry;

/// Find a small scenario that fails as a large one does
///
/// Leaves out volumes, data sets, profiles, generations, steps and faults, and makes values plainer, as long as the scenario
/// fails the same way: the same verdict, the same rules, in the same direction. The result is a file that a person can
/// read, with a title that says what fails and with what is expected. Ends with 0 when it is written, with 1 if the
/// scenario passes and there is nothing to shrink.
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
}

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
    let shrunk = match shrink::shrink(&Bench::new(&Ours), &id, &scenario, budget) {
        Ok(shrunk) => shrunk,
        Err(NotShrunk::Passes) => {
            return Err(Problem { exit: Exit::Bad, ..Problem::usage(format!("{id} passes: there is nothing to shrink")) });
        }
        Err(NotShrunk::Unsteady) => return Err(Problem::fault(format!("{id}: {}", NotShrunk::Unsteady))),
        Err(refused) => return Err(Problem::usage(format!("{id}: {refused}"))),
    };
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

/// A size in words.
fn size(size: Size) -> String {
    let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let parts = [(size.volumes, "volume"), (size.data_sets, "data set"), (size.steps, "step"), (size.faults, "fault")];
    let said: Vec<String> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(count, what)).collect();
    if said.is_empty() { "nothing".to_owned() } else { said.join(", ") }
}
