//! `check`: profile setup's checks on one profile of a site.

use std::path::PathBuf;

use clap::Args;
use dasdlab_model::finding::Verdict;
use dasdlab_model::name::ProfileName;
use dasdlab_model::protocol::Said;
use dasdlab_model::tables::Tables;
use dasdlab_validator::{Findings, Inventory};

use super::paint::Paint;
use super::server::{Client, ServerArgs};
use super::tables::{self, TableArgs};
use super::verdict::{self, VerdictReport};
use super::{Context, Problem, load, pack};
use crate::exit::Exit;
use crate::tables::Workers;

/// Judge a profile by the rules of profile setup
///
/// Applies PS00 to PS15 and changes nothing. Ends with the return code of profile setup: 0 nothing found or information
/// only, 4 a warning, 8 an error, 12 the environment failed; with 2 if the input is bad.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// A site or scenario, .toml or .json, or a packed site
    #[arg(required_unless_present_any = ["volumes", "server"], conflicts_with_all = ["volumes", "server"])]
    file: Option<PathBuf>,
    /// The profile to judge; the scenario's, or the only one of the site, where left out
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    #[command(flatten)]
    tables: TableArgs,
    #[command(flatten)]
    server: ServerArgs,
}

/// A server that says what no rule says.
pub(super) fn strange(client: &Client, error: &str) -> Problem {
    Problem::usage(format!("{} says what this release does not know: {error}", client.url()))
        .help("expected a server of the same release")
}

/// Judges the profile and prints the findings.
///
/// # Errors
/// The file cannot be read, is malformed, or has no such profile.
pub fn run(args: &CheckArgs, ctx: &Context) -> Result<Exit, Problem> {
    let asked = args.profile.as_deref();
    if let Some(client) = args.server.client()? {
        let profile = client.profile(asked)?;
        let said: Said = client.get(&["profiles", profile.as_str(), "check"])?;
        let verdict = said.verdict().map_err(|error| strange(&client, &error))?;
        return Ok(told(&profile, &verdict, &[], ctx));
    }
    match &args.file {
        None => {
            let loaded = match args.tables.load(asked) {
                Ok(loaded) => loaded,
                Err(refused) => return tables::refuse(refused, ctx),
            };
            tables::tell(&loaded, ctx);
            let file = args.tables.volumes.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
            let (profile, verdict) = judged(loaded.tables, asked, &file)?;
            Ok(told(&profile, &verdict, &loaded.assumed, ctx))
        }
        Some(file) if pack::is_packed(file) => {
            let (profile, verdict) = judged(pack::read(file)?, asked, &file.display().to_string())?;
            Ok(told(&profile, &verdict, &[], ctx))
        }
        Some(file) => {
            let document = load::document(file)?;
            load::note_story(&document, ctx);
            let profile = load::profile(&document, asked)?;
            let observation = document.declare().map_err(|faults| load::refusal(&faults))?;
            drop(document);
            let verdict = dasdlab_validator::check(&observation, &profile).ok_or_else(|| gone(&profile))?;
            Ok(told(&profile, &verdict, &[], ctx))
        }
    }
}

/// The verdict on a profile of tables.
fn judged(tables: Tables, asked: Option<&str>, file: &str) -> Result<(ProfileName, Verdict), Problem> {
    let names: Vec<&ProfileName> = tables.few.profiles.iter().map(|profile| &profile.name).collect();
    let profile = load::profile_of(&names, asked, file)?;
    let inventory = Inventory::from_tables_on(&tables, &profile, &Workers).ok_or_else(|| gone(&profile))?;
    drop(tables);
    let verdict = inventory.judge_on(&Workers, Findings::default()).into_verdict();
    Ok((profile, verdict))
}

fn gone(profile: &ProfileName) -> Problem {
    Problem::fault(format!("profile {profile} was there and is gone"))
}

fn told(profile: &ProfileName, verdict: &Verdict, assumed: &[String], ctx: &Context) -> Exit {
    let exit = Exit::ReturnCode(verdict.return_code);
    if ctx.is_json() {
        return ctx.json(&VerdictReport::from(verdict).assuming(assumed), exit);
    }
    let paint = Paint(ctx.color_stdout());
    let text = verdict::findings(verdict, paint) + &verdict::summary(profile, verdict, paint);
    ctx.result(&text, exit)
}
