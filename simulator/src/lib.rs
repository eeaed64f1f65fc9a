//! The simulated subsystems.
