//! `profile`: the panel of a backup profile.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::path::PathBuf;

use clap::Args;
use dasdlab_model::event::Time;
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Device, Observation};
use dasdlab_model::site::Backup;
use dasdlab_model::states::{BackupType, Method, MirrorState, ProfileState, SetupReason};
use dasdlab_model::unit::{Unit, VolumeId};
use dasdlab_simulator::World;
use dasdlab_validator::machines::at_build;
use serde::{Deserialize, Serialize};

use super::paint::{Paint, Shade};
use super::server::ServerArgs;
use super::{Context, Problem, load};
use crate::exit::Exit;

/// Show a backup profile: its generations, their backups, and what to do next
///
/// Shows which fields are read-only now, where every generation's copies stand and which backup it holds, whether setup
/// is needed and why. Reads the site and changes nothing.
#[derive(Debug, Args)]
pub struct ProfileArgs {
    /// A site or scenario, .toml or .json
    #[arg(required_unless_present = "server", conflicts_with = "server")]
    file: Option<PathBuf>,
    /// The profile to show; every profile of the site where left out
    name: Option<String>,
    /// The same
    #[arg(long, value_name = "NAME", conflicts_with = "name")]
    profile: Option<String>,
    #[command(flatten)]
    server: ServerArgs,
}

/// A profile as it is said to programs.
#[derive(Debug, Serialize, Deserialize)]
pub struct Panel {
    name: String,
    creator: String,
    description: String,
    system: String,
    ims_ssid: String,
    #[serde(rename = "type")]
    backup_type: BackupType,
    /// Whether IMS SSID and type can be edited now.
    read_only: bool,
    method: Method,
    sources: usize,
    generations: Vec<Generation>,
    state: ProfileState,
    /// Whether no backup can be taken before setup, and why.
    setup_needed: Option<SetupReason>,
    /// Since when, where that is known, in milliseconds of virtual time.
    #[serde(rename = "setup_needed_since_ms")]
    setup_needed_since: Option<Time>,
    locked_by: Option<String>,
    next: String,
}

/// One full set of targets.
#[derive(Debug, Serialize, Deserialize)]
struct Generation {
    generation: u8,
    /// How many targets are mapped.
    targets: usize,
    /// How many copies are in which state; targets without a copy from their source are `none`.
    copies: BTreeMap<Cow<'static, str>, usize>,
    /// How many targets are held for this profile.
    held: usize,
    backup: Option<Backup>,
}

/// Stands for the state of a target that has no copy from its source.
const NO_COPY: &str = "none";

/// Prints the panels.
///
/// # Errors
/// The file cannot be read, is malformed, or has no such profile.
pub fn run(args: &ProfileArgs, ctx: &Context) -> Result<Exit, Problem> {
    let asked = args.name.as_ref().or(args.profile.as_ref());
    if let Some(client) = args.server.client()? {
        let panels: Vec<Panel> = match asked {
            None => client.get(&["profiles"])?,
            Some(name) => vec![client.get(&["profiles", client.profile(Some(name))?.as_str()])?],
        };
        if panels.is_empty() {
            return Err(Problem::usage(format!("{} has no profile to show", client.url())));
        }
        return Ok(told(&panels, ctx));
    }
    let Some(file) = &args.file else { return Err(Problem::usage("there is no site: expected a file or --server")) };
    let document = load::document(file)?;
    let wanted = match asked {
        Some(name) => Some(load::profile(&document, Some(name))?),
        None if document.site().profiles.is_empty() => {
            return Err(Problem::usage("the site has no profile to show").file(&document.file));
        }
        None => None,
    };
    let world = load::world(&document)?;
    let seen = world.observe();
    Ok(told(&panels(&world, &seen, wanted.as_ref()), ctx))
}

/// Shows panels.
fn told(panels: &[Panel], ctx: &Context) -> Exit {
    if ctx.is_json() {
        return ctx.json(&panels, Exit::Good);
    }
    let paint = Paint(ctx.color_stdout());
    let texts: Vec<String> = panels.iter().map(|panel| human(panel, paint)).collect();
    ctx.result(&texts.join("\n"), Exit::Good)
}

/// The panels of the profiles of a world: of one, or of all.
#[must_use]
pub fn panels(world: &World, seen: &Observation, wanted: Option<&ProfileName>) -> Vec<Panel> {
    let profiles = seen.profiles.iter().filter(|profile| wanted.is_none_or(|name| profile.name == *name));
    profiles.map(|profile| panel(seen, profile, world.setup_needed_since(&profile.name))).collect()
}

fn panel(seen: &Observation, profile: &BackupProfile, needed_since: Option<Time>) -> Panel {
    // What stands in the profile may no longer be what the last setup passed.
    let changed = at_build(seen, profile);
    let setup_needed =
        if profile.state == ProfileState::SetupNeeded { Some(profile.reason.unwrap_or(SetupReason::New)) } else { changed };
    Panel {
        name: profile.name.to_string(),
        creator: profile.creator.clone(),
        description: profile.description.clone(),
        system: profile.system.to_string(),
        ims_ssid: profile.ims_ssid.to_string(),
        backup_type: profile.backup_type,
        read_only: profile.state != ProfileState::SetupNeeded || profile.locked_by.is_some(),
        method: profile.method,
        sources: profile.sources.len(),
        generations: generations(seen, profile),
        state: profile.state,
        setup_needed,
        setup_needed_since: needed_since,
        locked_by: profile.locked_by.clone(),
        next: next(profile, setup_needed),
    }
}

fn generations(seen: &Observation, profile: &BackupProfile) -> Vec<Generation> {
    let here = seen.units.iter().filter(|unit| unit.system == profile.system);
    let volumes: BTreeMap<Unit, VolumeId> = here
        .filter_map(|unit| match unit.device {
            Device::Base(volume, _) => Some((unit.unit, volume)),
            Device::Alias(_) => None,
        })
        .collect();
    let copies: BTreeMap<(VolumeId, VolumeId), &'static str> = match profile.method {
        Method::Bcv => seen
            .mirrors
            .iter()
            .filter(|pair| pair.state != MirrorState::NeverEstab)
            .map(|pair| ((pair.standard, pair.bcv), pair.state.as_str()))
            .collect(),
        Method::FlashCopy => {
            seen.relations.iter().map(|relation| ((relation.source, relation.target), relation.state.as_str())).collect()
        }
    };
    let own = |volume: &&dasdlab_model::observation::VolumeSeen| volume.held_for.as_ref() == Some(&profile.name);
    let held: std::collections::BTreeSet<VolumeId> = seen.volumes.iter().filter(own).map(|volume| volume.id).collect();
    (1..=profile.generations)
        .map(|generation| {
            let mut found = Generation {
                generation,
                targets: 0,
                copies: BTreeMap::new(),
                held: 0,
                backup: backup_in(profile, generation).cloned(),
            };
            for mapping in profile.targets.iter().filter(|mapping| mapping.generation == generation) {
                found.targets += 1;
                let ends = volumes.get(&mapping.source).copied().zip(volumes.get(&mapping.target).copied());
                let state = ends.and_then(|ends| copies.get(&ends)).copied().unwrap_or(NO_COPY);
                *found.copies.entry(Cow::Borrowed(state)).or_default() += 1;
                found.held += usize::from(ends.is_some_and(|(_, target)| held.contains(&target)));
            }
            found
        })
        .collect()
}

/// What to do next, in a sentence.
fn next(profile: &BackupProfile, setup_needed: Option<SetupReason>) -> String {
    if let Some(by) = &profile.locked_by {
        return format!("wait until {by} ends; nothing else can run and nothing can be edited before");
    }
    let Some(reason) = setup_needed else {
        return match (profile.state, profile.method) {
            (ProfileState::Synchronizing, _) => {
                "wait until the current generation is synchronized; no backup can be taken before"
            }
            (_, Method::Bcv) => "take a backup: it splits the generation that is synchronized",
            (_, Method::FlashCopy) => "take a backup",
        }
        .to_owned();
    };
    let why = match reason {
        SetupReason::New => "run setup: the profile has never been set up",
        SetupReason::Generations => "map a target for every source in every generation, then run setup",
        SetupReason::Units => "run setup: sources, saved VOLSERs or targets have changed",
        SetupReason::Type => "run setup: the backup type has changed",
        SetupReason::ImsSsid => "run setup: the IMS SSID has changed",
        SetupReason::Method => "run setup: the method has changed",
        SetupReason::Fingerprint => "run setup: the configuration is not the one that passed the last setup",
        SetupReason::Findings => "mend what the last setup found (`dasdlab check` shows it), then run setup",
        SetupReason::PreBackupCheck => "mend what the check before the backup found (`dasdlab check` shows it), then run setup",
        SetupReason::Refused => "end what made the array or the product refuse a command, then run setup",
        SetupReason::ChangedSinceCheck => "see why a pair no longer passed when its turn came, then run setup",
        SetupReason::Timeout => "see why pairs take so long, then run setup again or with a longer wait",
        SetupReason::PairFailed => "mend the pair that failed (cancel it by force if it is Invalid), then run setup",
        SetupReason::OneGeneration => "run setup when the backup is no longer needed: the only generation holds it",
        SetupReason::SplitFailed => "see why a pair could not be split, then run setup; no backup was taken",
        SetupReason::EstablishFailed => "see why a relation could not be established, then run setup; no backup was taken",
        SetupReason::EstablishNext => "see why the next generation could not be established, then run setup; the backup is valid",
        SetupReason::RecordFailed => "make the repository writable, then run setup; the data are on the split targets",
        SetupReason::Restored => "check the restored data, then run setup",
    };
    why.to_owned()
}

fn human(panel: &Panel, paint: Paint) -> String {
    let mut out = String::new();
    let read_only = if panel.read_only { "  (read-only)" } else { "" };
    line(&mut out, "profile", &paint.paint(Shade::Bold, &panel.name));
    line(&mut out, "description", &panel.description);
    line(&mut out, "creator", &panel.creator);
    line(&mut out, "system", &panel.system);
    line(&mut out, "IMS SSID", &format!("{}{read_only}", panel.ims_ssid));
    line(&mut out, "type", &format!("{}{read_only}", panel.backup_type));
    line(&mut out, "method", panel.method.as_str());
    line(&mut out, "sources", &panel.sources.to_string());
    line(&mut out, "generations", &panel.generations.len().to_string());
    for generation in &panel.generations {
        line(&mut out, "", &copies(generation));
        let backup = generation.backup.as_ref().map_or_else(|| "no backup".to_owned(), backup);
        line(&mut out, "", &format!("   {backup}"));
    }
    line(&mut out, "locked by", panel.locked_by.as_deref().unwrap_or_default());
    let (shade, state) = match (panel.setup_needed, panel.state) {
        (Some(reason), _) => {
            let since = panel.setup_needed_since.map(|since| format!(" since {since}")).unwrap_or_default();
            (Shade::Red, format!("Setup Needed ({reason}){since}"))
        }
        (None, ProfileState::Synchronizing) => (Shade::Yellow, "synchronizing".to_owned()),
        (None, _) => (Shade::Green, "ready".to_owned()),
    };
    line(&mut out, "state", &paint.paint(shade, &state));
    line(&mut out, "next", &panel.next);
    out
}

/// The generation's targets and how their copies stand.
fn copies(generation: &Generation) -> String {
    let Generation { generation: number, targets, copies, held, .. } = generation;
    let mut parts: Vec<String> = copies
        .iter()
        .map(|(state, count)| match state.as_ref() {
            NO_COPY => format!("{count} without a copy"),
            state => format!("{count} {state}"),
        })
        .collect();
    if *held > 0 {
        parts.push(format!("{held} held"));
    }
    let plural = if *targets == 1 { "" } else { "s" };
    let colon = if parts.is_empty() { "" } else { ": " };
    format!("{number}  {targets} target{plural}{colon}{}", parts.join(", "))
}

/// What the backup catalog says of a backup, in a line.
#[must_use]
pub fn backup(backup: &Backup) -> String {
    let worth = match (backup.valid, backup.expired) {
        (false, _) => "invalid backup",
        (true, true) => "expired backup",
        (true, false) => "valid backup",
    };
    // The backup catalog counts in seconds.
    let (hours, minutes, seconds) = (backup.taken_at / 3_600, backup.taken_at / 60 % 60, backup.taken_at % 60);
    let mut text = format!("{worth} taken at {hours:02}:{minutes:02}:{seconds:02}, consistent by {}", backup.consistency);
    if let Some(scope) = backup.restore_scope {
        put(&mut text, format_args!(", permits restores: {scope}"));
    }
    if !backup.why.is_empty() {
        put(&mut text, format_args!(" ({})", backup.why));
    }
    text
}

/// A line with its head; nothing where there is nothing to say.
fn line(out: &mut String, head: &str, text: &str) {
    if !text.is_empty() {
        put(out, format_args!("{head:<13}{text}\n"));
    }
}

fn put(out: &mut String, text: fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}

/// What a generation holds: the backup that can be restored, or else the latest attempt on record.
fn backup_in(profile: &BackupProfile, generation: u8) -> Option<&Backup> {
    let of_generation = || profile.backups.iter().filter(|backup| backup.generation == generation);
    of_generation().rfind(|backup| backup.valid && !backup.expired).or_else(|| of_generation().next_back())
}
