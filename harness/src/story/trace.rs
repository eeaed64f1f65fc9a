//! Everything that happened in a story, in order: what the timeline shows and the flight recorder keeps.

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::{Event, Time};
use dasdlab_model::name::ProfileName;
use dasdlab_model::story::{Phase, PlannedFault, StoryStep};
use dasdlab_simulator::World;
use serde::Serialize;

use super::watch::{Ended, Watcher, Work};

/// How many of the last moments go with a story that did not pass.
pub const RECORDED: usize = 40;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "moment", rename_all = "kebab-case")]
pub enum What {
    /// A step began.
    Step {
        /// Its number, from 0.
        number: usize,
        /// Its name.
        name: String,
        /// Its kind.
        word: &'static str,
        /// The profile that it names.
        #[serde(skip_serializing_if = "Option::is_none")]
        profile: Option<ProfileName>,
    },
    /// A piece of work began.
    Began {
        /// What it is, in a word.
        work: &'static str,
        /// Of which profile.
        profile: ProfileName,
        /// Whether it is a rival's.
        rival: bool,
    },
    /// A machine entered a phase.
    Phase {
        /// The phase.
        phase: Phase,
    },
    /// A command was given and answered.
    Commanded {
        /// Who gave it.
        by: Issuer,
        /// The command.
        command: Command,
        /// The reply.
        reply: Reply,
        /// The fault that met it.
        #[serde(skip_serializing_if = "Option::is_none")]
        met_by: Option<String>,
    },
    /// A fault of the plan fired.
    Fired {
        /// Its name.
        fault: String,
        /// Its kind.
        word: &'static str,
    },
    /// A fault that had an end is over.
    Over {
        /// Its name.
        fault: String,
    },
    /// The state of something changed.
    Changed {
        /// The line of the event log.
        #[serde(flatten)]
        event: Event,
    },
    /// A piece of work ended.
    Ended {
        /// What it was, in a word.
        work: &'static str,
        /// Of which profile.
        profile: ProfileName,
        /// How.
        ended: Box<Ended>,
    },
}

/// One thing that happened, and when.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moment {
    /// When.
    pub at_ms: Time,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// Writes down everything that happens in a story.
#[derive(Debug, Default)]
pub struct Trace {
    moments: Vec<Moment>,
    /// How much of the event log stands among the moments.
    read: usize,
    /// Profiles of the pieces of work that are open.
    open: Vec<ProfileName>,
    /// Commands that are not answered yet: when, and where they will stand.
    given: Vec<(Time, usize)>,
    steps: usize,
}

impl Trace {
    /// Before the first step.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Everything so far.
    #[must_use]
    pub fn moments(&self) -> &[Moment] {
        &self.moments
    }

    /// What happened last.
    #[must_use]
    pub fn last(&self) -> &[Moment] {
        self.moments.get(self.moments.len().saturating_sub(RECORDED)..).unwrap_or_default()
    }

    /// Lines of the event log since the last moment.
    fn read(&mut self, world: &World) {
        for event in world.events().get(self.read..).unwrap_or_default() {
            self.moments.push(Moment { at_ms: event.at, what: What::Changed { event: event.clone() } });
        }
        self.read = world.events().len();
    }

    fn push(&mut self, world: &World, what: What) {
        self.read(world);
        self.moments.push(Moment { at_ms: world.now(), what });
    }
}

impl Watcher for Trace {
    fn step_begins(&mut self, number: usize, step: &StoryStep, world: &World) {
        let (name, word) = (step.name_or_number(number), step.action.word());
        self.steps = number;
        self.push(world, What::Step { number, name, word, profile: step.action.profile().cloned() });
    }

    fn begins(&mut self, work: &Work, profile: &ProfileName, world: &World) {
        let rival = !self.open.is_empty();
        self.open.push(profile.clone());
        self.push(world, What::Began { work: work.word(), profile: profile.clone(), rival });
    }

    fn enters(&mut self, phase: Phase, world: &World) {
        self.push(world, What::Phase { phase });
    }

    fn commanding(&mut self, _: &Issuer, _: &Command, world: &World) {
        self.read(world);
        self.given.push((world.now(), self.moments.len()));
    }

    fn answered(&mut self, by: &Issuer, command: &Command, reply: &Reply, met_by: Option<&PlannedFault>, world: &World) {
        self.read(world);
        let (at_ms, place) = self.given.pop().unwrap_or((world.now(), self.moments.len()));
        let met_by = met_by.map(|fault| fault.name.clone());
        let what = What::Commanded { by: by.clone(), command: command.clone(), reply: reply.clone(), met_by };
        // It stands before what it led to.
        self.moments.insert(place.min(self.moments.len()), Moment { at_ms, what });
    }

    fn firing(&mut self, fault: &PlannedFault, world: &World) {
        self.push(world, What::Fired { fault: fault.name.clone(), word: fault.what.word() });
    }

    fn is_over(&mut self, fault: &PlannedFault, world: &World) {
        self.push(world, What::Over { fault: fault.name.clone() });
    }

    fn ends(&mut self, work: &Work, ended: &Ended, world: &World) {
        let Some(profile) = self.open.pop() else { return };
        self.push(world, What::Ended { work: work.word(), profile, ended: Box::new(ended.clone()) });
    }

    fn step_ends(&mut self, _: usize, _: &StoryStep, world: &World) {
        self.read(world);
    }
}
