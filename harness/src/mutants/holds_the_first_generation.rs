//! Every generation is held, the current one too.

use dasdlab_model::command::Command;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::states::ProfileState;
use dasdlab_model::unit::VolumeId;

use super::Mutant;
use super::sight::volume;
use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, First, Twist};

pub(super) const MUTANT: Mutant = Mutant::acts("holds-the-first-generation", "puts generation 1 on hold as well", make);

fn make() -> Box<dyn Actors> {
    Box::new(Acting::setup(|profile| Box::new(Thorough { profile: profile.clone(), bcvs: Vec::new(), first: First::default() })))
}

/// Holds whatever it has.
struct Thorough {
    profile: ProfileName,
    bcvs: Vec<VolumeId>,
    first: First,
}

impl Twist for Thorough {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        if let Some(action) = self.first.go_on() {
            return action;
        }
        if let Input::Seen(seen, _) = &input
            && let Some(own) = seen.profile(&self.profile)
        {
            let current = own.targets.iter().filter(|entry| entry.generation == 1);
            self.bcvs = current.filter_map(|entry| volume(seen, own.system, entry.target)).collect();
        }
        let action = machine.next(input);
        let is_synchronizing = matches!(&action, Action::Command(Command::SetState { state: ProfileState::Synchronizing, .. }));
        if !is_synchronizing {
            return action;
        }
        let hold = |&bcv: &VolumeId| Command::Hold { bcv, profile: self.profile.clone() };
        let holds: Vec<Command> = self.bcvs.iter().map(hold).collect();
        self.first.give(holds, action)
    }
}
