//! The next backup will do better.

use dasdlab_model::command::Command;
use dasdlab_model::states::{ProfileState, SetupReason};

use super::Mutant;
use super::acting::commanding;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("ready-after-a-split-error", "calls the profile ready after a split that failed", make);

fn make() -> Box<dyn Actors> {
    commanding(&[Kind::Backup], |command, _| {
        if let Command::SetState { state, reason, .. } = command
            && *reason == Some(SetupReason::SplitFailed)
        {
            (*state, *reason) = (ProfileState::Ready, None);
        }
    })
}
