//! Virtual time: what is to happen, ordered by time and then by the order in which it was arranged.

use std::collections::BTreeMap;

use dasdlab_model::event::Time;

/// Place in the order in which things were arranged; decides between things of one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sequence(pub(crate) u64);

/// The present instant, and what has been arranged for later ones.
#[derive(Debug, Clone)]
pub struct Clock<What> {
    now: Time,
    next: u64,
    agenda: BTreeMap<(Time, Sequence), What>,
}

impl<What> Clock<What> {
    /// A clock that stands at an instant, with so many places in the order taken.
    #[must_use]
    pub const fn at(now: Time, taken: u64) -> Self {
        Self { now, next: taken, agenda: BTreeMap::new() }
    }

    pub(crate) const fn now(&self) -> Time {
        self.now
    }

    /// Moves on; time never runs backwards.
    pub fn move_to(&mut self, instant: Time) {
        self.now = self.now.max(instant);
    }

    /// The next place in the order.
    pub(crate) const fn sequence(&mut self) -> Sequence {
        self.next += 1;
        Sequence(self.next)
    }

    /// Arranges something for so many milliseconds from now; says for when, and its place in the order.
    pub fn arrange(&mut self, milliseconds: u64, what: What) -> (Time, Sequence) {
        let due = (self.now.plus(milliseconds), self.sequence());
        self.arrange_as(due, what)
    }

    /// Arranges something that has its place in the order already.
    pub(crate) fn arrange_as(&mut self, due: (Time, Sequence), what: What) -> (Time, Sequence) {
        self.agenda.insert(due, what);
        due
    }

    /// Takes something that will not happen from the agenda.
    pub(crate) fn cancel(&mut self, due: (Time, Sequence)) {
        self.agenda.remove(&due);
    }

    /// When the first thing is to happen, and its place in the order.
    #[must_use]
    pub fn first(&self) -> Option<(Time, Sequence)> {
        self.agenda.keys().next().copied()
    }

    /// Takes the first thing from the agenda.
    pub fn take(&mut self) -> Option<What> {
        self.agenda.pop_first().map(|(_, what)| what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_of_one_instant_happen_in_the_order_in_which_they_were_arranged() {
        let mut clock = Clock::at(Time(0), 0);
        for (milliseconds, what) in [(5, "c"), (0, "a"), (5, "d"), (0, "b")] {
            clock.arrange(milliseconds, what);
        }
        let order: Vec<_> = std::iter::from_fn(|| clock.take()).collect();
        assert_eq!(order, ["a", "b", "c", "d"]);
    }

    #[test]
    fn time_never_runs_backwards() {
        let mut clock = Clock::<()>::at(Time(0), 0);
        clock.move_to(Time(7));
        clock.move_to(Time(3));
        assert_eq!(clock.now(), Time(7));
    }
}
