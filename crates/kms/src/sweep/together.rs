//! Futures that go on at the same time, within one task.
//!
//! Their commits share a sync of the disk, as those of requests do, and each of them stands or falls alone. Within one
//! task, because that never keeps more than one core from requests.

use std::future::poll_fn;
use std::task::{Context, Poll};

use crate::BoxFuture;

/// Futures that have begun, and what those gave that have ended.
pub(super) struct Together<'a, T> {
    running: Vec<BoxFuture<'a, T>>,
    ended: Vec<T>,
}

impl<T> Default for Together<'_, T> {
    fn default() -> Self {
        Self { running: Vec::new(), ended: Vec::new() }
    }
}

impl<'a, T> Together<'a, T> {
    /// Begins one more, and lets all go on as far as they do not have to wait.
    pub(super) async fn begin(&mut self, future: impl Future<Output = T> + Send + 'a) {
        self.running.push(Box::pin(future));
        poll_fn(|cx| {
            self.poll(cx);
            Poll::Ready(())
        })
        .await;
    }

    /// Waits until all have ended; what they gave.
    pub(super) async fn end(mut self) -> Vec<T> {
        poll_fn(|cx| {
            self.poll(cx);
            if self.running.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        self.ended
    }

    /// All of them, also those that nothing has happened to: what one waits for, such as its turn to scan, others wait
    /// for behind it.
    fn poll(&mut self, cx: &mut Context<'_>) {
        let Self { running, ended } = self;
        running.retain_mut(|future| match future.as_mut().poll(cx) {
            Poll::Ready(output) => {
                ended.push(output);
                false
            }
            Poll::Pending => true,
        });
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn all_go_on_while_one_waits() {
        let (gate, begun) = (Semaphore::new(0), Semaphore::new(0));
        let mut together = Together::default();
        for number in 0..3 {
            let wait = async {
                begun.add_permits(1);
                gate.acquire().await.unwrap().forget();
            };
            together
                .begin(async move {
                    if number != 1 {
                        wait.await;
                    }
                    number
                })
                .await;
        }
        assert_eq!((begun.available_permits(), together.running.len()), (2, 2));
        gate.add_permits(2);
        assert_eq!(together.end().await, [1, 0, 2]);
    }

    #[tokio::test]
    async fn nothing_ends_at_once() {
        assert!(Together::<()>::default().end().await.is_empty());
    }
}
