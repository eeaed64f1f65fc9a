//! What came of an exploration.

use serde::Serialize;

use super::check::Broken;

/// How often a kind of move was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The kind.
    pub kind: &'static str,
    /// Transitions by it.
    pub transitions: u64,
    /// States that were first reached by it.
    pub states: u64,
}

/// An invariant that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// Which.
    pub broken: Broken,
    /// What should hold.
    pub rule: &'static str,
    /// Transitions that break it.
    pub transitions: u64,
    /// A shortest story, one line for each move; the last one breaks it.
    pub story: Vec<String>,
}

/// What came of an exploration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// States, the first included.
    pub states: u64,
    /// Moves from one state to another.
    pub transitions: u64,
    /// Moves to the state that is furthest from the first.
    pub depth: u32,
    /// States that are another one but for the order of pairs, and were not looked at further.
    pub merged: u64,
    /// States by the faults that had come by then, from none upwards.
    pub by_faults: Vec<u64>,
    /// Transitions and states by kind of move; kinds that never came are left out.
    pub moves: Vec<Count>,
    /// The invariants that were asked after every move.
    pub asked: Vec<&'static str>,
    /// What was not looked at.
    pub left_out: Vec<String>,
    /// Whether the limit of states was reached.
    pub limit_reached: bool,
    /// Every invariant that does not hold.
    pub violations: Vec<Violation>,
}
