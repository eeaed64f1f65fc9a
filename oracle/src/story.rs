//! The second opinion on stories: what must come of a piece of work, step after step as the contract tells it.
//!
//! Each piece of work has a script that is read along while the work is done. The script is given what the machine was
//! shown and what it commanded, says what had to be commanded next, and at the end what had to be said and left behind.
//! It copies nothing and knows no array: what a command did is read from the next observation, and what is not to be
//! seen is not demanded.

mod backup;
mod brought_back;
mod catalog;
mod commands;
mod desk;
mod establish;
mod fingerprint;
mod flashcopy;
mod following;
mod life;
mod lock;
mod outcomes;
mod pairs;
mod recheck;
mod restore;
mod setup;
mod split;
mod watch;

pub use following::{Following, Must, Work};
