//! Keys in the store: under which names their records stand, and how they change. Aliases are in `aliases.rs`.
//!
//! | record | name | value |
//! |---|---|---|
//! | key | `key/<account>/<region>/<key id>` | [`KeyRecord`] as JSON |
//! | material | `material/<account>/<region>/<key id>/<material id>` | its bytes |
//! | what to do when | `due/<20 digits of milliseconds>/<account>/<region>/<key id>` | nothing |
//! | whose a key is | `owner/<region>/<key id>` | the account |
//!
//! A change of a key expects the key's record as it was read, so changes of one key are one after the other, and
//! its materials and due date change in the same commit or not at all.

use std::sync::Arc;

use api::{Error, Timestamp};
use crypto::{Material, SecretBytes};
use seal::{Changes, Commit, Fetched, Record, Records, Stamp, Stamped};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::arn::{KeyId, Place};
use crate::cache::{Cache, LiveKey, Policies};
use crate::grants::Remembered;
use crate::key::{KeyRecord, MaterialId, crypto_spec};
use crate::pipeline::Stop;

/// What the sweeper finds in the due index.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Due {
    path: String,
    pub(crate) at: Timestamp,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) id: KeyId,
}

pub(crate) struct Keys {
    records: Arc<Records>,
    cache: Cache,
    grants: Remembered,
}

impl Keys {
    pub(crate) fn new(records: Arc<Records>) -> Self {
        Self { records, cache: Cache::new(), grants: Remembered::new() }
    }

    /// Key policies, compiled and as requests give them.
    pub(crate) fn policies(&self) -> &Policies {
        self.cache.policies()
    }

    /// What is remembered of grants.
    pub(crate) fn remembered(&self) -> &Remembered {
        &self.grants
    }

    pub(crate) fn records(&self) -> &Records {
        &self.records
    }

    /// A key as the store has it now.
    pub(crate) async fn load(
        &self,
        account: &str,
        region: &str,
        id: &KeyId,
    ) -> Result<Option<Arc<LiveKey>>, Error> {
        let path = key_path(account, region, id);
        match self.cache.get(&path) {
            Some(key) if key.current.is(self.records.stamp(&path)) => Ok(Some(key)),
            _ => self.fetch(&path).await,
        }
    }

    /// The same, and the store is asked for whatever is known: what it takes does not tell whether there is such a key.
    pub(crate) async fn load_from_store(
        &self,
        account: &str,
        region: &str,
        id: &KeyId,
    ) -> Result<Option<Arc<LiveKey>>, Error> {
        self.fetch(&key_path(account, region, id)).await
    }

    async fn fetch(&self, path: &str) -> Result<Option<Arc<LiveKey>>, Error> {
        // The stamp comes before the reading.
        let (cached, stamp) = (self.cache.get(path), self.records.stamp(path));
        let fetched = match &cached {
            Some(key) => self.records.get_unless(path, key.revision).await,
            None => self.records.get(path).await.map(|found| found.map_or(Fetched::Absent, Fetched::Changed)),
        };
        match (fetched.map_err(Error::internal)?, cached) {
            (Fetched::Unchanged, Some(key)) => {
                key.current.set(stamp);
                Ok(Some(key))
            }
            (Fetched::Changed(record), _) => self.live(&record, stamp).map(Some),
            (Fetched::Absent | Fetched::Unchanged, _) => {
                self.cache.forget(path);
                Ok(None)
            }
        }
    }

    /// The account of a key that is named by its id alone, as ciphertexts do.
    pub(crate) async fn owner(&self, region: &str, id: &KeyId) -> Result<Option<String>, Error> {
        let found = self.records.get(&owner_path(region, id)).await.map_err(Error::internal)?;
        let account = found.map(|record| String::from_utf8(record.plaintext.expose().to_vec()));
        account.transpose().map_err(Error::internal)
    }

    /// Whether a key is there: past its waiting period it is gone, swept or not.
    pub(crate) async fn is_alive(&self, place: &Place, id: &KeyId, now: Timestamp) -> Result<bool, Error> {
        let key = self.load(&place.account, &place.region, id).await?;
        Ok(key.is_some_and(|key| key.record.state(now).is_some()))
    }

    /// A material of a key, ready for use. A conflict if it went away after the key was read.
    pub(crate) async fn material(&self, key: &LiveKey, id: &MaterialId) -> Result<Arc<Material>, Stop> {
        if let Some(parsed) = key.parsed(id) {
            return Ok(parsed);
        }
        let record = &key.record;
        let path = material_path(&record.account, &record.region, &record.id, id);
        let Some(found) = self.records.get(&path).await.map_err(Error::internal)? else {
            let now = self.load(&record.account, &record.region, &record.id).await?;
            return Err(match now {
                Some(now) if now.revision == key.revision => {
                    Error::internal(format!("the material {id}, which its key has, is gone")).into()
                }
                _ => Stop::Conflict,
            });
        };
        let spec =
            crypto_spec(record.spec).ok_or_else(|| Error::internal("a key of a spec that is not offered"))?;
        let material = Material::from_bytes(spec, &found.plaintext).map_err(Error::internal)?;
        if MaterialId::of(&self.records, &record.id, &material) != *id {
            return Err(Error::internal(format!("the material stored as {id} is another")).into());
        }
        let material = Arc::new(material);
        key.keep(id, &material);
        Ok(material)
    }

    /// The changes that put `record` in the place of `before`: its due date too, and the erasure of every material
    /// that was stored and no longer is, so that no operation can forget one.
    pub(crate) fn replace(before: Option<&LiveKey>, record: &KeyRecord) -> Result<Changes, Error> {
        let path = key_path(&record.account, &record.region, &record.id);
        let mut changes = Changes::default();
        match before {
            None => {
                changes.expect_absent(&path);
                Self::put_owner(&mut changes, record);
            }
            Some(key) => _ = changes.expect(&path, key.revision),
        }
        changes.put(&path, write(record)?);
        let (old, new) = (before.and_then(|key| key.record.due()), record.due());
        if old != new {
            if let Some(old) = old {
                changes.delete(&due_path(old, record));
            }
            if let Some(new) = new {
                changes.put(&due_path(new, record), SecretBytes::new(Vec::new()));
            }
        }
        let were_stored = before.into_iter().flat_map(|key| &key.record.materials).filter(|old| old.stored);
        for old in were_stored {
            if !record.material(&old.id).is_some_and(|new| new.stored) {
                changes.delete(&material_path(&record.account, &record.region, &record.id, &old.id));
            }
        }
        Ok(changes)
    }

    /// The expectation that a key is as it was read.
    pub(crate) fn expect(key: &LiveKey) -> Changes {
        let mut changes = Changes::default();
        changes.expect(&key_path(&key.record.account, &key.record.region, &key.record.id), key.revision);
        changes
    }

    /// The changes that take a key away, with everything that hangs on it. An alias that has been pointed elsewhere
    /// since is not the key's any more.
    pub(crate) async fn remove(&self, key: &LiveKey) -> Result<Changes, Error> {
        let record = &key.record;
        self.remove_grants(key).await?;
        let mut changes = Changes::default();
        let path = key_path(&record.account, &record.region, &record.id);
        changes.expect(&path, key.revision).delete(&path);
        changes.delete(&owner_path(&record.region, &record.id));
        changes.append(self.forget_replica(record).await?);
        for material in &record.materials {
            changes.delete(&material_path(&record.account, &record.region, &record.id, &material.id));
        }
        self.remove_aliases(record, &mut changes).await?;
        if let Some(due) = record.due() {
            changes.delete(&due_path(due, record));
        }
        Ok(changes)
    }

    /// The change that takes a due entry away whose key is no more.
    pub(crate) fn forget_due(due: &Due) -> Changes {
        let mut changes = Changes::default();
        changes.delete(&due.path);
        changes
    }

    /// Commits; afterwards the key is read anew, and the cache lets go of its old materials.
    pub(crate) async fn commit(&self, record: &KeyRecord, changes: Changes) -> Result<(), Stop> {
        self.commit_all(std::slice::from_ref(record), changes).await
    }

    /// The same for a change of several keys.
    pub(crate) async fn commit_all(&self, records: &[KeyRecord], changes: Changes) -> Result<(), Stop> {
        let committed = self.commit_apart(changes).await;
        for record in records {
            self.cache.forget(&key_path(&record.account, &record.region, &record.id));
        }
        committed
    }

    /// Commits what concerns no key's record.
    pub(crate) async fn commit_apart(&self, changes: Changes) -> Result<(), Stop> {
        match self.records.commit(changes).await.map_err(Error::internal)? {
            Commit::Done(_) => Ok(()),
            Commit::Conflict => Err(Stop::Conflict),
        }
    }

    /// Puts among the changes whose the key is.
    pub(crate) fn put_owner(changes: &mut Changes, record: &KeyRecord) {
        let account = SecretBytes::copy_of(record.account.as_bytes());
        changes.put(&owner_path(&record.region, &record.id), account);
    }

    /// Puts a material's bytes among the changes.
    pub(crate) fn put_material(
        changes: &mut Changes,
        record: &KeyRecord,
        id: &MaterialId,
        material: &Material,
    ) {
        let path = material_path(&record.account, &record.region, &record.id, id);
        changes.put(&path, material.to_bytes());
    }

    /// A page of the keys of a place that are there at `now`, by id, after `after`; and the id the next page comes
    /// after, if there are more.
    pub(crate) async fn list(
        &self,
        place: &Place,
        after: Option<&str>,
        limit: usize,
        now: Timestamp,
    ) -> Result<(Vec<KeyId>, Option<KeyId>), Error> {
        let prefix = format!("key/{}/{}/", place.account, place.region);
        let mut after = after.map(|id| format!("{prefix}{id}"));
        let mut listed = Vec::new();
        // Records are opened a few at a time: each may hold a policy and a description of many kilobytes.
        loop {
            let found = self.records.scan(&prefix, after.as_deref(), CHUNK).await.map_err(Error::internal)?;
            for record in &found {
                let key: KeyRecord = read(record)?;
                if key.state(now).is_some() {
                    if listed.len() == limit {
                        let last = listed.last().cloned();
                        return Ok((listed, last));
                    }
                    listed.push(key.id);
                }
            }
            after = found.last().map(|record| record.key.clone());
            if found.len() < CHUNK as usize {
                return Ok((listed, None));
            }
        }
    }

    /// Some of the keys of a place that are there at `now`, by id, after the record `after`; and the record that the next
    /// come after, if there may be more.
    pub(crate) async fn some(
        &self,
        place: &Place,
        after: Option<&str>,
        now: Timestamp,
    ) -> Result<(Vec<Arc<LiveKey>>, Option<String>), Error> {
        let prefix = format!("key/{}/{}/", place.account, place.region);
        let found = self.records.scan(&prefix, after, CHUNK).await.map_err(Error::internal)?;
        let full = found.len() == CHUNK as usize;
        let last = found.last().filter(|_| full).map(|record| record.key.clone());
        let keys = found.iter().map(|record| self.live(record, None)).collect::<Result<Vec<_>, Error>>()?;
        Ok((keys.into_iter().filter(|key| key.record.state(now).is_some()).collect(), last))
    }

    /// The key of a record that was read after `stamp` was taken: the cached one, if it is the same.
    fn live(&self, record: &Record, stamp: Option<Stamp>) -> Result<Arc<LiveKey>, Error> {
        if let Some(key) = self.cache.get(&record.key).filter(|key| key.revision == record.revision) {
            return Ok(key);
        }
        Ok(self.cache.put(&record.key, read(record)?, record.revision, Stamped::at(stamp)))
    }

    /// What is due at `now` or was before, in the order of time, after the entry named `after`, of at most `limit`
    /// entries; and the name of the last that was looked at, if there may be more.
    pub(crate) async fn due(
        &self,
        now: Timestamp,
        after: Option<&str>,
        limit: u32,
    ) -> Result<(Vec<Due>, Option<String>), Error> {
        let found = self.records.scan_names(DUE_PREFIX, after, limit).await.map_err(Error::internal)?;
        let mut due = Vec::with_capacity(found.len());
        for name in &found {
            match parse_due(name) {
                Some(entry) if entry.at > now => return Ok((due, None)),
                Some(entry) => due.push(entry),
                None => tracing::error!(name, "a due entry cannot be read"),
            }
        }
        Ok((due, found.into_iter().next_back()))
    }
}

const DUE_PREFIX: &str = "due/";
/// How many key records are open at once while they are listed.
const CHUNK: u32 = 32;

fn key_path(account: &str, region: &str, id: &KeyId) -> String {
    format!("key/{account}/{region}/{id}")
}

fn owner_path(region: &str, id: &KeyId) -> String {
    format!("owner/{region}/{id}")
}

fn material_path(account: &str, region: &str, id: &KeyId, material: &MaterialId) -> String {
    format!("material/{account}/{region}/{id}/{material}")
}

fn due_path(at: Timestamp, record: &KeyRecord) -> String {
    format!("{DUE_PREFIX}{:020}/{}/{}/{}", at.millis().max(0), record.account, record.region, record.id)
}

fn parse_due(path: &str) -> Option<Due> {
    let mut parts = path.strip_prefix(DUE_PREFIX)?.split('/');
    Some(Due {
        path: path.to_owned(),
        at: Timestamp::from_millis(parts.next()?.parse().ok()?),
        account: parts.next()?.to_owned(),
        region: parts.next()?.to_owned(),
        id: KeyId::parse(parts.next()?)?,
    })
}

pub(crate) fn read<T: DeserializeOwned>(record: &Record) -> Result<T, Error> {
    serde_json::from_slice(record.plaintext.expose()).map_err(Error::internal)
}

pub(crate) fn write<T: Serialize>(value: &T) -> Result<SecretBytes, Error> {
    serde_json::to_vec(value).map(SecretBytes::new).map_err(Error::internal)
}
