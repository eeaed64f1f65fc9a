//! The fingerprint of the first setup is kept.

use dasdlab_model::command::Command;

use super::Mutant;
use super::acting::commanding;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("fingerprint-is-not-written", "does not write the fingerprint of a configuration that passed", make);

fn make() -> Box<dyn Actors> {
    commanding(&[Kind::Setup], |command, _| {
        if let Command::SetState { fingerprint, .. } = command {
            *fingerprint = None;
        }
    })
}
