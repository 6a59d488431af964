//! Aliases in the store.
//!
//! | record | name | value |
//! |---|---|---|
//! | alias | `alias/<account>/<region>/<name>` | [`AliasRecord`] as JSON |
//! | aliases of a key | `alias-of/<account>/<region>/<key id>/<name>` | nothing |
//!
//! Both change in the same commit. Whoever gives a key one more alias writes the key's record anew with it, so that
//! two who count at the same time cannot both find room.

use std::collections::HashMap;

use api::{Error, Timestamp};
use crypto::SecretBytes;
use seal::{Changes, Record, Revision};
use serde::{Deserialize, Serialize};

use crate::arn::{ALIAS_PREFIX, KeyId, LONGEST_ALIAS, Place};
use crate::key::KeyRecord;
use crate::keys::{Keys, read, write};

/// More aliases than the API lets a key have.
const MOST_ALIASES: u32 = 1000;
/// How many aliases are read at once where all are.
const PAGE: u32 = 256;

/// An alias.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AliasRecord {
    pub(crate) target: KeyId,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
}

/// An alias as one commit left it.
pub(crate) struct LiveAlias {
    pub(crate) record: AliasRecord,
    revision: Revision,
}

impl Keys {
    /// An alias; `name` with its `alias/`.
    pub(crate) async fn alias(&self, place: &Place, name: &str) -> Result<Option<LiveAlias>, Error> {
        // No alias is longer, and the store has no place for such a name.
        if name.len() > LONGEST_ALIAS {
            return Ok(None);
        }
        self.alias_at(&alias_path(&place.account, &place.region, name)).await
    }

    async fn alias_at(&self, path: &str) -> Result<Option<LiveAlias>, Error> {
        let found = self.records().get(path).await.map_err(Error::internal)?;
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
        let found = self.records().scan(prefix, after.as_deref(), limit).await.map_err(Error::internal)?;
        let full = u32::try_from(found.len()).is_ok_and(|found| found == limit);
        let next = match found.last().filter(|_| full) {
            Some(last) => self.records().scan(prefix, Some(&last.key), 1).await.map_err(Error::internal)?,
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
        let found = self.records().scan(&prefix, None, MOST_ALIASES).await.map_err(Error::internal)?;
        found.iter().map(|record| last_of(record, &prefix)).collect()
    }

    /// The alias that has stood longest for a key, with its name.
    pub(crate) async fn main_alias(&self, record: &KeyRecord) -> Result<Option<(String, LiveAlias)>, Error> {
        let mut main: Option<(String, LiveAlias)> = None;
        for name in self.aliases_of(&record.account, &record.region, &record.id).await? {
            let path = alias_path(&record.account, &record.region, &name);
            let found = self.alias_at(&path).await?;
            if let Some(alias) = found.filter(|alias| alias.record.target == record.id)
                && main.as_ref().is_none_or(|(_, main)| alias.record.updated < main.record.updated)
            {
                main = Some((name, alias));
            }
        }
        Ok(main)
    }

    /// The main aliases of all keys of a place, without their `alias/`.
    pub(crate) async fn main_aliases(&self, place: &Place) -> Result<HashMap<KeyId, String>, Error> {
        let mut main: HashMap<KeyId, (String, Timestamp)> = HashMap::new();
        let mut after: Option<String> = None;
        loop {
            // By name, so that of two that have stood as long the first stays.
            let (page, more) = self.list_aliases(place, after.as_deref(), PAGE).await?;
            for (name, AliasRecord { target, updated, .. }) in &page {
                if main.get(target).is_none_or(|(_, first)| updated < first) {
                    main.insert(target.clone(), (bare(name).to_owned(), *updated));
                }
            }
            after = page.last().map(|(name, _)| name.clone()).filter(|_| more);
            if after.is_none() {
                return Ok(main.into_iter().map(|(key, (name, _))| (key, name)).collect());
            }
        }
    }

    /// Puts a new alias among the changes, in the place of what is left of one.
    pub(crate) fn put_alias(
        changes: &mut Changes,
        place: &Place,
        name: &str,
        left: Option<&LiveAlias>,
        alias: &AliasRecord,
    ) -> Result<(), Error> {
        match left {
            None => Self::create_alias(changes, place, name, alias),
            Some(left) => Self::move_alias(changes, place, name, left, alias),
        }
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

    /// Puts the removal of a key's aliases among the changes. One that has been pointed elsewhere since is not the
    /// key's any more.
    pub(crate) async fn remove_aliases(
        &self,
        record: &KeyRecord,
        changes: &mut Changes,
    ) -> Result<(), Error> {
        let prefix = format!("alias-of/{}/{}/{}/", record.account, record.region, record.id);
        let found = self.records().scan_names(&prefix, None, MOST_ALIASES).await.map_err(Error::internal)?;
        for of in &found {
            changes.delete(of);
            let name = of.strip_prefix(&prefix).unwrap_or_default();
            let path = alias_path(&record.account, &record.region, name);
            match self.alias_at(&path).await {
                Ok(Some(alias)) if alias.record.target == record.id => {
                    changes.expect(&path, alias.revision).delete(&path);
                }
                Ok(_) => {}
                // The key's material does not outlive it for that.
                Err(error) => tracing::error!(name, cause = error.cause(), "an alias cannot be read"),
            }
        }
        Ok(())
    }
}

fn alias_path(account: &str, region: &str, name: &str) -> String {
    format!("alias/{account}/{region}/{}", bare(name))
}

fn alias_of_path(account: &str, region: &str, id: &KeyId, name: &str) -> String {
    format!("alias-of/{account}/{region}/{id}/{}", bare(name))
}

/// An alias name without its `alias/`.
pub(crate) fn bare(name: &str) -> &str {
    name.strip_prefix(ALIAS_PREFIX).unwrap_or(name)
}

fn last_of(record: &Record, prefix: &str) -> Result<String, Error> {
    let name = record.key.strip_prefix(prefix).ok_or_else(|| Error::internal("a scan left its prefix"))?;
    Ok(format!("{ALIAS_PREFIX}{name}"))
}
