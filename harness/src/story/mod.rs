//! Stories: told on a world, watched while they are told.

pub mod watch;
