//! Admission to the CPU for work that takes more than about 100 microseconds.
//!
//! Private RSA operations and unwrapping run on threads of their own, one a core, at a lower priority than those that
//! serve connections: light requests come first, and what is left of all cores is theirs (ADR 20). Making keys and checking
//! imported RSA keys, which takes up to a second, has a gate of its own, so that a signature never waits behind it.
//! Waiting is bounded: beyond it the caller is told to come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use api::{Error, ErrorCode};
use tokio::sync::{Semaphore, oneshot};

use crate::priority::cores;
use crate::threads::Threads;

/// How long a request waits for its turn before it is throttled: less than a server that stops waits for requests, which what
/// then runs may outlast.
const LONGEST_WAIT: Duration = Duration::from_secs(15);
/// How many requests may wait for one thread, or have it.
const WAITING_PER_THREAD: usize = 128;
/// The priority of threads that use keys. Ours: a tenth of what a thread that serves connections gets where both want the same
/// core (sched(7)), so that light requests lose a fifth of their rate at most (ADR 20).
const USING: i32 = 10;
/// The priority of threads that make keys. Ours: a third of the same. There are few of them, and what takes a second of
/// a core is not to take ten.
const MAKING: i32 = 5;

pub(crate) struct Gate {
    /// One place for each request that waits or is worked for.
    queue: Arc<Semaphore>,
    threads: Threads,
}

impl Gate {
    /// The gate for use of keys: every core.
    pub(crate) fn for_use() -> Self {
        Self::with_threads("using-keys", cores(), USING)
    }

    /// The gate for making keys: every fourth core.
    pub(crate) fn for_making() -> Self {
        Self::with_threads("making-keys", (cores() / 4).max(1), MAKING)
    }

    fn with_threads(name: &str, count: usize, priority: i32) -> Self {
        let queue = Arc::new(Semaphore::new(count * WAITING_PER_THREAD));
        Self { queue, threads: Threads::new(name, count, priority) }
    }

    /// Runs `work` when a thread is free for it. It waits with the threads, so that they go on without a pause.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let Ok(place) = Arc::clone(&self.queue).try_acquire_owned() else {
            return Err(throttled());
        };
        let (turn, (result, mut done)) = (Arc::new(Turn::default()), oneshot::channel());
        let taken = Arc::clone(&turn);
        // The place goes along: a caller that hangs up frees it when the work is done, or its turn is over.
        let _running = self.threads.spawn(move || {
            if !result.is_closed() && taken.take() {
                let _ = result.send(work());
            }
            drop(place);
        });
        if let Ok(done) = tokio::time::timeout(LONGEST_WAIT, &mut done).await {
            return done.map_err(Error::internal);
        }
        if turn.take() {
            return Err(throttled());
        }
        // It has begun.
        done.await.map_err(Error::internal)
    }
}

/// Whose turn it is: the work's, or nobody's any more. Whoever takes it first has it.
#[derive(Default)]
struct Turn(AtomicBool);

impl Turn {
    fn take(&self) -> bool {
        !self.0.swap(true, Ordering::Relaxed)
    }
}

pub(crate) fn throttled() -> Error {
    let text = "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.";
    Error::new(ErrorCode::Throttling, text)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::task::JoinSet;

    use super::*;

    /// Work that says when it has begun, and goes on until the sender is dropped.
    fn endless() -> (mpsc::Receiver<()>, mpsc::Sender<()>, impl FnOnce() -> u32 + Send) {
        let ((starts, started), (end, ended)) = (mpsc::channel(), mpsc::channel());
        let work = move || {
            // Nobody may want to know.
            let _ = starts.send(());
            ended.recv().map_or(7, |()| 8)
        };
        (started, end, work)
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_is_bounded_in_number_and_time() {
        let gate = Arc::new(Gate::with_threads("test", 1, 0));
        let (started, end, work) = endless();
        let began = tokio::time::Instant::now();
        let ran = Arc::new(AtomicBool::new(false));
        let (mut busy, mut waiting) = (JoinSet::new(), JoinSet::new());
        let at_work = Arc::clone(&gate);
        busy.spawn(async move { at_work.run(work).await });
        tokio::task::yield_now().await;
        started.recv().unwrap();
        for _ in 0..WAITING_PER_THREAD {
            let (gate, ran) = (Arc::clone(&gate), Arc::clone(&ran));
            waiting.spawn(async move { gate.run(move || ran.store(true, Ordering::Relaxed)).await });
        }
        // One too many at once, and the others when their time is over: all throttled, none ran.
        let mut first = true;
        while let Some(answer) = waiting.join_next().await {
            let waited = if std::mem::take(&mut first) { Duration::ZERO } else { LONGEST_WAIT };
            assert_eq!(began.elapsed().as_secs(), waited.as_secs());
            assert_eq!(answer.unwrap().unwrap_err().code(), ErrorCode::Throttling);
        }
        // What has begun is waited for.
        drop(end);
        assert_eq!(busy.join_next().await.unwrap().unwrap().unwrap(), 7);
        // The thread finds the others gone, and frees their places. From here on time must not run ahead of it.
        tokio::time::resume();
        while gate.queue.available_permits() < WAITING_PER_THREAD {
            std::thread::yield_now();
        }
        assert_eq!(gate.run(|| 7).await.unwrap(), 7);
        assert!(!ran.load(Ordering::Relaxed));
    }

    #[tokio::test]
    async fn nobody_works_for_who_has_gone() {
        let gate = Gate::with_threads("test", 1, 0);
        let (_, end, work) = endless();
        let ran = Arc::new(AtomicBool::new(false));
        let runs = Arc::clone(&ran);
        {
            let mut busy = std::pin::pin!(gate.run(work));
            let mut gone = std::pin::pin!(gate.run(move || runs.store(true, Ordering::Relaxed)));
            tokio::select! {
                biased;
                _ = &mut busy => unreachable!("it is endless"),
                _ = &mut gone => unreachable!("the thread is busy"),
                () = std::future::ready(()) => {}
            }
        }
        drop(end);
        assert_eq!(gate.run(|| 7).await.unwrap(), 7);
        assert!(!ran.load(Ordering::Relaxed));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn each_gate_leaves_the_processor_to_others() {
        let priority = || rustix::process::getpriority_process(None).unwrap();
        assert_eq!(Gate::for_use().run(priority).await.unwrap(), USING);
        assert_eq!(Gate::for_making().run(priority).await.unwrap(), MAKING);
        assert!(priority() < MAKING);
    }

    #[tokio::test]
    async fn work_that_panics_is_an_error_and_frees_its_place() {
        let gate = Gate::with_threads("test", 1, 0);
        assert_eq!(gate.run(|| panic!("on purpose")).await.unwrap_err().code(), ErrorCode::Internal);
        assert_eq!(gate.run(|| 7).await.unwrap(), 7);
    }
}
