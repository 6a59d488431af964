//! Admission to the CPU for work that takes more than about 100 microseconds.
//!
//! Private RSA operations and unwrapping run on blocking threads, at most one a core and one core left free, so that
//! light requests behind them keep their latency. Making keys and checking imported RSA keys, which takes up to a
//! second, has a gate of its own, so that a signature never waits behind it. Waiting is bounded: beyond it the caller is told to come back.

use std::sync::Arc;
use std::time::Duration;

use api::{Error, ErrorCode};
use tokio::sync::Semaphore;

/// How long a request waits for its turn before it is throttled: less than a server that stops waits for requests.
const LONGEST_WAIT: Duration = Duration::from_secs(15);
/// How many requests may wait for one place, or have it.
const WAITING_PER_PLACE: usize = 128;

pub(crate) struct Gate {
    places: Arc<Semaphore>,
    queue: Semaphore,
}

impl Gate {
    /// The gate for use of keys: every core but one.
    pub(crate) fn for_use() -> Self {
        Self::with_places(cores().saturating_sub(1).max(1))
    }

    /// The gate for making keys: every fourth core.
    pub(crate) fn for_making() -> Self {
        Self::with_places((cores() / 4).max(1))
    }

    fn with_places(places: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), queue: Semaphore::new(places * WAITING_PER_PLACE) }
    }

    /// Runs `work` when there is a place.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let Ok(_waiting) = self.queue.try_acquire() else {
            return Err(throttled());
        };
        let acquired = tokio::time::timeout(LONGEST_WAIT, Arc::clone(&self.places).acquire_owned()).await;
        let Ok(Ok(place)) = acquired else {
            return Err(throttled());
        };
        // The place goes along: a caller that hangs up does not free it before the work is done.
        let worked = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        worked.await.map_err(Error::internal)
    }
}

pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

pub(crate) fn throttled() -> Error {
    let text = "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.";
    Error::new(ErrorCode::Throttling, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn waiting_is_bounded_in_number_and_time() {
        let gate = Arc::new(Gate::with_places(1));
        let taken = Arc::clone(&gate.places).acquire_owned().await.unwrap();
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..=WAITING_PER_PLACE {
            let gate = Arc::clone(&gate);
            waiting.spawn(async move { gate.run(|| ()).await });
        }
        // One too many at once, and the others when their time is over: all throttled, none ran.
        let began = tokio::time::Instant::now();
        let mut first = true;
        while let Some(answer) = waiting.join_next().await {
            let waited = if std::mem::take(&mut first) { Duration::ZERO } else { LONGEST_WAIT };
            assert_eq!(began.elapsed().as_secs(), waited.as_secs());
            assert_eq!(answer.unwrap().unwrap_err().code(), ErrorCode::Throttling);
        }
        drop(taken);
        assert_eq!(gate.run(|| 7).await.unwrap(), 7);
    }
}
