//! The field was added later.

use dasdlab_model::command::Command;
use dasdlab_model::states::Consistency;

use super::Mutant;
use super::acting::commanding;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("consistency-is-not-told", "records consistency by the array where logs were suspended", make);

fn make() -> Box<dyn Actors> {
    commanding(&[Kind::Backup], |command, _| {
        if let Command::Record { backup, .. } = command {
            backup.consistency = Consistency::Array;
        }
    })
}
