//! Reading a request body: bounded in bytes, in time, and over all requests together.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use api::limits::MAX_BODY;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::time::timeout;

use crate::limits::{Limits, MAX_DISCARDED, MAX_STRANGERS_BODY, SMALL_BODY};

/// A body, and its share of the memory there is for all of them.
pub(crate) struct Body<'a> {
    pub(crate) bytes: Bytes,
    _share: Share<'a>,
}

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyError {
    /// It has more bytes than its sender may send.
    #[error("HTTP content length exceeded {0} bytes.")]
    TooLarge(usize),
    /// It did not arrive in time.
    #[error("The request body did not arrive in time. Send it again.")]
    TooSlow,
    /// It ended before its end.
    #[error("The request body ended before its end. Send it again.")]
    Broken,
    /// The requests being received take all the memory there is for them.
    #[error("Too many requests are being received. Try again later.")]
    NoRoom,
}

/// Who sends a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// Someone who names an access key of ours.
    Known,
    /// Anyone: what proves who they are is in the body.
    Stranger,
}

impl Sender {
    /// Most bytes of a body.
    fn most(self) -> usize {
        match self {
            Self::Known => MAX_BODY,
            Self::Stranger => MAX_STRANGERS_BODY,
        }
    }
}

/// The memory for the requests that are being received.
pub(crate) struct Room {
    /// For requests with a small body, whatever the others take.
    small: Budget,
    /// For all who name an access key.
    any: Budget,
    /// For all others, who can take nothing from those.
    strangers: Budget,
}

impl Room {
    pub(crate) fn new(limits: &Limits) -> Self {
        let [small, any, strangers] = [limits.small_bodies, limits.bodies, limits.strangers_bodies]
            .map(|bytes| Budget(AtomicUsize::new(bytes)));
        Self { small, any, strangers }
    }

    /// The share of a request that has a head of `head` bytes and at most `body` more.
    fn share(&self, sender: Sender, head: usize, body: usize) -> Option<Share<'_>> {
        let bytes = head.checked_add(body)?;
        if sender == Sender::Stranger {
            return self.strangers.take(bytes);
        }
        let reserved = if body <= SMALL_BODY { self.small.take(bytes) } else { None };
        reserved.or_else(|| self.any.take(bytes))
    }
}

/// How many bytes are left.
struct Budget(AtomicUsize);

impl Budget {
    fn take(&self, bytes: usize) -> Option<Share<'_>> {
        let take = |left: usize| left.checked_sub(bytes);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).ok()?;
        Some(Share { of: self, bytes })
    }
}

/// Bytes of a budget, until they are given back by being dropped.
struct Share<'a> {
    of: &'a Budget,
    bytes: usize,
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.of.0.fetch_add(self.bytes, Ordering::Relaxed);
    }
}

/// Reads `body` of `sender`, which follows a head of `head` bytes.
pub(crate) async fn read(
    mut body: Incoming,
    sender: Sender,
    head: usize,
    asks_first: bool,
    room: &Room,
    patience: Duration,
) -> Result<Body<'_>, BodyError> {
    let received = receive(&mut body, sender, head, room, patience).await;
    if matches!(received, Err(BodyError::TooLarge(_) | BodyError::NoRoom)) {
        Box::pin(discard(body, asks_first, patience)).await;
    }
    received
}

/// The share is taken before any of the body is awaited, so that all that is awaited has room. A body that does not say
/// how long it is counts as the longest.
async fn receive<'a>(
    body: &mut Incoming,
    sender: Sender,
    head: usize,
    room: &'a Room,
    patience: Duration,
) -> Result<Body<'a>, BodyError> {
    let size = body.size_hint();
    let [least, most] = [Some(size.lower()), size.upper()]
        .map(|bytes| bytes.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(usize::MAX));
    let limit = sender.most();
    if least > limit {
        return Err(BodyError::TooLarge(limit));
    }
    let share = room.share(sender, head, most.min(limit)).ok_or(BodyError::NoRoom)?;
    let mut collecting = pin!(collect(body, least, limit));
    // A small body usually comes with its head, and then there is nothing to wait for.
    let collected = match poll_fn(|cx| Poll::Ready(collecting.as_mut().poll(cx))).await {
        Poll::Ready(collected) => collected,
        Poll::Pending => Box::pin(timeout(patience, collecting)).await.unwrap_or(Err(BodyError::TooSlow)),
    };
    let bytes = collected?;
    Ok(Body { bytes: bytes.into(), _share: share })
}

async fn collect(body: &mut Incoming, announced: usize, limit: usize) -> Result<Vec<u8>, BodyError> {
    // As long as it was announced to be, so that no copies are left behind by its growing.
    let mut collected = Vec::with_capacity(announced);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BodyError::Broken)?;
        // Trailers are no part of what the API reads.
        let Some(data) = frame.data_ref() else { continue };
        if collected.len() + data.len() > limit {
            return Err(BodyError::TooLarge(limit));
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
        let large = room.share(Sender::Known, 1_000, MAX_BODY).expect("there is room for one large body");
        assert!(room.share(Sender::Known, 1_000, SMALL_BODY + 1).is_none(), "and for nothing more");
        let small = room.share(Sender::Known, 1_000, SMALL_BODY).expect("but a small one has its own");
        assert!(room.share(Sender::Known, 1_000, SMALL_BODY).is_none());
        drop(large);
        assert!(
            room.share(Sender::Known, 1_000, SMALL_BODY).is_some(),
            "and may have what the large ones leave"
        );
        drop(small);
        assert!(room.share(Sender::Known, 1_000, MAX_BODY).is_some(), "what was taken is given back");
    }

    #[test]
    fn strangers_and_those_who_are_known_leave_room_for_each_other() {
        let limits = Limits { small_bodies: 100, bodies: 100, strangers_bodies: 50, ..Limits::default() };
        let room = Room::new(&limits);
        let stranger = room.share(Sender::Stranger, 10, 40).expect("there is room for one");
        assert!(room.share(Sender::Stranger, 0, 1).is_none(), "and for nothing more");
        let known = [100, 100].map(|bytes| room.share(Sender::Known, 0, bytes).expect("of the others' own"));
        assert!(room.share(Sender::Known, 0, 1).is_none());
        drop(stranger);
        assert!(room.share(Sender::Known, 0, 1).is_none(), "what strangers leave is for strangers");
        drop(known);
    }

    #[test]
    fn heads_count() {
        let room = Room::new(&Limits { small_bodies: 100, bodies: 100, ..Limits::default() });
        assert!(room.share(Sender::Known, 101, 0).is_none());
        assert!(room.share(Sender::Known, usize::MAX, 1).is_none());
        assert!(room.share(Sender::Known, 50, 50).is_some());
    }

    #[test]
    fn shares_that_many_take_at_once_are_never_more_than_there_is() {
        let room = Room::new(&Limits { small_bodies: 0, bodies: 100, ..Limits::default() });
        let taken = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for bytes in (0..20_000).map(|round| round % 60) {
                        let Some(share) = room.share(Sender::Known, bytes, 0) else { continue };
                        assert!(taken.fetch_add(bytes, Ordering::SeqCst) + bytes <= 100);
                        taken.fetch_sub(bytes, Ordering::SeqCst);
                        drop(share);
                    }
                });
            }
        });
        assert!(room.share(Sender::Known, 100, 0).is_some(), "all is given back");
    }
}
