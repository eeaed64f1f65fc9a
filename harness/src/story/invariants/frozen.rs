//! Drives a machine over a photograph: what it says of a site that never changes and obeys no order to an array.

use std::sync::Arc;

use dasdlab_model::command::Reply;
use dasdlab_model::event::Time;
use dasdlab_model::finding::Verdict;
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::observation::Observation;
use dasdlab_model::transitions::Refusal;

use crate::drive::Machine;
use crate::judge::panics;

/// The most steps of a machine that gets nowhere; one pair takes a few.
const MOST_STEPS: usize = 100_000;

/// What a machine says at its end; none where it does not end or panics, which is found where the story is told.
pub(super) fn verdict(mut machine: Box<dyn Machine>, seen: &Arc<Observation>, at: Time) -> Option<Verdict> {
    let mut now = at;
    let mut input = Input::Seen(Arc::clone(seen), now);
    for _ in 0..MOST_STEPS {
        input = match panics::catch(|| machine.next(input)).ok()? {
            Action::Observe => Input::Seen(Arc::clone(seen), now),
            Action::Command(command) if command.is_for_an_array() => Input::Reply(Reply::Refused(Refusal::NoAnswer)),
            Action::Command(_) => Input::Reply(Reply::Done),
            Action::Wait(until) => {
                now = until.max(now);
                Input::Seen(Arc::clone(seen), now)
            }
            Action::Done(verdict) => return Some(verdict),
        };
    }
    None
}
