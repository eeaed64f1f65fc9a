//! The way out of an error leads past the withdraw.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::story::Phase;
use dasdlab_model::transitions::RelationOrder;

use super::Mutant;
use super::acting::skipping;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant = Mutant::acts(
    "failed-backups-keep-their-relations",
    "does not withdraw what it has established for a backup that failed",
    make,
);

fn make() -> Box<dyn Actors> {
    skipping(&[Kind::Backup], |command, phase| {
        let is_withdraw = matches!(command, Command::FlashCopy { order: RelationOrder::Withdraw, .. });
        (is_withdraw && phase == Some(Phase::Record)).then_some(Reply::Done)
    })
}
