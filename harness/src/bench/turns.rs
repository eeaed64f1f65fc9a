//! Pieces of work that take turns, so that whatever else the machine does meets all of them alike.

use std::time::Duration;

use crate::run::clock::Clock;

/// How often each piece is done at least: of those that take long, and of the others.
pub(super) const FEWEST_LOADS: usize = 3;
pub(super) const FEWEST_CHECKS: usize = 11;

/// How often a piece is done at most.
const MOST: usize = 10_000;

/// A piece of work.
pub(super) struct Work<'a> {
    pub(super) name: String,
    pub(super) run: Box<dyn FnMut() + 'a>,
}

impl<'a> Work<'a> {
    pub(super) fn new<T>(name: impl Into<String>, mut run: impl FnMut() -> T + 'a) -> Self {
        Self { name: name.into(), run: Box::new(move || drop(std::hint::black_box(run()))) }
    }
}

/// What a piece took.
pub(super) struct Taken {
    pub(super) name: String,
    pub(super) median: Duration,
    pub(super) times: usize,
}

/// The median time of each piece, taking turns until the budget is spent, each at least so many times.
pub(super) fn medians(budget: Duration, fewest: usize, works: &mut [Work<'_>]) -> Vec<Taken> {
    let mut times: Vec<Vec<Duration>> = works.iter().map(|_| Vec::new()).collect();
    let began = Clock::start();
    for turn in 0..MOST {
        if turn >= fewest && began.elapsed() >= budget {
            break;
        }
        for (work, times) in works.iter_mut().zip(&mut times) {
            let start = Clock::start();
            (work.run)();
            times.push(start.elapsed());
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    let taken = works.iter().zip(&mut times);
    taken.map(|(work, times)| Taken { name: work.name.clone(), median: median(times), times: times.len() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_has_its_turn_however_small_the_budget() {
        let (mut first, mut second) = (0, 0);
        let taken = {
            let mut works = [Work::new("first", || first += 1), Work::new("second", || second += 1)];
            medians(Duration::ZERO, 3, &mut works)
        };
        assert_eq!((first, second), (3, 3));
        assert_eq!(
            taken.iter().map(|taken| (taken.name.as_str(), taken.times)).collect::<Vec<_>>(),
            [("first", 3), ("second", 3)]
        );
    }
}
