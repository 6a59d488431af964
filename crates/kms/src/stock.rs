//! Wrapping keys made ahead of demand (ADR 18).
//!
//! A wrapping key serves one token and no more: sharing one would let the holder of one token import material
//! that was wrapped for another. Making an RSA-4096 key takes about a second, so once a kind has been asked for, a
//! stock of it is kept.
//!
//! A key goes one way: from a maker straight to whoever waits, or else onto the shelf. Most of a shelf lies sealed in
//! the store; a *window* of it is in memory, ready to be handed out. What enters the window has left the store for
//! good, durably, before. So no key can be handed out twice: a server that is killed loses its window and no more,
//! one that ends in good order puts it back.
//!
//! | record | name | value |
//! |---|---|---|
//! | this kind is asked for | `stock/<kind>` | nothing |
//! | a wrapping key | `stock/<kind>/<32 hexadecimal digits>` | its halves ([`Pair`]) |

mod keeper;
mod makers;
mod pair;
mod queue;
mod shelf;
mod sizes;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use api::Error;
use crypto::RsaBits;
use tokio::sync::{Notify, oneshot};

pub(crate) use self::pair::Pair;
pub(crate) use self::queue::Asker;
use self::shelf::Shelf;
pub use self::sizes::{MAX_STOCK, StockSizes};
use crate::gate::throttled;

/// How long a request waits for its wrapping key before it is throttled. Ours: less than the 60 seconds that the AWS CLI
/// and boto3 wait for an answer. When the server is to end, nobody waits any longer.
const LONGEST_WAIT: Duration = Duration::from_secs(50);

/// The wrapping keys of an engine.
pub(crate) struct Stock {
    shared: Arc<Shared>,
}

/// What requests, makers and the keeper have in common.
struct Shared {
    state: Mutex<State>,
    /// There may be something to make.
    work: Condvar,
    /// There may be something to do with the store.
    news: Notify,
}

struct State {
    shelves: Vec<Shelf>,
    /// Threads that make keys.
    makers: usize,
    /// Whether the stock is refilled, and not only made to order.
    kept: bool,
    /// Whether it has ended: nothing is made any more, and nobody may wait.
    ended: bool,
    /// The shelf whose turn it is when keys are waited for.
    turn: usize,
}

impl Stock {
    pub(crate) fn new(sizes: StockSizes) -> Self {
        let shelves = vec![
            Shelf::new(RsaBits::B2048, sizes.rsa_2048),
            Shelf::new(RsaBits::B3072, sizes.rsa_3072),
            Shelf::new(RsaBits::B4096, sizes.rsa_4096),
        ];
        let state = State { shelves, makers: 0, kept: false, ended: false, turn: 0 };
        let shared = Shared { state: Mutex::new(state), work: Condvar::new(), news: Notify::new() };
        Self { shared: Arc::new(shared) }
    }

    /// A wrapping key that nobody has had before and nobody else will get. Those who ask for many do not keep others waiting.
    pub(crate) async fn take(&self, who: Asker<'_>, bits: RsaBits) -> Result<Pair, Error> {
        let mut waiting = match self.ask(who, bits) {
            Asked::Ready(pair) => return Ok(pair),
            Asked::Waits(waiting) => waiting,
            Asked::Refused => return Err(throttled()),
        };
        match tokio::time::timeout(LONGEST_WAIT, &mut waiting.place).await {
            Ok(Ok(pair)) => {
                waiting.is_over = true;
                Ok(pair)
            }
            // The time is over, somebody else needed the place more, or the server ends.
            Ok(Err(_)) | Err(_) => Err(throttled()),
        }
    }

    fn ask(&self, who: Asker<'_>, bits: RsaBits) -> Asked<'_> {
        let mut state = self.shared.lock();
        let ended = state.ended;
        let Some(kind) = state.shelves.iter_mut().find(|shelf| shelf.bits == bits) else {
            return Asked::Refused;
        };
        let asked = match kind.take() {
            Some(pair) => Asked::Ready(pair),
            None if ended => Asked::Refused,
            None => {
                let (turn, place) = oneshot::channel();
                kind.waiting.join(who, turn);
                Asked::Waits(Waiting { stock: self, bits, place, is_over: false })
            }
        };
        let has_chore = kind.has_chore();
        self.shared.call_makers(&mut state);
        drop(state);
        if has_chore {
            self.shared.news.notify_one();
        }
        asked
    }

    /// Whoever still waits is told to come back, and nothing is made any more. What is ready may still be taken.
    pub(crate) fn end(&self) {
        let mut state = self.shared.lock();
        state.ended = true;
        for shelf in &mut state.shelves {
            shelf.waiting.clear();
        }
        self.shared.work.notify_all();
    }
}

impl Drop for Stock {
    /// Makers hold what is shared, not the stock.
    fn drop(&mut self) {
        self.end();
    }
}

/// What came of asking for a key.
enum Asked<'a> {
    Ready(Pair),
    Waits(Waiting<'a>),
    Refused,
}

/// A request that waits. When it goes away, so does its place in the queue.
struct Waiting<'a> {
    stock: &'a Stock,
    bits: RsaBits,
    place: oneshot::Receiver<Pair>,
    /// Whether it has what it waited for, and so no place any more.
    is_over: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        self.place.close();
        let mut state = self.stock.shared.lock();
        if let Some(shelf) = state.shelves.iter_mut().find(|shelf| shelf.bits == self.bits) {
            shelf.waiting.forget_gone();
            // It came too late, so nobody has had it.
            if let Ok(pair) = self.place.try_recv() {
                shelf.fetched(pair);
            }
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
