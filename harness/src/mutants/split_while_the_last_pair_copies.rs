//! What was ready once is ready, whatever happened since.

use dasdlab_model::states::MirrorState;
use dasdlab_model::story::Phase;

use super::Mutant;
use super::acting::showing;
use super::sight::mirror;
use crate::story::actors::Actors;
use crate::story::twist::Kind;

pub(super) const MUTANT: Mutant =
    Mutant::acts("split-while-the-last-pair-copies", "splits a generation though a pair of it is being copied again", make);

fn make() -> Box<dyn Actors> {
    showing(&[Kind::Backup], |seen, _, phase| {
        if phase == Some(Phase::PreBackupCheck) {
            mirror(seen, MirrorState::SyncInProg, MirrorState::Synchronized);
        }
    })
}
