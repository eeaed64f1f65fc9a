//! A command has room for half of the pairs.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::machine::{Action, Input};

use super::Mutant;
use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Twist};

pub(super) const MUTANT: Mutant = Mutant::acts("splits-in-two-commands", "splits the pairs of a backup in two commands", make);

fn make() -> Box<dyn Actors> {
    Box::new(Acting::backup(|_| Box::new(Halved::default())))
}

/// Gives a command for several pairs in two halves.
#[derive(Default)]
struct Halved {
    /// How many pairs the half has that was given last.
    pairs: usize,
    second: Option<(usize, Command)>,
    replies: Option<Vec<Reply>>,
}

impl Twist for Halved {
    fn next(&mut self, machine: &mut dyn Machine, mut input: Input) -> Action {
        if let (Input::Reply(reply), Some(replies)) = (&input, &mut self.replies) {
            match reply {
                Reply::Each(each) => replies.extend(each.iter().cloned()),
                whole => replies.extend(vec![whole.clone(); self.pairs]),
            }
            if let Some((pairs, command)) = self.second.take() {
                self.pairs = pairs;
                return Action::Command(command);
            }
            input = Input::Reply(Reply::Each(self.replies.take().unwrap_or_default()));
        }
        let mut action = machine.next(input);
        let Action::Command(Command::SplitTogether { pairs } | Command::EstablishTogether { pairs }) = &mut action else {
            return action;
        };
        if pairs.len() < 2 {
            return action;
        }
        let rest = pairs.split_off(pairs.len() / 2);
        self.pairs = pairs.len();
        self.replies = Some(Vec::new());
        let second = |pairs| match &action {
            Action::Command(Command::EstablishTogether { .. }) => Command::EstablishTogether { pairs },
            _ => Command::SplitTogether { pairs },
        };
        self.second = Some((rest.len(), second(rest)));
        action
    }
}
