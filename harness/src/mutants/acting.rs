//! Machines that do something else, and a desk at which profiles are edited and jobs are built otherwise.

use std::sync::Arc;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{BackupProfile, Observation};
use dasdlab_model::reasons::Reason;
use dasdlab_model::story::{Phase, RestoreKind};
use dasdlab_validator::machines::EditRefused;

use crate::drive::Machine;
use crate::job::plan::{Job, Refused, Request};
use crate::judge::Ours;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Kind, Twist};

/// The most commands in a row that are not given; a machine that wants more is let through.
const MOST_SKIPPED: usize = 10_000;

/// Machines that are shown something else in a phase.
pub(super) fn showing(kinds: &'static [Kind], show: fn(&mut Observation, &ProfileName, Option<Phase>)) -> Box<dyn Actors> {
    Box::new(Acting::of(kinds, move |profile| Box::new(Showing { show, profile: profile.clone() })))
}

struct Showing {
    show: fn(&mut Observation, &ProfileName, Option<Phase>),
    profile: ProfileName,
}

impl Twist for Showing {
    fn next(&mut self, machine: &mut dyn Machine, mut input: Input) -> Action {
        if let Input::Seen(seen, _) = &mut input {
            (self.show)(Arc::make_mut(seen), &self.profile, machine.phase());
        }
        machine.next(input)
    }
}

/// Machines that give some commands otherwise, in the phase that they are in then.
pub(super) fn commanding(kinds: &'static [Kind], change: fn(&mut Command, Option<Phase>)) -> Box<dyn Actors> {
    Box::new(Acting::of(kinds, move |_| Box::new(Commanding(change))))
}

struct Commanding(fn(&mut Command, Option<Phase>));

impl Twist for Commanding {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        let mut action = machine.next(input);
        if let Action::Command(command) = &mut action {
            (self.0)(command, machine.phase());
        }
        action
    }
}

/// Machines that do not give some commands, and go on as if this had been the reply.
pub(super) fn skipping(kinds: &'static [Kind], reply: fn(&Command, Option<Phase>) -> Option<Reply>) -> Box<dyn Actors> {
    Box::new(Acting::of(kinds, move |_| Box::new(Skipping(reply))))
}

struct Skipping(fn(&Command, Option<Phase>) -> Option<Reply>);

impl Twist for Skipping {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        let mut action = machine.next(input);
        for _ in 0..MOST_SKIPPED {
            let Action::Command(command) = &action else { break };
            let Some(reply) = (self.0)(command, machine.phase()) else { break };
            action = machine.next(Input::Reply(reply));
        }
        action
    }
}

/// How a job is built.
type Build = fn(&Observation, &ProfileName, Request, u64) -> Result<Job, Refused>;

/// How a profile is edited.
type Edit = fn(&Observation, &BackupProfile, &BackupProfile) -> Result<BackupProfile, EditRefused>;

/// Leaves out a command once anything was refused, as if it had been done: the way out of an error leads past it.
pub(super) struct AfterRefusal {
    leaves_out: fn(&Command) -> bool,
    refused: bool,
}

impl AfterRefusal {
    /// Leaves out these commands.
    pub(super) fn new(leaves_out: fn(&Command) -> bool) -> Self {
        Self { leaves_out, refused: false }
    }
}

impl Twist for AfterRefusal {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        if let Input::Reply(reply) = &input {
            self.refused |= reply.refusal().is_some();
        }
        match machine.next(input) {
            Action::Command(command) if self.refused && (self.leaves_out)(&command) => machine.next(Input::Reply(Reply::Done)),
            action => action,
        }
    }
}

/// Our own machines, beside a desk at which something is decided otherwise.
pub(super) struct Desk {
    /// How a job is built.
    pub(super) build: Build,
    /// How a profile is edited.
    pub(super) edited: Edit,
    /// How a profile enters the site.
    pub(super) entered: fn(&BackupProfile) -> BackupProfile,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            build: |seen, profile, request, wait_ms| Ours.build(seen, profile, request, wait_ms),
            edited: |seen, before, wanted| Ours.edited(seen, before, wanted),
            entered: |profile| Ours.entered(profile),
        }
    }
}

impl Actors for Desk {
    fn setup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        Ours.setup(profile, wait_ms, ignoring)
    }

    fn backup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        Ours.backup(profile, wait_ms, ignoring)
    }

    fn restore(&self, profile: &ProfileName, kind: RestoreKind, generation: u8, wait_ms: u64) -> Box<dyn Machine> {
        Ours.restore(profile, kind, generation, wait_ms)
    }

    fn build(&self, seen: &Observation, profile: &ProfileName, request: Request, wait_ms: u64) -> Result<Job, Refused> {
        (self.build)(seen, profile, request, wait_ms)
    }

    fn edited(&self, seen: &Observation, before: &BackupProfile, wanted: &BackupProfile) -> Result<BackupProfile, EditRefused> {
        (self.edited)(seen, before, wanted)
    }

    fn entered(&self, profile: &BackupProfile) -> BackupProfile {
        (self.entered)(profile)
    }
}
