//! The way out of an error leads past the resume.

use dasdlab_model::command::Command;

use super::Mutant;
use super::acting::AfterRefusal;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Kind};

pub(super) const MUTANT: Mutant =
    Mutant::acts("logs-are-not-resumed-after-an-error", "does not resume logs where something was refused", make);

fn make() -> Box<dyn Actors> {
    Box::new(Acting::of(&[Kind::Backup, Kind::Restore], |_| {
        Box::new(AfterRefusal::new(|command| matches!(command, Command::ResumeLogs { .. })))
    }))
}
