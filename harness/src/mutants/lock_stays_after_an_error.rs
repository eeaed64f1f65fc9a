//! The way out of an error leads past the unlock.

use dasdlab_model::command::Command;

use super::Mutant;
use super::acting::AfterRefusal;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Kind};

pub(super) const MUTANT: Mutant =
    Mutant::acts("lock-stays-after-an-error", "does not unlock the profile where something was refused", make);

fn make() -> Box<dyn Actors> {
    Box::new(Acting::of(Kind::ALL, |_| Box::new(AfterRefusal::new(|command| matches!(command, Command::Unlock { .. })))))
}
