//! Keys and aliases in the store: under which names their records stand, and how they change.
//!
//! | record | name | value |
//! |---|---|---|
//! | key | `key/<account>/<region>/<key id>` | [`KeyRecord`] as JSON |
//! | material | `material/<account>/<region>/<key id>/<material id>` | its bytes |
//! | alias | `alias/<account>/<region>/<name>` | [`AliasRecord`] as JSON |
//! | aliases of a key | `alias-of/<account>/<region>/<key id>/<name>` | nothing |
//! | what to erase when | `due/<20 digits of milliseconds>/<account>/<region>/<key id>` | nothing |
//!
//! A change of a key expects the key's record as it was read, so changes of one key are one after the other, and
//! its materials, aliases and due date change in the same commit or not at all.

use std::sync::Arc;

use api::{Error, Timestamp};
use crypto::{Material, SecretBytes};
use seal::{Changes, Commit, Fetched, Record, Records};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::arn::{ALIAS_PREFIX, KeyId, Place};
use crate::cache::{Cache, LiveKey};
use crate::key::{KeyRecord, MaterialId, crypto_spec};
use crate::pipeline::Stop;

/// An alias.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AliasRecord {
    pub(crate) target: KeyId,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
}

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
}

impl Keys {
    pub(crate) fn new(records: Arc<Records>) -> Self {
        Self { records, cache: Cache::new() }
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
        let cached = self.cache.get(&path);
        let fetched = match &cached {
            Some(key) => self.records.get_unless(&path, key.revision).await,
            None => {
                self.records.get(&path).await.map(|found| found.map_or(Fetched::Absent, Fetched::Changed))
            }
        };
        match (fetched.map_err(Error::internal)?, cached) {
            (Fetched::Unchanged, Some(key)) => Ok(Some(key)),
            (Fetched::Changed(record), _) => {
                let key = Arc::new(LiveKey::new(read(&record)?, record.revision));
                self.cache.put(&path, &key);
                Ok(Some(key))
            }
            (Fetched::Absent | Fetched::Unchanged, _) => {
                self.cache.forget(&path);
                Ok(None)
            }
        }
    }

    /// A material of a key, ready for use. A conflict if it went away after the key was read.
    pub(crate) async fn material(&self, key: &LiveKey, id: &MaterialId) -> Result<Arc<Material>, Stop> {
        if let Some(parsed) = key.parsed(id) {
            return Ok(parsed);
        }
        let record = &key.record;
        let path = material_path(&record.account, &record.region, &record.id, id);
        let found = self.records.get(&path).await.map_err(Error::internal)?.ok_or(Stop::Conflict)?;
        let spec =
            crypto_spec(record.spec).ok_or_else(|| Error::internal("a key of a spec that is not offered"))?;
        let material = Material::from_bytes(spec, &found.plaintext).map_err(Error::internal)?;
        if MaterialId::of(&self.records, &record.id, &material) != *id {
            return Err(Error::internal(format!("the material stored as {id} is another")).into());
        }
        let material = Arc::new(material);
        key.keep(id.clone(), &material);
        Ok(material)
    }

    /// The changes that put `record` in the place of `before`: its due date too, and the erasure of every material
    /// that was stored and no longer is, so that no operation can forget one.
    pub(crate) fn replace(before: Option<&LiveKey>, record: &KeyRecord) -> Result<Changes, Error> {
        let path = key_path(&record.account, &record.region, &record.id);
        let mut changes = Changes::default();
        match before {
            None => changes.expect_absent(&path),
            Some(key) => changes.expect(&path, key.revision),
        };
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

    /// The changes that take a key away, with everything that hangs on it. An alias that has been pointed elsewhere
    /// since is not the key's any more.
    pub(crate) async fn remove(&self, key: &LiveKey) -> Result<Changes, Error> {
        let record = &key.record;
        let mut changes = Changes::default();
        let path = key_path(&record.account, &record.region, &record.id);
        changes.expect(&path, key.revision).delete(&path);
        for material in &record.materials {
            changes.delete(&material_path(&record.account, &record.region, &record.id, &material.id));
        }
        for name in self.aliases_of(&record.account, &record.region, &record.id).await? {
            changes.delete(&alias_of_path(&record.account, &record.region, &record.id, &name));
            let path = alias_path(&record.account, &record.region, &name);
            if let Some(alias) = self.alias_at(&path).await?.filter(|alias| alias.record.target == record.id)
            {
                changes.expect(&path, alias.revision).delete(&path);
            }
        }
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

    /// Commits; afterwards the key is read anew, and its old materials are out of memory.
    pub(crate) async fn commit(&self, record: &KeyRecord, changes: Changes) -> Result<(), Stop> {
        let committed = self.records.commit(changes).await.map_err(Error::internal)?;
        self.cache.forget(&key_path(&record.account, &record.region, &record.id));
        match committed {
            Commit::Done(_) => Ok(()),
            Commit::Conflict => Err(Stop::Conflict),
        }
    }

    /// Commits what concerns no key's record.
    pub(crate) async fn commit_apart(&self, changes: Changes) -> Result<(), Stop> {
        match self.records.commit(changes).await.map_err(Error::internal)? {
            Commit::Done(_) => Ok(()),
            Commit::Conflict => Err(Stop::Conflict),
        }
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

    /// An alias; `name` with its `alias/`.
    pub(crate) async fn alias(&self, place: &Place, name: &str) -> Result<Option<LiveAlias>, Error> {
        self.alias_at(&alias_path(&place.account, &place.region, name)).await
    }

    async fn alias_at(&self, path: &str) -> Result<Option<LiveAlias>, Error> {
        let found = self.records.get(path).await.map_err(Error::internal)?;
        found.map(|record| Ok(LiveAlias { record: read(&record)?, revision: record.revision })).transpose()
    }

    /// A page of the aliases of a place, by name, after `after`; and whether there are more. Names have their `alias/`.
    pub(crate) async fn list_aliases(
        &self,
        place: &Place,
        after: Option<&str>,
        limit: u32,
    ) -> Result<(Vec<(String, AliasRecord)>, bool), Error> {
        let prefix = format!("alias/{}/{}/", place.account, place.region);
        let after = after.map(|name| format!("{prefix}{}", bare(name)));
        let (found, more) = self.scan_page(&prefix, after, limit).await?;
        let aliases = found.iter().map(|record| Ok((last_of(record, &prefix)?, read(record)?)));
        Ok((aliases.collect::<Result<_, Error>>()?, more))
    }

    /// Up to `limit` records after `after`, and whether another follows them.
    async fn scan_page(
        &self,
        prefix: &str,
        after: Option<String>,
        limit: u32,
    ) -> Result<(Vec<Record>, bool), Error> {
        let found = self.records.scan(prefix, after.as_deref(), limit).await.map_err(Error::internal)?;
        let full = u32::try_from(found.len()).is_ok_and(|found| found == limit);
        let next = match found.last().filter(|_| full) {
            Some(last) => self.records.scan(prefix, Some(&last.key), 1).await.map_err(Error::internal)?,
            None => Vec::new(),
        };
        Ok((found, !next.is_empty()))
    }

    /// The names of a key's aliases, each with its `alias/`. The API keeps them few.
    pub(crate) async fn aliases_of(
        &self,
        account: &str,
        region: &str,
        id: &KeyId,
    ) -> Result<Vec<String>, Error> {
        let prefix = format!("alias-of/{account}/{region}/{id}/");
        let found = self.records.scan(&prefix, None, MOST_ALIASES).await.map_err(Error::internal)?;
        found.iter().map(|record| last_of(record, &prefix)).collect()
    }

    /// Puts a new alias among the changes.
    pub(crate) fn create_alias(
        changes: &mut Changes,
        place: &Place,
        name: &str,
        alias: &AliasRecord,
    ) -> Result<(), Error> {
        let path = alias_path(&place.account, &place.region, name);
        changes.expect_absent(&path).put(&path, write(alias)?);
        let of = alias_of_path(&place.account, &place.region, &alias.target, name);
        changes.put(&of, SecretBytes::new(Vec::new()));
        Ok(())
    }

    /// Puts an alias's way to another key among the changes.
    pub(crate) fn move_alias(
        changes: &mut Changes,
        place: &Place,
        name: &str,
        before: &LiveAlias,
        alias: &AliasRecord,
    ) -> Result<(), Error> {
        let path = alias_path(&place.account, &place.region, name);
        changes.expect(&path, before.revision).put(&path, write(alias)?);
        changes.delete(&alias_of_path(&place.account, &place.region, &before.record.target, name));
        let of = alias_of_path(&place.account, &place.region, &alias.target, name);
        changes.put(&of, SecretBytes::new(Vec::new()));
        Ok(())
    }

    /// The changes that delete an alias.
    pub(crate) fn delete_alias(place: &Place, name: &str, before: &LiveAlias) -> Changes {
        let mut changes = Changes::default();
        let path = alias_path(&place.account, &place.region, name);
        changes.expect(&path, before.revision).delete(&path);
        changes.delete(&alias_of_path(&place.account, &place.region, &before.record.target, name));
        changes
    }

    /// What is due at `now` or was before, in the order of time, after `after`: at most `limit`.
    pub(crate) async fn due(
        &self,
        now: Timestamp,
        after: Option<&Due>,
        limit: u32,
    ) -> Result<Vec<Due>, Error> {
        let after = after.map(|due| due.path.as_str());
        let found = self.records.scan(DUE_PREFIX, after, limit).await.map_err(Error::internal)?;
        let mut due = Vec::with_capacity(found.len());
        for record in &found {
            let entry =
                parse_due(&record.key).ok_or_else(|| Error::internal("a due entry cannot be read"))?;
            if entry.at > now {
                break;
            }
            due.push(entry);
        }
        Ok(due)
    }
}

/// An alias as one commit left it.
pub(crate) struct LiveAlias {
    pub(crate) record: AliasRecord,
    revision: seal::Revision,
}

const DUE_PREFIX: &str = "due/";
/// How many key records are open at once while they are listed.
const CHUNK: u32 = 32;
/// More aliases than the API lets a key have.
const MOST_ALIASES: u32 = 1000;

fn key_path(account: &str, region: &str, id: &KeyId) -> String {
    format!("key/{account}/{region}/{id}")
}

fn material_path(account: &str, region: &str, id: &KeyId, material: &MaterialId) -> String {
    format!("material/{account}/{region}/{id}/{material}")
}

fn alias_path(account: &str, region: &str, name: &str) -> String {
    format!("alias/{account}/{region}/{}", bare(name))
}

fn alias_of_path(account: &str, region: &str, id: &KeyId, name: &str) -> String {
    format!("alias-of/{account}/{region}/{id}/{}", bare(name))
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

/// An alias name without its `alias/`.
fn bare(name: &str) -> &str {
    name.strip_prefix(ALIAS_PREFIX).unwrap_or(name)
}

fn last_of(record: &Record, prefix: &str) -> Result<String, Error> {
    let name = record.key.strip_prefix(prefix).ok_or_else(|| Error::internal("a scan left its prefix"))?;
    Ok(format!("{ALIAS_PREFIX}{name}"))
}

fn read<T: DeserializeOwned>(record: &Record) -> Result<T, Error> {
    serde_json::from_slice(record.plaintext.expose()).map_err(Error::internal)
}

fn write<T: Serialize>(value: &T) -> Result<SecretBytes, Error> {
    serde_json::to_vec(value).map(SecretBytes::new).map_err(Error::internal)
}
