//! The faces of a simulated installation: what clients of real arrays speak, and a control face of our own.
//!
//! There is **one** world behind all faces. It belongs to one thread, the [`desk`]; whoever wants something of it hands
//! in an [`Order`](order::Order) or a read. An order is applied, written to the journal and only then acknowledged, so
//! that the journal alone makes the same world again.
//!
//! - [`ds8000`]: the REST interface of a DS8000 as its management console offers it.
//! - [`unisphere`]: the REST interface of Unisphere for Symmetrix and PowerMax arrays.
//! - [`control`]: what no vendor's interface can do: clock, faults, mirror pairs, profiles, setups, jobs, restores.
//!
//! What a world is, and how setups and jobs run in it, is behind [`engine::Engine`]: this room knows the model only.

pub mod auth;
pub mod clock;
pub mod control;
pub mod core;
pub mod desk;
pub mod ds8000;
pub mod engine;
pub mod face;
pub mod journal;
pub mod limits;
pub mod listen;
pub mod order;
pub mod pace;
mod patience;
pub mod refused;
pub mod tls;
pub mod unisphere;
