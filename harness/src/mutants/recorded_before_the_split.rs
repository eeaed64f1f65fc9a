//! The backup catalog is written first, for the split will succeed.

use std::sync::Arc;

use dasdlab_model::command::Command;
use dasdlab_model::event::Time;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::observation::Observation;
use dasdlab_model::site::Backup;
use dasdlab_model::states::Consistency;
use dasdlab_model::unit::VolumeId;

use super::Mutant;
use super::sight::volume;
use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, First, Twist};

pub(super) const MUTANT: Mutant = Mutant::acts("recorded-before-the-split", "records a backup as valid before it is split", make);

fn make() -> Box<dyn Actors> {
    Box::new(Acting::backup(|profile| {
        Box::new(Hopeful { profile: profile.clone(), seen: None, now: Time::default(), first: First::default() })
    }))
}

/// Records what is going to be.
struct Hopeful {
    profile: ProfileName,
    seen: Option<Arc<Observation>>,
    now: Time,
    first: First,
}

impl Hopeful {
    /// The generation to which a pair belongs.
    fn generation(&self, pair: (VolumeId, VolumeId)) -> Option<u8> {
        let seen = self.seen.as_ref()?;
        let own = seen.profile(&self.profile)?;
        let is_it =
            |source, target| volume(seen, own.system, source) == Some(pair.0) && volume(seen, own.system, target) == Some(pair.1);
        own.targets.iter().find(|entry| is_it(entry.source, entry.target)).map(|entry| entry.generation)
    }
}

impl Twist for Hopeful {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        if let Some(action) = self.first.go_on() {
            return action;
        }
        if let Input::Seen(seen, now) = &input {
            (self.seen, self.now) = (Some(Arc::clone(seen)), *now);
        }
        let action = machine.next(input);
        let Action::Command(Command::SplitTogether { pairs }) = &action else { return action };
        let Some(generation) = pairs.first().and_then(|&pair| self.generation(pair)) else { return action };
        let backup = Backup {
            generation,
            taken_at: self.now.0 / 1_000,
            valid: true,
            expired: false,
            consistency: Consistency::Array,
            restore_scope: None,
            why: "every pair is split at one instant".to_owned(),
        };
        self.first.give([Command::Record { profile: self.profile.clone(), backup }], action)
    }
}
