//! It has waited for long enough.

use dasdlab_model::command::Command;
use dasdlab_model::states::{ProfileState, SetupReason};

use super::Mutant;
use super::acting::commanding;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant = Mutant::acts("timeout-is-ready", "calls a profile ready when the wait limit has passed", make);

fn make() -> Box<dyn Actors> {
    commanding(&[Kind::Setup, Kind::Backup], |command, _| {
        if let Command::SetState { state, reason, .. } = command
            && *reason == Some(SetupReason::Timeout)
        {
            (*state, *reason) = (ProfileState::Ready, None);
        }
    })
}
