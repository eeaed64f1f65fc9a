//! Profile setup on a server: begun there, waited for, and told as if it had run here.

use std::thread::sleep;
use std::time::Duration;

use dasdlab_model::event::Time;
use dasdlab_model::observation::Observation;
use dasdlab_model::protocol::Said;
use dasdlab_model::read::{Content, Encoding};
use dasdlab_model::site::Site;
use dasdlab_model::write::write;
use serde::Deserialize;
use serde_json::json;

use super::{SetupArgs, told};
use crate::cli::check::strange;
use crate::cli::server::Client;
use crate::cli::{Context, Problem, files};
use crate::drive::{Driven, Executed};
use crate::exit::Exit;

/// How long it is before a piece of work is asked for again: at first, and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(500));

/// A piece of work that has begun.
#[derive(Deserialize)]
struct Begun {
    work: u64,
}

/// How a piece of work stands.
#[derive(Deserialize)]
struct Piece {
    state: String,
    #[serde(default)]
    failed: Option<String>,
    #[serde(default)]
    steps: Vec<Step>,
}

/// A step of it.
#[derive(Deserialize)]
struct Step {
    began_ms: Time,
    finished_ms: Option<Time>,
    verdict: Option<Said>,
    #[serde(default)]
    refused: Option<String>,
    commands: Vec<Executed>,
    #[serde(default)]
    more_commands: u64,
}

/// What is asked of the clock.
#[derive(Deserialize)]
struct Clock {
    pace: String,
}

/// Has the profile set up by the server, waits until that has ended, and says what came of it.
///
/// # Errors
/// The server cannot be reached or refuses, setup was broken off, or the site cannot be written.
pub(super) fn run(client: &Client, args: &SetupArgs, encoding: Option<Encoding>, ctx: &Context) -> Result<Exit, Problem> {
    let name = client.profile(args.profile.as_deref())?;
    let begun: Begun = client.post(&["profiles", name.as_str(), "setup"], &json!({ "wait": args.wait }))?;
    let number = begun.work.to_string();
    let clock: Clock = client.get(&["clock"])?;
    if clock.pace == "hand" {
        ctx.note("virtual time stands still on the server: setup goes on when somebody moves it");
    }
    let mut pause = PAUSES.0;
    let piece = loop {
        let piece: Piece = client.get(&["work", &number])?;
        if piece.state != "running" {
            break piece;
        }
        sleep(pause);
        pause = (pause * 3 / 2).min(PAUSES.1);
    };
    let broken_off = |why: &str| Problem::machine(format!("setup of {name} was broken off on the server: {why}"));
    if piece.state != "ended" {
        return Err(broken_off(piece.failed.as_deref().unwrap_or(&piece.state)));
    }
    let step = piece.steps.into_iter().next_back().ok_or_else(|| broken_off("nothing is known of it"))?;
    let Some(said) = step.verdict else {
        return Err(broken_off(step.refused.as_deref().unwrap_or("it said nothing")));
    };
    let driven = Driven {
        verdict: said.verdict().map_err(|error| strange(client, &error))?,
        commands: step.commands,
        began: step.began_ms,
        finished: step.finished_ms.unwrap_or(step.began_ms),
    };
    let seen: Observation = client.get(&["observation"])?;
    let profile = seen.profile(&name).ok_or_else(|| Problem::usage(format!("profile {name} was there and is gone")))?;
    if let Some((path, encoding)) = args.write.as_deref().zip(encoding) {
        let site: Site = client.get(&["site"])?;
        let text = write(&Content::Site(Box::new(site)), encoding).map_err(|error| Problem::fault(error.to_string()))?;
        files::write(path, &text)?;
    }
    let exit = told(args, &seen, profile, &driven, ctx);
    if step.more_commands > 0 {
        ctx.note(&format!("{} more commands are not kept by the server", step.more_commands));
    }
    Ok(exit)
}
