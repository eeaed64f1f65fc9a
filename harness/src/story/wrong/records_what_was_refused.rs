//! A backup is recorded as valid though the split of a pair was refused.

use std::sync::Arc;

use dasdlab_model::command::{Command, Reply};
use dasdlab_model::machine::{Action, Input};
use dasdlab_model::states::MirrorState;
use dasdlab_model::story::Phase;
use dasdlab_model::unit::VolumeId;

use crate::drive::Machine;
use crate::story::actors::Actors;
use crate::story::twist::{Acting, Twist};

/// Believes that what was commanded was done.
#[derive(Default)]
struct Credulous {
    pairs: Vec<(VolumeId, VolumeId)>,
}

impl Twist for Credulous {
    fn next(&mut self, machine: &mut dyn Machine, mut input: Input) -> Action {
        match &mut input {
            Input::Reply(Reply::Each(replies)) => replies.iter_mut().for_each(|reply| *reply = Reply::Done),
            Input::Seen(seen, _) if machine.phase() == Some(Phase::Record) => {
                for pair in Arc::make_mut(seen).mirrors.iter_mut().filter(|pair| self.pairs.contains(&(pair.standard, pair.bcv)))
                {
                    pair.state = MirrorState::Split;
                }
            }
            _ => {}
        }
        let action = machine.next(input);
        if let Action::Command(Command::SplitTogether { pairs }) = &action {
            self.pairs.clone_from(pairs);
        }
        action
    }
}

/// A backup is recorded as valid though the split of a pair was refused.
pub(super) fn make() -> Box<dyn Actors> {
    Box::new(Acting::backup(|_| Box::new(Credulous::default())))
}
