//! The array may have been busy.

use dasdlab_model::command::Command;
use dasdlab_model::machine::{Action, Input};

use super::Mutant;
use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Twist};

pub(super) const MUTANT: Mutant =
    Mutant::acts("tries-again-what-was-refused", "establishes a second time what the array has refused", make);

fn make() -> Box<dyn Actors> {
    Box::new(Acting::both(|_| Box::new(Stubborn::default())))
}

/// Says everything twice to whoever refuses it.
#[derive(Default)]
struct Stubborn {
    told: Option<Command>,
}

impl Twist for Stubborn {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        if let (Input::Reply(reply), Some(again)) = (&input, self.told.take_if(|_| true))
            && reply.refusal().is_some()
        {
            return Action::Command(again);
        }
        let action = machine.next(input);
        self.told = match &action {
            Action::Command(command @ Command::Mirror { .. }) => Some(command.clone()),
            _ => None,
        };
        action
    }
}
