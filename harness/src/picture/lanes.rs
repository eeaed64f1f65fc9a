//! Lanes: the states of pairs from moment to moment. Pairs of one generation to which the same happens share a lane.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::MAX_LANES;
use super::glyph::CopyState;
use super::pairs::{Pair, follows};

/// What happens to the copies of some pairs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lane {
    /// The generation; none of copies that belong to no generation.
    pub generation: Option<u8>,
    /// Which pairs, by their place in the list of the picture.
    pub pairs: Vec<usize>,
    /// Which pairs, in words.
    pub name: String,
    /// The states, one behind the other and without a gap.
    pub spans: Vec<Span>,
}

/// A state for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// From which moment on.
    pub from: usize,
    /// The moment with which it ends; behind the last one for what is so in the end.
    pub to: usize,
    /// The state; none where there is no copy.
    pub state: Option<CopyState>,
}

impl Lane {
    /// The state from the end of a moment on.
    #[must_use]
    pub fn state_at(&self, slot: usize) -> Option<CopyState> {
        self.spans.iter().find(|span| (span.from..span.to).contains(&slot)).and_then(|span| span.state)
    }
}

/// The lanes of a story of so many moments, and how many more there are.
pub(super) fn lanes(pairs: &[Pair], slots: usize) -> (Vec<Lane>, usize) {
    let mut alike: BTreeMap<(Option<u8>, Vec<Span>), Vec<usize>> = BTreeMap::new();
    for (index, pair) in pairs.iter().enumerate().filter(|(_, pair)| pair.ends.is_some()) {
        alike.entry((pair.generation, spans(pair, slots))).or_default().push(index);
    }
    let lane = |((generation, spans), of): ((_, _), Vec<usize>)| Lane { generation, name: name(pairs, &of), pairs: of, spans };
    let mut lanes: Vec<Lane> = alike.into_iter().map(lane).collect();
    lanes.sort_by_key(|lane| (lane.generation.is_none(), lane.generation, lane.pairs.first().copied()));
    let left = lanes.len().saturating_sub(MAX_LANES);
    if left > 0 {
        // Those to which nothing happens go first.
        let mut places: Vec<usize> = (0..lanes.len()).collect();
        places.sort_by_key(|at| std::cmp::Reverse(lanes.get(*at).map_or(0, |lane| lane.spans.len())));
        let kept: BTreeSet<usize> = places.into_iter().take(MAX_LANES).collect();
        let mut at = 0..lanes.len();
        lanes.retain(|_| at.next().is_some_and(|at| kept.contains(&at)));
    }
    (lanes, left)
}

fn spans(pair: &Pair, slots: usize) -> Vec<Span> {
    let mut spans = vec![Span { from: 0, to: slots, state: pair.copy }];
    for (from, state) in &pair.history {
        match spans.last_mut() {
            Some(last) if last.state == *state => {}
            Some(last) if last.from == *from => last.state = *state,
            Some(last) => {
                last.to = *from;
                spans.push(Span { from: *from, to: slots, state: *state });
            }
            None => {}
        }
    }
    spans
}

/// Pairs in a few words: by their units where they are one or follow each other, else by number.
fn name(pairs: &[Pair], of: &[usize]) -> String {
    let mut of_lane = of.iter().filter_map(|index| pairs.get(*index));
    let Some(first) = of_lane.next() else { return String::new() };
    let mut last = first;
    let in_a_row = of_lane.all(|pair| {
        let next = follows(last, pair);
        last = pair;
        next
    });
    match of.len() {
        1 => format!("{}->{}", first.source, first.target),
        count if in_a_row => format!("{count} pairs {}-{}", first.source, last.source),
        count => format!("{count} pairs"),
    }
}
