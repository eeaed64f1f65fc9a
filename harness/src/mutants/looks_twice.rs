//! Before it checks it looks once more; nothing can have happened in between.

use dasdlab_model::machine::{Action, Input};
use dasdlab_model::story::Phase;

use super::Mutant;
use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Twist};

pub(super) const MUTANT: Mutant = Mutant::acts("looks-twice", "looks at the world twice before it checks", make).equivalent();

fn make() -> Box<dyn Actors> {
    Box::new(Acting::both(|_| Box::new(Careful::default())))
}

/// Looks again before it goes by the first look.
#[derive(Default)]
struct Careful {
    looked: bool,
}

impl Twist for Careful {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        let is_check = matches!(machine.phase(), Some(Phase::Check | Phase::PreBackupCheck));
        if matches!(input, Input::Seen(..)) && is_check && !self.looked {
            self.looked = true;
            return Action::Observe;
        }
        machine.next(input)
    }
}
