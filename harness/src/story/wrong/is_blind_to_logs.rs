//! Setup and backup see no logs, and so do not miss their volumes among the sources.

use std::sync::Arc;

use dasdlab_model::machine::{Action, Input};
use dasdlab_model::states::DataSetClass;

use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Twist};

struct Blind;

impl Twist for Blind {
    fn next(&mut self, machine: &mut dyn Machine, mut input: Input) -> Action {
        if let Input::Seen(seen, _) = &mut input {
            Arc::make_mut(seen).data_sets.retain(|data_set| data_set.class != DataSetClass::Log);
        }
        machine.next(input)
    }
}

/// Setup and backup see no logs, and so do not miss their volumes among the sources.
pub(super) fn make() -> Box<dyn Actors> {
    Box::new(Acting::both(|_| Box::new(Blind)))
}
