//! It sleeps for as long as it may, and looks then.

use dasdlab_model::event::Time;
use dasdlab_model::machine::{Action, Input};

use super::Mutant;
use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Kind, Twist};

pub(super) const MUTANT: Mutant =
    Mutant::acts("waits-for-the-limit", "waits for the limit even where all pairs are Synchronized before", make);

fn make() -> Box<dyn Actors> {
    Box::new(Acting::of(Kind::ALL, |_| Box::new(Sleepy::default())))
}

/// Does not wake before its time.
#[derive(Default)]
struct Sleepy {
    until: Option<Time>,
}

impl Twist for Sleepy {
    fn next(&mut self, machine: &mut dyn Machine, input: Input) -> Action {
        if let (Some(until), Input::Seen(_, now)) = (self.until, &input)
            && *now < until
        {
            return Action::Wait(until);
        }
        let action = machine.next(input);
        self.until = match action {
            Action::Wait(until) => Some(until),
            _ => None,
        };
        action
    }
}
