//! How much of the server one client, and all of them together, may hold. Numbers without a source are ours.

use std::time::Duration;

/// Requests at once on one HTTP/2 connection (RFC 9113 recommends at least 100).
pub const MAX_STREAMS: u32 = 100;
/// Largest head of a request: all headers, and for HTTP/1.1 the request line. Room for a presigned request with a
/// wrapped key and an import token in its query, which have 8 KiB each in base64.
pub const MAX_HEAD: usize = 64 * 1024;
/// Headers of a request. The SDKs send about fifteen, a proxy adds a few.
pub const MAX_HEADERS: usize = 100;
/// Bytes of one HTTP/2 request body that may come before they are read (the default of RFC 9113).
pub const STREAM_WINDOW: u32 = 64 * 1024 - 1;
/// The same for all of a connection's together.
pub const CONNECTION_WINDOW: u32 = 256 * 1024;
/// Bytes of request bodies in memory at once, over all connections. A request has one kilobyte or two, so this is
/// room for all connections; only bodies sent to fill the memory meet it.
pub const MAX_BODIES: usize = 64 * 1024 * 1024;
/// Bytes that are read and thrown away of a body that is too large, so that a client that writes all before it
/// reads gets the answer and not a broken connection.
pub const MAX_DISCARDED: usize = 4 * 1024 * 1024;

/// How many clients are served at once, and how long each is waited for. Arguments, so that tests need not wait.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once; further ones wait in the system's queue until one ends.
    pub connections: usize,
    /// For the head of a request to be complete. Also how long a connection may idle between two, so it must be
    /// long enough for clients that keep theirs.
    pub head: Duration,
    /// For a body to be complete.
    pub body: Duration,
    /// For any byte to pass on a connection, either way.
    pub stall: Duration,
    /// For the TLS handshake.
    pub handshake: Duration,
    /// For running requests to finish once the server shuts down.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            head: Duration::from_mins(1),
            body: Duration::from_secs(30),
            stall: Duration::from_secs(90),
            handshake: Duration::from_secs(10),
            drain: Duration::from_secs(20),
        }
    }
}
