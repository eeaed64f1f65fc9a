//! What changes storage groups, volumes and clone sessions.

use serde::{Deserialize, Serialize};

/// An order to the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {}

/// What came of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {}

/// Why an order was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What was wrong.
    pub message: String,
}
