//! Who does pieces of work: one after the other, or whoever uses this room on threads of its own.

/// Does pieces of work. What comes of them must not depend on who does.
pub trait Run: Sync {
    /// In how many pieces so many rows are best done, each of which takes some nanoseconds: what another thread costs before it
    /// begins depends on who has it.
    fn pieces(&self, rows: usize) -> usize;

    /// Does all of it and gives the results in the order of the pieces.
    fn run<I: Send, O: Send>(&self, pieces: Vec<I>, work: impl Fn(I) -> O + Send + Sync) -> Vec<O>;

    /// Does two different pieces.
    fn both<A: Send, B: Send>(&self, first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B + Send) -> (A, B);
}

/// One piece after the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct InTurn;

impl Run for InTurn {
    fn pieces(&self, _rows: usize) -> usize {
        1
    }

    fn run<I: Send, O: Send>(&self, pieces: Vec<I>, work: impl Fn(I) -> O + Send + Sync) -> Vec<O> {
        pieces.into_iter().map(work).collect()
    }

    fn both<A: Send, B: Send>(&self, first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B + Send) -> (A, B) {
        (first(), second())
    }
}
