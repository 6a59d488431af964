//! The ids by which requests are known: random, version 4 (RFC 9562).

use std::cell::RefCell;

use uuid::{Builder, Uuid};

/// Ids for which randomness is fetched at once, because to ask the system for it costs more than all else about an id.
/// Nothing rests on an id being hard to guess. Ours.
const FETCHED: usize = 64;

thread_local! {
    /// Randomness for the next ids, of which each is used once.
    static NEXT: RefCell<Vec<[u8; 16]>> = const { RefCell::new(Vec::new()) };
}

/// A new one.
pub(super) fn new() -> Uuid {
    let random = NEXT.with_borrow_mut(|next| {
        if next.is_empty() {
            next.extend(crypto::random::array::<{ FETCHED * 16 }>().as_chunks().0);
        }
        next.pop().unwrap_or_else(crypto::random::array)
    });
    Builder::from_random_bytes(random).into_uuid()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::thread;

    use super::*;

    #[test]
    fn no_two_are_the_same_on_any_thread() {
        const EACH: usize = 10 * FETCHED + 1;
        let threads: Vec<_> =
            (0..4).map(|_| thread::spawn(|| (0..EACH).map(|_| new()).collect::<Vec<_>>())).collect();
        let ids: Vec<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert!(ids.iter().all(|id| id.get_version_num() == 4));
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 4 * EACH);
    }
}
