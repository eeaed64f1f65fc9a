//! What every face is given.

use std::sync::Arc;

use dasdlab_model::name::Serial;

use crate::auth::Access;
use crate::desk::Desk;

/// How a request came in, as a listener that knows it says in the request's extensions; a face makes absolute links of it.
/// Where nothing is said it is plain HTTP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scheme {
    /// Plain HTTP.
    #[default]
    Http,
    /// HTTP over TLS.
    Https,
}

impl Scheme {
    /// The word in front of an address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

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
