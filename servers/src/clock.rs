//! The clock of a server: virtual time that follows real time, or stands until somebody moves it.

use std::time::Duration;

use dasdlab_model::event::Time;
use tokio::time::Instant;

use crate::desk::Clock;
use crate::pace::Pace;

/// Virtual time by the wall clock, from the instant at which it was started.
#[derive(Debug, Clone)]
pub struct PacedClock {
    pace: Pace,
    /// A real instant and the virtual one that belongs to it.
    set: (Instant, Time),
}

impl PacedClock {
    /// A clock that stands at this instant and goes on from now.
    #[must_use]
    pub fn starting_at(instant: Time, pace: Pace) -> Self {
        Self { pace, set: (Instant::now(), instant) }
    }

    fn at(&self, now: Instant) -> Time {
        let (real, virtual_) = self.set;
        let Pace::Times(times) = self.pace else { return virtual_ };
        let passed = now.saturating_duration_since(real).as_micros().saturating_mul(u128::from(times)) / 1_000;
        virtual_.plus(u64::try_from(passed).unwrap_or(u64::MAX))
    }
}

impl Clock for PacedClock {
    fn now(&mut self) -> Time {
        self.at(Instant::now())
    }

    fn until(&self, instant: Time) -> Option<Duration> {
        let Pace::Times(times) = self.pace else { return None };
        let left = u128::from(instant.0.saturating_sub(self.at(Instant::now()).0)) * 1_000 / u128::from(times);
        // Rounded up: too early is a turn for nothing.
        Some(Duration::from_micros(u64::try_from(left).unwrap_or(u64::MAX).saturating_add(1)))
    }

    fn settles(&self) -> bool {
        self.pace == Pace::Instant
    }

    fn moved_to(&mut self, instant: Time) {
        let now = Instant::now();
        if instant > self.at(now) {
            self.set = (now, instant);
        }
    }
}
