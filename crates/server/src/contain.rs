//! A panic ends the request it happened in, and nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// The future panicked. What it said is not kept: it could hold anything of the request.
#[derive(Debug)]
pub(crate) struct Panicked;

/// Drives `future` to its end, or to its panic. What it borrowed may afterwards be in any state, so it must not
/// share anything mutable that is not itself safe against that (a lock that is poisoned, a store that commits whole).
pub(crate) async fn contain<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(polled) => polled.map(Ok),
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_an_error_wherever_it_happens() {
        assert!(contain(async { panic!("at once") }).await.is_err());
        let later = async {
            tokio::task::yield_now().await;
            panic!("later");
        };
        assert!(contain(later).await.is_err());
        assert_eq!(contain(async { 5 }).await.ok(), Some(5));
    }
}
