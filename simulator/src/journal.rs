//! The event log: one line for each change of state, in the order in which they happened.

use std::fmt::Display;

use dasdlab_model::command::Issuer;
use dasdlab_model::event::{Event, Time};

/// What has happened so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journal(Vec<Event>);

impl Journal {
    pub(crate) fn log(&mut self, at: Time, object: String, from: impl Display, to: impl Display, cause: &str) {
        self.0.push(Event { at, object, from: from.to_string(), to: to.to_string(), cause: cause.to_owned() });
    }

    pub(crate) fn events(&self) -> &[Event] {
        &self.0
    }
}

/// The cause of a change that was ordered.
pub(crate) fn ordered(what: impl Display, by: &Issuer) -> String {
    match by {
        Issuer::Profile(profile) => format!("{what} by {profile}"),
        Issuer::Foreign(job) => format!("{what} by foreign {job}"),
    }
}
