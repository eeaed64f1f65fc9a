//! Setup begins from a clean state.

use dasdlab_model::command::Command;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::MirrorPair;
use dasdlab_model::states::MirrorState;
use dasdlab_model::story::Phase;
use dasdlab_model::transitions::MirrorOrder;

use super::Mutant;
use super::sight::targets;
use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, First, Twist};

pub(super) const MUTANT: Mutant =
    Mutant::acts("splits-what-it-should-keep", "splits pairs that are synchronizing and establishes them again", make);

fn make() -> Box<dyn Actors> {
    Box::new(Acting::setup(|profile| Box::new(Tidy { profile: profile.clone(), done: false, first: First::default() })))
}

/// Splits first what mirrors already.
struct Tidy {
    profile: ProfileName,
    done: bool,
    first: First,
}

impl Twist for Tidy {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        if let Some(action) = self.first.go_on() {
            return action;
        }
        match &input {
            Input::Seen(seen, _) if !self.done && machine.phase() == Some(Phase::Establish) => {
                self.done = true;
                let targets = targets(seen, &self.profile);
                let kept =
                    seen.mirrors.iter().filter(|pair| pair.state == MirrorState::SyncInProg && targets.contains(&pair.bcv));
                let split = |pair: &MirrorPair| Command::Mirror {
                    standard: pair.standard,
                    bcv: pair.bcv,
                    order: MirrorOrder::SplitForced,
                };
                let splits: Vec<Command> = kept.map(split).collect();
                if splits.is_empty() { machine.next(input) } else { self.first.give(splits, Action::Observe) }
            }
            _ => machine.next(input),
        }
    }
}
