//! How much of the server one client, and all of them together, may hold. Numbers without a source are ours.

use std::time::Duration;

/// Requests at once on one HTTP/2 connection. As many as clients assume until they have been told (RFC 9113, section
/// 6.5.2, recommends no fewer than 100): one more would be refused. A head that claims nothing is not kept, so
/// the number costs little.
pub const MAX_STREAMS: u32 = 100;
/// Largest head of a request: all headers, and for HTTP/1.1 the request line. Room for a presigned request with a
/// wrapped key and an import token in its query, which have 8 KiB each in base64.
pub const MAX_HEAD: usize = 32 * 1024;
/// Headers of a request. The SDKs send about fifteen, a proxy adds a few.
pub const MAX_HEADERS: usize = 100;
/// Bytes of one HTTP/2 request body that may come before they are read (the default of RFC 9113).
pub const STREAM_WINDOW: u32 = 64 * 1024 - 1;
/// The same for all of a connection's together.
pub const CONNECTION_WINDOW: u32 = 256 * 1024;
/// The longest body that counts as small. The usual request has one kilobyte or two, an import of the largest key
/// with its token less than 16 KiB; only policies can be longer.
pub const SMALL_BODY: usize = 16 * 1024;
/// Largest body of a request that is not signed: one that proves who sends it by a token in its body. Room for the
/// longest token (20,000 characters), a session policy and the rest of AssumeRoleWithWebIdentity.
pub const MAX_STRANGERS_BODY: usize = 32 * 1024;
/// Bytes that are read and thrown away of a body that is refused, so that a client that writes all before it reads
/// gets the answer and not a broken connection.
pub const MAX_DISCARDED: usize = 4 * 1024 * 1024;

/// How many clients are served at once, and how long each is waited for. Arguments, so that tests need not wait.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections that are served at once.
    pub connections: usize,
    /// Connections beyond those that wait for one of them to end; further ones wait in the system's queue, where
    /// nothing is held for them here.
    pub waiting: usize,
    /// Connections at once that are told, by an answer to what they ask, that there is no room; further ones are closed.
    pub turned_away: usize,
    /// Connections at once from one other machine, which is an IPv4 address or a /64 of IPv6; further ones are turned
    /// away. So no single machine can take them all. A load balancer in front is one machine.
    pub connections_of_peer: usize,
    /// Bytes of requests that are being received, over all connections.
    pub bodies: usize,
    /// The same again for requests whose body is at most [`SMALL_BODY`]: large ones cannot crowd them out.
    pub small_bodies: usize,
    /// The same for requests that are not signed, which have no share of the others'. As each connection is read one
    /// of these at a time, a machine with all the connections it may have cannot take all of it.
    pub strangers_bodies: usize,
    /// For the head of a request to be complete. Also how long a connection may idle between two, so it must be
    /// long enough for clients that keep theirs.
    pub head: Duration,
    /// For a body to be complete.
    pub body: Duration,
    /// For any byte to pass on a connection, either way.
    pub stall: Duration,
    /// For a request with a true signature to come on a connection, from its beginning or since the last one. Nothing
    /// else that passes counts. Then the connection is ended, as [`drain`](Self::drain) allows.
    pub idle: Duration,
    /// The same while all [`connections`](Self::connections) are taken and others may be waiting. Long enough for an
    /// honest client to send its request.
    pub idle_when_full: Duration,
    /// For one of the [`connections`](Self::connections) to end, while another waits. Idle ones do so at once.
    pub slot: Duration,
    /// For a client to ask and to hear that there is no room: the TLS handshake, the request and the answer.
    pub turning_away: Duration,
    /// For the TLS handshake.
    pub handshake: Duration,
    /// For running requests to finish once their connection or the server is to end.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            waiting: 256,
            turned_away: 256,
            connections_of_peer: 256,
            bodies: 48 * 1024 * 1024,
            small_bodies: 16 * 1024 * 1024,
            strangers_bodies: 24 * 1024 * 1024,
            head: Duration::from_mins(1),
            body: Duration::from_secs(30),
            stall: Duration::from_secs(90),
            idle: Duration::from_mins(1),
            idle_when_full: Duration::from_secs(5),
            slot: Duration::from_secs(1),
            turning_away: Duration::from_secs(5),
            handshake: Duration::from_secs(10),
            drain: Duration::from_secs(20),
        }
    }
}
