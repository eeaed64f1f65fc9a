//! Why an order or a question was refused; each face has its own kinds, for which its clients have codes.

/// A refusal of some kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refused<K> {
    /// What kind of refusal.
    pub kind: K,
    /// What was wrong, where, and what was expected.
    pub message: String,
}
