//! Setup establishes a pair though it has found an error.

use dasdlab_model::command::Command;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::{Device, Observation};
use dasdlab_model::states::SetupReason;
use dasdlab_model::transitions::MirrorOrder;
use dasdlab_model::unit::{Unit, VolumeId};

use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, First, Twist};

struct Eager {
    profile: ProfileName,
    pair: Option<(VolumeId, VolumeId)>,
    first: First,
}

/// The first pair of a profile.
fn first_pair(seen: &Observation, profile: &ProfileName) -> Option<(VolumeId, VolumeId)> {
    let profile = seen.profile(profile)?;
    let volume = |unit: Unit| {
        let entry = seen.units.iter().find(|entry| (entry.system, entry.unit) == (profile.system, unit))?;
        match entry.device {
            Device::Base(volume, _) => Some(volume),
            Device::Alias(_) => None,
        }
    };
    profile.targets.iter().find_map(|entry| volume(entry.source).zip(volume(entry.target)))
}

impl Twist for Eager {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        if let Input::Seen(seen, _) = &input {
            self.pair = first_pair(seen, &self.profile);
        }
        if let Some(action) = self.first.go_on() {
            return action;
        }
        let action = machine.next(input);
        match (&action, self.pair) {
            (Action::Command(Command::SetState { reason: Some(SetupReason::Findings), .. }), Some((standard, bcv))) => {
                let establish = Command::Mirror { standard, bcv, order: MirrorOrder::EstablishFull };
                self.first.give([establish], action)
            }
            _ => action,
        }
    }
}

/// Setup establishes a pair though it has found an error.
pub(super) fn make() -> Box<dyn Actors> {
    Box::new(Acting::setup(|profile| Box::new(Eager { profile: profile.clone(), pair: None, first: First::default() })))
}
