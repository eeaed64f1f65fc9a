//! Both ends have to do with the next generation.

use dasdlab_model::command::Command;
use dasdlab_model::states::SetupReason;

use super::Mutant;
use super::acting::commanding;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("reason-of-another-end", "tells that a pair failed where the next generation could not be established", make);

fn make() -> Box<dyn Actors> {
    commanding(&[Kind::Backup], |command, _| {
        if let Command::SetState { reason, .. } = command
            && *reason == Some(SetupReason::EstablishNext)
        {
            *reason = Some(SetupReason::PairFailed);
        }
    })
}
