//! Setup splits what it finds Synchronized and establishes it again.

use dasdlab_model::command::Command;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::observation::MirrorPair;
use dasdlab_model::states::MirrorState;
use dasdlab_model::story::Phase;
use dasdlab_model::transitions::MirrorOrder;

use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, First, Twist};

#[derive(Default)]
struct Thorough {
    begun: bool,
    first: First,
}

impl Twist for Thorough {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        if let Some(action) = self.first.go_on() {
            return action;
        }
        match &input {
            Input::Seen(seen, _) if !self.begun && machine.phase() == Some(Phase::Establish) => {
                self.begun = true;
                let synchronized = seen.mirrors.iter().filter(|pair| pair.state == MirrorState::Synchronized);
                let split = |pair: &MirrorPair| Command::Mirror {
                    standard: pair.standard,
                    bcv: pair.bcv,
                    order: MirrorOrder::SplitInstant,
                };
                let splits: Vec<Command> = synchronized.map(split).collect();
                if splits.is_empty() {
                    return machine.next(input);
                }
                // What the machine would have seen is another by then; it looks again.
                self.first.give(splits, Action::Observe)
            }
            _ => machine.next(input),
        }
    }
}

/// Setup splits what it finds Synchronized and establishes it again.
pub(super) fn make() -> Box<dyn Actors> {
    Box::new(Acting::setup(|_| Box::new(Thorough::default())))
}
