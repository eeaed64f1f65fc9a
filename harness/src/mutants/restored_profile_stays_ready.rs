//! A restore brings back what was ready.

use dasdlab_model::command::{Command, Reply};

use super::Mutant;
use super::acting::skipping;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant = Mutant::acts("restored-profile-stays-ready", "does not make setup needed by a restore", make);

fn make() -> Box<dyn Actors> {
    skipping(&[Kind::Restore], |command, _| matches!(command, Command::SetState { .. }).then_some(Reply::Done))
}
