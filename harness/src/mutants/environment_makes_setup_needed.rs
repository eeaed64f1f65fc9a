//! An error is an error.

use dasdlab_model::command::Command;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::states::{ProfileState, SetupReason};
use dasdlab_model::story::Phase;
use dasdlab_validator::check;

use super::Mutant;
use super::sight::own;
use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, First, Twist};

pub(super) const MUTANT: Mutant =
    Mutant::acts("environment-makes-setup-needed", "makes setup needed where the environment failed", make);

fn make() -> Box<dyn Actors> {
    Box::new(Acting::both(|profile| Box::new(Strict { profile: profile.clone(), failed: false, first: First::default() })))
}

/// Takes PS00 for an error like any other.
struct Strict {
    profile: ProfileName,
    failed: bool,
    first: First,
}

impl Twist for Strict {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        if let Some(action) = self.first.go_on() {
            return action;
        }
        if let (Input::Seen(seen, _), Some(Phase::Check | Phase::PreBackupCheck)) = (&input, machine.phase()) {
            let mut seen = Observation::clone(seen);
            if let Some(own) = own(&mut seen, &self.profile) {
                own.locked_by = None;
            }
            self.failed |= check(&seen, &self.profile).is_some_and(|verdict| verdict.return_code == 12);
        }
        let action = machine.next(input);
        if !self.failed || !matches!(action, Action::Command(Command::Unlock { .. })) {
            return action;
        }
        let state = Command::SetState {
            profile: self.profile.clone(),
            state: ProfileState::SetupNeeded,
            reason: Some(SetupReason::Findings),
            fingerprint: None,
        };
        self.first.give([state], action)
    }
}
