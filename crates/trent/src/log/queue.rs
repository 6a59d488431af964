//! Lines on their way out: whoever logs only puts them in memory, and one thread writes what waits there.

use std::io::Write;
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::sink::Sink;

/// How long lines gather once some were written. Ours: too short for a person to see, long enough to make writing cheap.
const GATHERING: Duration = Duration::from_millis(5);

/// Lines in memory, as many bytes as are allowed.
pub(super) struct Queue {
    max: usize,
    patience: Duration,
    state: Mutex<State>,
    /// The writer has something to do at once.
    work: Condvar,
    /// The writer has taken lines, or is done with them.
    progress: Condvar,
}

#[derive(Default)]
struct State {
    /// What waits.
    lines: Vec<u8>,
    /// How many lines found no room after those.
    lost: usize,
    /// How many bytes were ever put here, and how many of them the writer is done with.
    put: usize,
    done: usize,
    /// Somebody waited for room in vain: nobody else does until there is some.
    stuck: bool,
    /// The writer sleeps until it is called.
    idle: bool,
    /// Somebody waits for the writer.
    awaited: bool,
}

impl Queue {
    /// For `max` bytes. Lines wait for room, and whoever flushes for the writer, no longer than `patience`.
    pub(super) fn new(max: usize, patience: Duration) -> Self {
        Self { max, patience, state: Mutex::default(), work: Condvar::new(), progress: Condvar::new() }
    }

    /// Puts a line, with its line break, behind the others. If there is no room in time, it is lost, and counted.
    pub(super) fn put(&self, line: &[u8]) {
        let mut state = self.lock();
        let full = |state: &mut State| !state.stuck && !state.has_room(line, self.max);
        if full(&mut state) {
            state = self.wait(state, full);
        }
        if state.has_room(line, self.max) {
            state.lines.extend_from_slice(line);
            state.put = state.put.wrapping_add(line.len());
        } else {
            state.lost += 1;
            state.stuck = true;
            self.progress.notify_all();
        }
        let sleeps = mem::take(&mut state.idle);
        drop(state);
        if sleeps {
            self.work.notify_one();
        }
    }

    /// Waits until the writer is done with everything that was put here before.
    pub(super) fn flush(&self) {
        let state = self.lock();
        let end = state.put;
        drop(self.wait(state, |state| state.done < end));
    }

    /// Writes what is put here, for as long as the process lives; `note` makes the line that tells how many are lost.
    pub(super) fn write_to(&self, to: impl Write, note: impl Fn(usize) -> String) -> ! {
        let mut sink = Sink::new(to, note);
        let mut lines = Vec::new();
        loop {
            let lost = self.take(&mut lines);
            sink.write(&lines, lost);
            self.finish(lines.len());
            lines.clear();
        }
    }

    /// Waits for lines, and takes all there are. Says how many are lost after them.
    fn take(&self, lines: &mut Vec<u8>) -> usize {
        let mut state = self.lock();
        while state.lines.is_empty() {
            state.idle = true;
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.idle = false;
        state.awaited = false;
        state.stuck = false;
        mem::swap(lines, &mut state.lines);
        self.progress.notify_all();
        mem::take(&mut state.lost)
    }

    /// Says that so many bytes are dealt with, and lets others gather unless somebody waits for them.
    fn finish(&self, bytes: usize) {
        let mut state = self.lock();
        state.done = state.done.wrapping_add(bytes);
        self.progress.notify_all();
        // Nobody has to call the writer in this time, which would cost more than the line.
        drop(self.work.wait_timeout_while(state, GATHERING, |state| !state.awaited));
    }

    /// Waits for the writer while `condition` holds, within the bound.
    fn wait<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        condition: impl FnMut(&mut State) -> bool,
    ) -> MutexGuard<'a, State> {
        state.awaited = true;
        self.work.notify_one();
        let waited = self.progress.wait_timeout_while(state, self.patience, condition);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether `line` may be put. One that is longer than all that is allowed may be there alone.
    fn has_room(&self, line: &[u8], max: usize) -> bool {
        self.lost == 0 && (self.lines.is_empty() || self.lines.len() + line.len() <= max)
    }
}

#[cfg(test)]
mod tests;
