//! The stock of one kind, and what should be done about it. Nothing here waits or takes long.

use std::collections::VecDeque;

use crypto::RsaBits;

use super::pair::Pair;
use super::queue::Queue;

/// The most keys that are in memory, and that one commit moves. Ours: while 3,000 a second are taken, half of them last longer
/// than the commit that brings the next.
pub(super) const BATCH: usize = 128;
/// How many new keys are worth a commit while more are being made. A server that is killed loses fewer than these.
const WORTH_A_COMMIT: usize = 16;

pub(super) struct Shelf {
    pub(super) bits: RsaBits,
    /// How many there should be.
    size: usize,
    /// Whether somebody ever asked for one: until then none is made.
    pub(super) asked_for: bool,
    /// Whether the store knows that.
    pub(super) noted: bool,
    /// Whether somebody asked for one since the start: until then all stay in the store.
    open: bool,
    /// The window: not in the store any more, and in no token yet.
    ready: VecDeque<Pair>,
    /// New ones, never yet in the store.
    made: Vec<Pair>,
    /// How many the store has, or is about to have.
    pub(super) stored: usize,
    /// How many are being made.
    pub(super) making: usize,
    pub(super) waiting: Queue<Pair>,
}

/// What to do with the store.
pub(super) enum Chore {
    /// Remember that this kind is asked for.
    Note,
    /// Put these into the store.
    Store(Vec<Pair>),
    /// Take so many out of the store.
    Fetch(usize),
}

impl Shelf {
    pub(super) fn new(bits: RsaBits, size: usize) -> Self {
        Self {
            bits,
            size,
            asked_for: false,
            noted: false,
            open: false,
            ready: VecDeque::new(),
            made: Vec::new(),
            stored: 0,
            making: 0,
            waiting: Queue::new(),
        }
    }

    /// One that is at hand.
    pub(super) fn take(&mut self) -> Option<Pair> {
        (self.asked_for, self.open) = (true, true);
        self.ready.pop_front().or_else(|| self.made.pop())
    }

    /// One that has just been made.
    pub(super) fn made(&mut self, pair: Pair) {
        let Some(pair) = self.waiting.give(pair) else { return };
        if self.held() >= self.size {
            // Whoever waited for it has gone, and there are enough.
        } else if self.open && self.ready.len() < self.window() {
            self.ready.push_back(pair);
        } else {
            self.made.push(pair);
        }
    }

    /// One that has left the store.
    pub(super) fn fetched(&mut self, pair: Pair) {
        if let Some(pair) = self.waiting.give(pair) {
            self.ready.push_back(pair);
        }
    }

    /// All that is in memory.
    pub(super) fn clear(&mut self) -> Vec<Pair> {
        self.ready.drain(..).chain(self.made.drain(..)).collect()
    }

    /// Whether somebody waits for a key that nobody makes, and the store does not have.
    pub(super) fn is_waited_for(&self) -> bool {
        self.waiting.len() > self.making + self.stored
    }

    /// Whether there are fewer than there should be.
    pub(super) fn is_lacking(&self) -> bool {
        self.asked_for && self.held() + self.making < self.size + self.waiting.len()
    }

    /// Whether there is something to do with the store.
    pub(super) fn has_chore(&self) -> bool {
        self.is_low() || self.is_worth_a_commit() || (self.asked_for && !self.noted)
    }

    /// What to do with the store.
    pub(super) fn chore(&mut self) -> Option<Chore> {
        if self.is_low() {
            let room = self.window().saturating_sub(self.at_hand()).max(self.waiting.len());
            return Some(Chore::Fetch(room.clamp(1, BATCH)));
        }
        if self.is_worth_a_commit() {
            let pairs = self.made.split_off(self.made.len().saturating_sub(BATCH));
            self.stored += pairs.len();
            return Some(Chore::Store(pairs));
        }
        (self.asked_for && !self.noted).then_some(Chore::Note)
    }

    /// Whether the window is half empty, and the store has something to fill it with.
    fn is_low(&self) -> bool {
        self.open && self.stored > 0 && self.at_hand() <= self.window() / 2
    }

    fn is_worth_a_commit(&self) -> bool {
        let worth_it = if self.making == 0 { 1 } else { WORTH_A_COMMIT };
        self.made.len() >= worth_it
    }

    fn at_hand(&self) -> usize {
        self.ready.len() + self.made.len()
    }

    /// Whether there is to be no stock.
    pub(super) fn is_unwanted(&self) -> bool {
        self.size == 0
    }

    /// How many there are, wherever.
    fn held(&self) -> usize {
        self.at_hand() + self.stored
    }

    /// How many to have in memory.
    fn window(&self) -> usize {
        self.size.clamp(1, BATCH)
    }
}
