//! `check`: profile setup's checks on one profile of a site.

use std::path::PathBuf;

use clap::Args;

use super::paint::Paint;
use super::verdict::{self, VerdictReport};
use super::{Context, Problem, load};
use crate::exit::Exit;

/// Judge a profile by the rules of profile setup
///
/// Applies PS00 to PS15 and changes nothing. Ends with the return code of profile setup: 0 nothing found or information
/// only, 4 a warning, 8 an error, 12 the environment failed; with 2 if the input is bad.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// A site or scenario, .toml or .json
    file: PathBuf,
    /// The profile to judge; the scenario's, or the only one of the site, where left out
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
}

/// Judges the profile and prints the findings.
///
/// # Errors
/// The file cannot be read, is malformed, or has no such profile.
pub fn run(args: &CheckArgs, ctx: &Context) -> Result<Exit, Problem> {
    let document = load::document(&args.file)?;
    load::note_story(&document, ctx);
    let profile = load::profile(&document, args.profile.as_deref())?;
    let world = load::world(&document)?;
    drop(document);
    let observation = world.observe();
    drop(world);
    let verdict = dasdlab_validator::check(&observation, &profile)
        .ok_or_else(|| Problem::fault(format!("profile {profile} was there and is gone")))?;
    let exit = Exit::ReturnCode(verdict.return_code);
    if ctx.is_json() {
        return Ok(ctx.json(&VerdictReport::from(&verdict), exit));
    }
    let paint = Paint(ctx.color_stdout());
    let text = verdict::findings(&verdict, paint) + &verdict::summary(&profile, &verdict, paint);
    Ok(ctx.result(&text, exit))
}
