//! Calls of the crate `crypto` with nothing around them.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::Outcome;
use crate::samples::{count, median, micros};

/// The processor time of one call, in microseconds: this thread's alone, so that what else runs counts little.
pub(crate) fn cpu(lasting: Duration, mut call: impl FnMut() -> bool) -> Outcome<f64> {
    let (began, before) = (Instant::now(), worked());
    let mut calls = 0_u32;
    while began.elapsed() < lasting || calls == 0 {
        if !call() {
            return Err("a call of the crate crypto failed".into());
        }
        calls += 1;
    }
    Ok(micros(worked().saturating_sub(before)) / f64::from(calls))
}

/// The same on so many cores at once, each with a call of its own: what a core does slows others down that share more than
/// memory with it, and a server that is asked for much has them all busy.
pub(crate) fn cpu_on<C: FnMut() -> bool>(
    cores: usize,
    lasting: Duration,
    make: impl Fn() -> Outcome<C> + Sync,
) -> Outcome<f64> {
    thread::scope(|scope| {
        // The errors of others cannot leave their threads as they are.
        let on_core =
            || cpu(lasting, make().map_err(|error| error.to_string())?).map_err(|error| error.to_string());
        let running: Vec<_> = (0..cores).map(|_| scope.spawn(on_core)).collect();
        let each =
            running.into_iter().map(|core| core.join().map_err(|_| "a core has panicked".to_owned())?);
        Ok(median(each.collect::<Result<_, String>>()?).ok_or("there is no core")?)
    })
}

/// Calls a second on all cores.
pub(crate) fn per_second(cores: usize, lasting: Duration, call: impl Fn() -> bool + Sync) -> Outcome<f64> {
    let (calls, failed) = (AtomicU64::new(0), AtomicBool::new(false));
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while began.elapsed() < lasting {
                    if !call() {
                        failed.store(true, Ordering::Relaxed);
                        return;
                    }
                    calls.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    if failed.into_inner() {
        return Err("a call of the crate crypto failed".into());
    }
    Ok(count(calls.into_inner()) / began.elapsed().as_secs_f64())
}

/// How long this thread has had a processor.
fn worked() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let [seconds, nanos] = [time.tv_sec, time.tv_nsec].map(|part| u64::try_from(part).unwrap_or_default());
    Duration::from_secs(seconds) + Duration::from_nanos(nanos)
}
