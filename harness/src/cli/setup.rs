//! `setup`: profile setup itself, on the simulated arrays of a site.

mod served;

use std::path::{Path, PathBuf};

use clap::Args;
use dasdlab_model::command::Issuer;
use dasdlab_model::event::Time;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::read::Encoding;
use dasdlab_model::states::{ProfileState, SetupReason};
use dasdlab_model::story::Duration;
use dasdlab_validator::machines::Setup;
use serde::Serialize;

use super::driven::{self, Names, save};
use super::paint::Paint;
use super::server::ServerArgs;
use super::verdict::{self, VerdictReport};

use super::{Context, Problem, load};
use crate::drive::{Driven, Executed, MAX_STEPS, drive};
use crate::exit::Exit;

/// Set a profile up on the simulated arrays
///
/// Applies PS00 to PS15; if none of them is an error, makes the first generation of a BCV profile the current one (PS16)
/// and waits in virtual time until it is synchronized. Prints findings, every command with its virtual time and reply,
/// and where the profile stands then. Ends with the return code of profile setup: 0, 4, 8 or 12; with 2 if the input is bad.
#[derive(Debug, Args)]
pub struct SetupArgs {
    /// A site or scenario, .toml or .json
    #[arg(required_unless_present = "server", conflicts_with = "server")]
    file: Option<PathBuf>,
    /// The profile to set up; the scenario's, or the only one of the site, where left out
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// How long to wait for the pairs, in virtual time, such as 90s or 1h30m
    #[arg(long, value_name = "DURATION", default_value = "2h")]
    wait: Duration,
    /// Save the site as it stands afterwards, .toml or .json; may be the file that was read
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    #[command(flatten)]
    server: ServerArgs,
}

/// What setup did, as it is said to programs.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    verdict: VerdictReport<'a>,
    commands: &'a [Executed],
    began_ms: Time,
    finished_ms: Time,
    state: ProfileState,
    reason: Option<SetupReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<&'a Path>,
}

/// Sets the profile up and prints what came of it.
///
/// # Errors
/// The file cannot be read, is malformed, or has no such profile; or the site cannot be written.
pub fn run(args: &SetupArgs, ctx: &Context) -> Result<Exit, Problem> {
    let encoding = args.write.as_deref().map(Encoding::of).transpose().map_err(|error| load::problem(&error))?;
    if let Some(client) = args.server.client()? {
        return served::run(&client, args, encoding, ctx);
    }
    let Some(file) = &args.file else { return Err(Problem::usage("there is no site: expected a file or --server")) };
    let document = load::document(file)?;
    load::note_story(&document, ctx);
    let name = load::profile(&document, args.profile.as_deref())?;
    let mut world = load::world(&document)?;
    let description = document.site().description.clone();
    drop(document);

    let mut machine = Setup::new(name.clone(), args.wait.ms);
    let driven = drive(&mut world, &mut machine, &Issuer::Profile(name.clone()), MAX_STEPS)
        .map_err(|stuck| Problem::fault(stuck.to_string()))?;
    let seen = world.observe();
    let profile = seen.profile(&name).ok_or_else(|| Problem::fault(format!("profile {name} was there and is gone")))?;

    if let Some((path, encoding)) = args.write.as_deref().zip(encoding) {
        save(path, encoding, &world, description)?;
    }
    Ok(told(args, &seen, profile, &driven, ctx))
}

/// Says what setup did.
fn told(args: &SetupArgs, seen: &Observation, profile: &BackupProfile, driven: &Driven, ctx: &Context) -> Exit {
    let exit = Exit::ReturnCode(driven.verdict.return_code);
    if ctx.is_json() {
        let report = Report {
            verdict: VerdictReport::from(&driven.verdict),
            commands: &driven.commands,
            began_ms: driven.began,
            finished_ms: driven.finished,
            state: profile.state,
            reason: profile.reason,
            written: args.write.as_deref(),
        };
        return ctx.json(&report, exit);
    }
    let exit = ctx.result(&human(seen, profile, driven, Paint(ctx.color_stdout())), exit);
    if let Some(path) = &args.write {
        ctx.note(&format!("the site as it stands is written to {}", path.display()));
    }
    exit
}

fn human(seen: &Observation, profile: &BackupProfile, driven: &Driven, paint: Paint) -> String {
    let took = Time(driven.finished.0.saturating_sub(driven.began.0));
    [
        verdict::findings(&driven.verdict, paint),
        driven::commands(&driven.commands, &Names::of(seen, profile), paint),
        verdict::summary(&profile.name, &driven.verdict, paint),
        format!("{} after {took}\n", driven::state(profile, paint)),
    ]
    .concat()
}
