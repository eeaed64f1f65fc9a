//! Machines as their driver sees them, and the plain drive: one machine on one world where nothing goes wrong.
//!
//! There is one loop in which what a machine wants is done to a world: [`Stage::drive`](crate::story::stage::Stage::drive).

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::finding::Verdict;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::story::{Phase, PlannedFault};
use dasdlab_simulator::World;
use dasdlab_validator::machines::{Backup, Ending, Restore, Rules, Setup};
use serde::{Deserialize, Serialize};

use crate::judge::Ours;
use crate::story::stage::{Stage, Stuck};
use crate::story::watch::{Ended, Watcher, Work};

/// The most steps of one drive. Setup of 65,280 pairs in 99 generations, with three commands and as many looks for each
/// pair, stays below; a machine that needs more goes round in circles.
pub const MAX_STEPS: u64 = 100_000_000;

/// A machine as its driver sees it: a value that is given an input and says what it wants next.
pub trait Machine {
    /// Takes an input and says what is wanted next.
    fn next(&mut self, input: Input) -> Action;

    /// What it is about: the phase of what it wants next, where it says one.
    fn phase(&self) -> Option<Phase> {
        None
    }

    /// The word for why it refused to do anything, at its end.
    fn refused(&self) -> Option<String> {
        None
    }

    /// How it ended, in words, where the verdict does not say all.
    fn ending(&self) -> Option<String> {
        None
    }
}

impl<R: Rules> Machine for Setup<R> {
    fn next(&mut self, input: Input) -> Action {
        Self::next(self, input)
    }

    fn phase(&self) -> Option<Phase> {
        Some(Self::phase(self))
    }
}

impl<R: Rules> Machine for Backup<R> {
    fn next(&mut self, input: Input) -> Action {
        Self::next(self, input)
    }

    fn phase(&self) -> Option<Phase> {
        Some(Self::phase(self))
    }

    fn refused(&self) -> Option<String> {
        match Self::ending(self) {
            Some(Ending::NotReady(_)) => Some("not-ready".to_owned()),
            _ => None,
        }
    }

    fn ending(&self) -> Option<String> {
        Self::ending(self).map(|ending| ending.to_string())
    }
}

impl<R: Rules> Machine for Restore<R> {
    fn next(&mut self, input: Input) -> Action {
        Self::next(self, input)
    }

    fn phase(&self) -> Option<Phase> {
        Some(Self::phase(self))
    }

    fn refused(&self) -> Option<String> {
        Self::ending(self)?.refused().map(str::to_owned)
    }

    fn ending(&self) -> Option<String> {
        Self::ending(self).map(ToString::to_string)
    }
}

impl<M: Machine + ?Sized> Machine for Box<M> {
    fn next(&mut self, input: Input) -> Action {
        (**self).next(input)
    }

    fn phase(&self) -> Option<Phase> {
        (**self).phase()
    }

    fn refused(&self) -> Option<String> {
        (**self).refused()
    }

    fn ending(&self) -> Option<String> {
        (**self).ending()
    }
}

/// A command that was given, when, and what came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Executed {
    /// The instant.
    #[serde(rename = "at_ms")]
    pub at: Time,
    /// The command.
    pub command: Command,
    /// The reply.
    pub reply: Reply,
}

/// What came of a drive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Driven {
    /// What the machine said at its end.
    pub verdict: Verdict,
    /// Every command in the order in which it was given.
    pub commands: Vec<Executed>,
    /// When it began.
    pub began: Time,
    /// When it ended.
    pub finished: Time,
}

/// Writes down the commands of each piece of work.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    given: Option<Time>,
    began: Time,
    open: Vec<Executed>,
    /// What came of each piece of work that has ended.
    pub(crate) ended: Vec<(Option<Verdict>, Vec<Executed>, Time, Time)>,
}

impl Watcher for Commands {
    fn begins(&mut self, _: &Work, _: &ProfileName, world: &World) {
        self.began = world.now();
    }

    fn commanding(&mut self, _: &Issuer, _: &Command, world: &World) {
        self.given = Some(world.now());
    }

    fn answered(&mut self, _: &Issuer, command: &Command, reply: &Reply, _: Option<&PlannedFault>, world: &World) {
        let at = self.given.take().unwrap_or_else(|| world.now());
        self.open.push(Executed { at, command: command.clone(), reply: reply.clone() });
    }

    fn ends(&mut self, _: &Work, ended: &Ended, world: &World) {
        let verdict = match ended {
            Ended::Said { verdict, .. } => Some(verdict.clone()),
            Ended::Done | Ended::Refused(_) | Ended::Abended => None,
        };
        self.ended.push((verdict, std::mem::take(&mut self.open), self.began, world.now()));
    }
}

/// Drives a machine from where the world stands until it is done, for so many steps at most.
///
/// Virtual time moves only where the machine waits: to the next event of the world or to the instant that the machine
/// names, whichever comes first.
///
/// # Errors
/// The machine has not ended within `limit` steps, or panicked.
pub fn drive(world: &mut World, machine: &mut impl Machine, by: &Issuer, limit: u64) -> Result<Driven, Stuck> {
    let mut commands = Commands::default();
    let began = world.now();
    let verdict = {
        let watchers: &mut [&mut dyn Watcher] = &mut [&mut commands];
        Stage::plain(world, &Ours, watchers, limit).drive(machine, by)?
    };
    Ok(Driven { verdict, commands: commands.open, began, finished: world.now() })
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use dasdlab_model::site::Site;

    use super::*;

    /// A machine that wants what it is told to want, and writes down the times it sees.
    struct Script(VecDeque<Action>, Vec<Time>);

    impl Machine for Script {
        fn next(&mut self, input: Input) -> Action {
            if let Input::Seen(_, now) = input {
                self.1.push(now);
            }
            self.0.pop_front().unwrap_or(Action::Observe)
        }
    }

    #[track_caller]
    fn check(wanted: &[Action], limit: u64, expected: &[u64]) -> Result<Driven, Stuck> {
        let mut world = World::boot(&Site::default()).unwrap();
        let mut script = Script(wanted.iter().cloned().collect(), Vec::new());
        let driven = drive(&mut world, &mut script, &Issuer::Foreign("TEST".to_owned()), limit);
        assert_eq!(script.1, expected.iter().map(|&ms| Time(ms)).collect::<Vec<_>>());
        driven
    }

    fn done() -> Action {
        Action::Done(Verdict { return_code: 0, restore_scope: None, findings: Vec::new() })
    }

    #[test]
    fn time_moves_only_where_the_machine_waits_and_never_back() {
        let wanted = [Action::Observe, Action::Wait(Time(500)), Action::Wait(Time(20)), Action::Observe, done()];
        let driven = check(&wanted, 10, &[0, 0, 500, 500, 500]).unwrap();
        assert_eq!((driven.began, driven.finished), (Time(0), Time(500)));
    }

    #[test]
    fn a_machine_that_never_ends_is_stopped() {
        assert_eq!(check(&[], 3, &[0, 0, 0]), Err(Stuck::Endless { steps: 3 }));
    }

    #[test]
    fn commands_are_kept_with_time_and_reply() {
        let unlock = Command::Unlock { profile: "NOBODY".parse().unwrap() };
        let driven = check(&[Action::Wait(Time(7)), Action::Command(unlock.clone()), done()], 10, &[0, 7]).unwrap();
        let [Executed { at, command, reply }] = driven.commands.as_slice() else { unreachable!("one command") };
        assert_eq!((at, command), (&Time(7), &unlock));
        assert!(reply.refusal().is_some());
    }
}
