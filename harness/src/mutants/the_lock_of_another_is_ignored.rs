//! Locks were left behind before, so nobody believes them.

use std::sync::Arc;

use dasdlab_model::command::Reply;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::name::ProfileName;
use dasdlab_model::story::Phase;

use super::Mutant;
use super::sight::own;
use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Kind, Twist};

pub(super) const MUTANT: Mutant =
    Mutant::acts("the-lock-of-another-is-ignored", "goes on though somebody else has the profile locked", make);

fn make() -> Box<dyn Actors> {
    Box::new(Acting::of(Kind::ALL, |profile| Box::new(Reckless(profile.clone()))))
}

/// Does not see who has the lock, and does not hear that it was refused.
struct Reckless(ProfileName);

impl Twist for Reckless {
    fn next(&mut self, machine: &mut dyn Machine, mut input: Input) -> Action {
        let is_locking = machine.phase() == Some(Phase::Lock);
        match &mut input {
            Input::Seen(seen, _) => {
                if let Some(own) = own(Arc::make_mut(seen), &self.0) {
                    own.locked_by = None;
                }
            }
            Input::Reply(reply) if is_locking => *reply = Reply::Done,
            Input::Reply(_) => {}
        }
        machine.next(input)
    }
}
