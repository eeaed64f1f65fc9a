//! The axis of a story: every moment has room, and the longer nothing happens the more, but never in proportion.
//!
//! Hours of copying stand beside dozens of changes at one instant; to scale, one of the two could not be seen.

use dasdlab_model::event::Time;

use super::Story;

/// The room of a moment by itself.
const MOMENT: u64 = 6;

/// Where moments begin on an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scale {
    edges: Vec<usize>,
}

impl Scale {
    /// Moments on an axis of so many columns; as far as they go, each has one for itself.
    #[must_use]
    pub fn new(story: &Story, columns: usize) -> Self {
        let begun: Vec<Time> = story.slots.iter().map(|slot| slot.at).collect();
        let next = begun.iter().copied().skip(1).chain([story.end]);
        let weights: Vec<u64> = begun.iter().zip(next).map(|(at, next)| weight(next.0.saturating_sub(at.0))).collect();
        let count = weights.len();
        let total: u64 = weights.iter().sum::<u64>().max(1);
        // One column each, the others by weight.
        let spare = columns.saturating_sub(count) as u64;
        let own = columns.min(count);
        let mut before = 0;
        let mut edges: Vec<usize> = Vec::with_capacity(count + 1);
        for (at, weight) in weights.iter().enumerate() {
            let of_own = at * own / count.max(1);
            edges.push(of_own + usize::try_from(before * spare / total).unwrap_or(columns));
            before += weight;
        }
        edges.push(columns);
        Self { edges }
    }

    /// Where a moment begins; behind the last one where the axis ends.
    #[must_use]
    pub fn at(&self, slot: usize) -> usize {
        self.edges.get(slot).or(self.edges.last()).copied().unwrap_or_default()
    }
}

fn weight(gap: u64) -> u64 {
    let length = u64::from(gap.saturating_add(1).ilog2());
    MOMENT + length * length / 8
}
