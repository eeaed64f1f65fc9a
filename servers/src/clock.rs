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

    fn fell_behind(&mut self, instant: Time) {
        self.set = (Instant::now(), instant);
    }

    fn ahead(&self, real: Duration) -> Time {
        self.at(Instant::now() + real)
    }

    fn pace(&self) -> Pace {
        self.pace
    }

    fn set_pace(&mut self, pace: Pace) {
        let now = Instant::now();
        self.set = (now, self.at(now));
        self.pace = pace;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a clock of this pace that starts at 5 says after 3 s of real time, and how long it then is until 10,000.
    async fn check(pace: Pace, expected: (u64, Option<u64>)) {
        let mut clock = PacedClock::starting_at(Time(5), pace);
        tokio::time::advance(Duration::from_secs(3)).await;
        let until = clock.until(Time(10_000)).map(|until| u64::try_from(until.as_millis()).unwrap());
        assert_eq!((clock.now().0, until), expected, "{pace}");
    }

    #[tokio::test]
    async fn virtual_time_follows_real_time_at_its_pace_or_stands() {
        tokio::time::pause();
        check(Pace::Times(1), (3_005, Some(6_995))).await;
        check(Pace::Times(1_000), (3_000_005, Some(0))).await;
        check(Pace::Instant, (5, None)).await;
        check(Pace::Hand, (5, None)).await;
    }

    #[tokio::test]
    async fn a_clock_goes_on_from_where_it_was_moved_or_fell_behind_and_from_where_its_pace_changed() {
        tokio::time::pause();
        let mut clock = PacedClock::starting_at(Time(0), Pace::Times(10));
        let second = Duration::from_secs(1);
        let mut seen = Vec::new();
        tokio::time::advance(second).await;
        clock.moved_to(Time(50_000));
        seen.push(clock.now().0);
        clock.moved_to(Time(20_000));
        seen.push(clock.now().0);
        tokio::time::advance(second).await;
        clock.fell_behind(Time(51_000));
        tokio::time::advance(second).await;
        clock.set_pace(Pace::Hand);
        tokio::time::advance(second).await;
        seen.push(clock.now().0);
        clock.set_pace(Pace::Times(1));
        tokio::time::advance(second).await;
        seen.push(clock.now().0);
        assert_eq!(seen, [50_000, 50_000, 61_000, 62_000]);
    }
}
