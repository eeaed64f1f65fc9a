//! Drives machines against worlds: the one place where what a machine wants is done to a world.

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::Time;
use dasdlab_model::finding::Verdict;
use dasdlab_model::machine::{Action, Input};
use dasdlab_simulator::World;
use dasdlab_validator::machines::{Backup, Setup};
use serde::Serialize;

/// The most steps of one drive. Setup of 65,280 pairs in 99 generations, with three commands and as many looks for each
/// pair, stays below; a machine that needs more goes round in circles.
pub const MAX_STEPS: u64 = 100_000_000;

/// A machine as its driver sees it: a value that is given an input and says what it wants next.
pub trait Machine {
    /// Takes an input and says what is wanted next.
    fn next(&mut self, input: Input) -> Action;
}

impl Machine for Setup {
    fn next(&mut self, input: Input) -> Action {
        Self::next(self, input)
    }
}

impl Machine for Backup {
    fn next(&mut self, input: Input) -> Action {
        Self::next(self, input)
    }
}

/// A command that was given, when, and what came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

/// A machine that did not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the machine has not ended after {steps} steps")]
pub struct Endless {
    /// How many steps it was given.
    pub steps: u64,
}

/// Drives a machine from where the world stands until it is done, for so many steps at most.
///
/// Virtual time moves only where the machine waits: to the next event of the world or to the instant that the machine
/// names, whichever comes first.
///
/// # Errors
/// The machine has not ended within `limit` steps.
pub fn drive(world: &mut World, machine: &mut impl Machine, by: &Issuer, limit: u64) -> Result<Driven, Endless> {
    let began = world.now();
    let mut commands = Vec::new();
    let mut input = seen(world);
    for _ in 0..limit {
        input = match machine.next(input) {
            Action::Observe => seen(world),
            Action::Command(command) => {
                let at = world.now();
                let reply = world.execute(by, &command);
                commands.push(Executed { at, command, reply: reply.clone() });
                Input::Reply(reply)
            }
            Action::Wait(until) => {
                let next = world.next_event().map_or(until, |event| event.min(until));
                // A wait for an instant that has passed is a look at once.
                world.advance(next.max(world.now()));
                seen(world)
            }
            Action::Done(verdict) => return Ok(Driven { verdict, commands, began, finished: world.now() }),
        };
    }
    Err(Endless { steps: limit })
}

fn seen(world: &World) -> Input {
    Input::Seen(Box::new(world.observe()), world.now())
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
    fn check(wanted: &[Action], limit: u64, expected: &[u64]) -> Result<Driven, Endless> {
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
        assert_eq!(check(&[], 3, &[0, 0, 0]), Err(Endless { steps: 3 }));
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
