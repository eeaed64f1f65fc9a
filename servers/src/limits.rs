//! What a listener puts up with. Each limit is a named constant that a test reaches.

use std::time::Duration;

/// The largest body of a request to an array, in bytes. The largest that a client has reason to send names every volume of
/// an array.
pub const MAX_BODY: usize = 4 << 20;

/// The largest body of a request to the control face, in bytes: a whole site.
pub const MAX_SITE: usize = 64 << 20;

/// The most bytes of the head of a request: its line and its headers.
pub const MAX_HEAD: usize = 32 << 10;

/// The most headers of a request.
pub const MAX_HEADERS: usize = 100;

/// The most connections of one listener; more wait until one is closed.
pub const MAX_CONNECTIONS: usize = 1_024;

/// How long a listener that cannot accept a connection waits before it tries again.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long a server that stops waits for what has been begun.
pub const GRACE: Duration = Duration::from_secs(10);

/// The limits of one listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest body, in bytes.
    pub body: usize,
    /// The most connections at once.
    pub connections: usize,
    /// How long a client may take to agree on encryption.
    pub handshake: Duration,
    /// How long it may take from the beginning of a connection, or from the last answer, to the end of the next head.
    pub head: Duration,
    /// How long a body may take.
    pub send: Duration,
    /// How long an answer may wait for the client to take some of it.
    pub take: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: MAX_BODY,
            connections: MAX_CONNECTIONS,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(60),
            send: Duration::from_secs(30),
            take: Duration::from_secs(60),
        }
    }
}
