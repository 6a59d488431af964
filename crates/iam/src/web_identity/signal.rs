//! A call that one task waits for and any thread gives.

use std::future::poll_fn;
use std::mem;
use std::sync::{Mutex, PoisonError};
use std::task::{Poll, Waker};

/// The call. Given twice before anybody has waited, it is one.
#[derive(Debug, Default)]
pub(super) struct Signal {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    given: bool,
    waiting: Option<Waker>,
}

impl Signal {
    /// Gives it.
    pub(super) fn give(&self) {
        let waiting = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.given = true;
            state.waiting.take()
        };
        if let Some(waiting) = waiting {
            waiting.wake();
        }
    }

    /// Waits for it; it is then not given any more.
    pub(super) async fn given(&self) {
        poll_fn(|context| {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if mem::take(&mut state.given) {
                Poll::Ready(())
            } else {
                state.waiting = Some(context.waker().clone());
                Poll::Pending
            }
        })
        .await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn whoever_waits_is_called_once() {
        let signal = Arc::new(Signal::default());
        let (waiting, calling) = (Arc::clone(&signal), Arc::clone(&signal));
        tokio::join!(async move { waiting.given().await }, async move { calling.give() });
        signal.give();
        signal.give();
        signal.given().await;
        tokio::select! {
            biased;
            () = signal.given() => panic!("called again"),
            () = std::future::ready(()) => {}
        }
    }
}
