//! The array lets the own profile establish what is held.

use dasdlab_model::command::{Command, Reply};

use super::Mutant;
use super::acting::skipping;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("never-releases-a-hold", "establishes the next generation without releasing it from hold", make);

fn make() -> Box<dyn Actors> {
    skipping(&[Kind::Setup, Kind::Backup], |command, _| matches!(command, Command::Release { .. }).then_some(Reply::Done))
}
