//! What passes between a machine (profile setup, a backup job, a restore) and the one that drives it.
//!
//! A machine is a value: it is given an input and says what it wants next. It calls nobody and knows no clock, so that
//! the same machine runs against a simulated world, a server or a recorded session, and can be dropped between two steps.

use std::sync::Arc;

use crate::command::{Command, Reply};
use crate::event::Time;
use crate::finding::Verdict;
use crate::observation::Observation;

/// What a machine is given.
#[derive(Debug, Clone)]
pub enum Input {
    /// The first input, and the answer to [`Action::Observe`] and [`Action::Wait`]: what can be seen now, and the time.
    Seen(Arc<Observation>, Time),
    /// The answer to [`Action::Command`].
    Reply(Reply),
}

/// What a machine wants next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// See the world again, at once.
    Observe,
    /// Have this done.
    Command(Command),
    /// See the world again when a copy state has changed, or at this instant if none does before.
    Wait(Time),
    /// Nothing more.
    Done(Verdict),
}
