//! Grants: what they allow, to whom, when; who makes, passes on, lists and ends them; and what they cost.

mod allow;
mod end;
mod list;
mod make;
mod parts;
mod remembered;
mod scale;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use api::{
    Blob, CreateGrant, CreateGrantResponse, CreateKey, Decrypt, Encrypt, EncryptionContext, Error,
    GrantConstraints, GrantListEntry, GrantOperation as Op, KeySpec, KeyUsage, ListGrants, RetireGrant,
    RevokeGrant,
};
use bytes::Bytes;
use crypto::SecretBytes;
use kms::{Caller, Kms, ManualClock, Operation, Settings};
use seal::{Changes, Commit, Records, RootKey};
use serde_json::json;
use store::{Batch, BoxFuture, Memory, Stamp, Store, StoreError, Versioned};

use crate::authorization::identities::People;
use crate::world::START;

const OWNER: &str = "000000000000";
const FRIEND: &str = "111122223333";
const STRANGER: &str = "444455556666";
const REGION: &str = "eu-west-1";
const USER: &str = "arn:aws:iam::000000000000:user/ann";
const SOURCE: &str = "arn:aws:s3:eu-west-1:000000000000:accesspoint/a";
const NO_KEY: &str = "01234567-89ab-cdef-0123-456789abcdef";
const NO_GRANT: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A store in memory that counts what is asked of it.
#[derive(Default)]
struct Counting {
    inner: Memory,
    reads: AtomicUsize,
    entries: AtomicUsize,
    /// Whether it says that it cannot tell what has changed.
    forgetful: AtomicBool,
}

impl Store for Counting {
    fn get(&self, key: &[u8]) -> BoxFuture<'_, Result<Option<Versioned>, StoreError>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.entries.fetch_add(1, Ordering::Relaxed);
        self.inner.get(key)
    }

    fn scan(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<(Bytes, Versioned)>, StoreError>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let found = self.inner.scan(prefix, after, limit);
        Box::pin(async move {
            let found = found.await?;
            self.entries.fetch_add(found.len(), Ordering::Relaxed);
            Ok(found)
        })
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Commit, StoreError>> {
        self.inner.commit(batch)
    }

    fn stamp(&self, key: &[u8]) -> Option<Stamp> {
        self.inner.stamp(key).filter(|_| !self.forgetful.load(Ordering::Relaxed))
    }
}

/// An engine with a key of the owner's, and a user.
struct Bench {
    kms: Arc<Kms>,
    store: Arc<Counting>,
    clock: Arc<ManualClock>,
    root: RootKey,
    /// A symmetric encryption key.
    key: String,
    arn: String,
}

impl Bench {
    async fn new() -> Self {
        let (store, root) = (Arc::new(Counting::default()), RootKey::generate());
        let clock = Arc::new(ManualClock::at(START));
        let records = Records::open(store.clone(), &root).await.unwrap();
        let records = Arc::new(records);
        let people = People::new(Arc::clone(&records));
        people.manage(OWNER, "CreateUser", json!({"UserName": "ann"})).await;
        let kms = Kms::new(records, clock.clone(), Settings::default());
        let mut bench = Self { kms, store, clock, root, key: String::new(), arn: String::new() };
        let metadata = bench.call(OWNER, CreateKey::request()).await.unwrap().key_metadata;
        (bench.key, bench.arn) = (metadata.key_id, metadata.arn);
        bench
    }

    /// The store's records as the engine sees them.
    async fn records(&self) -> Records {
        Records::open(self.store.clone(), &self.root).await.unwrap()
    }

    async fn call<O: Operation>(&self, account: &str, request: O) -> Result<O::Response, Error> {
        self.kms.call(&Caller::root("aws", account, REGION), request).await
    }

    async fn call_in<O: Operation>(
        &self,
        region: &str,
        account: &str,
        request: O,
    ) -> Result<O::Response, Error> {
        self.kms.call(&Caller::root("aws", account, region), request).await
    }

    /// A request of the owner's that allows the friend these operations.
    fn asked(&self, operations: &[Op]) -> CreateGrant {
        let mut request = CreateGrant::request(&self.arn, operations);
        request.grantee_principal = Some(root(FRIEND));
        request
    }

    async fn grant(&self, operations: &[Op]) -> CreateGrantResponse {
        self.call(OWNER, self.asked(operations)).await.unwrap()
    }

    async fn constrained(&self, operations: &[Op], constraints: GrantConstraints) -> CreateGrantResponse {
        let mut request = self.asked(operations);
        request.constraints = Some(constraints);
        self.call(OWNER, request).await.unwrap()
    }

    async fn revoke(&self, grant: &str) {
        self.call(OWNER, RevokeGrant::request(&self.key, grant)).await.unwrap();
    }

    async fn listed(&self) -> Vec<GrantListEntry> {
        self.call(OWNER, ListGrants::request(&self.key)).await.unwrap().grants
    }

    async fn encrypt(&self, account: &str, pairs: &[(&str, &str)]) -> Result<Blob, Error> {
        let mut request = Encrypt::request(&self.arn, Blob::new(*b"m"));
        request.encryption_context = Some(context(pairs));
        self.call(account, request).await.map(|answer| answer.ciphertext_blob)
    }

    async fn create(&self, spec: KeySpec, usage: KeyUsage) -> String {
        let mut request = CreateKey::request();
        (request.key_spec, request.key_usage) = (Some(spec), Some(usage));
        self.call(OWNER, request).await.unwrap().key_metadata.arn
    }

    /// Says that the key has so many grants.
    async fn pretend(&self, count: usize) {
        let mut changes = Changes::default();
        let text = SecretBytes::new(count.to_string().into_bytes());
        changes.put(&format!("grants/{OWNER}/{REGION}/{}", self.key), text);
        assert!(matches!(self.records().await.commit(changes).await.unwrap(), Commit::Done(_)));
    }

    /// The names of all records of grants.
    async fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for prefix in ["grant/", "grantee/", "retirable/", "grants/"] {
            names.extend(self.records().await.scan_names(prefix, None, 1000).await.unwrap());
        }
        names
    }

    /// What one call asks of the store: how often, and how many records it gets.
    async fn cost<O: Operation>(&self, account: &str, request: O) -> (usize, usize) {
        let read = || (self.store.reads.load(Ordering::Relaxed), self.store.entries.load(Ordering::Relaxed));
        let before = read();
        self.call(account, request).await.unwrap();
        let after = read();
        (after.0 - before.0, after.1 - before.1)
    }
}

fn root(account: &str) -> String {
    format!("arn:aws:iam::{account}:root")
}

fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn subset(pairs: &[(&str, &str)]) -> GrantConstraints {
    GrantConstraints { encryption_context_subset: Some(context(pairs)), ..GrantConstraints::default() }
}

fn equals(pairs: &[(&str, &str)]) -> GrantConstraints {
    GrantConstraints { encryption_context_equals: Some(context(pairs)), ..GrantConstraints::default() }
}

fn source() -> GrantConstraints {
    GrantConstraints { source_arn: Some(SOURCE.to_owned()), ..GrantConstraints::default() }
}

fn decrypt(blob: &Blob) -> Decrypt {
    let mut request = Decrypt::request();
    request.ciphertext_blob = Some(blob.clone());
    request
}

fn by_token(token: &str) -> RetireGrant {
    let mut request = RetireGrant::request();
    request.grant_token = Some(token.to_owned());
    request
}

fn by_id(arn: &str, id: &str) -> RetireGrant {
    let mut request = RetireGrant::request();
    (request.key_id, request.grant_id) = (Some(arn.to_owned()), Some(id.to_owned()));
    request
}
