//! The sweeper with much to do: keys that end or expire together, what stands in their way, and what is left when it
//! does not come to its end.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use api::{
    CreateAlias, CreateGrant, CreateKey, Encrypt, ErrorCode, ExpirationModelType, GrantOperation, KeySpec,
    KeyState, OriginType, ReplicateKey, ScheduleKeyDeletion,
};
use bytes::Bytes;
use kms::Swept;
use store::{Batch, BoxFuture, Commit, Memory, Stamp, Store, StoreError, Versioned};

use crate::world::{DAY, START, World, refused};

/// How often others have their turn while a commit is on its way.
const ON_ITS_WAY: usize = 1000;

/// A store in memory whose commits take their time, and which knows how many come together.
#[derive(Default)]
struct Slow {
    inner: Memory,
    waiting: AtomicUsize,
    most: AtomicUsize,
    scans: AtomicUsize,
    /// Which of the next commits fails, from 1; 0 for none.
    fails: AtomicUsize,
}

impl Slow {
    fn fails(&self) -> bool {
        let before = |left: usize| left.checked_sub(1);
        self.fails.fetch_update(Ordering::SeqCst, Ordering::SeqCst, before) == Ok(1)
    }
}

impl Store for Slow {
    fn get(&self, key: &[u8]) -> BoxFuture<'_, Result<Option<Versioned>, StoreError>> {
        self.inner.get(key)
    }

    fn scan(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<(Bytes, Versioned)>, StoreError>> {
        self.scans.fetch_add(1, Ordering::SeqCst);
        self.inner.scan(prefix, after, limit)
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Commit, StoreError>> {
        Box::pin(async {
            let waiting = self.waiting.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(waiting, Ordering::SeqCst);
            for _ in 0..ON_ITS_WAY {
                tokio::task::yield_now().await;
            }
            self.waiting.fetch_sub(1, Ordering::SeqCst);
            if self.fails() { Err(StoreError::Closed) } else { self.inner.commit(batch).await }
        })
    }

    fn stamp(&self, key: &[u8]) -> Option<Stamp> {
        self.inner.stamp(key)
    }
}

async fn slow() -> (Arc<Slow>, World) {
    let store = Arc::new(Slow::default());
    (Arc::clone(&store), World::on(store).await)
}

impl World {
    async fn there(&self, prefix: &str) -> Vec<String> {
        let found = self.store.scan(prefix.as_bytes(), None, store::MAX_SCAN).await.unwrap();
        found.into_iter().map(|(name, _)| String::from_utf8(name.to_vec()).unwrap()).collect()
    }

    /// A key whose waiting period is over after 30 days, with an alias and a grant.
    async fn doomed(&self) -> String {
        let key = self.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
        self.call(CreateAlias::request(format!("alias/{key}"), &*key)).await.unwrap();
        let mut grant = CreateGrant::request(&*key, [GrantOperation::Encrypt]);
        grant.grantee_principal = Some("arn:aws:iam::111122223333:root".to_owned());
        self.call(grant).await.unwrap();
        self.call(ScheduleKeyDeletion::request(&*key)).await.unwrap();
        key
    }

    /// A key with material that expires after an hour.
    async fn expiring(&self) -> String {
        let key = self.external(KeySpec::SymmetricDefault).await;
        let mut request = self.import_request(&key, &[7; 32]).await;
        request.expiration_model = Some(ExpirationModelType::KeyMaterialExpires);
        request.valid_to = Some(START.plus_seconds(60 * 60));
        self.call(request).await.unwrap();
        key
    }

    /// Nothing is left of any key.
    async fn is_empty(&self) {
        for kind in
            ["key/", "material/", "due/", "owner/", "alias", "grant/", "grantee/", "grants/", "usage/"]
        {
            assert_eq!(self.there(kind).await, Vec::<String>::new());
        }
    }
}

#[tokio::test]
async fn many_keys_that_end_are_swept_together() {
    const MANY: usize = 300;
    let (store, world) = slow().await;
    for _ in 0..MANY {
        let key = world.create(KeySpec::Hmac256, OriginType::AwsKms).await;
        world.call(ScheduleKeyDeletion::request(&*key)).await.unwrap();
    }
    world.clock.advance(30 * DAY);
    store.most.store(0, Ordering::SeqCst);
    store.scans.store(0, Ordering::SeqCst);
    assert_eq!(world.kms.sweep().await.unwrap(), Swept { keys: MANY, ..Swept::default() });
    let together = store.most.load(Ordering::SeqCst);
    // As many as the writer of a database takes into one sync, and no more wait than it lets in.
    assert!((64..=256).contains(&together), "{together}");
    // One for the aliases of each, and a few for what is due.
    let scans = store.scans.load(Ordering::SeqCst);
    assert!(scans <= MANY + 8, "{scans}");
    world.is_empty().await;
    assert_eq!(world.kms.sweep().await.unwrap(), Swept::default());
}

#[tokio::test]
async fn material_that_expires_is_swept_together_and_searched_for_by_nothing_but_its_date() {
    let (store, world) = slow().await;
    let mut keys = Vec::new();
    for _ in 0..4 {
        keys.push(world.expiring().await);
    }
    let fresh = world.external(KeySpec::SymmetricDefault).await;
    world.import(&fresh, &[8; 32]).await.unwrap();
    world.clock.advance(60 * 60);
    for key in &keys {
        // At its instant, and not when the sweeper comes.
        assert_eq!(world.describe(key).await.key_state, KeyState::PendingImport);
    }
    store.most.store(0, Ordering::SeqCst);
    store.scans.store(0, Ordering::SeqCst);
    assert_eq!(world.kms.sweep().await.unwrap(), Swept { materials: 4, ..Swept::default() });
    // What is due, until there is no more, and what of import tokens is.
    assert_eq!((store.most.load(Ordering::SeqCst), store.scans.load(Ordering::SeqCst)), (4, 3));
    let left = world.there("material/").await;
    assert!(left.len() == 1 && left[0].contains(&fresh), "{left:?}");
    assert_eq!(world.there("due/").await, Vec::<String>::new());
    world.call(Encrypt::request(&*fresh, api::Blob::new("x"))).await.unwrap();
}

#[tokio::test]
async fn one_that_fails_stops_no_other_and_is_tried_again() {
    const KEYS: usize = 10;
    let (store, world) = slow().await;
    for _ in 0..KEYS {
        let key = world.create(KeySpec::Hmac256, OriginType::AwsKms).await;
        world.call(ScheduleKeyDeletion::request(&*key)).await.unwrap();
    }
    world.kms.flush_usage().await.unwrap();
    world.clock.advance(30 * DAY);
    store.fails.store(4, Ordering::SeqCst);
    assert_eq!(world.kms.sweep().await.unwrap(), Swept { keys: KEYS - 1, failed: 1, ..Swept::default() });
    assert_eq!(world.there("material/").await.len(), 1);
    assert_eq!(world.kms.sweep().await.unwrap(), Swept { keys: 1, ..Swept::default() });
    world.is_empty().await;
}

/// The end of a replica changes its primary: of several at the same time, only one can be first.
#[tokio::test]
async fn keys_of_one_family_that_end_together_are_swept_in_one_go() {
    let (_, world) = slow().await;
    let mut request = CreateKey::request();
    request.multi_region = Some(true);
    let key = world.call(request).await.unwrap().key_metadata.key_id;
    let elsewhere = ["us-east-1", "us-west-2", "ap-southeast-2"];
    for region in elsewhere {
        world.call(ReplicateKey::request(&*key, region)).await.unwrap();
    }
    world.call(ScheduleKeyDeletion::request(&*key)).await.unwrap();
    for region in elsewhere {
        world.call_in(region, ScheduleKeyDeletion::request(&*key)).await.unwrap();
    }
    let single = world.doomed().await;
    world.clock.advance(30 * DAY);
    assert_eq!(world.kms.sweep().await.unwrap(), Swept { keys: 4, ..Swept::default() });
    refused(world.call(api::DescribeKey::request(&*single)).await, ErrorCode::NotFound);
    assert_eq!(world.there("material/").await.len(), 1, "the primary's own waiting period has begun");
    world.clock.advance(30 * DAY);
    assert_eq!(world.kms.sweep().await.unwrap(), Swept { keys: 1, ..Swept::default() });
    world.is_empty().await;
}

#[tokio::test]
async fn a_sweep_that_is_cut_off_leaves_no_key_half_removed() {
    let mut left_at = Vec::new();
    for polls in (0..8).map(|commits| commits * ON_ITS_WAY) {
        let (_, mut world) = slow().await;
        let keys = [world.doomed().await, world.doomed().await, world.expiring().await];
        world.clock.advance(30 * DAY);
        {
            let mut sweep = pin!(world.kms.sweep());
            for _ in 0..polls {
                tokio::select! {
                    biased;
                    _ = &mut sweep => break,
                    () = std::future::ready(()) => {}
                }
            }
        }
        world.restart().await;
        let mut left = 0;
        for key in &keys[..2] {
            let has = async |kind: &str| {
                world.there(&format!("{kind}/")).await.iter().any(|name| name.contains(key.as_str()))
            };
            let whole = has("key").await;
            for kind in ["material", "due", "owner", "alias", "alias-of"] {
                assert_eq!(has(kind).await, whole, "{kind} after {polls}");
            }
            // Grants go before, and nobody gets at the key by them any more.
            assert!(whole || !has("grant").await && !has("grantee").await && !has("grants").await);
            left += usize::from(whole);
            refused(world.call(api::DescribeKey::request(&**key)).await, ErrorCode::NotFound);
        }
        left_at.push(left);
        world.kms.sweep().await.unwrap();
        let names = world.there("").await;
        assert!(!names.iter().any(|name| name.contains(&keys[0]) || name.contains(&keys[1])), "{names:?}");
        assert!(!names.iter().any(|name| name.starts_with("material/")), "{names:?}");
    }
    // Before and after, so that what is in between has been cut.
    assert_eq!((left_at.first(), left_at.last()), (Some(&2), Some(&0)), "{left_at:?}");
}
