//! The reply is not read.

use dasdlab_model::command::Reply;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::story::Phase;

use super::Mutant;
use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Twist};

pub(super) const MUTANT: Mutant =
    Mutant::acts("copies-on-though-logs-were-not-suspended", "takes the backup though logs could not be suspended", make);

fn make() -> Box<dyn Actors> {
    Box::new(Acting::backup(|_| Box::new(Deaf)))
}

/// Takes every reply to a suspend for a good one.
struct Deaf;

impl Twist for Deaf {
    fn next(&mut self, machine: &mut dyn Machine, mut input: Input) -> Action {
        if let (Input::Reply(reply), Some(Phase::Suspend)) = (&mut input, machine.phase()) {
            *reply = Reply::Done;
        }
        machine.next(input)
    }
}
