//! The backup is recorded, and that keeps it, it is thought.

use dasdlab_model::command::{Command, Reply};

use super::Mutant;
use super::acting::skipping;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("does-not-hold-what-it-splits", "does not put a generation on hold that a backup has split", make);

fn make() -> Box<dyn Actors> {
    skipping(&[Kind::Backup], |command, _| matches!(command, Command::Hold { .. }).then_some(Reply::Done))
}
