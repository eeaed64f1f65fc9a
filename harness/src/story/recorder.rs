//! The flight recorder: the last that happened in a story, kept at almost no cost, for when it ends badly.

use std::collections::VecDeque;

use dasdlab_model::command::{Command, Issuer, Reply};
use dasdlab_model::event::{Event, Time};
use dasdlab_model::story::{CommandKind, Phase, PlannedFault, StoryStep};
use dasdlab_model::transitions::Refusal;
use dasdlab_model::unit::VolumeId;
use dasdlab_simulator::World;

use super::watch::{Ended, Watcher, Work};

/// How many lines are kept.
pub const KEPT: usize = 40;

/// One thing that happened. Nothing is put into words before somebody asks.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Step(String),
    Phase(Phase),
    /// A command, and on which volumes where it is about one pair.
    Command {
        foreign: bool,
        kind: CommandKind,
        pairs: usize,
        on: Option<(VolumeId, VolumeId)>,
    },
    Answer(Answer),
    /// A line of the event log, by its place.
    Event(usize),
    Fault(String),
    Over(String),
    Ended(&'static str, Said),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Done,
    Nothing,
    Refused(Refusal),
    Each { done: usize, refused: usize },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    Code(u8),
    Done,
    Refused(String),
    Abended,
}

/// Keeps the last [`KEPT`] commands, changes, faults and phases of a story.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    lines: VecDeque<(Time, Line)>,
    read: usize,
}

impl Recorder {
    /// Nothing recorded yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn keep(&mut self, at: Time, line: Line) {
        if self.lines.len() == KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back((at, line));
    }

    /// Reads what was written to the event log; of much only the end.
    fn catch_up(&mut self, world: &World) {
        let all = world.events().len();
        for place in self.read.max(all.saturating_sub(KEPT))..all {
            self.keep(world.now(), Line::Event(place));
        }
        self.read = all;
    }

    /// The last lines in words, oldest first; `events` is the event log that the story wrote.
    #[must_use]
    pub fn last(&self, events: &[Event]) -> Vec<String> {
        let worded = self.lines.iter().map(|(at, line)| match line {
            Line::Event(place) => events.get(*place).map(ToString::to_string).unwrap_or_default(),
            Line::Step(name) => format!("{at} {name} begins"),
            Line::Phase(phase) => format!("{at} phase {phase}"),
            Line::Command { foreign, kind, pairs, on } => {
                let by = if *foreign { "foreign " } else { "" };
                let on = match on {
                    Some((from, to)) => format!(" {from} {to}"),
                    None if *pairs > 0 => format!(" of {pairs} pairs"),
                    None => String::new(),
                };
                format!("{at} {by}command {kind}{on}")
            }
            Line::Answer(Answer::Done) => format!("{at} reply done"),
            Line::Answer(Answer::Nothing) => format!("{at} reply nothing to do"),
            Line::Answer(Answer::Refused(refusal)) => format!("{at} reply refused ({refusal})"),
            Line::Answer(Answer::Each { done, refused }) => format!("{at} reply {done} done, {refused} refused"),
            Line::Fault(name) => format!("{at} fault {name}"),
            Line::Over(name) => format!("{at} end of fault {name}"),
            Line::Ended(work, said) => match said {
                Said::Code(code) => format!("{at} {work} ended with return code {code}"),
                Said::Done => format!("{at} {work} done"),
                Said::Refused(word) => format!("{at} {work} refused ({word})"),
                Said::Abended => format!("{at} {work} gone with the host"),
            },
        });
        let unread = events.iter().skip(self.read.max(events.len().saturating_sub(KEPT))).map(ToString::to_string);
        let mut last: Vec<String> = worded.chain(unread).collect();
        last.drain(..last.len().saturating_sub(KEPT));
        last
    }
}

impl Watcher for Recorder {
    fn step_begins(&mut self, index: usize, step: &StoryStep, world: &World) {
        self.catch_up(world);
        let name = step.name_or_number(index);
        self.keep(world.now(), Line::Step(name));
    }

    fn enters(&mut self, phase: Phase, world: &World) {
        self.catch_up(world);
        self.keep(world.now(), Line::Phase(phase));
    }

    fn commanding(&mut self, by: &Issuer, command: &Command, world: &World) {
        self.catch_up(world);
        let (pairs, on) = match command {
            Command::Mirror { standard, bcv, .. } => (1, Some((*standard, *bcv))),
            Command::FlashCopy { source, target, .. } => (1, Some((*source, *target))),
            Command::SplitTogether { pairs } | Command::EstablishTogether { pairs } => {
                (pairs.len(), pairs.first().copied().filter(|_| pairs.len() == 1))
            }
            _ => (0, None),
        };
        let foreign = matches!(by, Issuer::Foreign(_));
        self.keep(world.now(), Line::Command { foreign, kind: CommandKind::of(command), pairs, on });
    }

    fn answered(&mut self, _: &Issuer, _: &Command, reply: &Reply, _: Option<&PlannedFault>, world: &World) {
        self.catch_up(world);
        let answer = match reply {
            Reply::Done => Answer::Done,
            Reply::Nothing => Answer::Nothing,
            Reply::Refused(refusal) => Answer::Refused(*refusal),
            Reply::Each(replies) => {
                let refused = replies.iter().filter(|reply| reply.refusal().is_some()).count();
                Answer::Each { done: replies.len() - refused, refused }
            }
        };
        self.keep(world.now(), Line::Answer(answer));
    }

    fn fired(&mut self, fault: &PlannedFault, world: &World) {
        self.keep(world.now(), Line::Fault(fault.name.clone()));
        self.catch_up(world);
    }

    fn is_over(&mut self, fault: &PlannedFault, world: &World) {
        self.keep(world.now(), Line::Over(fault.name.clone()));
        self.catch_up(world);
    }

    fn ends(&mut self, work: &Work, ended: &Ended, world: &World) {
        self.catch_up(world);
        let said = match ended {
            Ended::Said { verdict, .. } => Said::Code(verdict.return_code),
            Ended::Done => Said::Done,
            Ended::Refused(word) => Said::Refused(word.clone()),
            Ended::Abended => Said::Abended,
        };
        if *work != Work::Other {
            self.keep(world.now(), Line::Ended(work.word(), said));
        }
    }
}

#[cfg(test)]
mod tests {
    use dasdlab_model::site::Site;

    use super::*;

    #[test]
    fn the_last_lines_are_kept_and_no_more() {
        let world = World::boot(&Site::default()).unwrap();
        let mut recorder = Recorder::new();
        for _ in 0..KEPT {
            recorder.enters(Phase::Check, &world);
        }
        recorder.enters(Phase::Split, &world);
        let by = Issuer::Foreign("JOB".to_owned());
        let command = Command::Unlock { profile: "DAILY".parse().unwrap() };
        recorder.commanding(&by, &command, &world);
        recorder.answered(&by, &command, &Reply::Refused(Refusal::UnknownProfile), None, &world);
        recorder.ends(&Work::Build, &Ended::Abended, &world);
        let last = recorder.last(world.events());
        assert_eq!(last.len(), KEPT);
        let expected = [
            "00:00:00.000 phase check",
            "00:00:00.000 phase split",
            "00:00:00.000 foreign command unlock",
            "00:00:00.000 reply refused (unknown-profile)",
            "00:00:00.000 build gone with the host",
        ];
        assert_eq!(last.get(KEPT - 5..).unwrap(), expected);
    }
}
