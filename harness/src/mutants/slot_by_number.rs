//! The first slot is taken once all are full, not the oldest.

use std::sync::Arc;

use dasdlab_model::command::Command;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::site::Backup;
use dasdlab_model::story::Phase;

use super::Mutant;
use super::sight::own;
use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Twist};

pub(super) const MUTANT: Mutant = Mutant::acts("slot-by-number", "takes the lowest slot of FlashCopy and not the oldest", make);

fn make() -> Box<dyn Actors> {
    Box::new(Acting::backup(|profile| Box::new(Timeless { profile: profile.clone(), taken: Vec::new() })))
}

/// Takes all backups for equally old, and writes down their time as it was.
struct Timeless {
    profile: ProfileName,
    taken: Vec<Backup>,
}

impl Twist for Timeless {
    fn next(&mut self, machine: &mut dyn Machine, mut input: Input) -> Action {
        if let Input::Seen(seen, _) = &mut input
            && machine.phase() == Some(Phase::PreBackupCheck)
            && let Some(own) = own(Arc::make_mut(seen), &self.profile)
        {
            self.taken = own.backups.iter().filter(|backup| backup.valid && !backup.expired).cloned().collect();
            own.backups.iter_mut().for_each(|backup| backup.taken_at = 0);
        }
        match machine.next(input) {
            Action::Command(Command::Record { profile, mut backup }) if backup.expired => {
                let before = self.taken.iter().filter(|taken| taken.generation == backup.generation);
                backup.taken_at = before.map(|taken| taken.taken_at).max().unwrap_or(backup.taken_at);
                Action::Command(Command::Record { profile, backup })
            }
            action => action,
        }
    }
}
