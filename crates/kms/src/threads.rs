//! Threads for work that keeps a core busy.

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use crate::priority::step_back;

/// A few threads with a priority of their own, started when there is work for them. What is queued is bounded by whoever
/// queues.
pub(crate) struct Threads {
    /// Only its threads for blocking work are used. `None` if it is not to be had: then the usual ones are.
    pool: Option<Runtime>,
}

impl Threads {
    /// So many threads of a priority of 0 to [`LOWEST`](crate::priority::LOWEST).
    pub(crate) fn new(name: &str, count: usize, priority: i32) -> Self {
        let mut pool = Builder::new_current_thread();
        pool.max_blocking_threads(count).thread_name(name).on_thread_start(move || step_back(priority));
        let pool = pool.build();
        if let Err(error) = &pool {
            tracing::warn!(%error, name, "there are no threads of their own");
        }
        Self { pool: pool.ok() }
    }

    /// Runs `work` when a thread is free.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> JoinHandle<T> {
        match &self.pool {
            Some(pool) => pool.spawn_blocking(work),
            None => tokio::task::spawn_blocking(work),
        }
    }
}

impl Drop for Threads {
    /// A runtime may not be waited for where others run. What is queued is dropped, what runs is finished.
    fn drop(&mut self) {
        if let Some(pool) = self.pool.take() {
            pool.shutdown_background();
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn they_have_the_priority_that_was_asked_for() {
        let threads = Threads::new("test", 1, 7);
        let priority = threads.spawn(|| rustix::process::getpriority_process(None).unwrap()).await.unwrap();
        assert_eq!(priority, 7);
    }
}
