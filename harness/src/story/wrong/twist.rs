//! A machine with somebody between it and its driver.

use std::collections::VecDeque;

use dasdlab_model::command::Command;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::reasons::Reason;
use dasdlab_model::story::{Phase, RestoreKind};

use crate::drive::Machine;
use crate::judge::Ours;
use crate::story::actors::Actors;

/// Somebody between a machine and its driver.
pub(super) trait Twist {
    /// Hands an input on, or another one, and what the machine wants, or something else.
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action;
}

/// A machine that is spoken to through somebody.
struct Twisted {
    machine: Box<dyn Machine>,
    twist: Box<dyn Twist>,
}

impl Machine for Twisted {
    fn next(&mut self, input: Input) -> Action {
        self.twist.next(self.machine.as_mut(), input)
    }

    fn phase(&self) -> Option<Phase> {
        self.machine.phase()
    }

    fn refused(&self) -> Option<String> {
        self.machine.refused()
    }

    fn ending(&self) -> Option<String> {
        self.machine.ending()
    }
}

/// Makes who stands between a machine of a profile and its driver.
type Make = Box<dyn Fn(&ProfileName) -> Box<dyn Twist> + Sync>;

/// Our own machines, those of one or two kinds spoken to through somebody.
pub(super) struct Acting {
    twist: Make,
    setups: bool,
    backups: bool,
}

impl Acting {
    /// Setups are twisted.
    pub(super) fn setup(twist: impl Fn(&ProfileName) -> Box<dyn Twist> + Sync + 'static) -> Self {
        Self { twist: Box::new(twist), setups: true, backups: false }
    }

    /// Backups are twisted.
    pub(super) fn backup(twist: impl Fn(&ProfileName) -> Box<dyn Twist> + Sync + 'static) -> Self {
        Self { twist: Box::new(twist), setups: false, backups: true }
    }

    /// Setups and backups are twisted.
    pub(super) fn both(twist: impl Fn(&ProfileName) -> Box<dyn Twist> + Sync + 'static) -> Self {
        Self { twist: Box::new(twist), setups: true, backups: true }
    }

    fn act(&self, is_twisted: bool, profile: &ProfileName, machine: Box<dyn Machine>) -> Box<dyn Machine> {
        if is_twisted { Box::new(Twisted { machine, twist: (self.twist)(profile) }) } else { machine }
    }
}

impl Actors for Acting {
    fn setup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        self.act(self.setups, profile, Ours.setup(profile, wait_ms, ignoring))
    }

    fn backup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        self.act(self.backups, profile, Ours.backup(profile, wait_ms, ignoring))
    }

    fn restore(&self, profile: &ProfileName, kind: RestoreKind, generation: u8, wait_ms: u64) -> Box<dyn Machine> {
        Ours.restore(profile, kind, generation, wait_ms)
    }
}

/// Commands that are given before something else is done.
#[derive(Default)]
pub(super) struct First {
    commands: VecDeque<Command>,
    then: Option<Action>,
}

impl First {
    /// Has commands given first, and this done when all of them were answered.
    pub(super) fn give(&mut self, commands: impl IntoIterator<Item = Command>, then: Action) -> Action {
        self.commands = commands.into_iter().collect();
        self.then = Some(then);
        self.go_on().unwrap_or(Action::Observe)
    }

    /// The next command, or what was kept back; none where nothing was.
    pub(super) fn go_on(&mut self) -> Option<Action> {
        self.commands.pop_front().map(Action::Command).or_else(|| self.then.take())
    }
}
