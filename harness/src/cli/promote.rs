//! `promote`: a scenario becomes part of a suite.

use std::path::PathBuf;

use clap::Args;
use dasdlab_model::read::{Content, Encoding};
use dasdlab_model::scenario::Scenario;
use dasdlab_model::write::write;

use super::{Context, Problem, files};
use crate::exit::Exit;
use crate::shrink::{slug, told};
use crate::suite;

/// Put a scenario into a suite under a stable id
///
/// The id is the scenario's own, else it is made of its title; the file is named by it. Nothing is ever written over, and a
/// scenario that the suite has under another id is refused.
#[derive(Debug, Args)]
pub struct PromoteArgs {
    /// The scenario, .toml or .json
    #[arg(value_name = "FILE")]
    scenario: PathBuf,
    /// The folder of the suite
    #[arg(value_name = "SUITE_DIR")]
    suite: PathBuf,
    /// The id, where it is to be another
    #[arg(long, value_name = "ID")]
    id: Option<String>,
}

/// Writes the scenario into the folder.
///
/// # Errors
/// It cannot be read, there is no such suite, the suite has it already, or it cannot be written.
pub fn run(args: &PromoteArgs, ctx: &Context) -> Result<Exit, Problem> {
    let scenario = suite::file(&args.scenario)?.scenario;
    let suite = suite::folder(&args.suite)?;
    let id = id(args, &scenario)?;
    for entry in &suite.entries {
        if told(&entry.scenario) == told(&scenario) {
            return Err(Problem::usage(format!("is in the suite already: {}", entry.id)).file(&args.scenario));
        }
    }
    let full = format!("{}/{id}", suite.name);
    if suite.entries.iter().any(|entry| entry.id == full) {
        let taken = Problem::usage(format!("the suite has another scenario called `{id}`")).file(&args.scenario);
        return Err(taken.help("name another with --id"));
    }
    let path = args.suite.join(format!("{id}.toml"));
    let content = Content::Scenario(Box::new(Scenario { id, ..scenario }));
    let text = write(&content, Encoding::Toml).map_err(|error| Problem::fault(error.to_string()))?;
    files::create(&path, &text)?;
    Ok(files::tell(ctx, std::slice::from_ref(&path), &format!("{full} is in {}", path.display())))
}

/// The id under which it is put there.
fn id(args: &PromoteArgs, scenario: &Scenario) -> Result<String, Problem> {
    let wanted = args.id.as_deref().unwrap_or(&scenario.id);
    let id = if wanted.is_empty() { slug(&scenario.title) } else { wanted.to_owned() };
    if id.is_empty() {
        let nameless = Problem::usage("has neither id nor title").file(&args.scenario);
        return Err(nameless.help("name it with --id"));
    }
    if slug(&id) != id {
        let refused = Problem::usage(format!("`{id}` is no name for a scenario of a suite")).file(&args.scenario);
        return Err(refused.help("name one of small letters, digits and hyphens with --id"));
    }
    Ok(id)
}
