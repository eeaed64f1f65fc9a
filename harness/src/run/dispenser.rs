//! Hands out work to the workers one piece after the other, never too far ahead of what has been reported.

use std::ops::Range;

use parking_lot::{Condvar, Mutex};

/// How many pieces may be under way or waiting to be reported: what comes early is kept until its turn.
pub const WINDOW: u64 = 4_096;

/// Numbers of a range, shared by workers.
#[derive(Debug)]
pub struct Dispenser {
    /// What is done already, in order.
    done: Vec<Range<u64>>,
    state: Mutex<State>,
    room: Condvar,
}

#[derive(Debug)]
struct State {
    next: u64,
    /// Work from here on is not handed out.
    end: u64,
    reported: u64,
}

impl Dispenser {
    /// A dispenser of the numbers of a range, but for those that are done, whose ranges come in order.
    #[must_use]
    pub fn new(range: Range<u64>, done: Vec<Range<u64>>) -> Self {
        let state = State { next: range.start, end: range.end, reported: range.start };
        let dispenser = Self { done, state: Mutex::new(state), room: Condvar::new() };
        let next = dispenser.behind(range.start);
        dispenser.state.lock().next = next;
        dispenser
    }

    /// The first number from this one on that is not done.
    fn behind(&self, next: u64) -> u64 {
        let mut next = next;
        let from = self.done.partition_point(|done| done.end <= next);
        for done in self.done.iter().skip(from) {
            if !done.contains(&next) {
                break;
            }
            next = done.end;
        }
        next
    }

    /// The next piece of work; waits while too much is unreported, none when there is no more.
    pub fn take(&self) -> Option<u64> {
        let mut state = self.state.lock();
        while state.next < state.end && state.next >= state.reported.saturating_add(WINDOW) {
            self.room.wait(&mut state);
        }
        let next = state.next;
        (next < state.end).then(|| {
            state.next = self.behind(next + 1);
            next
        })
    }

    /// Says that every piece below this one has been reported.
    pub fn reported(&self, up_to: u64) {
        self.state.lock().reported = up_to;
        self.room.notify_all();
    }

    /// Hands out nothing from this piece on. What lies below it is still done, so that the end does not depend on who
    /// was faster.
    pub fn end_at(&self, end: u64) {
        let mut state = self.state.lock();
        state.end = state.end.min(end);
        drop(state);
        self.room.notify_all();
    }

    /// Hands out more, up to this piece, where everything before was handed out.
    pub fn extend(&self, end: u64) {
        let mut state = self.state.lock();
        if state.next == state.end {
            state.end = end;
        }
    }

    /// Hands out nothing more; what is under way is finished.
    pub fn stop(&self) {
        self.end_at(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_handed_out_once_and_end_where_told() {
        let dispenser = Dispenser::new(0..5, Vec::new());
        assert_eq!((dispenser.take(), dispenser.take()), (Some(0), Some(1)));
        dispenser.end_at(3);
        assert_eq!((dispenser.take(), dispenser.take()), (Some(2), None));
    }

    #[test]
    fn more_is_handed_out_where_nothing_was_stopped() {
        let dispenser = Dispenser::new(0..1, Vec::new());
        assert_eq!((dispenser.take(), dispenser.take()), (Some(0), None));
        dispenser.extend(2);
        assert_eq!((dispenser.take(), dispenser.take()), (Some(1), None));
        dispenser.stop();
        dispenser.extend(4);
        assert_eq!(dispenser.take(), None);
    }

    #[test]
    fn what_is_done_is_not_handed_out() {
        let dispenser = Dispenser::new(2..9, vec![2..3, 4..6, 6..7, 8..9]);
        let handed: Vec<u64> = std::iter::from_fn(|| dispenser.take()).collect();
        assert_eq!(handed, [3, 7]);
    }

    #[test]
    fn workers_wait_for_reports_when_they_are_far_ahead() {
        let dispenser = Dispenser::new(0..u64::MAX, Vec::new());
        for _ in 0..WINDOW {
            dispenser.take();
        }
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| dispenser.take());
            dispenser.reported(1);
            assert_eq!(waiting.join().unwrap(), Some(WINDOW));
            let stopped = scope.spawn(|| dispenser.take());
            dispenser.stop();
            assert_eq!(stopped.join().unwrap(), None);
        });
    }
}
