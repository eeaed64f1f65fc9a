//! Every change of the world is a line of the event log whose cause is a command, a declared fault, a step or a copy that
//! ended; virtual time never runs backwards; tracks are conserved.

use std::collections::BTreeMap;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::{Event, Time};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::story::{PlannedFault, StoryStep};
use dasdlab_model::transitions::{MirrorEvent, MirrorOrder, RelationOrder};
use dasdlab_simulator::World;

use super::Check;
use super::objects::{Objects, State, absent, is_part_of_a_profile};
use crate::story::watch::{Ended, Watcher, Work};

/// Reads the event log as it grows.
#[derive(Debug, Default)]
pub(super) struct Explained {
    now: Time,
    /// How much of the event log has been read, and when its last line was written.
    read: usize,
    last: Time,
    /// The causes that the commands under way give.
    commands: Vec<String>,
    step: String,
    /// The world as it was seen last, and how much of the event log there was then.
    before: Option<(Observation, usize)>,
    found: Vec<String>,
}

/// The cause that a command stands under in the event log.
fn cause(by: &Issuer, command: &Command) -> String {
    let what = match command {
        Command::Mirror { order, .. } => order.as_str(),
        Command::SplitTogether { .. } => MirrorOrder::SplitInstant.as_str(),
        Command::Hold { .. } => MirrorOrder::Hold.as_str(),
        Command::Release { .. } => MirrorOrder::Release.as_str(),
        Command::FlashCopy { order, .. } => order.as_str(),
        Command::EstablishTogether { .. } => RelationOrder::Establish.as_str(),
        Command::SuspendLogs { .. } => "suspend-logs",
        Command::ResumeLogs { .. } => "resume-logs",
        Command::Lock { .. } => "lock",
        Command::Unlock { .. } => "unlock",
        Command::SetState { .. } => "set-state",
        Command::Record { .. } => "record",
    };
    match by {
        Issuer::Profile(profile) => format!("{what} by {profile}"),
        Issuer::Foreign(job) => format!("{what} by foreign {job}"),
    }
}

/// What happens to copies by itself.
const BY_ITSELF: [MirrorEvent; 2] = [MirrorEvent::Copied, MirrorEvent::SplitEnded];

impl Explained {
    /// Reads what was written since the last time; `fault` is the cause that a fault gives at this turn.
    fn read(&mut self, world: &World, fault: Option<&str>) {
        let now = world.now();
        if now < self.now {
            self.found.push(format!("time has gone back from {} to {now}", self.now));
        }
        self.now = now;
        let Some(new) = world.events().get(self.read..) else {
            self.found.push(format!("the event log had {} lines and has {}", self.read, world.events().len()));
            self.read = world.events().len();
            return;
        };
        self.read = world.events().len();
        for event in new {
            if event.at < self.last || event.at > now {
                self.found.push(format!("a line of {} was written after one of {}: {event}", event.at, self.last));
            }
            self.last = event.at;
            let known = fault == Some(event.cause.as_str())
                || event.cause == self.step
                || self.commands.contains(&event.cause)
                || BY_ITSELF.iter().any(|own| own.as_str() == event.cause);
            if !known {
                self.found.push(format!("nobody is known to have caused this: {event}"));
            }
        }
    }

    /// Compares the world with what it was, line of the event log by line.
    fn compare(&mut self, world: &World) {
        let seen = world.observe();
        let lines = world.events().len();
        if let Some((before, from)) = self.before.take() {
            let (before, after) = Objects::of_both(&before, &seen);
            let mut written: BTreeMap<&str, (&Event, &Event)> = BTreeMap::new();
            for event in world.events().get(from..).unwrap_or_default() {
                written.entry(&event.object).and_modify(|(_, last)| *last = event).or_insert((event, event));
            }
            for (object, was, is) in before.changed(&after) {
                let text =
                    |state: Option<&State>| state.map_or_else(|| absent(object).to_owned(), |state| state.text().to_owned());
                if was.is_none() && is_part_of_a_profile(object) {
                    // It came with the profile, and that it came is a line.
                    continue;
                }
                let by_mapping = || {
                    let name = object.strip_prefix("field ").and_then(|rest| rest.strip_suffix(" targets"));
                    name.is_some_and(|name| written.keys().any(|line| line.starts_with(&format!("target {name} "))))
                };
                let Some((first, last)) = written.get(object) else {
                    if by_mapping() {
                        continue;
                    }
                    self.found.push(format!("{object}: {} has become {} and no line says so", text(was), text(is)));
                    continue;
                };
                let spelled = |state: Option<&State>| !matches!(state, Some(State::Other(_)));
                if spelled(was) && spelled(is) && (first.from != text(was) || last.to != text(is)) {
                    let (from, to) = (&first.from, &last.to);
                    self.found.push(format!(
                        "{object}: {} has become {}, and the event log leads from {from} to {to}",
                        text(was),
                        text(is)
                    ));
                }
            }
            if !before.rests(&after) {
                self.found.push("something has changed that never changes".to_owned());
            }
        }
        if let Err(why) = world.conserved() {
            self.found.push(why);
        }
        self.before = Some((seen, lines));
    }
}

impl Check for Explained {
    fn found(&mut self) -> Vec<String> {
        std::mem::take(&mut self.found)
    }
}

impl Watcher for Explained {
    fn step_begins(&mut self, number: usize, step: &StoryStep, world: &World) {
        if self.before.is_none() {
            self.compare(world);
        }
        self.read(world, None);
        self.step = step.name_or_number(number);
    }

    fn begins(&mut self, _work: &Work, _profile: &ProfileName, world: &World) {
        self.read(world, None);
    }

    fn commanding(&mut self, by: &Issuer, command: &Command, world: &World) {
        self.read(world, None);
        self.commands.push(cause(by, command));
    }

    fn answered(&mut self, _by: &Issuer, _command: &Command, _reply: &Reply, _met_by: Option<&PlannedFault>, world: &World) {
        self.read(world, None);
        self.commands.pop();
    }

    fn fired(&mut self, fault: &PlannedFault, world: &World) {
        self.read(world, Some(&fault.name));
    }

    fn is_over(&mut self, fault: &PlannedFault, world: &World) {
        self.read(world, Some(&format!("end of {}", fault.name)));
    }

    fn ends(&mut self, _work: &Work, _ended: &Ended, world: &World) {
        self.read(world, None);
    }

    fn step_ends(&mut self, _number: usize, _step: &StoryStep, world: &World) {
        self.read(world, None);
        self.compare(world);
    }
}
