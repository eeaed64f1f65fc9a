//! Journals: where the orders of a server are kept.

use crate::desk::{Entry, Journal};

/// Keeps nothing: the world ends with the server.
#[derive(Debug, Clone, Copy, Default)]
pub struct InMemory;

impl Journal for InMemory {
    fn append(&mut self, _: &[Entry]) -> std::io::Result<()> {
        Ok(())
    }
}
