//! The copy takes no time, so nobody writes meanwhile.

use dasdlab_model::command::{Command, Reply};

use super::Mutant;
use super::acting::skipping;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant = Mutant::acts("logs-are-not-suspended", "copies without suspending logs", make);

fn make() -> Box<dyn Actors> {
    skipping(&[Kind::Backup], |command, _| {
        matches!(command, Command::SuspendLogs { .. } | Command::ResumeLogs { .. }).then_some(Reply::Done)
    })
}
