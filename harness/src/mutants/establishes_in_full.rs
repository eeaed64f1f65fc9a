//! Incremental establish was added later and is not used.

use dasdlab_model::command::Command;
use dasdlab_model::transitions::MirrorOrder;

use super::Mutant;
use super::acting::commanding;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("establishes-in-full", "establishes in full where the history allows an incremental establish", make);

fn make() -> Box<dyn Actors> {
    commanding(&[Kind::Setup, Kind::Backup], |command, _| {
        if let Command::Mirror { order, .. } = command
            && *order == MirrorOrder::EstablishIncremental
        {
            *order = MirrorOrder::EstablishFull;
        }
    })
}
