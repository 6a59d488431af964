//! Wrapping keys made ahead of demand.
//!
//! A wrapping key serves one token and no more: sharing one would let the holder of one token import material
//! that was wrapped for another. Making an RSA-4096 key takes most of a second, so once a kind has been asked for
//! a few are kept ready.

use std::sync::{Arc, Mutex, PoisonError};

use api::Error;
use crypto::{RsaBits, WrappingKey};
use tokio::sync::Notify;

use crate::gate::Gate;

/// How many of each kind are kept.
const KEPT: usize = 4;

const KINDS: [RsaBits; 3] = [RsaBits::B2048, RsaBits::B3072, RsaBits::B4096];

pub(crate) struct Stock {
    shelves: Mutex<Vec<Shelf>>,
    taken: Notify,
    gate: Arc<Gate>,
}

struct Shelf {
    bits: RsaBits,
    asked_for: bool,
    ready: Vec<WrappingKey>,
}

impl Stock {
    pub(crate) fn new(gate: Arc<Gate>) -> Self {
        let shelves = KINDS.map(|bits| Shelf { bits, asked_for: false, ready: Vec::new() });
        Self { shelves: Mutex::new(shelves.into()), taken: Notify::new(), gate }
    }

    /// A wrapping key that nobody has had before and nobody else will get.
    pub(crate) async fn take(&self, bits: RsaBits) -> Result<WrappingKey, Error> {
        if let Some(ready) = self.take_ready(bits) {
            return Ok(ready);
        }
        self.make(bits).await
    }

    /// Refills what has been taken, for ever.
    pub(crate) async fn keep(&self) {
        loop {
            match self.lacking() {
                None => self.taken.notified().await,
                Some(bits) => match self.make(bits).await {
                    Ok(key) => self.put(key),
                    // The machine is busy, or cannot make keys: the next demand tries again.
                    Err(error) => {
                        tracing::warn!(%error, "no wrapping key was made ahead of demand");
                        self.taken.notified().await;
                    }
                },
            }
        }
    }

    async fn make(&self, bits: RsaBits) -> Result<WrappingKey, Error> {
        self.gate.run(move || WrappingKey::generate(bits)).await?.map_err(Error::internal)
    }

    fn take_ready(&self, bits: RsaBits) -> Option<WrappingKey> {
        let ready = self.on_shelf(bits, |shelf| {
            shelf.asked_for = true;
            shelf.ready.pop()
        });
        self.taken.notify_one();
        ready
    }

    fn put(&self, key: WrappingKey) {
        self.on_shelf(key.bits(), |shelf| {
            shelf.ready.push(key);
            None::<()>
        });
    }

    fn lacking(&self) -> Option<RsaBits> {
        let shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        shelves.iter().find(|shelf| shelf.asked_for && shelf.ready.len() < KEPT).map(|shelf| shelf.bits)
    }

    fn on_shelf<T>(&self, bits: RsaBits, act: impl FnOnce(&mut Shelf) -> Option<T>) -> Option<T> {
        let mut shelves = self.shelves.lock().unwrap_or_else(PoisonError::into_inner);
        shelves.iter_mut().find(|shelf| shelf.bits == bits).and_then(act)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_wrapping_key_is_given_twice() {
        let stock = Arc::new(Stock::new(Arc::new(Gate::for_making())));
        let keeper = Arc::clone(&stock);
        let mut given = std::collections::HashSet::new();
        let serve = async {
            for _ in 0..8 {
                let key = stock.take(RsaBits::B2048).await.unwrap();
                assert!(given.insert(key.public_key().to_vec()));
            }
        };
        tokio::select! {
            () = serve => {}
            () = keeper.keep() => unreachable!("the keeper never ends"),
        }
        assert_eq!(given.len(), 8);
    }

    #[tokio::test]
    async fn nothing_is_made_before_it_was_asked_for() {
        assert_eq!(Stock::new(Arc::new(Gate::for_making())).lacking(), None);
    }
}
