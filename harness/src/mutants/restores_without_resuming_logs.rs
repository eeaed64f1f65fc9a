//! Who restores starts IMS again anyhow.

use dasdlab_model::command::{Command, Reply};

use super::Mutant;
use super::acting::skipping;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant = Mutant::acts("restores-without-resuming-logs", "does not resume logs after a restore", make);

fn make() -> Box<dyn Actors> {
    skipping(&[Kind::Restore], |command, _| matches!(command, Command::ResumeLogs { .. }).then_some(Reply::Done))
}
