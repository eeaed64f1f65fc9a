//! What a backup permits is looked up when it is restored.

use dasdlab_model::command::Command;
use dasdlab_model::states::RestoreScope;

use super::Mutant;
use super::acting::commanding;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("scope-is-not-recorded", "records the widest restore scope, whatever the check said", make);

fn make() -> Box<dyn Actors> {
    commanding(&[Kind::Backup], |command, _| {
        if let Command::Record { backup, .. } = command
            && !backup.expired
        {
            backup.restore_scope = match backup.restore_scope {
                Some(RestoreScope::FullOnly) => Some(RestoreScope::FullAndData),
                Some(RestoreScope::None) => Some(RestoreScope::DataOnly),
                scope => scope,
            };
        }
    })
}
