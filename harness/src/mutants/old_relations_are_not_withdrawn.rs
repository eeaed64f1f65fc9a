//! The array is thought to replace a relation by the next.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::story::Phase;
use dasdlab_model::transitions::RelationOrder;

use super::Mutant;
use super::acting::skipping;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("old-relations-are-not-withdrawn", "does not withdraw the relations of the backup that was in the slot", make);

fn make() -> Box<dyn Actors> {
    skipping(&[Kind::Backup], |command, phase| {
        let is_withdraw = matches!(command, Command::FlashCopy { order: RelationOrder::Withdraw, .. });
        (is_withdraw && phase == Some(Phase::Withdraw)).then_some(Reply::Done)
    })
}
