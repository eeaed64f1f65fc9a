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
pub(crate) trait Twist {
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

/// A kind of machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Setups.
    Setup,
    /// Backups.
    Backup,
    /// Restores.
    Restore,
}

impl Kind {
    /// Machines of every kind.
    pub(crate) const ALL: &'static [Self] = &[Self::Setup, Self::Backup, Self::Restore];
}

/// Our own machines, those of some kinds spoken to through somebody.
pub(crate) struct Acting {
    twist: Make,
    kinds: &'static [Kind],
}

impl Acting {
    /// Machines of these kinds are twisted.
    pub(crate) fn of(kinds: &'static [Kind], twist: impl Fn(&ProfileName) -> Box<dyn Twist> + Sync + 'static) -> Self {
        Self { twist: Box::new(twist), kinds }
    }

    /// Setups are twisted.
    pub(crate) fn setup(twist: impl Fn(&ProfileName) -> Box<dyn Twist> + Sync + 'static) -> Self {
        Self::of(&[Kind::Setup], twist)
    }

    /// Backups are twisted.
    pub(crate) fn backup(twist: impl Fn(&ProfileName) -> Box<dyn Twist> + Sync + 'static) -> Self {
        Self::of(&[Kind::Backup], twist)
    }

    /// Setups and backups are twisted.
    pub(crate) fn both(twist: impl Fn(&ProfileName) -> Box<dyn Twist> + Sync + 'static) -> Self {
        Self::of(&[Kind::Setup, Kind::Backup], twist)
    }

    fn act(&self, kind: Kind, profile: &ProfileName, machine: Box<dyn Machine>) -> Box<dyn Machine> {
        if self.kinds.contains(&kind) { Box::new(Twisted { machine, twist: (self.twist)(profile) }) } else { machine }
    }
}

impl Actors for Acting {
    fn setup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        self.act(Kind::Setup, profile, Ours.setup(profile, wait_ms, ignoring))
    }

    fn backup(&self, profile: &ProfileName, wait_ms: u64, ignoring: &[Reason]) -> Box<dyn Machine> {
        self.act(Kind::Backup, profile, Ours.backup(profile, wait_ms, ignoring))
    }

    fn restore(&self, profile: &ProfileName, kind: RestoreKind, generation: u8, wait_ms: u64) -> Box<dyn Machine> {
        self.act(Kind::Restore, profile, Ours.restore(profile, kind, generation, wait_ms))
    }
}

/// Commands that are given before something else is done.
#[derive(Default)]
pub(crate) struct First {
    commands: VecDeque<Command>,
    then: Option<Action>,
}

impl First {
    /// Has commands given first, and this done when all of them were answered.
    pub(crate) fn give(&mut self, commands: impl IntoIterator<Item = Command>, then: Action) -> Action {
        self.commands = commands.into_iter().collect();
        self.then = Some(then);
        self.go_on().unwrap_or(Action::Observe)
    }

    /// The next command, or what was kept back; none where nothing was.
    pub(crate) fn go_on(&mut self) -> Option<Action> {
        self.commands.pop_front().map(Action::Command).or_else(|| self.then.take())
    }
}
