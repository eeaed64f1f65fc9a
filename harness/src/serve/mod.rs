//! The world behind the faces: what a server's desk drives.

pub mod engine;
mod orders;
mod questions;

pub use engine::Living;

use dasdlab_servers::control::order::{Refused, RefusedKind};

/// A refusal of this kind.
fn refused(kind: RefusedKind, message: impl Into<String>) -> Refused {
    Refused { kind, message: message.into() }
}
