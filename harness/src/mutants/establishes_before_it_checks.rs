//! The copy takes long, so it is begun at once.

use dasdlab_model::command::Command;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::states::Method;
use dasdlab_model::story::Phase;
use dasdlab_model::transitions::MirrorOrder;

use super::Mutant;
use super::sight::volume;
use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, First, Twist};

pub(super) const MUTANT: Mutant =
    Mutant::acts("establishes-before-it-checks", "establishes the first generation before it has checked anything", make);

fn make() -> Box<dyn Actors> {
    Box::new(Acting::setup(|profile| Box::new(Eager { profile: profile.clone(), begun: false, first: First::default() })))
}

/// Begins before it looks.
struct Eager {
    profile: ProfileName,
    begun: bool,
    first: First,
}

impl Twist for Eager {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        if let Some(action) = self.first.go_on() {
            return action;
        }
        if let (Input::Seen(seen, _), false, Some(Phase::Check)) = (&input, self.begun, machine.phase())
            && let Some(own) = seen.profile(&self.profile).filter(|own| own.method == Method::Bcv)
        {
            self.begun = true;
            let current = own.targets.iter().filter(|entry| entry.generation == 1);
            let pairs =
                current.filter_map(|entry| volume(seen, own.system, entry.source).zip(volume(seen, own.system, entry.target)));
            let establish = |(standard, bcv)| Command::Mirror { standard, bcv, order: MirrorOrder::EstablishFull };
            let commands: Vec<Command> = pairs.map(establish).collect();
            return self.first.give(commands, Action::Observe);
        }
        machine.next(input)
    }
}
