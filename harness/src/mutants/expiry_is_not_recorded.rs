//! The new backup is recorded, so the old one is gone, it is thought.

use dasdlab_model::command::{Command, Reply};

use super::Mutant;
use super::acting::skipping;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant = Mutant::acts("expiry-is-not-recorded", "does not record that a backup has expired", make);

fn make() -> Box<dyn Actors> {
    skipping(&[Kind::Setup, Kind::Backup], |command, _| match command {
        Command::Record { backup, .. } if backup.expired => Some(Reply::Done),
        _ => None,
    })
}
