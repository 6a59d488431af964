//! Threads that leave the processor to others.

/// The lowest priority there is (setpriority(2)).
pub(crate) const LOWEST: i32 = 19;

pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Gives this thread a lower priority, of 0 to [`LOWEST`]: on Linux each thread has its own. Elsewhere, or if it fails,
/// the thread runs as the others do.
pub(crate) fn step_back(priority: i32) {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, priority) {
        tracing::debug!(%error, "a thread runs at the usual priority");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = priority;
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_threads_priority_is_its_own() {
        let before = rustix::process::getpriority_process(None).unwrap();
        let stepped_back = std::thread::spawn(|| {
            step_back(LOWEST);
            rustix::process::getpriority_process(None).unwrap()
        });
        assert_eq!(stepped_back.join().unwrap(), LOWEST);
        assert_eq!(rustix::process::getpriority_process(None).unwrap(), before);
        assert!(before < LOWEST);
    }
}
