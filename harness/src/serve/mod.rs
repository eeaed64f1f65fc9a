//! The world behind the faces: what a server's desk drives.

pub mod engine;
mod orders;
mod questions;
pub mod server;
pub mod views;
mod work;

pub use engine::Living;
pub use server::{Installation, Opened, Replayed, Server, replay, site, unusable};

use dasdlab_servers::control::order::{Refused, RefusedKind};

/// A refusal of this kind.
fn refused(kind: RefusedKind, message: impl Into<String>) -> Refused {
    Refused { kind, message: message.into() }
}
