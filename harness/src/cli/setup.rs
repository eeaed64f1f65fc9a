//! `setup`: profile setup itself, on the simulated arrays of a site.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Device, Observation};
use dasdlab_model::read::{Content, Encoding};
use dasdlab_model::site::Site;
use dasdlab_model::states::{ProfileState, SetupReason};
use dasdlab_model::undeclare;
use dasdlab_model::unit::{Unit, VolumeId};
use dasdlab_model::write::write;
use dasdlab_validator::machines::Setup;
use serde::Serialize;

use super::paint::{Paint, Shade};
use super::verdict::{self, VerdictReport};
use super::wait::Wait;
use super::{Context, Problem, files, load};
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
    file: PathBuf,
    /// The profile to set up; the scenario's, or the only one of the site, where left out
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// How long to wait for the pairs, in virtual time, such as 90s or 1h30m
    #[arg(long, value_name = "DURATION", default_value = "2h")]
    wait: Wait,
    /// Save the site as it stands afterwards, .toml or .json; may be the file that was read
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
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
    let document = load::document(&args.file)?;
    let name = load::profile(&document, args.profile.as_deref())?;
    let mut world = load::world(&document)?;
    let description = document.site().description.clone();
    drop(document);

    let mut machine = Setup::new(name.clone(), args.wait.ms);
    let driven = drive(&mut world, &mut machine, &Issuer::Profile(name.clone()), MAX_STEPS)
        .map_err(|endless| Problem::fault(endless.to_string()))?;
    let seen = world.observe();
    let profile = seen.profile(&name).ok_or_else(|| Problem::fault(format!("profile {name} was there and is gone")))?;

    if let Some((path, encoding)) = args.write.as_deref().zip(encoding) {
        save(path, encoding, &seen, description)?;
    }
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
        return Ok(ctx.json(&report, exit));
    }
    let exit = ctx.result(&human(&seen, profile, &driven, Paint(ctx.color_stdout())), exit);
    if let Some(path) = &args.write {
        ctx.note(&format!("the site as it stands is written to {}", path.display()));
    }
    Ok(exit)
}

/// Writes the site as it stands, whole or not at all.
fn save(path: &Path, encoding: Encoding, seen: &Observation, description: String) -> Result<(), Problem> {
    let site = Site { description, ..undeclare::site(seen) };
    let text = write(&Content::Site(Box::new(site)), encoding).map_err(|error| Problem::fault(error.to_string()))?;
    files::write(path, &text)
}

fn human(seen: &Observation, profile: &BackupProfile, driven: &Driven, paint: Paint) -> String {
    let mut out = verdict::findings(&driven.verdict, paint);
    let names = Names::of(seen, profile);
    if !driven.commands.is_empty() {
        put(&mut out, format_args!("{}\n", paint.paint(Shade::Bold, "commands")));
        let said: Vec<(&Executed, String)> = driven.commands.iter().map(|done| (done, names.command(&done.command))).collect();
        let width = said.iter().map(|(_, text)| text.chars().count()).max().unwrap_or(0);
        for (done, text) in said {
            let shade = if done.reply.refusal().is_some() { Shade::Red } else { Shade::Dim };
            let reply = paint.paint(shade, &reply(&done.reply));
            put(&mut out, format_args!("  {}  {text:<width$}  {reply}\n", done.at));
        }
        out.push('\n');
    }
    put(&mut out, format_args!("{}", verdict::summary(&profile.name, &driven.verdict, paint)));
    let took = Time(driven.finished.0.saturating_sub(driven.began.0));
    let (shade, state) = match (profile.state, profile.reason) {
        (ProfileState::SetupNeeded, Some(reason)) => (Shade::Red, format!("setup needed ({reason})")),
        (ProfileState::SetupNeeded, None) => (Shade::Red, "setup needed".to_owned()),
        (ProfileState::Synchronizing, _) => (Shade::Yellow, "synchronizing".to_owned()),
        (ProfileState::Ready, _) => (Shade::Green, "ready".to_owned()),
    };
    put(&mut out, format_args!("{} after {took}\n", paint.paint(shade, &state)));
    out
}

/// Volumes by the names that the profile's people know: units of its system.
struct Names<'a> {
    units: BTreeMap<VolumeId, Unit>,
    own: &'a ProfileName,
}

impl<'a> Names<'a> {
    fn of(seen: &Observation, profile: &'a BackupProfile) -> Self {
        let here = seen.units.iter().filter(|unit| unit.system == profile.system);
        let units = here.filter_map(|unit| match unit.device {
            Device::Base(volume, _) => Some((volume, unit.unit)),
            Device::Alias(_) => None,
        });
        Self { units: units.collect(), own: &profile.name }
    }

    fn volume(&self, volume: VolumeId) -> String {
        self.units.get(&volume).map_or_else(|| volume.to_string(), ToString::to_string)
    }

    fn pairs(&self, pairs: &[(VolumeId, VolumeId)]) -> String {
        let pairs: Vec<String> = pairs.iter().map(|&(from, to)| format!("{}-{}", self.volume(from), self.volume(to))).collect();
        pairs.join(" ")
    }

    fn profile(&self, profile: &ProfileName) -> String {
        if profile == self.own { String::new() } else { format!(" {profile}") }
    }

    fn command(&self, command: &Command) -> String {
        match command {
            Command::Mirror { standard, bcv, order } => {
                format!("{order} {} with BCV {}", self.volume(*standard), self.volume(*bcv))
            }
            Command::SplitTogether { pairs } => format!("split together {}", self.pairs(pairs)),
            Command::Hold { bcv, profile } => format!("hold BCV {}{}", self.volume(*bcv), self.profile(profile)),
            Command::Release { bcv } => format!("release BCV {}", self.volume(*bcv)),
            Command::FlashCopy { source, target, order } => {
                format!("{order} {} to {}", self.volume(*source), self.volume(*target))
            }
            Command::EstablishTogether { pairs } => format!("establish together {}", self.pairs(pairs)),
            Command::SuspendLogs { ims } => format!("suspend logs of {ims}"),
            Command::ResumeLogs { ims } => format!("resume logs of {ims}"),
            Command::Lock { profile, by } => format!("lock profile{} for {by}", self.profile(profile)),
            Command::Unlock { profile } => format!("unlock profile{}", self.profile(profile)),
            Command::SetState { profile, state, reason, .. } => {
                let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
                format!("set profile{} {state}{reason}", self.profile(profile))
            }
            Command::Record { profile, backup } => {
                format!("record backup of profile{} in generation {}", self.profile(profile), backup.generation)
            }
        }
    }
}

fn reply(reply: &Reply) -> String {
    match reply {
        Reply::Done => "done".to_owned(),
        Reply::Nothing => "nothing to do".to_owned(),
        Reply::Refused(refusal) => format!("refused: {refusal}"),
        Reply::Each(replies) => {
            let refused: Vec<String> = replies.iter().filter_map(Reply::refusal).map(|refusal| refusal.to_string()).collect();
            let done = format!("{} done", replies.len() - refused.len());
            if refused.is_empty() { done } else { format!("{done}, {} refused: {}", refused.len(), refused.join(", ")) }
        }
    }
}

fn put(out: &mut String, text: fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}
