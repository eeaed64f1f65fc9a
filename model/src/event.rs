//! The event log of a world: one line for each change of state, stable, so that two runs of one seed are equal to the byte.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An instant of virtual time, in milliseconds since the world was booted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Time(pub u64);

impl Time {
    /// So many seconds.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1_000))
    }

    /// The instant this much later; at the end of time it stays there.
    #[must_use]
    pub const fn plus(self, milliseconds: u64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, milliseconds) = (self.0 / 1_000, self.0 % 1_000);
        write!(f, "{:02}:{:02}:{:02}.{milliseconds:03}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
    }
}

/// One change of state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Event {
    /// When it happened.
    pub at: Time,
    /// What changed, e.g. `mirror 000197800001/10/00 000197800001/10/80` or `profile DAILY`.
    pub object: String,
    /// Its state before.
    pub from: String,
    /// Its state after.
    pub to: String,
    /// The command or the happening that caused it.
    pub cause: String,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {} -> {} ({})", self.at, self.object, self.from, self.to, self.cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_written_in_hours_minutes_seconds_and_milliseconds() {
        assert_eq!(Time::seconds(3_661).plus(5).to_string(), "01:01:01.005");
        assert_eq!(Time(u64::MAX).plus(1), Time(u64::MAX));
    }
}
