//! `job`: the job that takes a backup, as JCL.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::wait::Wait;
use super::{Context, Problem, load};
use crate::exit::Exit;
use crate::job::jcl;
use crate::job::plan::{Job, Request, build};

/// Build the job that takes a backup
///
/// Prints JCL: profile setup first where it is needed, then the backup, which does not run if setup ended above 4. Ends
/// with 0; with 8 and nothing built if a backup is asked for while the profile synchronizes, with 12 if the profile is
/// locked, and with 2 if the input is bad.
#[derive(Debug, Args)]
pub struct JobArgs {
    /// A site or scenario, .toml or .json
    file: PathBuf,
    /// The profile to back up; the scenario's, or the only one of the site, where left out
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Build profile setup alone, needed or not
    #[arg(long)]
    setup_only: bool,
    /// How long a step waits for its pairs, in virtual time, such as 90s or 1h30m
    #[arg(long, value_name = "DURATION", default_value = "2h")]
    wait: Wait,
}

/// The job as it is said to programs.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    job: &'a Job,
    jcl: &'a str,
}

/// Builds the job and prints it.
///
/// # Errors
/// The file cannot be read, is malformed, or has no such profile; or no job can be built.
pub fn run(args: &JobArgs, ctx: &Context) -> Result<Exit, Problem> {
    let document = load::document(&args.file)?;
    let name = load::profile(&document, args.profile.as_deref())?;
    let seen = load::world(&document)?.observe();
    let request = if args.setup_only { Request::SetupOnly } else { Request::Backup };
    let job = build(&seen, &name, request, args.wait.ms).map_err(|refused| Problem {
        exit: Exit::ReturnCode(refused.return_code()),
        ..Problem::usage(refused.to_string()).help(refused.help()).file(&document.file)
    })?;
    let profile = seen.profile(&name).ok_or_else(|| Problem::fault(format!("profile {name} was there and is gone")))?;
    let jcl = jcl::text(&job, profile);
    if ctx.is_json() {
        return Ok(ctx.json(&Report { job: &job, jcl: &jcl }, Exit::Good));
    }
    Ok(ctx.result(&jcl, Exit::Good))
}
