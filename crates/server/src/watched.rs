//! A connection that is given up when nothing moves on it.
//!
//! HTTP's own timeouts begin when a request does. A client that connects and stays silent, stops reading its
//! answer, or vanishes without a word is noticed here; one that keeps moving and signs nothing, in `peers`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// Until a client has sent this many bytes it cannot buy time by sending slowly: the length of the preface of
/// HTTP/2 (RFC 9113), which is awaited before any other timeout begins. Every HTTP/1.1 request is longer.
const PREFACE: usize = 24;

/// `T`, failing with [`io::ErrorKind::TimedOut`] once nothing has moved for a while.
pub(crate) struct Watched<T> {
    io: T,
    alarm: Pin<Box<Sleep>>,
    stall: Duration,
    received: usize,
}

impl<T> Watched<T> {
    /// Watches `io`: the first bytes must be there within `first`, later ones each within `stall` of the last.
    pub(crate) fn new(io: T, first: Duration, stall: Duration) -> Self {
        Self { io, alarm: Box::pin(sleep(first)), stall, received: 0 }
    }

    /// Passes on what is ready and sets the alarm anew; otherwise waits for it.
    fn watch<V>(&mut self, polled: Poll<io::Result<V>>, cx: &mut Context<'_>) -> Poll<io::Result<V>> {
        if polled.is_ready() {
            if self.received >= PREFACE {
                let next = Instant::now() + self.stall;
                self.alarm.as_mut().reset(next);
            }
            return polled;
        }
        self.alarm.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Watched<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.io).poll_read(cx, buf);
        self.received = self.received.saturating_add(buf.filled().len() - before);
        self.watch(polled, cx)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write(cx, buf);
        self.watch(polled, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write_vectored(cx, bufs);
        self.watch(polled, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_flush(cx);
        self.watch(polled, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_shutdown(cx);
        self.watch(polled, cx)
    }
}
