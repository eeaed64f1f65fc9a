//! The timeline of a story: a watcher that keeps what a person wants to see, and texts made of it.
//!
//! [`Timeline`] only keeps; [`render`](render::render) sums up and words, and needs nothing but what was kept.

pub mod names;
pub mod render;
mod summed;
pub(crate) mod words;

use std::collections::BTreeMap;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::{Event, Time};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::site::Backup;
use dasdlab_model::states::{ProfileState, SetupReason};
use dasdlab_model::story::{Do, Phase, PlannedFault, StoryStep, What};
use dasdlab_simulator::World;

use super::inspect::{Inspector, Lost};
use super::watch::{Ended, Watcher, Work};
use names::Names;

/// A moment of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub at: Time,
    /// How many other pieces of work were under way outside of the one that it belongs to.
    pub within: usize,
    /// What there was.
    pub what: Happened,
}

/// What there is at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// A step begins.
    StepBegins {
        /// Its place, from 0.
        index: usize,
        /// The step.
        step: Box<StoryStep>,
        /// The profile that it is about.
        profile: ProfileName,
    },
    /// A piece of work begins.
    Begins(Work, ProfileName),
    /// A machine enters a phase.
    Phase(Phase),
    /// A command.
    Command(Box<Given>),
    /// A line of the event log.
    Event(Event),
    /// A fault fires.
    Fault(Box<PlannedFault>),
    /// A fault is over.
    Over(Box<PlannedFault>),
    /// A piece of work has ended.
    Ends(Work, ProfileName, Ended),
    /// A step has ended.
    StepEnds(Box<Standing>),
}

/// A command, and how it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Who gave it.
    pub by: Issuer,
    /// The command.
    pub command: Command,
    /// The reply; none where there was none.
    pub reply: Option<Reply>,
    /// When it was handed over.
    pub answered: Time,
    /// The fault that met it on its way.
    pub met_by: Option<PlannedFault>,
}

/// Where things stand at the end of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The profile of the step.
    pub profile: ProfileName,
    /// Its state, and why setup is needed; none where the site has no such profile.
    pub state: Option<(ProfileState, Option<SetupReason>)>,
    /// What the backup catalog has of it.
    pub backups: Vec<Backup>,
    /// The generations whose entry in the backup catalog is another than before the step.
    pub recorded: Vec<u8>,
    /// How the copies of each generation stand, where somebody looks.
    pub copies: Option<Vec<Copies>>,
    /// What the step has lost, where it restored something.
    pub losses: Option<Vec<Lost>>,
}

/// How the copies of a generation stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copies {
    /// The generation.
    pub generation: u8,
    /// How many pairs are in which state.
    pub states: BTreeMap<String, usize>,
    /// How many targets are on hold.
    pub held: usize,
}

/// Keeps everything that happens in a story.
#[derive(Debug, Clone)]
pub struct Timeline {
    own: ProfileName,
    moments: Vec<Moment>,
    names: Names,
    /// How much of the event log has been read.
    read: usize,
    /// The pieces of work that are under way.
    under_way: Vec<(Work, ProfileName)>,
    /// The commands that have not been answered, by their place among the moments.
    open: Vec<usize>,
    backups: Vec<Backup>,
    step: ProfileName,
    inspector: Inspector,
    restored: bool,
}

impl Timeline {
    /// The timeline of a story about this profile.
    #[must_use]
    pub fn new(own: ProfileName) -> Self {
        Self {
            step: own.clone(),
            own,
            moments: Vec::new(),
            names: Names::default(),
            read: 0,
            under_way: Vec::new(),
            open: Vec::new(),
            backups: Vec::new(),
            inspector: Inspector::new(),
            restored: false,
        }
    }

    /// Everything that happened, in order.
    #[must_use]
    pub fn moments(&self) -> &[Moment] {
        &self.moments
    }

    /// The names by which people know volumes and pairs.
    #[must_use]
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// The story has ended: what happened after the last step is kept too.
    pub fn ends_with(&mut self, world: &World) {
        self.catch_up(world);
    }

    fn keep(&mut self, at: Time, what: Happened) {
        let within = self.under_way.len().saturating_sub(1);
        self.moments.push(Moment { at, within, what });
    }

    /// Reads what was written to the event log.
    fn catch_up(&mut self, world: &World) {
        let events = world.events();
        for event in events.get(self.read..).unwrap_or_default() {
            self.keep(event.at, Happened::Event(event.clone()));
        }
        self.read = events.len();
    }

    /// Keeps what is said of a fault in front of what it did.
    fn mark(&mut self, what: Happened, cause: &str, foreign: bool, world: &World) {
        let unread = self.moments.len();
        self.catch_up(world);
        let new = self.moments.get(unread..).unwrap_or_default();
        let caused = |moment: &Moment| matches!(&moment.what, Happened::Event(event) if event.cause == cause);
        let mut place = new.iter().position(caused).map_or(self.moments.len(), |at| unread + at);
        // What a foreign job was told has been kept before its fault is heard of.
        let theirs = |moment: &Moment| match &moment.what {
            Happened::Command(given) => matches!(given.by, Issuer::Foreign(_)),
            Happened::Event(event) => event.cause.contains(" by foreign "),
            _ => false,
        };
        while foreign && place > 0 && self.moments.get(place - 1).is_some_and(theirs) {
            place -= 1;
        }
        let within = self.under_way.len().saturating_sub(1);
        self.moments.insert(place, Moment { at: world.now(), within, what });
        self.open.iter_mut().filter(|open| **open >= place).for_each(|open| *open += 1);
    }
}

/// Whether what a fault does is done by orders of a foreign job.
const fn is_ordered(what: &What) -> bool {
    matches!(
        what,
        What::ForeignEstablish { .. }
            | What::ForeignSplit { .. }
            | What::ForeignRelease { .. }
            | What::ForeignWithdraw { .. }
            | What::SuspendLogs { .. }
    )
}

impl Watcher for Timeline {
    fn step_begins(&mut self, index: usize, step: &StoryStep, world: &World) {
        self.inspector.step_begins(index, step, world);
        self.catch_up(world);
        self.names.learn(&world.observe(), &self.own);
        self.step = step.action.profile().unwrap_or(&self.own).clone();
        self.backups = world.profile(&self.step).map(|profile| profile.backups.clone()).unwrap_or_default();
        self.restored = false;
        let (step, profile) = (Box::new(step.clone()), self.step.clone());
        self.keep(world.now(), Happened::StepBegins { index, step, profile });
    }

    fn begins(&mut self, work: &Work, profile: &ProfileName, world: &World) {
        self.inspector.begins(work, profile, world);
        self.catch_up(world);
        self.under_way.push((work.clone(), profile.clone()));
        self.keep(world.now(), Happened::Begins(work.clone(), profile.clone()));
    }

    fn enters(&mut self, phase: Phase, world: &World) {
        self.catch_up(world);
        self.keep(world.now(), Happened::Phase(phase));
    }

    fn commanding(&mut self, by: &Issuer, command: &Command, world: &World) {
        self.inspector.commanding(by, command, world);
        self.catch_up(world);
        let (by, command) = (by.clone(), command.clone());
        let given = Given { by, command, reply: None, answered: world.now(), met_by: None };
        self.open.push(self.moments.len());
        self.keep(world.now(), Happened::Command(Box::new(given)));
    }

    fn answered(&mut self, by: &Issuer, command: &Command, reply: &Reply, met_by: Option<&PlannedFault>, world: &World) {
        self.inspector.answered(by, command, reply, met_by, world);
        let given = self.open.pop().and_then(|at| self.moments.get_mut(at));
        if let Some(Moment { what: Happened::Command(given), .. }) = given {
            given.reply = Some(reply.clone());
            given.met_by = met_by.cloned();
            given.answered = world.now();
        }
        self.catch_up(world);
    }

    fn fired(&mut self, fault: &PlannedFault, world: &World) {
        self.mark(Happened::Fault(Box::new(fault.clone())), &fault.name, is_ordered(&fault.what), world);
    }

    fn is_over(&mut self, fault: &PlannedFault, world: &World) {
        let cause = format!("end of {}", fault.name);
        self.mark(Happened::Over(Box::new(fault.clone())), &cause, is_ordered(&fault.what), world);
    }

    fn ends(&mut self, work: &Work, ended: &Ended, world: &World) {
        self.inspector.ends(work, ended, world);
        self.catch_up(world);
        let refused = ended.refused().is_some() || *ended == Ended::Abended;
        self.restored |= matches!(work, Work::Restore { .. }) && !refused;
        let profile = self.under_way.last().map_or_else(|| self.own.clone(), |(_, profile)| profile.clone());
        self.keep(world.now(), Happened::Ends(work.clone(), profile, ended.clone()));
        self.under_way.pop();
    }

    fn step_ends(&mut self, _: usize, step: &StoryStep, world: &World) {
        self.catch_up(world);
        let seen = world.observe();
        self.names.learn(&seen, &self.own);
        let profile = seen.profile(&self.step);
        let backups = profile.map(|profile| profile.backups.clone()).unwrap_or_default();
        let of = |backups: &[Backup], generation: u8| -> Vec<Backup> {
            backups.iter().filter(|backup| backup.generation == generation).cloned().collect()
        };
        let mut recorded: Vec<u8> = backups.iter().chain(&self.backups).map(|backup| backup.generation).collect();
        recorded.sort_unstable();
        recorded.dedup();
        recorded.retain(|&generation| of(&backups, generation) != of(&self.backups, generation));
        let lost = self.inspector.losses();
        let standing = Standing {
            state: profile.map(|profile| (profile.state, profile.reason)),
            recorded,
            copies: matches!(step.action, Do::Query { .. }).then(|| self.copies(&seen)),
            losses: (self.restored || !lost.is_empty()).then(|| lost.to_vec()),
            backups,
            profile: self.step.clone(),
        };
        self.keep(world.now(), Happened::StepEnds(Box::new(standing)));
    }
}

impl Timeline {
    /// How the copies of the step's profile stand, generation by generation.
    fn copies(&self, seen: &Observation) -> Vec<Copies> {
        let mirrors = seen.mirrors.iter().map(|pair| ((pair.standard, pair.bcv), pair.state.as_str()));
        let relations = seen.relations.iter().map(|relation| ((relation.source, relation.target), relation.state.as_str()));
        let states: BTreeMap<_, _> = mirrors.chain(relations).collect();
        let held = |target| seen.volumes.iter().any(|volume| volume.id == target && volume.held_for.as_ref() == Some(&self.step));
        let mut all: BTreeMap<u8, Copies> = BTreeMap::new();
        for (generation, pair) in self.names.pairs_of(&self.step) {
            let new = || Copies { generation, states: BTreeMap::new(), held: 0 };
            let copies = all.entry(generation).or_insert_with(new);
            let state = states.get(&pair).copied().unwrap_or("without a copy");
            *copies.states.entry(state.to_owned()).or_default() += 1;
            copies.held += usize::from(held(pair.1));
        }
        all.into_values().collect()
    }
}
