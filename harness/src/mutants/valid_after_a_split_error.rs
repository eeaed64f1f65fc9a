//! Most of the pairs are split.

use dasdlab_model::command::Command;

use super::Mutant;
use super::acting::commanding;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("valid-after-a-split-error", "calls a backup valid though a pair of it could not be split", make);

fn make() -> Box<dyn Actors> {
    commanding(&[Kind::Backup], |command, _| {
        if let Command::Record { backup, .. } = command
            && backup.why.starts_with("split-failed")
        {
            backup.valid = true;
        }
    })
}
