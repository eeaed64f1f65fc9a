//! `new`: a commented start that passes.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{Context, Problem, files};
use crate::exit::Exit;
use crate::suite::MANIFEST;

/// Start a suite, a scenario or a story
#[derive(Debug, Args)]
pub struct NewArgs {
    #[command(subcommand)]
    what: What,
}

/// What can be started.
#[derive(Debug, Subcommand)]
enum What {
    /// A folder with suite.toml and a first scenario
    Suite {
        /// The folder; it must not exist
        path: PathBuf,
    },
    /// One file with a site, a profile and what is expected
    Scenario {
        /// The file, ending in .toml; it must not exist
        path: PathBuf,
    },
    /// One file with a site, the steps that it goes through, and a fault that meets one of them
    Story {
        /// The file, ending in .toml; it must not exist
        path: PathBuf,
    },
}

const SCENARIO: &str = include_str!("templates/scenario.toml");
const STORY: &str = include_str!("templates/story.toml");
const SUITE: &str = include_str!("templates/suite.toml");
/// The name of a new suite's first scenario.
const FIRST: &str = "boxed-source.toml";

/// Writes the start.
///
/// # Errors
/// Something exists at the path, or it cannot be written.
pub fn run(args: &NewArgs, ctx: &Context) -> Result<Exit, Problem> {
    match &args.what {
        What::Suite { path } => suite(path, ctx),
        What::Scenario { path } => file("scenario", SCENARIO, "run", path, ctx),
        What::Story { path } => file("story", STORY, "replay", path, ctx),
    }
}

fn suite(path: &Path, ctx: &Context) -> Result<Exit, Problem> {
    files::absent(path)?;
    let name =
        path.file_name().and_then(|name| name.to_str()).ok_or_else(|| Problem::usage("is no name for a suite").file(path))?;
    // A name may hold characters that TOML escapes; JSON escapes them alike.
    let quoted = serde_json::to_string(name).map_err(|error| Problem::fault(error.to_string()))?;
    files::folder(path, |folder| {
        files::write(&folder.join(MANIFEST), &SUITE.replace("\"NAME\"", &quoted))?;
        files::write(&folder.join(FIRST), SCENARIO)
    })?;
    let note = format!("suite {name} is in {}: run it with `dasdlab run {0}`", path.display());
    Ok(files::tell(ctx, &[path.join(FIRST), path.join(MANIFEST)], &note))
}

/// Writes a start of one file, and says with which command to go on.
fn file(what: &str, text: &str, next: &str, path: &Path, ctx: &Context) -> Result<Exit, Problem> {
    if path.extension().is_none_or(|extension| extension != "toml") {
        return Err(Problem::usage(format!("is no name for a {what}: expected one that ends in .toml")).file(path));
    }
    files::create(path, text)?;
    let note = format!("a {what} is in {}: {next} it with `dasdlab {next} {0}`", path.display());
    Ok(files::tell(ctx, &[path.to_owned()], &note))
}
