//! Whether somebody has the profile was seen, and that is enough.

use dasdlab_model::command::{Command, Reply};

use super::Mutant;
use super::acting::skipping;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant = Mutant::acts("works-without-a-lock", "does not lock the profile", make);

fn make() -> Box<dyn Actors> {
    skipping(Kind::ALL, |command, _| matches!(command, Command::Lock { .. }).then_some(Reply::Done))
}
