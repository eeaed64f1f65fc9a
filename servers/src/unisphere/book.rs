//! What Unisphere remembers that no array shows: storage groups and clone sessions.

use super::order::{Done, Order, Refused};
use crate::engine::Engine;

/// Storage groups and clone sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {}

impl Book {
    /// Carries out an order on the world and notes it.
    ///
    /// # Errors
    /// Why it was refused; then nothing has changed.
    pub fn apply(&mut self, order: &Order, _engine: &mut dyn Engine) -> Result<Done, Refused> {
        match *order {}
    }
}
