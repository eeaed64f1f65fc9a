//! What a machine did and where the profile stands then, as people read it; and the site saved as it stands.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::path::Path;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Device, Observation};
use dasdlab_model::read::{Content, Encoding};
use dasdlab_model::states::ProfileState;
use dasdlab_model::unit::{Unit, VolumeId};
use dasdlab_model::write::write;
use dasdlab_simulator::World;

use super::paint::{Paint, Shade};
use super::{Problem, files};
use crate::drive::Executed;

/// Writes the site as it stands, whole or not at all: booted again, it goes on from there.
///
/// # Errors
/// The file cannot be written.
pub fn save(path: &Path, encoding: Encoding, world: &World, description: String) -> Result<(), Problem> {
    let text =
        write(&Content::Site(Box::new(world.save(description))), encoding).map_err(|error| Problem::fault(error.to_string()))?;
    files::write(path, &text)
}

/// Commands with their virtual times and replies, with an empty line behind them where there are any.
#[must_use]
pub fn commands(commands: &[Executed], names: &Names<'_>, paint: Paint) -> String {
    let mut out = String::new();
    if commands.is_empty() {
        return out;
    }
    put(&mut out, format_args!("{}\n", paint.paint(Shade::Bold, "commands")));
    let said: Vec<(&Executed, String)> = commands.iter().map(|done| (done, names.command(&done.command))).collect();
    let width = said.iter().map(|(_, text)| text.chars().count()).max().unwrap_or(0);
    for (done, text) in said {
        let shade = if done.reply.refusal().is_some() { Shade::Red } else { Shade::Dim };
        let reply = paint.paint(shade, &reply(&done.reply));
        put(&mut out, format_args!("  {}  {text:<width$}  {reply}\n", done.at));
    }
    out.push('\n');
    out
}

/// Where a profile stands, in a few words.
#[must_use]
pub fn state(profile: &BackupProfile, paint: Paint) -> String {
    let (shade, state) = match (profile.state, profile.reason) {
        (ProfileState::SetupNeeded, Some(reason)) => (Shade::Red, format!("setup needed ({reason})")),
        (ProfileState::SetupNeeded, None) => (Shade::Red, "setup needed".to_owned()),
        (ProfileState::Synchronizing, _) => (Shade::Yellow, "synchronizing".to_owned()),
        (ProfileState::Ready, _) => (Shade::Green, "ready".to_owned()),
    };
    paint.paint(shade, &state)
}

/// Volumes by the names that the profile's people know: units of its system.
pub struct Names<'a> {
    units: BTreeMap<VolumeId, Unit>,
    own: &'a ProfileName,
}

impl<'a> Names<'a> {
    /// The names of the units of the profile's system.
    #[must_use]
    pub fn of(seen: &Observation, profile: &'a BackupProfile) -> Self {
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
