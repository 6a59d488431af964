//! The threads that serve connections, each with a runtime of its own.
//!
//! A connection stays on the thread that it was given to: nothing of a light request is handed from one core to another,
//! and no sleeping thread is woken to look for work that the waking one does itself. The price is that connections are
//! spread by their number and not by what they ask for. What takes long is done by other threads anyway (the gates of `kms`).

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// The threads. They end with this value.
pub(crate) struct Workers(Vec<Worker>);

struct Worker {
    runtime: Handle,
    connections: Arc<AtomicUsize>,
    /// Ends the thread when it is dropped.
    _running: oneshot::Sender<()>,
}

/// The place of one connection on a thread.
pub(crate) struct Desk {
    runtime: Handle,
    connections: Arc<AtomicUsize>,
}

impl Workers {
    /// Starts `count` threads.
    pub(crate) fn start(count: usize) -> io::Result<Self> {
        (0..count).map(Worker::start).collect::<io::Result<_>>().map(Self)
    }

    /// A place on the thread with the fewest connections; `None` if there are no threads.
    pub(crate) fn desk(&self) -> Option<Desk> {
        let count = |worker: &&Worker| worker.connections.load(Ordering::Relaxed);
        let Worker { runtime, connections, .. } = self.0.iter().min_by_key(count)?;
        connections.fetch_add(1, Ordering::Relaxed);
        Some(Desk { runtime: runtime.clone(), connections: Arc::clone(connections) })
    }
}

impl Worker {
    fn start(number: usize) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (running, ended) = oneshot::channel();
        thread::Builder::new().name(format!("connections-{number}")).spawn(move || {
            // It ends with an error, since nobody sends.
            let _ = runtime.block_on(ended);
            // What was handed to other threads is of no use to anyone any more.
            runtime.shutdown_background();
        })?;
        Ok(Self { runtime: handle, connections: Arc::default(), _running: running })
    }
}

impl Desk {
    /// The runtime of the thread.
    pub(crate) fn runtime(&self) -> &Handle {
        &self.runtime
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_spread_by_their_number() {
        let workers = Workers::start(2).unwrap();
        let at = |desk: &Desk| desk.runtime().id();
        let desks: Vec<_> = (0..4).filter_map(|_| workers.desk()).collect();
        let [first, second] = [at(&desks[0]), at(&desks[1])];
        assert_ne!(first, second);
        let (ended, going_on): (Vec<_>, Vec<_>) = desks.into_iter().partition(|desk| at(desk) == second);
        assert_eq!((ended.len(), going_on.len()), (2, 2));
        drop(ended);
        // They have made room.
        assert_eq!(at(&workers.desk().unwrap()), second);
    }

    #[test]
    fn what_is_spawned_runs_on_the_thread() {
        let workers = Workers::start(1).unwrap();
        let desk = workers.desk().unwrap();
        let name = desk.runtime().spawn(async { thread::current().name().map(str::to_owned) });
        let name = Builder::new_current_thread().build().unwrap().block_on(name).unwrap();
        assert_eq!(name.as_deref(), Some("connections-0"));
    }

    #[test]
    fn there_need_not_be_any() {
        assert!(Workers::start(0).unwrap().desk().is_none());
    }
}
