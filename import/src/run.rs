//! Who does pieces of work: one after the other, or whoever uses this room on threads of its own.

/// Does pieces of work and gives the results in the order of the pieces.
pub trait Run {
    /// Does all of it.
    fn run<I: Send, O: Send>(&self, pieces: Vec<I>, work: impl Fn(I) -> O + Send + Sync) -> Vec<O>;
}

/// One piece after the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct InTurn;

impl Run for InTurn {
    fn run<I: Send, O: Send>(&self, pieces: Vec<I>, work: impl Fn(I) -> O + Send + Sync) -> Vec<O> {
        pieces.into_iter().map(work).collect()
    }
}
