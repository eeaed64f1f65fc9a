//! What is not established needs no hold, it is thought.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::story::Phase;

use super::Mutant;
use super::acting::skipping;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("does-not-hold-other-generations", "does not put the other generations on hold in setup", make);

fn make() -> Box<dyn Actors> {
    skipping(&[Kind::Setup], |command, phase| {
        (matches!(command, Command::Hold { .. }) && phase == Some(Phase::HoldOthers)).then_some(Reply::Done)
    })
}
