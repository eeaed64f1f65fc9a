//! A backup copies one pair after the other instead of all at one instant.

use std::collections::VecDeque;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::transitions::{MirrorOrder, RelationOrder};

use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Twist};

/// Gives one command for each pair, and hands on all replies together.
#[derive(Default)]
struct Patient {
    commands: VecDeque<Command>,
    replies: Vec<Reply>,
    counting: bool,
}

impl Twist for Patient {
    fn next(&mut self, machine: &mut dyn Machine, mut input: Input) -> Action {
        if let (true, Input::Reply(reply)) = (self.counting, &input) {
            self.replies.push(reply.clone());
            if let Some(command) = self.commands.pop_front() {
                return Action::Command(command);
            }
            self.counting = false;
            input = Input::Reply(Reply::Each(std::mem::take(&mut self.replies)));
        }
        let action = machine.next(input);
        self.commands = match &action {
            Action::Command(Command::SplitTogether { pairs }) => {
                let split = |&(standard, bcv): &_| Command::Mirror { standard, bcv, order: MirrorOrder::SplitInstant };
                pairs.iter().map(split).collect()
            }
            Action::Command(Command::EstablishTogether { pairs }) => {
                let establish = |&(source, target): &_| Command::FlashCopy { source, target, order: RelationOrder::Establish };
                pairs.iter().map(establish).collect()
            }
            _ => return action,
        };
        self.counting = true;
        self.commands.pop_front().map_or(action, Action::Command)
    }
}

/// A backup copies one pair after the other instead of all at one instant.
pub(super) fn make() -> Box<dyn Actors> {
    Box::new(Acting::backup(|_| Box::new(Patient::default())))
}
