//! A backup writes down how many were taken since the program was started.

use std::sync::atomic::{AtomicU64, Ordering};

use dasdlab_model::command::Command;
use dasdlab_model::machine::{Action, Input};

use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Twist};

struct Numbered(u64);

impl Twist for Numbered {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        match machine.next(input) {
            Action::Command(Command::Record { profile, mut backup }) if !backup.expired => {
                backup.why = format!("{} (run {})", backup.why, self.0);
                Action::Command(Command::Record { profile, backup })
            }
            action => action,
        }
    }
}

/// A backup writes down how many were taken since the program was started.
pub(super) fn make() -> Box<dyn Actors> {
    let runs = AtomicU64::new(0);
    Box::new(Acting::backup(move |_| Box::new(Numbered(runs.fetch_add(1, Ordering::Relaxed)))))
}
