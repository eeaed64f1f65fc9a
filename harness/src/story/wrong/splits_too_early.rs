//! A backup takes pairs that are still copied for Synchronized ones.

use std::sync::Arc;

use dasdlab_model::machine::{Action, Input};
use dasdlab_model::story::Phase;

use super::says_ready_too_early::hurry;
use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Twist};

struct Hasty;

impl Twist for Hasty {
    fn next(&mut self, machine: &mut dyn Machine, mut input: Input) -> Action {
        if let (Some(Phase::PreBackupCheck), Input::Seen(seen, _)) = (machine.phase(), &mut input) {
            hurry(Arc::make_mut(seen));
        }
        machine.next(input)
    }
}

/// A backup takes pairs that are still copied for Synchronized ones.
pub(super) fn make() -> Box<dyn Actors> {
    Box::new(Acting::backup(|_| Box::new(Hasty)))
}
