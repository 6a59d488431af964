use std::collections::HashSet;

use api::ErrorCode;
use crypto::{SecretBytes, WrappingKey};
use seal::{Changes, Records, RootKey};
use store::{Batch, Memory, Store as _};

use super::*;

const BITS: RsaBits = RsaBits::B2048;
const ME: Asker<'_> = Asker { account: "111122223333", who: "me" };

/// A store that outlives the engines on it.
struct Disk {
    store: Arc<Memory>,
    records: Records,
}

impl Disk {
    async fn new() -> Self {
        let store = Arc::new(Memory::default());
        let records = Records::open(store.clone(), &RootKey::generate()).await.unwrap();
        Self { store, records }
    }

    /// A store with so many keys in stock, numbered from 0.
    async fn with(count: u8) -> Self {
        let disk = Self::new().await;
        let stock = without_makers(usize::from(count));
        for number in 0..count {
            stock.arrives(numbered(number));
        }
        stock.put_back(&disk.records).await;
        disk
    }

    /// The numbers of the keys that it has.
    async fn numbers(&self) -> HashSet<u8> {
        let records = self.records.scan("stock/RSA_2048/", None, 1000).await.unwrap();
        records.iter().map(|record| number(&Pair::of_record(&record.plaintext).unwrap())).collect()
    }
}

/// A stock for which nobody makes keys.
fn without_makers(size: usize) -> Stock {
    let stock = Stock::new(StockSizes { rsa_2048: size, rsa_3072: size, rsa_4096: size });
    stock.shared.lock().makers = usize::MAX;
    stock
}

/// No key, but as good as one here.
fn numbered(number: u8) -> Pair {
    Pair { public: vec![number], private: SecretBytes::copy_of(&[number; 64]) }
}

fn number(pair: &Pair) -> u8 {
    assert!(pair.private.same_as(&[pair.public[0]; 64]));
    pair.public[0]
}

impl Stock {
    /// As from a maker.
    fn arrives(&self, pair: Pair) {
        self.shared.lock().shelves[0].making += 1;
        self.shared.made(BITS, Some(pair));
    }

    fn next_to_make(&self) -> Option<RsaBits> {
        self.shared.lock().next_to_make()
    }

    fn joins(&self, who: &str, bits: RsaBits) -> Waiting<'_> {
        let Asked::Waits(waiting) = self.ask(Asker { who, ..ME }, bits) else { panic!() };
        waiting
    }

    /// So many keys, while the stock is kept.
    async fn take_kept(&self, records: &Records, count: usize) -> Vec<u8> {
        let take = async {
            let mut taken = Vec::new();
            for _ in 0..count {
                taken.push(number(&self.take(ME, BITS).await.unwrap()));
            }
            taken
        };
        tokio::select! {
            taken = take => taken,
            () = self.keep(records) => unreachable!("a stock is kept for ever"),
        }
    }
}

#[tokio::test]
async fn makers_serve_whoever_asks_and_no_key_is_given_twice() {
    let disk = Disk::new().await;
    let stock = Stock::new(StockSizes { rsa_2048: 2, ..StockSizes::default() });
    let mut given = HashSet::new();
    let serve = async {
        for _ in 0..6 {
            let pair = stock.take(ME, BITS).await.unwrap();
            let key = WrappingKey::from_pkcs8(&pair.private).unwrap();
            assert!(key.bits() == BITS && key.public_key() == pair.public);
            assert!(given.insert(pair.public));
        }
    };
    tokio::select! {
        () = serve => {}
        () = stock.keep(&disk.records) => unreachable!("a stock is kept for ever"),
    }
    assert_eq!(given.len(), 6);
}

#[tokio::test]
async fn a_key_leaves_the_store_before_anybody_has_it_so_a_crash_gives_none_twice() {
    let disk = Disk::with(200).await;
    let mut given = HashSet::new();
    while !disk.numbers().await.is_empty() {
        let stock = without_makers(200);
        let taken = stock.take_kept(&disk.records, 1).await;
        let stored = disk.numbers().await;
        let in_memory = stock.shared.lock().shelves[0].clear();
        assert!(!in_memory.is_empty() && in_memory.iter().all(|pair| !stored.contains(&number(pair))));
        assert!(taken.iter().all(|number| !stored.contains(number) && given.insert(*number)));
        // And here the server is killed.
    }
    // The first had as many in memory as there may be, the second the others.
    assert_eq!(given.len(), 2);
}

#[tokio::test]
async fn a_server_that_ends_puts_back_what_is_left_and_no_more() {
    let disk = Disk::with(8).await;
    let mut given = HashSet::new();
    for left in [5, 2] {
        let stock = without_makers(8);
        let taken = stock.take_kept(&disk.records, 3).await;
        assert!(taken.iter().all(|number| given.insert(*number)));
        stock.put_back(&disk.records).await;
        assert_eq!(stock.take(ME, BITS).await.err().unwrap().code(), ErrorCode::Throttling);
        let stored = disk.numbers().await;
        assert!(stored.len() == left && stored.is_disjoint(&given));
    }
}

#[tokio::test]
async fn keys_lie_sealed() {
    let disk = Disk::with(3).await;
    let found = disk.store.scan(b"stock/", None, 10).await.unwrap();
    assert_eq!(found.len(), 3);
    for (name, value) in found {
        assert_eq!(name.len(), "stock/RSA_2048/".len() + 32);
        for number in 0..3 {
            assert!(!value.value.windows(8).any(|window| window == [number; 8]));
        }
    }
}

#[tokio::test]
async fn a_damaged_key_is_thrown_away_and_the_others_are_given() {
    let disk = Disk::with(3).await;
    let found = disk.store.scan(b"stock/", None, 1).await.unwrap();
    let mut batch = Batch::default();
    batch.put(found[0].0.clone(), "damaged");
    let _ = disk.store.commit(batch).await.unwrap();
    let mut changes = Changes::default();
    changes.put("stock/RSA_2048/0", SecretBytes::copy_of(b"\xff"));
    let _ = disk.records.commit(changes).await.unwrap();
    let stock = without_makers(8);
    let taken: HashSet<_> = stock.take_kept(&disk.records, 2).await.into_iter().collect();
    assert_eq!(taken.len(), 2);
    assert!(disk.numbers().await.is_empty());
}

#[tokio::test]
async fn a_stock_that_is_unwanted_is_thrown_away() {
    let disk = Disk::with(8).await;
    let stock = without_makers(0);
    let until_gone = async {
        while !stock.shared.lock().kept {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = until_gone => {}
        () = stock.keep(&disk.records) => unreachable!("a stock is kept for ever"),
    }
    assert!(disk.numbers().await.is_empty());
    assert_eq!(stock.next_to_make(), None);
}

#[tokio::test]
async fn two_engines_on_one_store_never_have_the_same_key() {
    let disk = Disk::with(20).await;
    let (one, other) = (without_makers(8), without_makers(8));
    let mut given = one.take_kept(&disk.records, 1).await;
    given.extend(other.take_kept(&disk.records, 4).await);
    given.extend(one.take_kept(&disk.records, 3).await);
    assert_eq!(given.iter().collect::<HashSet<_>>().len(), 8);
}

#[tokio::test]
async fn a_kind_is_made_once_it_was_asked_for_and_remembered_over_a_restart() {
    let disk = Disk::new().await;
    let stock = without_makers(2);
    let keep = async |stock: &Stock, until: fn(&State) -> bool| {
        let until = async {
            while !until(&stock.shared.lock()) {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            () = until => {}
            () = stock.keep(&disk.records) => unreachable!("a stock is kept for ever"),
        }
    };
    keep(&stock, |state| state.kept).await;
    assert_eq!(stock.next_to_make(), None);
    drop(stock.joins("me", RsaBits::B3072));
    keep(&stock, |state| state.shelves[1].noted).await;
    let stock = without_makers(2);
    assert_eq!(stock.next_to_make(), None);
    keep(&stock, |state| state.kept).await;
    // As many as there should be, and no more.
    let made: Vec<_> = std::iter::from_fn(|| stock.next_to_make()).collect();
    assert_eq!(made, [RsaBits::B3072; 2]);
}

#[tokio::test]
async fn new_keys_go_into_the_store_until_somebody_asks() {
    let disk = Disk::new().await;
    let stock = without_makers(4);
    (0..6).for_each(|number| stock.arrives(numbered(number)));
    let until_stored = async {
        while disk.numbers().await.len() < 4 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = until_stored => {}
        () = stock.keep(&disk.records) => unreachable!("a stock is kept for ever"),
    }
    // What is more than there should be is dropped.
    assert_eq!(disk.numbers().await, HashSet::from([0, 1, 2, 3]));
    assert!(stock.shared.lock().shelves[0].clear().is_empty());
}

#[test]
fn whoever_waits_comes_before_the_stock_and_the_kinds_take_turns() {
    let stock = without_makers(3);
    stock.shared.lock().kept = true;
    let _waits: Vec<_> = [RsaBits::B4096, RsaBits::B4096, RsaBits::B2048, RsaBits::B2048]
        .map(|bits| stock.joins("me", bits))
        .into();
    let made: Vec<_> = std::iter::from_fn(|| stock.next_to_make()).collect();
    let (small, large) = (RsaBits::B2048, RsaBits::B4096);
    assert_eq!(made[..4], [small, large, small, large]);
    assert_eq!(made[4..], [small, small, small, large, large, large]);
}

#[tokio::test]
async fn who_asks_for_many_keeps_nobody_waiting() {
    let stock = without_makers(0);
    let mut many: Vec<_> = (0..3).map(|_| stock.joins("many", BITS)).collect();
    let mut one = stock.joins("one", BITS);
    (0..4).for_each(|turn| stock.arrives(numbered(turn)));
    assert_eq!(number(&one.place.try_recv().unwrap()), 1);
    let got = many.iter_mut().map(|waiting| number(&waiting.place.try_recv().unwrap()));
    assert_eq!(got.collect::<Vec<_>>(), [0, 2, 3]);
}

#[tokio::test]
async fn a_key_for_somebody_who_has_gone_is_somebody_elses() {
    let stock = without_makers(1);
    let late = stock.joins("late", BITS);
    stock.arrives(numbered(7));
    drop(late);
    assert_eq!(number(&stock.take(ME, BITS).await.unwrap()), 7);
}

#[tokio::test(start_paused = true)]
async fn waiting_ends() {
    let stock = without_makers(1);
    let began = tokio::time::Instant::now();
    assert_eq!(stock.take(ME, BITS).await.err().unwrap().code(), ErrorCode::Throttling);
    assert_eq!(began.elapsed().as_secs(), LONGEST_WAIT.as_secs());
    assert_eq!(stock.shared.lock().shelves[0].waiting.len(), 0);
    // At the end of the server at once, and whoever comes later need not begin.
    let waiting = stock.take(ME, BITS);
    let end = async {
        tokio::task::yield_now().await;
        stock.end();
    };
    let (answer, ()) = tokio::join!(waiting, end);
    assert_eq!(answer.err().unwrap().code(), ErrorCode::Throttling);
    assert_eq!(stock.take(ME, BITS).await.err().unwrap().code(), ErrorCode::Throttling);
    assert_eq!(began.elapsed().as_secs(), LONGEST_WAIT.as_secs());
}
