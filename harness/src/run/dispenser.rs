//! Hands out work to the workers one piece after the other, never too far ahead of what has been reported.

use parking_lot::{Condvar, Mutex};

/// How many pieces may be under way or waiting to be reported: what comes early is kept until its turn.
pub const WINDOW: u64 = 4_096;

/// Numbers from 0 up to a limit, shared by workers.
#[derive(Debug)]
pub struct Dispenser {
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
    /// A dispenser of the numbers below `end`.
    #[must_use]
    pub fn new(end: u64) -> Self {
        Self { state: Mutex::new(State { next: 0, end, reported: 0 }), room: Condvar::new() }
    }

    /// The next piece of work; waits while too much is unreported, none when there is no more.
    pub fn take(&self) -> Option<u64> {
        let mut state = self.state.lock();
        while state.next < state.end && state.next >= state.reported.saturating_add(WINDOW) {
            self.room.wait(&mut state);
        }
        let next = state.next;
        (next < state.end).then(|| {
            state.next += 1;
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
        let dispenser = Dispenser::new(5);
        assert_eq!((dispenser.take(), dispenser.take()), (Some(0), Some(1)));
        dispenser.end_at(3);
        assert_eq!((dispenser.take(), dispenser.take()), (Some(2), None));
    }

    #[test]
    fn workers_wait_for_reports_when_they_are_far_ahead() {
        let dispenser = Dispenser::new(u64::MAX);
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
