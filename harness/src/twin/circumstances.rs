//! What is otherwise each time: how many judge at once, in which order, and in how many parts.

use std::fmt;

use crate::run::digest::Hasher;
use crate::run::part::Part;

/// In which order pieces of work are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As the run does them.
    Forwards,
    /// The last first.
    Backwards,
    /// By lot, another one each time.
    Shuffled,
}

/// What is otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// How many workers there are.
    pub threads: usize,
    /// In which order they work.
    pub order: Order,
    /// In how many parts, the last of them first.
    pub parts: u64,
}

/// Every repetition.
pub const TIMES: &[Circumstances] = &[
    Circumstances { threads: 1, order: Order::Forwards, parts: 1 },
    Circumstances { threads: 2, order: Order::Backwards, parts: 1 },
    Circumstances { threads: 7, order: Order::Shuffled, parts: 1 },
    Circumstances { threads: 1, order: Order::Shuffled, parts: 2 },
    Circumstances { threads: 2, order: Order::Forwards, parts: 7 },
];

impl Circumstances {
    /// The parts, one after the other, each in its order.
    #[must_use]
    pub fn parts(&self, indexes: &[u64], seed: u64) -> Vec<Vec<u64>> {
        let pieces = indexes.len() as u64;
        let part = |nth: u64| {
            let range = Part::Share(nth, self.parts).of(pieces).unwrap_or_default();
            let mut part: Vec<u64> =
                indexes.iter().skip(range.start as usize).take((range.end - range.start) as usize).copied().collect();
            match self.order {
                Order::Forwards => {}
                Order::Backwards => part.reverse(),
                Order::Shuffled => part.sort_by_key(|&index| (lot(seed ^ self.parts, index), index)),
            }
            part
        };
        (1..=self.parts).rev().map(part).collect()
    }
}

/// The lot that a piece of work draws.
#[must_use]
pub fn lot(seed: u64, index: u64) -> u64 {
    let mut hasher = Hasher::default();
    hasher.write(&seed.to_le_bytes());
    hasher.write(&index.to_le_bytes());
    (hasher.finish() >> 64) as u64
}

impl fmt::Display for Circumstances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = match self.order {
            Order::Forwards => "forwards",
            Order::Backwards => "backwards",
            Order::Shuffled => "shuffled",
        };
        write!(f, "{} thread{}, {order}", self.threads, if self.threads == 1 { "" } else { "s" })?;
        if self.parts > 1 { write!(f, ", in {} parts", self.parts) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_done_once_each_time_and_the_orders_differ() {
        let indexes: Vec<u64> = (0..40).map(|index| index * 3).collect();
        let mut orders = Vec::new();
        for circumstances in TIMES {
            let done = circumstances.parts(&indexes, 7).concat();
            let mut sorted = done.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, indexes, "{circumstances}");
            assert_eq!(circumstances.parts(&indexes, 7).concat(), done, "{circumstances}");
            orders.push(done);
        }
        orders.sort();
        orders.dedup();
        assert_eq!(orders.len(), TIMES.len());
    }

    #[test]
    fn a_sample_smaller_than_its_parts_has_empty_ones() {
        for circumstances in TIMES {
            assert_eq!(circumstances.parts(&[5], 0).concat(), [5], "{circumstances}");
            assert!(circumstances.parts(&[], 0).concat().is_empty());
        }
    }
}
