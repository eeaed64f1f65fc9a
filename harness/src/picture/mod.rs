//! Pictures: what a scenario looks like, as plain values. Grids of unit addresses, pairs, and what a story does to them.
//!
//! A [`Picture`] is made of what the simulator shows and what the validator says; nothing here decides anything. Drawing
//! is apart from it: [`text`] for terminals, [`html`] for browsers.

mod film;
pub mod glyph;
mod grid;
pub mod html;
mod lanes;
pub mod legend;
mod notes;
mod pairs;
mod roles;
pub mod scale;
mod state;
pub mod text;

use dasdlab_model::declare::Fault;
use dasdlab_model::event::Time;
use dasdlab_model::finding::{Finding, Severity, Verdict};
use dasdlab_model::name::{ProfileName, Serial};
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::scenario::Scenario;
use dasdlab_model::states::RestoreScope;
use dasdlab_model::unit::Lss;
use dasdlab_simulator::World;
use serde::Serialize;

pub use grid::{Cell, Grid, Place};
pub use lanes::{Lane, Span};
pub use notes::{Note, Noted, StepSpan};
pub use pairs::{Pair, Run};
pub use state::Look;

use crate::judge;
use crate::story::timeline::names::Names;
use crate::story::timeline::words;
use state::State;

/// The most grids of a picture.
pub const MAX_GRIDS: usize = 12;
/// The most pairs of a picture.
pub const MAX_PAIRS: usize = 4_096;
/// The most findings that a picture lists, at its end and of each piece of work.
pub const MAX_FINDINGS: usize = 50;
/// The most lanes of a picture.
pub const MAX_LANES: usize = 40;
/// The most moments of a picture.
pub const MAX_SLOTS: usize = 400;

/// What a scenario looks like.
#[derive(Debug, Clone, Serialize)]
pub struct Picture {
    /// Its name: a file, a token, or the name of a scenario of the corpus.
    pub id: String,
    /// What it shows, in a line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The profile that it is about; a site may have none.
    pub profile: Option<About>,
    /// How many volumes the site has, drawn or not.
    pub volumes: usize,
    /// What profile setup says of the site at rest; none of a story.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Said>,
    /// The logical subsystems, as they stand at the beginning.
    pub grids: Vec<Grid>,
    /// How many more the site has with something in them.
    pub grids_left_out: usize,
    /// Pairs: of the profile by generation, then copies that belong to none.
    pub pairs: Vec<Pair>,
    /// How many more there are.
    pub pairs_left_out: usize,
    /// What happens, where the scenario is a story.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub story: Option<Story>,
}

/// The profile that a picture is about.
#[derive(Debug, Clone, Serialize)]
pub struct About {
    /// Its name.
    pub name: ProfileName,
    /// The system whose units are shown.
    pub system: String,
    /// What it is in a few words: type, method, generations.
    pub kind: String,
    /// Where it stands at the beginning, in words.
    pub state: String,
    /// How many other profiles the site has.
    pub others: usize,
}

/// A verdict in short.
#[derive(Debug, Clone, Serialize)]
pub struct Said {
    /// 0, 4, 8 or 12.
    pub return_code: u8,
    /// Which restores a backup would permit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore_scope: Option<RestoreScope>,
    /// The findings.
    pub findings: Vec<Found>,
    /// How many more there are.
    pub findings_left_out: usize,
}

/// A finding in short.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    /// Rule and severity.
    pub code: String,
    /// The reason.
    pub reason: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about, in words.
    pub about: String,
}

/// What happens in a story: one moment after the other.
#[derive(Debug, Clone, Serialize)]
pub struct Story {
    /// The moments, in order. Several may lie at one instant of virtual time.
    pub slots: Vec<Slot>,
    /// How many moments were joined to the one before because there were too many.
    pub slots_joined: usize,
    /// When the story ends.
    #[serde(rename = "end_ms")]
    pub end: Time,
    /// The steps.
    pub steps: Vec<StepSpan>,
    /// The states of the pairs: alike ones share a lane.
    pub lanes: Vec<Lane>,
    /// How many more lanes there are.
    pub lanes_left_out: usize,
    /// Faults and ends of pieces of work.
    pub notes: Vec<Note>,
    /// Why it could not be told to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub untold: Option<String>,
}

/// A moment of a story.
#[derive(Debug, Clone, Serialize)]
pub struct Slot {
    /// When it begins.
    #[serde(rename = "at_ms")]
    pub at: Time,
    /// The number of its step, from 1; 0 before the first.
    pub step: usize,
    /// What is being done: a phase of a machine, or the kind of step.
    pub doing: String,
    /// The cells that look different from here on.
    pub changes: Vec<(Place, Look)>,
}

/// What to draw.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The profile; the scenario's, else the first of the site, where left out.
    pub profile: Option<ProfileName>,
    /// Only these logical subsystems.
    pub only: Vec<(Serial, Lss)>,
}

/// The picture of a scenario, which may be a bare site.
///
/// # Errors
/// Everything that is malformed in it.
pub fn picture(id: &str, scenario: &Scenario, wanted: &Wanted) -> Result<Picture, Vec<Fault>> {
    let mut world = World::boot(&scenario.site)?;
    let seen = world.observe();
    let named = wanted.profile.clone().or_else(|| judge::profile(scenario).ok());
    let profile = shown(&seen, named);
    let mut picture = Picture { title: scenario.title.clone(), ..Picture::empty(id, &seen, profile.as_ref()) };
    let state = State::of(&seen, profile.as_ref());
    // A story is about the profile that its scenario names.
    if let Some(own) = judge::profile(scenario).ok().filter(|_| scenario.is_story()) {
        let film = film::Film::shoot(scenario, &mut world, &own, profile.as_ref());
        film.develop(&mut picture, &seen, state, wanted);
        return Ok(picture);
    }
    picture.rest(&seen, profile.as_ref(), state, wanted);
    Ok(picture)
}

/// The picture of what can be seen of a world at one instant.
#[must_use]
pub fn still(id: &str, seen: &Observation, wanted: &Wanted) -> Picture {
    let profile = shown(seen, wanted.profile.clone());
    let mut picture = Picture::empty(id, seen, profile.as_ref());
    picture.rest(seen, profile.as_ref(), State::of(seen, profile.as_ref()), wanted);
    picture
}

/// The profile that is shown: the one named, if it is there, else the first.
fn shown(seen: &Observation, named: Option<ProfileName>) -> Option<ProfileName> {
    let profile = named.or_else(|| seen.profiles.first().map(|profile| profile.name.clone()));
    profile.filter(|name| seen.profile(name).is_some())
}

fn about(seen: &Observation, profile: &BackupProfile) -> Option<About> {
    let (method, backup_type, generations) = (profile.method, profile.backup_type, profile.generations);
    let plural = if generations == 1 { "" } else { "s" };
    Some(About {
        name: profile.name.clone(),
        system: profile.system.to_string(),
        kind: format!("{backup_type}, {method}, {generations} generation{plural}"),
        state: words::state(profile.state, profile.reason),
        others: seen.profiles.len().checked_sub(1)?,
    })
}

impl Said {
    fn new(verdict: &Verdict, names: &Names) -> Self {
        let found = |finding: &Finding| Found {
            code: finding.code(),
            reason: finding.reason.slug(),
            severity: finding.severity,
            about: names.subjects(finding),
        };
        Self {
            return_code: verdict.return_code,
            restore_scope: verdict.restore_scope,
            findings: verdict.findings.iter().take(MAX_FINDINGS).map(found).collect(),
            findings_left_out: verdict.findings.len().saturating_sub(MAX_FINDINGS),
        }
    }
}

impl Picture {
    fn empty(id: &str, seen: &Observation, profile: Option<&ProfileName>) -> Self {
        Self {
            id: id.to_owned(),
            title: String::new(),
            profile: profile.and_then(|name| about(seen, seen.profile(name)?)),
            volumes: seen.volumes.len(),
            verdict: None,
            grids: Vec::new(),
            grids_left_out: 0,
            pairs: Vec::new(),
            pairs_left_out: 0,
            story: None,
        }
    }

    /// Draws the site at rest, with what profile setup says of it.
    fn rest(&mut self, seen: &Observation, profile: Option<&ProfileName>, mut state: State, wanted: &Wanted) {
        if let Some(profile) = profile {
            let mut names = Names::default();
            names.learn(seen, profile);
            if let Some(verdict) = dasdlab_validator::check(seen, profile) {
                state.marks = notes::marks(&verdict, &state);
                self.verdict = Some(Said::new(&verdict, &names));
            }
        }
        (self.grids, self.grids_left_out) = grid::grids(seen, &state, wanted, |id| state.marks.contains_key(&id));
        (self.pairs, self.pairs_left_out) = pairs::pairs(&[&state.roles], &state, &pairs::Naming::of(seen, &state), &[]);
        for pair in &mut self.pairs {
            pair.copy = pair.ends.and_then(|(from, to)| state.between(from, to));
        }
    }

    /// The last moment of a story that has begun at this time; none where the scenario is no story.
    #[must_use]
    pub fn slot_at(&self, time: Time) -> Option<usize> {
        self.story.as_ref()?.slots.iter().rposition(|slot| slot.at <= time)
    }

    /// The grids as they look from the end of this moment on; without a moment as they look at the beginning.
    #[must_use]
    pub fn grids_at(&self, slot: Option<usize>) -> Vec<Grid> {
        let mut grids = self.grids.clone();
        let slots = self.story.as_ref().map_or(&[][..], |story| &story.slots);
        let upto = slot.map_or(0, |slot| slot + 1);
        for (place, look) in slots.iter().take(upto).flat_map(|slot| &slot.changes) {
            let cell = grids.get_mut(place.grid).and_then(|grid| grid.cell_mut(place.ua));
            if let Some(cell) = cell {
                cell.look = *look;
            }
        }
        grids
    }

    /// The pairs as they stand from the end of this moment on, those that follow each other and are alike in one line.
    #[must_use]
    pub fn runs_at(&self, slot: Option<usize>) -> Vec<Run> {
        let mut pairs = self.pairs.clone();
        for pair in &mut pairs {
            pair.copy = slot.map_or(pair.copy, |slot| pair.state_at(slot));
        }
        pairs::runs(&pairs)
    }
}
