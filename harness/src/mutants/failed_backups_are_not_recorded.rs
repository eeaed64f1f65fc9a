//! Only what can be restored is written down.

use dasdlab_model::command::{Command, Reply};

use super::Mutant;
use super::acting::skipping;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("failed-backups-are-not-recorded", "does not record a backup that is invalid", make);

fn make() -> Box<dyn Actors> {
    skipping(&[Kind::Backup], |command, _| match command {
        Command::Record { backup, .. } if !backup.valid => Some(Reply::Done),
        _ => None,
    })
}
