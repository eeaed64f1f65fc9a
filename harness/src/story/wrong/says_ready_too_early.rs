//! Setup takes a pair that is still copied for one that is Synchronized.

use std::sync::Arc;

use dasdlab_model::machine::{Action, Input};
use dasdlab_model::observation::Observation;
use dasdlab_model::states::MirrorState;
use dasdlab_model::story::Phase;

use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Twist};

/// Shows every pair that is copied as done.
pub(super) fn hurry(seen: &mut Observation) {
    for pair in seen.mirrors.iter_mut().filter(|pair| pair.state == MirrorState::SyncInProg) {
        pair.state = MirrorState::Synchronized;
    }
}

struct Hasty;

impl Twist for Hasty {
    fn next(&mut self, machine: &mut dyn Machine, mut input: Input) -> Action {
        if let (Some(Phase::Synchronize), Input::Seen(seen, _)) = (machine.phase(), &mut input) {
            hurry(Arc::make_mut(seen));
        }
        machine.next(input)
    }
}

/// Setup takes a pair that is still copied for one that is Synchronized.
pub(super) fn make() -> Box<dyn Actors> {
    Box::new(Acting::setup(|_| Box::new(Hasty)))
}
