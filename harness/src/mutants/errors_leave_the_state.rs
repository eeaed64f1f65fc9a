//! Setup writes the state of a profile when it has passed.

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::states::SetupReason;

use super::Mutant;
use super::acting::skipping;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("errors-leave-the-state", "leaves the state as it is where setup finds an error", make);

fn make() -> Box<dyn Actors> {
    skipping(&[Kind::Setup], |command, _| match command {
        Command::SetState { reason: Some(SetupReason::Findings), .. } => Some(Reply::Done),
        _ => None,
    })
}
