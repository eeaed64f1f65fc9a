//! The way out of an error leads past the unlock.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::machine::{Action, Input};

use super::Mutant;
use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Kind, Twist};

pub(super) const MUTANT: Mutant =
    Mutant::acts("lock-stays-after-an-error", "does not unlock the profile where something was refused", make);

fn make() -> Box<dyn Actors> {
    Box::new(Acting::of(Kind::ALL, |_| Box::new(Forgetful::default())))
}

/// Knows whether anything was refused.
#[derive(Default)]
struct Forgetful {
    refused: bool,
}

impl Twist for Forgetful {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        if let Input::Reply(reply) = &input {
            self.refused |= reply.refusal().is_some();
        }
        match machine.next(input) {
            Action::Command(Command::Unlock { .. }) if self.refused => machine.next(Input::Reply(Reply::Done)),
            action => action,
        }
    }
}
