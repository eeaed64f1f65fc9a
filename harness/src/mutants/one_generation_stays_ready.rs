//! The backup was taken, and nothing went wrong.

use dasdlab_model::command::Command;
use dasdlab_model::states::{ProfileState, SetupReason};

use super::Mutant;
use super::acting::commanding;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("one-generation-stays-ready", "leaves a profile of one generation ready after its backup", make);

fn make() -> Box<dyn Actors> {
    commanding(&[Kind::Backup], |command, _| {
        if let Command::SetState { state, reason, .. } = command
            && *reason == Some(SetupReason::OneGeneration)
        {
            (*state, *reason) = (ProfileState::Ready, None);
        }
    })
}
