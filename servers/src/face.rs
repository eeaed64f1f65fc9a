//! What every face is given.

use std::sync::Arc;

use dasdlab_model::name::Serial;

use crate::auth::Access;
use crate::desk::Desk;

/// A face of one array.
#[derive(Clone)]
pub struct Face {
    /// The way to the world.
    pub desk: Desk,
    /// The array that this listener is the management console of.
    pub array: Serial,
    /// Who may ask.
    pub access: Arc<Access>,
    /// Small departures from what an array does, each for one client.
    pub quirks: Quirks,
}

/// Small departures from what an array does, each for one client; all are off by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quirks {
    /// Passes over one blank behind a password, for an exporter that sends one.
    pub trailing_blank: bool,
    /// Lists FlashCopies under the key of older releases.
    pub old_flashcopy_key: bool,
}
