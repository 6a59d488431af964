//! Reading a request body: bounded in bytes, in time, and over all requests together.

use std::sync::Arc;
use std::time::Duration;

use api::limits::MAX_BODY;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::limits::{Limits, MAX_DISCARDED, SMALL_BODY};

/// A body, and its share of the memory there is for all of them.
pub(crate) struct Body {
    pub(crate) bytes: Bytes,
    _share: OwnedSemaphorePermit,
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
    /// The requests being received take all the memory there is for them.
    NoRoom,
}

/// The memory for the requests that are being received, one permit for each byte.
pub(crate) struct Room {
    /// For requests with a small body, whatever the others take.
    small: Arc<Semaphore>,
    /// For all.
    any: Arc<Semaphore>,
}

impl Room {
    pub(crate) fn new(limits: &Limits) -> Self {
        let [small, any] = [limits.small_bodies, limits.bodies].map(|bytes| Arc::new(Semaphore::new(bytes)));
        Self { small, any }
    }

    /// The share of a request that has a head of `head` bytes and at most `body` more.
    fn share(&self, head: usize, body: usize) -> Option<OwnedSemaphorePermit> {
        let bytes = u32::try_from(head.checked_add(body)?).ok()?;
        let take = |room: &Arc<Semaphore>| Arc::clone(room).try_acquire_many_owned(bytes).ok();
        let reserved = if body <= SMALL_BODY { take(&self.small) } else { None };
        reserved.or_else(|| take(&self.any))
    }
}

/// Reads `body`, which follows a head of `head` bytes.
pub(crate) async fn read(
    mut body: Incoming,
    head: usize,
    asks_first: bool,
    room: &Room,
    patience: Duration,
) -> Result<Body, BodyError> {
    let received = receive(&mut body, head, room, patience).await;
    if matches!(received, Err(BodyError::TooLarge | BodyError::NoRoom)) {
        discard(body, asks_first, patience).await;
    }
    received
}

/// The share is taken before any of the body is awaited, so that all that is awaited has room. A body that does not say
/// how long it is counts as the longest.
async fn receive(
    body: &mut Incoming,
    head: usize,
    room: &Room,
    patience: Duration,
) -> Result<Body, BodyError> {
    let size = body.size_hint();
    let [least, most] = [Some(size.lower()), size.upper()]
        .map(|bytes| bytes.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(usize::MAX));
    if least > MAX_BODY {
        return Err(BodyError::TooLarge);
    }
    let share = room.share(head, most.min(MAX_BODY)).ok_or(BodyError::NoRoom)?;
    let bytes = timeout(patience, collect(body, least)).await.unwrap_or(Err(BodyError::TooSlow))?;
    Ok(Body { bytes: bytes.into(), _share: share })
}

async fn collect(body: &mut Incoming, announced: usize) -> Result<Vec<u8>, BodyError> {
    // As long as it was announced to be, so that no copies are left behind by its growing.
    let mut collected = Vec::with_capacity(announced);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BodyError::Broken)?;
        // Trailers are no part of what the API reads.
        let Some(data) = frame.data_ref() else { continue };
        if collected.len() + data.len() > MAX_BODY {
            return Err(BodyError::TooLarge);
        }
        collected.extend_from_slice(data);
    }
    Ok(collected)
}

/// Lets a body that nobody wants go by, within bounds, so that a client that writes all before it reads gets its
/// answer and not a broken connection. Whether it came to its end, so that another request can follow.
///
/// One that `asks_first`, by `Expect: 100-continue`, or that is hopelessly long is not asked for, nor awaited.
pub(crate) async fn discard(mut body: Incoming, asks_first: bool, patience: Duration) -> bool {
    if body.is_end_stream() {
        return true;
    }
    if asks_first || body.size_hint().lower() > MAX_DISCARDED as u64 {
        return false;
    }
    let to_its_end = async {
        let mut discarded = 0;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            discarded += frame.data_ref().map_or(0, Bytes::len);
            if discarded > MAX_DISCARDED {
                return false;
            }
        }
        true
    };
    timeout(patience, to_its_end).await.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_bodies_leave_room_for_small_ones() {
        let room = Room::new(&Limits { small_bodies: 20_000, bodies: MAX_BODY + 1_000, ..Limits::default() });
        let large = room.share(1_000, MAX_BODY).expect("there is room for one large body");
        assert!(room.share(1_000, SMALL_BODY + 1).is_none(), "and for nothing more");
        let small = room.share(1_000, SMALL_BODY).expect("but a small one has its own");
        assert!(room.share(1_000, SMALL_BODY).is_none());
        drop(large);
        assert!(room.share(1_000, SMALL_BODY).is_some(), "and may have what the large ones leave");
        drop(small);
        assert!(room.share(1_000, MAX_BODY).is_some(), "what was taken is given back");
    }

    #[test]
    fn heads_count() {
        let room = Room::new(&Limits { small_bodies: 100, bodies: 100, ..Limits::default() });
        assert!(room.share(101, 0).is_none());
        assert!(room.share(usize::MAX, 1).is_none());
        assert!(room.share(50, 50).is_some());
    }
}
