//! Import tokens that serve one wrapped material and no other.
//!
//! With PKCS#1 v1.5 whoever may send many blocks for one wrapping key, and sees which are refused, can decrypt
//! others' blocks (Bleichenbacher). So a token with that algorithm is bound, before anything is unwrapped, to the first
//! block that comes with it. The same block may come again, as when an answer was lost; another needs another
//! token, and that has another wrapping key.
//!
//! The record `spent/<20 digits of milliseconds>/<SHA-256 of the token>` holds the SHA-256 of the block, and is swept
//! an hour after the token has expired: by then no request that was let in with it is still running.

use api::{Error, ErrorCode, Timestamp};
use crypto::SecretBytes;
use seal::{Changes, Commit, Records};

use crate::pipeline::Stop;

const PREFIX: &str = "spent/";
/// How many records one round of sweeping takes.
const ROUND: u32 = 256;

/// Binds a token to a block, or finds it bound to that block.
///
/// # Errors
/// `InvalidImportTokenException` if it is bound to another.
pub(crate) async fn bind(
    records: &Records,
    token: &[u8],
    block: &[u8],
    expires: Timestamp,
) -> Result<(), Stop> {
    let path = format!("{PREFIX}{:020}/{}", expires.millis().max(0), hex::encode(crypto::sha256(token)));
    let block = crypto::sha256(block);
    match records.get(&path).await.map_err(Error::internal)? {
        Some(bound) if bound.plaintext.expose() == block => Ok(()),
        Some(_) => {
            let text = "The import token has been used. With RSAES_PKCS1_V1_5 it is good for one attempt: get new \
                        parameters for import.";
            Err(Error::new(ErrorCode::InvalidImportToken, text).into())
        }
        None => {
            let mut changes = Changes::default();
            changes.expect_absent(&path).put(&path, SecretBytes::copy_of(&block));
            match records.commit(changes).await.map_err(Error::internal)? {
                Commit::Done(_) => Ok(()),
                Commit::Conflict => Err(Stop::Conflict),
            }
        }
    }
}

/// How long after its expiry a token is remembered, in seconds.
const REMEMBERED: i64 = 60 * 60;

/// Forgets the tokens that have expired long enough ago: they are refused for that.
pub(crate) async fn sweep(records: &Records, now: Timestamp) -> Result<(), Error> {
    let end = format!("{PREFIX}{:020}/", now.plus_seconds(-REMEMBERED).millis().max(0));
    loop {
        let found = records.scan_names(PREFIX, None, ROUND).await.map_err(Error::internal)?;
        let expired: Vec<_> = found.iter().filter(|name| **name < end).collect();
        if expired.is_empty() {
            return Ok(());
        }
        let mut changes = Changes::default();
        for name in expired {
            changes.delete(name);
        }
        // Nothing is expected, so nothing conflicts.
        let _ = records.commit(changes).await.map_err(Error::internal)?;
    }
}
