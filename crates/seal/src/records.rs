//! The sealed view of the store: records go in and come out as plaintext, and lie there sealed.
//!
//! The seal binds each value to its key in the store, and tokens to a purpose; the two can never be taken for each
//! other.

use std::sync::Arc;

use bytes::Bytes;
use crypto::{OpenError, SecretBytes};
use store::{Batch, Commit, Revision, Stamp, Store, Versioned};

use crate::changes::{Change, Changes};
use crate::keyring::{KEYRING, Keyring};
use crate::{RootKey, SealError};

/// What is bound to the key of a record.
const RECORD: &[u8] = b"record\0";

/// What is bound to a purpose.
const PURPOSE: &[u8] = b"purpose\0";

/// A record, opened.
pub struct Record {
    /// Its key in the store.
    pub key: String,
    /// Its content.
    pub plaintext: SecretBytes,
    /// The commit that last wrote it.
    pub revision: Revision,
}

/// What [`Records::get_unless`] found.
pub enum Fetched {
    /// There is no such record.
    Absent,
    /// The record is still the one that the caller knows.
    Unchanged,
    /// The record is another one than the caller knows.
    Changed(Record),
}

/// The records of a store, opened with its root key.
pub struct Records {
    store: Arc<dyn Store>,
    keyring: Keyring,
}

/// Whether nothing was ever kept in this store, so that a new root key may be made for it.
pub async fn is_empty(store: &dyn Store) -> Result<bool, SealError> {
    Ok(store.scan(b"", None, 1).await?.is_empty())
}

impl Records {
    /// Opens the keyring of `store` with `root`, or makes it if the store is empty.
    pub async fn open(store: Arc<dyn Store>, root: &RootKey) -> Result<Self, SealError> {
        let keyring = match Self::find_keyring(&*store, root).await? {
            Some(keyring) => keyring,
            None => Self::make_keyring(&*store, root).await?,
        };
        Ok(Self { store, keyring })
    }

    async fn find_keyring(store: &dyn Store, root: &RootKey) -> Result<Option<Keyring>, SealError> {
        // In this order, because the keyring is the first record that there ever is.
        let empty = is_empty(store).await?;
        match store.get(KEYRING.as_bytes()).await? {
            Some(found) => Keyring::unwrap(root, &found.value).map(Some),
            None if empty => Ok(None),
            None => Err(SealError::KeyringMissing),
        }
    }

    async fn make_keyring(store: &dyn Store, root: &RootKey) -> Result<Keyring, SealError> {
        let keyring = Keyring::generate();
        let mut batch = Batch::default();
        batch.expect_absent(KEYRING).put(KEYRING, keyring.wrap(root));
        match store.commit(batch).await? {
            Commit::Done(_) => Ok(keyring),
            // Another server started on the same empty store and was first.
            Commit::Conflict => Self::find_keyring(store, root).await?.ok_or(SealError::KeyringMissing),
        }
    }

    /// The record `key`, or `None` if there is none.
    pub async fn get(&self, key: &str) -> Result<Option<Record>, SealError> {
        match self.find(key).await? {
            Some(found) => self.open_record(key.to_owned(), &found).map(Some),
            None => Ok(None),
        }
    }

    /// The record `key`, opened only if it is no longer the one of the commit `known`.
    pub async fn get_unless(&self, key: &str, known: Revision) -> Result<Fetched, SealError> {
        match self.find(key).await? {
            None => Ok(Fetched::Absent),
            Some(found) if found.revision == known => Ok(Fetched::Unchanged),
            Some(found) => self.open_record(key.to_owned(), &found).map(Fetched::Changed),
        }
    }

    /// A stamp that differs from those of before as soon as a commit that wrote the record `key` is acknowledged; see
    /// [`Store::stamp`]. Whoever keeps what they read takes it before reading.
    pub fn stamp(&self, key: &str) -> Option<Stamp> {
        self.store.stamp(key.as_bytes())
    }

    /// The first `limit` records, in byte order of their keys, of those whose key begins with `prefix` and is
    /// greater than the whole key `after`. Fewer than `limit` means that there are no more. One record that does
    /// not open fails the whole scan. `limit` is at most [`store::MAX_SCAN`].
    pub async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Record>, SealError> {
        let found = self.scan_sealed(prefix, after, limit).await?;
        found.into_iter().map(|(key, versioned)| self.open_record(name(&key)?, &versioned)).collect()
    }

    /// The same, of the names alone: for records that say all they have to say by their names, and where one that
    /// does not open must not stand in the way of the others.
    pub async fn scan_names(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<String>, SealError> {
        let found = self.scan_sealed(prefix, after, limit).await?;
        found.iter().map(|(key, _)| name(key)).collect()
    }

    async fn scan_sealed(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<(Bytes, Versioned)>, SealError> {
        let mut found = self.store.scan(prefix.as_bytes(), after.map(str::as_bytes), limit).await?;
        // The keyring lies among the records and is none; whoever scans past it gets one more in its place.
        if let Some(place) = found.iter().position(|(key, _)| key == KEYRING) {
            let full = u32::try_from(found.len()) == Ok(limit);
            let last = found.last().map(|(key, _)| key.clone());
            found.remove(place);
            if full {
                found.extend(self.store.scan(prefix.as_bytes(), last.as_deref(), 1).await?);
            }
        }
        Ok(found)
    }

    /// Seals what is put and does all of `changes` if all that they expect holds, and otherwise nothing.
    pub async fn commit(&self, changes: Changes) -> Result<Commit, SealError> {
        let mut batch = Batch::default();
        for change in changes.0 {
            refuse_reserved(change.key())?;
            match change {
                Change::ExpectAbsent(key) => batch.expect_absent(key),
                Change::Expect(key, revision) => batch.expect(key, revision),
                Change::Put(key, plaintext) => {
                    let sealed = self.keyring.seal(&bound(RECORD, &key), plaintext.expose());
                    batch.put(key, sealed)
                }
                Change::Delete(key) => batch.delete(key),
            };
        }
        Ok(self.store.commit(batch).await?)
    }

    /// Seals something to be handed out, such as a token. It opens for the same purpose only, and is 49 bytes
    /// longer than `plaintext`.
    pub fn seal(&self, purpose: &str, plaintext: &[u8]) -> Vec<u8> {
        self.keyring.seal(&bound(PURPOSE, purpose), plaintext)
    }

    /// Opens what [`Self::seal`] gave for the same purpose.
    pub fn open_sealed(&self, purpose: &str, sealed: &[u8]) -> Result<SecretBytes, OpenError> {
        self.keyring.open(&bound(PURPOSE, purpose), sealed)
    }

    /// A keyed hash of a sequence of byte strings: the same for the life of the store, whatever becomes of the
    /// root key and the domain keys, and no help in guessing the parts to whoever lacks the key.
    pub fn identity(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.keyring.identity(parts)
    }

    async fn find(&self, key: &str) -> Result<Option<Versioned>, SealError> {
        refuse_reserved(key)?;
        Ok(self.store.get(key.as_bytes()).await?)
    }

    fn open_record(&self, key: String, found: &Versioned) -> Result<Record, SealError> {
        match self.keyring.open(&bound(RECORD, &key), &found.value) {
            Ok(plaintext) => Ok(Record { key, plaintext, revision: found.revision }),
            Err(OpenError) => Err(SealError::RecordDamaged { key }),
        }
    }
}

fn refuse_reserved(key: &str) -> Result<(), SealError> {
    if key == KEYRING { Err(SealError::ReservedKey { key: key.to_owned() }) } else { Ok(()) }
}

fn bound(to: &[u8], name: &str) -> Vec<u8> {
    [to, name.as_bytes()].concat()
}

/// The key of a record as text, which all of ours are.
fn name(key: &Bytes) -> Result<String, SealError> {
    String::from_utf8(key.to_vec()).map_err(|_| SealError::RecordDamaged {
        key: String::from_utf8_lossy(key).escape_debug().to_string(),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use store::{Memory, Sqlite};

    use super::*;
    use crate::testing::Folder;

    struct Bench {
        store: Arc<Memory>,
        root: RootKey,
        records: Records,
    }

    impl Bench {
        async fn new() -> Self {
            let (store, root) = (Arc::new(Memory::default()), RootKey::generate());
            let records = Records::open(store.clone(), &root).await.unwrap();
            Self { store, root, records }
        }

        async fn put(&self, key: &str, text: &str) -> Revision {
            let mut changes = Changes::default();
            changes.put(key, SecretBytes::copy_of(text.as_bytes()));
            let Commit::Done(revision) = self.records.commit(changes).await.unwrap() else {
                panic!("conflict")
            };
            revision
        }

        async fn raw(&self, key: &str) -> Bytes {
            self.store.get(key.as_bytes()).await.unwrap().unwrap().value
        }

        /// Edits the store as whoever can write to the database would.
        async fn put_raw(&self, key: &str, value: impl Into<Bytes>) {
            let mut batch = Batch::default();
            batch.put(key.to_owned(), value);
            assert!(matches!(self.store.commit(batch).await.unwrap(), Commit::Done(_)));
        }

        async fn text(&self, key: &str) -> Option<String> {
            let found = self.records.get(key).await.unwrap();
            found.map(|record| String::from_utf8(record.plaintext.expose().to_vec()).unwrap())
        }
    }

    fn keys(records: &[Record]) -> Vec<&str> {
        records.iter().map(|record| record.key.as_str()).collect()
    }

    #[tokio::test]
    async fn records_come_back_after_opening_again_and_lie_sealed() {
        let bench = Bench::new().await;
        let revision = bench.put("account/key/1", "a policy and a key").await;
        let raw = bench.raw("account/key/1").await;
        assert!(!raw.windows(6).any(|window| window == b"policy"));
        let again = Records::open(bench.store.clone(), &bench.root).await.unwrap();
        let record = again.get("account/key/1").await.unwrap().unwrap();
        assert!(record.plaintext.same_as(b"a policy and a key"));
        assert_eq!((record.key.as_str(), record.revision), ("account/key/1", revision));
        assert_eq!(again.identity(&[b"x"]), bench.records.identity(&[b"x"]));
        assert!(again.get("account/key/2").await.unwrap().is_none());
    }

    #[tokio::test]
    async fn changes_happen_only_if_what_they_expect_holds() {
        let bench = Bench::new().await;
        let first = bench.put("a", "one").await;
        let mut changes = Changes::default();
        changes.expect_absent("a").put("b", SecretBytes::copy_of(b"x"));
        assert_eq!(bench.records.commit(changes).await.unwrap(), Commit::Conflict);
        assert_eq!(bench.text("b").await, None);
        let mut changes = Changes::default();
        changes.expect("a", first).expect_absent("b").put("b", SecretBytes::copy_of(b"x")).delete("a");
        assert_eq!(bench.records.commit(changes).await.unwrap(), Commit::Done(first + 1));
        assert_eq!((bench.text("a").await, bench.text("b").await), (None, Some("x".to_owned())));
    }

    #[tokio::test]
    async fn a_known_revision_is_not_opened_again() {
        let bench = Bench::new().await;
        assert!(matches!(bench.records.get_unless("a", 1).await.unwrap(), Fetched::Absent));
        let first = bench.put("a", "one").await;
        assert!(matches!(bench.records.get_unless("a", first).await.unwrap(), Fetched::Unchanged));
        let second = bench.put("a", "two").await;
        let Fetched::Changed(record) = bench.records.get_unless("a", first).await.unwrap() else { panic!() };
        assert!(record.plaintext.same_as(b"two") && record.revision == second);
    }

    #[tokio::test]
    async fn a_record_moved_to_another_key_is_refused() {
        let bench = Bench::new().await;
        bench.put("account/key/1", "mine").await;
        bench.put("account/key/2", "yours").await;
        let (one, two) = (bench.raw("account/key/1").await, bench.raw("account/key/2").await);
        bench.put_raw("account/key/1", two.clone()).await;
        bench.put_raw("account/key/2", one).await;
        bench.put_raw("account/key/3", two).await;
        for key in ["account/key/1", "account/key/2", "account/key/3"] {
            let error = bench.records.get(key).await.err().unwrap();
            assert!(matches!(&error, SealError::RecordDamaged { key: named } if named == key), "{error}");
            assert!(error.to_string().contains("backup"), "{error}");
        }
        assert!(matches!(
            bench.records.scan("account/", None, 10).await,
            Err(SealError::RecordDamaged { .. })
        ));
    }

    #[tokio::test]
    async fn every_edited_or_missing_byte_of_a_record_is_refused() {
        let bench = Bench::new().await;
        bench.put("a", "text").await;
        let raw = bench.raw("a").await;
        for place in 0..raw.len() {
            let mut edited = raw.to_vec();
            edited[place] ^= 1;
            for value in [edited, raw[..place].to_vec()] {
                bench.put_raw("a", value).await;
                assert!(
                    matches!(bench.records.get("a").await, Err(SealError::RecordDamaged { .. })),
                    "byte {place}"
                );
            }
        }
        bench.put_raw("a", raw).await;
        assert_eq!(bench.text("a").await.as_deref(), Some("text"));
    }

    #[tokio::test]
    async fn one_bit_edited_in_the_database_file_is_found_after_the_next_start() {
        let folder = Folder::new();
        let (key_path, path) = (folder.join("root.key"), folder.join("trent.db"));
        let root = RootKey::create(&key_path).unwrap();
        let store = Arc::new(Sqlite::open(&path).await.unwrap());
        let records = Records::open(store.clone(), &root).await.unwrap();
        let mut changes = Changes::default();
        changes.put("a", SecretBytes::copy_of(b"one")).put("b", SecretBytes::copy_of(b"two"));
        assert!(matches!(records.commit(changes).await.unwrap(), Commit::Done(_)));
        let sealed = store.get(b"a").await.unwrap().unwrap().value;
        drop((records, store));

        let mut file = fs::read(&path).unwrap();
        let place = file.windows(sealed.len()).position(|window| window == sealed).unwrap();
        file[place + sealed.len() / 2] ^= 1;
        fs::write(&path, file).unwrap();
        let store = Arc::new(Sqlite::open(&path).await.unwrap());
        let records = Records::open(store, &RootKey::load(&key_path).unwrap()).await.unwrap();
        assert!(matches!(records.get("a").await, Err(SealError::RecordDamaged { .. })));
        assert!(records.get("b").await.unwrap().unwrap().plaintext.same_as(b"two"));
    }

    #[tokio::test]
    async fn the_wrong_root_key_is_refused_and_changes_nothing() {
        let bench = Bench::new().await;
        bench.put("a", "one").await;
        let before = bench.store.scan(b"", None, 10).await.unwrap();
        let error = Records::open(bench.store.clone(), &RootKey::generate()).await.err().unwrap();
        assert!(matches!(error, SealError::RootKeyDoesNotFit { .. }), "{error}");
        assert!(error.to_string().contains(&bench.root.fingerprint()), "{error}");
        assert_eq!(bench.store.scan(b"", None, 10).await.unwrap(), before);
    }

    #[tokio::test]
    async fn records_without_a_keyring_are_not_taken_for_a_new_store() {
        let bench = Bench::new().await;
        bench.put("a", "one").await;
        let mut batch = Batch::default();
        batch.delete(KEYRING);
        assert!(matches!(bench.store.commit(batch).await.unwrap(), Commit::Done(_)));
        let error = Records::open(bench.store.clone(), &bench.root).await.err().unwrap();
        assert!(matches!(error, SealError::KeyringMissing), "{error}");
    }

    #[tokio::test]
    async fn a_keyring_from_elsewhere_under_the_same_root_key_does_not_open_the_records() {
        let bench = Bench::new().await;
        bench.put("a", "one").await;
        bench.put_raw(KEYRING, Keyring::generate().wrap(&bench.root)).await;
        let records = Records::open(bench.store.clone(), &bench.root).await.unwrap();
        assert!(matches!(records.get("a").await, Err(SealError::RecordDamaged { .. })));
    }

    #[tokio::test]
    async fn two_servers_starting_on_one_empty_store_agree() {
        let (store, root) = (Arc::new(Memory::default()), RootKey::generate());
        assert!(is_empty(&*store).await.unwrap());
        let first = Records::make_keyring(&*store, &root).await.unwrap();
        let second = Records::make_keyring(&*store, &root).await.unwrap();
        assert!(second.open(b"aad", &first.seal(b"aad", b"text")).unwrap().same_as(b"text"));
        assert!(!is_empty(&*store).await.unwrap());
    }

    #[tokio::test]
    async fn scans_page_over_the_keyring_as_if_it_were_not_there() {
        let bench = Bench::new().await;
        let all = ["a", "b", "domain/k", "domain/keyring2", "e"];
        for key in all {
            bench.put(key, key).await;
        }
        for limit in 1..=7 {
            let mut seen: Vec<String> = Vec::new();
            loop {
                let page = bench.records.scan("", seen.last().map(String::as_str), limit).await.unwrap();
                assert!(page.iter().all(|record| record.plaintext.same_as(record.key.as_bytes())));
                let full = page.len() == limit as usize;
                seen.extend(page.into_iter().map(|record| record.key));
                if !full {
                    break;
                }
            }
            assert_eq!(seen, all, "in pages of {limit}");
        }
        assert_eq!(
            keys(&bench.records.scan("domain/", None, 10).await.unwrap()),
            ["domain/k", "domain/keyring2"]
        );
    }

    #[tokio::test]
    async fn nobody_reads_or_writes_the_keyring_as_a_record() {
        let bench = Bench::new().await;
        assert!(matches!(bench.records.get(KEYRING).await, Err(SealError::ReservedKey { .. })));
        let mut changes = Changes::default();
        changes.put("a", SecretBytes::copy_of(b"x")).delete(KEYRING);
        assert!(matches!(bench.records.commit(changes).await, Err(SealError::ReservedKey { .. })));
        assert_eq!(bench.text("a").await, None);
    }

    #[tokio::test]
    async fn tokens_open_for_their_purpose_only_and_never_as_records() {
        let bench = Bench::new().await;
        let token = bench.records.seal("import token", b"text");
        assert_eq!(token.len(), b"text".len() + 49);
        assert!(bench.records.open_sealed("import token", &token).unwrap().same_as(b"text"));
        assert!(bench.records.open_sealed("marker", &token).is_err());
        assert!(Bench::new().await.records.open_sealed("import token", &token).is_err());
        bench.put_raw("import token", token).await;
        assert!(bench.records.get("import token").await.is_err());
        bench.put("marker", "text").await;
        assert!(bench.records.open_sealed("marker", &bench.raw("marker").await).is_err());
    }

    #[tokio::test]
    async fn a_key_that_is_no_text_is_refused() {
        let bench = Bench::new().await;
        let mut batch = Batch::default();
        batch.put(&b"a\xff"[..], "x");
        assert!(matches!(bench.store.commit(batch).await.unwrap(), Commit::Done(_)));
        assert!(matches!(bench.records.scan("a", None, 10).await, Err(SealError::RecordDamaged { .. })));
    }
}
