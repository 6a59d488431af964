//! The signature of a request as Huawei's SDKs sign it.

use sigv4::sdk_hmac::examine;

use crate::{NOW, SECRET};

/// Takes the bytes for an HTTP request message and examines its signature. One that is accepted must be refused
/// with another secret.
pub fn sdk_signature(data: &[u8]) {
    let Some(Ok(presented)) = examine(data, SECRET, NOW) else { return };
    assert!(!presented.access_key_id().is_empty(), "nobody has signed");
    assert!(matches!(examine(data, b"tesT", NOW), Some(Err(_))), "the secret does not count");
}
