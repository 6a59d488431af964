//! The threads that make wrapping keys: one a core, at the lowest priority, so that whatever else there is to do goes
//! first. Who waits for a key comes before the stock.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crypto::RsaBits;

use super::pair::Pair;
use super::{Shared, State};
use crate::priority::{LOWEST, cores, step_back};

/// How long a maker rests when a key could not be made: the machine lacks something that may come back.
const REST: Duration = Duration::from_secs(1);

impl State {
    /// The kind to make next. It counts as being made from now on.
    pub(super) fn next_to_make(&mut self) -> Option<RsaBits> {
        let kinds = self.shelves.len();
        let after_last = (0..kinds).map(|place| (self.turn + place) % kinds.max(1));
        let waited_for = after_last
            .into_iter()
            .find(|place| self.shelves.get(*place).is_some_and(super::Shelf::is_waited_for));
        let place = match waited_for {
            Some(place) => {
                self.turn = place + 1;
                Some(place)
            }
            // The ones that are made soonest first.
            None if self.kept => self.shelves.iter().position(super::Shelf::is_lacking),
            None => None,
        };
        let kind = self.shelves.get_mut(place?)?;
        kind.making += 1;
        Some(kind.bits)
    }
}

impl Shared {
    /// Wakes the makers if there may be something to make, and starts them when there is for the first time.
    pub(super) fn call_makers(self: &Arc<Self>, state: &mut State) {
        let wanted = |shelf: &super::Shelf| shelf.is_waited_for() || (state.kept && shelf.is_lacking());
        if state.ended || !state.shelves.iter().any(wanted) {
            return;
        }
        while state.makers < cores() {
            let shared = Arc::clone(self);
            let maker = thread::Builder::new().name("wrapping-keys".to_owned());
            if let Err(error) = maker.spawn(move || shared.make()) {
                tracing::warn!(%error, "a thread that makes wrapping keys could not be started");
                break;
            }
            state.makers += 1;
        }
        self.work.notify_all();
    }

    fn make(&self) {
        step_back(LOWEST);
        while let Some(bits) = self.next() {
            let made = Pair::make(bits);
            let failed = made.is_err();
            self.made(bits, made.ok());
            if failed {
                tracing::warn!("a wrapping key could not be made");
                thread::sleep(REST);
            }
        }
    }

    /// Waits for something to make; `None` when the stock has ended.
    fn next(&self) -> Option<RsaBits> {
        let mut state = self.lock();
        loop {
            if state.ended {
                return None;
            }
            if let Some(bits) = state.next_to_make() {
                return Some(bits);
            }
            state = self.work.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }

    pub(super) fn made(&self, bits: RsaBits, pair: Option<Pair>) {
        let mut state = self.lock();
        if let Some(shelf) = state.shelves.iter_mut().find(|shelf| shelf.bits == bits) {
            shelf.making -= 1;
            if let Some(pair) = pair {
                shelf.made(pair);
            }
        }
        drop(state);
        self.news.notify_one();
    }
}
