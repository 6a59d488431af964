//! The signature of a request.

/// The access key of the corpus.
pub const ACCESS_KEY: &str = "test";
/// Its secret.
pub const SECRET: &[u8] = b"test";
/// When the corpus was signed, in seconds since the epoch: 2026-11-22T06:00:00Z.
pub const NOW: i64 = 1_795_327_200;

/// Takes the bytes for an HTTP request message and examines its signature. One that is accepted must be refused
/// with another secret.
pub fn signature(data: &[u8]) {
    let Some(Ok(presented)) = sigv4::examine(data, SECRET, NOW) else { return };
    assert!(!presented.access_key_id().is_empty(), "nobody has signed");
    let other = sigv4::examine(data, b"tesT", NOW);
    assert!(matches!(other, Some(Err(_))), "the secret does not count");
}
