//! Coverage: how often each key was reported, and how often it was gone once the one defect that caused it was.

pub mod impossible;
pub mod keys;
pub mod story;
pub mod tuples;

use keys::{Key, KeySet};
use serde::Serialize;

/// How often each key must be seen present, and absent in the same scenario without the one defect.
pub const REQUIRED: u32 = 20;

/// What one scenario and its counterpart showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// Keys that were reported.
    pub present: KeySet,
    /// Keys of the defect left out that were reported with it and not without it.
    pub absent: KeySet,
}

/// Counts over a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    present: Vec<u32>,
    absent: Vec<u32>,
    /// Whether the key of the row was reported together with the key of the column.
    together: Vec<KeySet>,
}

impl Default for Coverage {
    fn default() -> Self {
        let keys = Key::all().len();
        Self { present: vec![0; keys], absent: vec![0; keys], together: vec![KeySet::default(); keys] }
    }
}

/// A key that was seen too seldom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Miss {
    /// `PS05:boxed`, `PS07:inhibited (target)`.
    pub key: String,
    /// How often it was present.
    pub present: u32,
    /// How often it was absent.
    pub absent: u32,
}

/// One row of the coverage table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The key.
    pub key: Key,
    /// How often it was present.
    pub present: u32,
    /// How often it was absent.
    pub absent: u32,
}

impl Coverage {
    /// Counts a scenario.
    pub fn add(&mut self, seen: Seen) {
        for index in seen.present.indices() {
            if let Some(count) = self.present.get_mut(index) {
                *count += 1;
            }
            if let Some(set) = self.together.get_mut(index) {
                *set = set.union(seen.present);
            }
        }
        for index in seen.absent.indices() {
            if let Some(count) = self.absent.get_mut(index) {
                *count += 1;
            }
        }
    }

    /// All keys with their counts, in the order of the rules.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        let counts = self.present.iter().zip(&self.absent);
        Key::all().iter().zip(counts).map(|(&key, (&present, &absent))| Row { key, present, absent })
    }

    /// The keys seen fewer than [`REQUIRED`] times, present or absent.
    #[must_use]
    pub fn misses(&self) -> Vec<Miss> {
        let seldom = self.rows().filter(|row| row.present.min(row.absent) < REQUIRED);
        seldom.map(|row| Miss { key: row.key.to_string(), present: row.present, absent: row.absent }).collect()
    }

    /// How many keys were seen often enough, of how many.
    #[must_use]
    pub fn covered(&self) -> (usize, usize) {
        let keys = Key::all().len();
        (keys - self.misses().len(), keys)
    }

    /// How many pairs of keys were reported together, and how many can be.
    #[must_use]
    pub fn pairs(&self) -> (usize, usize) {
        let keys = Key::all();
        let (mut seen, mut possible) = (0, 0);
        for (first, set) in self.together.iter().enumerate() {
            for second in first + 1..keys.len() {
                seen += usize::from(set.holds(second));
                let can = keys.get(first).zip(keys.get(second)).is_some_and(|(&a, &b)| impossible::why(a, b).is_none());
                possible += usize::from(can);
            }
        }
        (seen, possible)
    }
}

#[cfg(test)]
mod tests {
    use dasdlab_model::reasons::Reason;

    use super::*;

    fn set(reasons: &[Reason]) -> KeySet {
        reasons.iter().map(|&reason| Key { reason, side: None }).collect()
    }

    #[test]
    fn a_key_seen_once_too_seldom_is_a_miss() {
        let mut coverage = Coverage::default();
        let boxed = set(&[Reason::Ps05Boxed]);
        for _ in 0..REQUIRED {
            coverage.add(Seen { present: boxed, absent: boxed });
        }
        coverage.add(Seen { present: set(&[Reason::Ps05Offline]), absent: KeySet::default() });
        let misses = coverage.misses();
        assert_eq!(misses.len(), 80);
        assert!(!misses.iter().any(|miss| miss.key == "PS05:boxed"));
        assert!(misses.contains(&Miss { key: "PS05:offline".to_owned(), present: 1, absent: 0 }));
    }

    #[test]
    fn pairs_of_keys_are_counted_once() {
        let mut coverage = Coverage::default();
        coverage.add(Seen { present: set(&[Reason::Ps05Boxed, Reason::Ps06Boxed]), absent: KeySet::default() });
        coverage.add(Seen { present: set(&[Reason::Ps05Boxed, Reason::Ps06Boxed]), absent: KeySet::default() });
        let (seen, possible) = coverage.pairs();
        assert_eq!(seen, 1);
        assert!(possible > 1_000 && possible < 81 * 80 / 2, "{possible}");
    }
}
