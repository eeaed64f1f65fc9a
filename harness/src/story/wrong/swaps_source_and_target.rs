//! A backup establishes its relations the wrong way round.

use dasdlab_model::command::Command;
use dasdlab_model::machine::{Action, Input};

use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Twist};

struct Confused;

impl Twist for Confused {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        match machine.next(input) {
            Action::Command(Command::EstablishTogether { pairs }) => {
                let pairs = pairs.into_iter().map(|(source, target)| (target, source)).collect();
                Action::Command(Command::EstablishTogether { pairs })
            }
            action => action,
        }
    }
}

/// A backup establishes its relations the wrong way round.
pub(super) fn make() -> Box<dyn Actors> {
    Box::new(Acting::backup(|_| Box::new(Confused)))
}
