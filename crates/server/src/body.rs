//! Reading a request body: bounded in bytes, in time, and over all requests together.

use std::sync::Arc;
use std::time::Duration;

use api::limits::MAX_BODY;
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::limits::MAX_DISCARDED;

/// A body, and its share of the memory there is for all of them.
pub(crate) struct Body {
    pub(crate) bytes: Bytes,
    _share: Option<OwnedSemaphorePermit>,
}

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// It has more than [`MAX_BODY`] bytes.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// It ended before its end.
    Broken,
    /// The bodies being read take all the memory there is for them.
    NoRoom,
}

/// Reads `body`. `room` has one permit for each byte that all bodies together may have.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Incoming,
    room: &Arc<Semaphore>,
    patience: Duration,
) -> Result<Body, BodyError> {
    // What will be refused anyway is not asked for, nor awaited without end.
    let hopeless = body.size_hint().lower() > (MAX_BODY + MAX_DISCARDED) as u64;
    let asks_first = body.size_hint().lower() > MAX_BODY as u64 && headers.contains_key(header::EXPECT);
    if hopeless || asks_first {
        return Err(BodyError::TooLarge);
    }
    timeout(patience, collect(body, room)).await.unwrap_or(Err(BodyError::TooSlow))
}

async fn collect(mut body: Incoming, room: &Arc<Semaphore>) -> Result<Body, BodyError> {
    let mut collected = Vec::new();
    let mut share: Option<OwnedSemaphorePermit> = None;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BodyError::Broken)?;
        // Trailers are no part of what the API reads.
        let Some(data) = frame.data_ref() else { continue };
        if collected.len() + data.len() > MAX_BODY {
            drop((collected, share));
            return Err(discard(body).await);
        }
        let wanted = u32::try_from(data.len()).map_err(|_| BodyError::TooLarge)?;
        let more = Arc::clone(room).try_acquire_many_owned(wanted).map_err(|_| BodyError::NoRoom)?;
        match &mut share {
            Some(share) => share.merge(more),
            None => share = Some(more),
        }
        collected.extend_from_slice(data);
    }
    Ok(Body { bytes: collected.into(), _share: share })
}

/// Lets the rest of a body that is too large go by, within bounds.
async fn discard(mut body: Incoming) -> BodyError {
    let mut discarded = 0;
    while let Some(Ok(frame)) = body.frame().await {
        discarded += frame.data_ref().map_or(0, Bytes::len);
        if discarded > MAX_DISCARDED {
            break;
        }
    }
    BodyError::TooLarge
}
