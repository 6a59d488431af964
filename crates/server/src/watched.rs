//! A connection that is given up when nothing moves on it.
//!
//! HTTP's own timeouts begin when a request does. A client that connects and stays silent, stops reading its
//! answer, or vanishes without a word is noticed here; one that keeps moving and signs nothing, in `peers`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// Until a client has sent this many bytes it cannot buy time by sending slowly: the length of the preface of
/// HTTP/2 (RFC 9113), which is awaited before any other timeout begins. Every HTTP/1.1 request is longer.
const PREFACE: usize = 24;

/// `T`, failing with [`io::ErrorKind::TimedOut`] once nothing has moved for a while.
pub(crate) struct Watched<T> {
    io: T,
    /// Goes off at the deadline or before, and is then set anew: so whatever moves need not set it.
    alarm: Pin<Box<Sleep>>,
    deadline: Instant,
    stall: Duration,
    received: usize,
    /// What was written could not be passed on when that was last tried.
    is_blocked: bool,
}

impl<T> Watched<T> {
    /// Watches `io`: the first bytes must be there within `first`, later ones each within `stall` of the last.
    pub(crate) fn new(io: T, first: Duration, stall: Duration) -> Self {
        let deadline = Instant::now() + first;
        Self { io, alarm: Box::pin(sleep_until(deadline)), deadline, stall, received: 0, is_blocked: false }
    }

    /// Takes note that something has moved.
    fn has_moved(&mut self) {
        if self.received >= PREFACE {
            self.deadline = Instant::now() + self.stall;
        }
    }

    /// Passes on what is ready; otherwise waits for it, until the deadline.
    fn watch<V>(&mut self, polled: Poll<io::Result<V>>, cx: &mut Context<'_>) -> Poll<io::Result<V>> {
        if polled.is_ready() {
            return polled;
        }
        if self.deadline < self.alarm.deadline() {
            self.alarm.as_mut().reset(self.deadline);
        }
        while self.alarm.as_mut().poll(cx).is_ready() {
            if self.alarm.deadline() >= self.deadline {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.alarm.as_mut().reset(self.deadline);
        }
        Poll::Pending
    }

    /// The same for a write.
    fn watch_write(
        &mut self,
        polled: Poll<io::Result<usize>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if polled.is_ready() {
            self.has_moved();
        }
        self.watch(polled, cx)
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
        if polled.is_ready() {
            self.received = self.received.saturating_add(buf.filled().len() - before);
            self.has_moved();
        }
        self.watch(polled, cx)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write(cx, buf);
        self.watch_write(polled, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write_vectored(cx, bufs);
        self.watch_write(polled, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_flush(cx);
        // Where there is nothing to pass on, this is always ready, and nothing has moved.
        let was_blocked = std::mem::replace(&mut self.is_blocked, polled.is_pending());
        if was_blocked && polled.is_ready() {
            self.has_moved();
        }
        self.watch(polled, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_shutdown(cx);
        self.watch(polled, cx)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
    use tokio::task::JoinSet;
    use tokio::time::sleep;

    use super::*;

    const FIRST: Duration = Duration::from_secs(10);

    fn watched(stall: u64) -> (Watched<DuplexStream>, DuplexStream) {
        let (ours, theirs) = duplex(64);
        (Watched::new(ours, FIRST, Duration::from_secs(stall)), theirs)
    }

    /// After how many seconds a connection fails of which the client sends so many bytes at these seconds.
    async fn fails_after(stall: u64, sent: &'static [(u64, usize)]) -> u64 {
        let (mut watched, mut client) = watched(stall);
        let began = Instant::now();
        let mut clients = JoinSet::new();
        clients.spawn(async move {
            for (second, bytes) in sent {
                sleep_until(began + Duration::from_secs(*second)).await;
                let _ = client.write_all(&vec![0; *bytes]).await;
            }
            std::future::pending::<()>().await;
        });
        let mut buffer = [0; 64];
        let error = loop {
            match watched.read(&mut buffer).await {
                Ok(0) => panic!("the client is there"),
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        began.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_bytes_buy_no_time_until_there_are_enough() {
        assert_eq!(fails_after(60, &[]).await, 10);
        assert_eq!(fails_after(60, &[(4, 10), (9, PREFACE - 11)]).await, 10);
        assert_eq!(fails_after(60, &[(4, 10), (9, PREFACE - 10)]).await, 69);
    }

    #[tokio::test(start_paused = true)]
    async fn time_counts_from_the_last_that_moved() {
        assert_eq!(fails_after(60, &[(0, PREFACE)]).await, 60);
        assert_eq!(fails_after(60, &[(1, PREFACE), (2, 1), (50, 1)]).await, 110);
        assert_eq!(fails_after(60, &[(1, PREFACE), (60, 1), (119, 1), (178, 1)]).await, 238);
        // Also where it is less than there was for the first.
        assert_eq!(fails_after(3, &[(1, PREFACE)]).await, 4);
        assert_eq!(fails_after(3, &[(1, PREFACE), (3, 1)]).await, 6);
    }

    /// HTTP/2 flushes whenever it has looked for something to read.
    #[tokio::test(start_paused = true)]
    async fn only_what_moves_buys_time() {
        let (mut watched, mut client) = watched(60);
        client.write_all(&[0; PREFACE]).await.unwrap();
        let _ = watched.read(&mut [0; 64]).await.unwrap();
        let began = Instant::now();
        let mut buffer = [0; 64];
        let error = poll_fn(|cx| {
            let mut read = ReadBuf::new(&mut buffer);
            if let Poll::Ready(read) = Pin::new(&mut watched).poll_read(cx, &mut read) {
                return Poll::Ready(read.unwrap_err());
            }
            assert!(Pin::new(&mut watched).poll_flush(cx).is_ready());
            Poll::Pending
        })
        .await;
        assert_eq!((error.kind(), began.elapsed().as_secs()), (io::ErrorKind::TimedOut, 60));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_buys_time_though_nothing_is_read() {
        let (mut watched, mut client) = watched(60);
        client.write_all(&[0; PREFACE]).await.unwrap();
        let _ = watched.read(&mut [0; 64]).await.unwrap();
        let began = Instant::now();
        let mut buffer = [0; 64];
        tokio::select! {
            _ = watched.read(&mut buffer) => panic!("there is nothing to read"),
            () = sleep(Duration::from_secs(30)) => {}
        }
        watched.write_all(b"answer").await.unwrap();
        let error = watched.read(&mut buffer).await.unwrap_err();
        assert_eq!((error.kind(), began.elapsed().as_secs()), (io::ErrorKind::TimedOut, 90));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_nobody_takes_fails() {
        let (mut watched, mut client) = watched(60);
        client.write_all(&[0; PREFACE]).await.unwrap();
        let _ = watched.read(&mut [0; 64]).await.unwrap();
        let began = Instant::now();
        let mut readers = JoinSet::new();
        readers.spawn(async move {
            sleep(Duration::from_secs(30)).await;
            client.read_exact(&mut [0; 32]).await.unwrap();
            std::future::pending::<()>().await;
        });
        let error = watched.write_all(&[0; 128]).await.unwrap_err();
        assert_eq!((error.kind(), began.elapsed().as_secs()), (io::ErrorKind::TimedOut, 90));
    }
}
