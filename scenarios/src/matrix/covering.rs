//! All pairs: as few cells as it easily takes so that any two values of two dimensions that can meet do meet.

use std::collections::BTreeSet;

use super::MatrixCell;

/// The values of a cell, each with its dimension.
fn values(cell: &MatrixCell) -> [(u8, String); 5] {
    [
        (0, cell.fault.to_owned()),
        (1, cell.phase.to_string()),
        (2, cell.place.to_string()),
        (3, cell.method.to_string()),
        (4, cell.generations.to_string()),
    ]
}

/// The indexes of a covering choice among these cells, ascending.
#[must_use]
pub fn pairwise(cells: &[MatrixCell]) -> Vec<usize> {
    // Values become numbers, pairs of values become numbers, and each cell a list of ten of them.
    let names: BTreeSet<(u8, String)> = cells.iter().flat_map(values).collect();
    let names: Vec<(u8, String)> = names.into_iter().collect();
    let number = |value: &(u8, String)| names.binary_search(value).unwrap_or(0);
    let pairs_of: Vec<Vec<usize>> = cells
        .iter()
        .map(|cell| {
            let numbers = values(cell).map(|value| number(&value));
            let pairs = numbers
                .iter()
                .enumerate()
                .flat_map(|(at, &a)| numbers.iter().skip(at + 1).map(move |&b| (a, b)).collect::<Vec<_>>());
            pairs.map(|(a, b)| a * names.len() + b).collect()
        })
        .collect();
    let mut open: BTreeSet<usize> = pairs_of.iter().flatten().copied().collect();
    let mut chosen = BTreeSet::new();
    while !open.is_empty() {
        let gain = |index: usize| pairs_of.get(index).map_or(0, |pairs| pairs.iter().filter(|pair| open.contains(pair)).count());
        // Of equals the first, so that the choice is the same on every machine.
        let best = (0..cells.len()).max_by_key(|&index| (gain(index), std::cmp::Reverse(index)));
        let Some(best) = best.filter(|&best| gain(best) > 0) else { break };
        for pair in pairs_of.get(best).into_iter().flatten() {
            open.remove(pair);
        }
        chosen.insert(best);
    }
    chosen.into_iter().collect()
}
