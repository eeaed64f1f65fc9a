//! Setup forgets a finding where volumes are not listed in ascending order.

use dasdlab_model::machine::{Action, Input};

use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Twist};

#[derive(Default)]
struct Orderly {
    out_of_order: bool,
}

impl Twist for Orderly {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        if let Input::Seen(seen, _) = &input {
            self.out_of_order |= !seen.volumes.is_sorted_by_key(|volume| volume.id);
        }
        match machine.next(input) {
            Action::Done(mut verdict) if self.out_of_order && !verdict.findings.is_empty() => {
                verdict.findings.remove(0);
                Action::Done(verdict)
            }
            action => action,
        }
    }
}

/// Setup forgets a finding where volumes are not listed in ascending order.
pub(super) fn make() -> Box<dyn Actors> {
    Box::new(Acting::setup(|_| Box::new(Orderly::default())))
}
