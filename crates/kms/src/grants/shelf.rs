//! Grants in the store: under which names their records stand, and how they come and go.
//!
//! | record | name | value |
//! |---|---|---|
//! | grant | `grant/<account>/<region>/<key id>/<grant id>` | [`GrantRecord`] as JSON |
//! | grants of a grantee | `grantee/<account>/<region>/<key id>/<grantee>/<terms>/<values>/<grant id>` | [`Terms`] as JSON |
//! | grants of who may retire them | `retirable/<region>/<retiring>/<account>/<key id>/<grant id>` | nothing |
//! | how many a key has | `grants/<account>/<region>/<key id>` | the number |
//!
//! Who, terms and values are keyed hashes: names lie open in the store, and who may do what is nobody's business.
//! All of a grant changes in one commit that expects the number as it was read, so that it is exact: two who
//! count at the same time cannot both find room. So its stamp tells of every change.

use api::Error;
use crypto::SecretBytes;
use seal::{Changes, Commit, Record, Records, Revision};

use super::record::{GrantId, GrantRecord, Party};
use super::terms::{Pairs, Terms};
use crate::arn::KeyId;
use crate::cache::LiveKey;
use crate::key::KeyRecord;
use crate::keys::{Keys, read, write};
use crate::pipeline::KeyRef;

/// How many grants one commit removes with their key: each takes three changes at the most, the key one expectation,
/// and a batch has room for 1,024.
const ROUND: u32 = 256;

/// The number of a key's grants, as one commit left it.
pub(crate) struct Count {
    number: usize,
    revision: Option<Revision>,
}

impl Count {
    pub(crate) fn number(&self) -> usize {
        self.number
    }
}

/// A grant as one commit left it.
pub(crate) struct LiveGrant {
    pub(crate) record: GrantRecord,
    revision: Revision,
}

impl Keys {
    pub(crate) async fn grant(&self, key: &KeyRef, id: &GrantId) -> Result<Option<LiveGrant>, Error> {
        self.grant_at(&format!("{}{id}", prefix("grant", key))).await
    }

    async fn grant_at(&self, path: &str) -> Result<Option<LiveGrant>, Error> {
        let found = self.records().get(path).await.map_err(Error::internal)?;
        found.map(|record| Ok(LiveGrant { record: read(&record)?, revision: record.revision })).transpose()
    }

    pub(crate) async fn count_grants(&self, key: &KeyRef) -> Result<Count, Error> {
        let found = self.records().get(&count_path(key)).await.map_err(Error::internal)?;
        Ok(match found {
            Some(record) => Count { number: read(&record)?, revision: Some(record.revision) },
            None => Count { number: 0, revision: None },
        })
    }

    /// The changes that make a grant that was not there. Whose the key is they say once more: without it the grantee does
    /// not find the key by a ciphertext, and keys are older than that record.
    pub(crate) fn add_grant(
        &self,
        record: &KeyRecord,
        count: &Count,
        grant: &GrantRecord,
    ) -> Result<Changes, Error> {
        let key = &KeyRef::of(record);
        let mut changes = recount(key, count, count.number + 1)?;
        Self::put_owner(&mut changes, record);
        let path = format!("{}{}", prefix("grant", key), grant.id);
        changes.expect_absent(&path).put(&path, write(grant)?);
        let (path, terms) = grantee_path(self.records(), key, grant)?;
        changes.put(&path, write(&terms)?);
        if let Some(path) = retirable_path(self.records(), key, grant) {
            changes.put(&path, SecretBytes::new(Vec::new()));
        }
        Ok(changes)
    }

    /// The changes that end a grant.
    pub(crate) fn end_grant(&self, key: &KeyRef, count: &Count, grant: &LiveGrant) -> Result<Changes, Error> {
        let mut changes = recount(key, count, count.number.saturating_sub(1))?;
        let path = format!("{}{}", prefix("grant", key), grant.record.id);
        changes.expect(&path, grant.revision).delete(&path);
        changes.delete(&grantee_path(self.records(), key, &grant.record)?.0);
        if let Some(path) = retirable_path(self.records(), key, &grant.record) {
            changes.delete(&path);
        }
        Ok(changes)
    }

    /// A page of the grants on a key, after `after`: all, or those of one grantee. Each with what the next page
    /// comes after; and whether there are more.
    pub(crate) async fn list_grants(
        &self,
        key: &KeyRef,
        grantee: Option<&Party>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<(String, GrantRecord)>, bool), Error> {
        let prefix = match grantee {
            None => prefix("grant", key),
            Some(party) => of_grantee(self.records(), key, party),
        };
        let (found, more) = self.page_of(&prefix, after, limit).await?;
        let mut grants = Vec::with_capacity(found.len());
        for record in &found {
            let name = record.key.strip_prefix(&prefix).unwrap_or_default().to_owned();
            let grant = if grantee.is_none() {
                Some(read(record)?)
            } else {
                let id = name.rsplit('/').next().and_then(GrantId::parse);
                let id = id.ok_or_else(|| Error::internal("a grant's name without its id"))?;
                self.grant(key, &id).await?.map(|grant| grant.record)
            };
            grants.extend(grant.map(|grant| (name, grant)));
        }
        Ok((grants, more))
    }

    /// A page of the grants in a Region that `retiring` may retire, after `after`: the account, key and id of each
    /// as one text, which [`parse_retirable`] takes apart; and whether there are more.
    pub(crate) async fn list_retirable(
        &self,
        region: &str,
        retiring: &Party,
        after: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<String>, bool), Error> {
        let prefix = format!("retirable/{region}/{}/", who(self.records(), retiring));
        let (found, more) = self.page_of(&prefix, after, limit).await?;
        let names =
            found.iter().map(|record| record.key.strip_prefix(&prefix).unwrap_or_default().to_owned());
        Ok((names.collect(), more))
    }

    async fn page_of(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<Record>, bool), Error> {
        let after = after.map(|after| format!("{prefix}{after}"));
        let one_more = u32::try_from(limit + 1).map_err(Error::internal)?;
        let found = self.records().scan(prefix, after.as_deref(), one_more).await.map_err(Error::internal)?;
        Ok(crate::marker::page(found, limit))
    }

    /// Removes all grants on a key that is about to be removed, some at a time, so that their number does not
    /// matter. It stops where the key is no longer as it was read: it is not about to be removed any more.
    ///
    /// A grant that cannot be read goes too; only where it stands for who may retire it, a name stays behind that
    /// leads nowhere.
    pub(crate) async fn remove_grants(&self, live: &LiveKey) -> Result<(), Error> {
        let key = &KeyRef::of(&live.record);
        let count = count_path(key);
        // Every grant came with a number, which goes last: where there is none, there are no grants.
        if matches!(self.records().get(&count).await, Ok(None)) {
            return Ok(());
        }
        for prefix in [prefix("grant", key), prefix("grantee", key)] {
            loop {
                let names = self.records().scan_names(&prefix, None, ROUND).await.map_err(Error::internal)?;
                if names.is_empty() {
                    break;
                }
                let mut changes = Self::expect(live);
                // As with every change of a key's grants, its stamp tells whoever remembers them.
                changes.put(&count, write(&0)?);
                for name in &names {
                    changes.delete(name);
                    self.remove_what_hangs_on(name, key, &mut changes).await?;
                }
                if !self.happened(changes).await? {
                    return Ok(());
                }
            }
        }
        let mut changes = Self::expect(live);
        changes.delete(&count);
        self.happened(changes).await.map(drop)
    }

    /// Whatever else there is of the grant whose record has this name, if it is one.
    async fn remove_what_hangs_on(
        &self,
        name: &str,
        key: &KeyRef,
        changes: &mut Changes,
    ) -> Result<(), Error> {
        if !name.starts_with("grant/") {
            return Ok(());
        }
        match self.grant_at(name).await {
            Ok(Some(LiveGrant { record: grant, .. })) => {
                changes.delete(&grantee_path(self.records(), key, &grant)?.0);
                if let Some(path) = retirable_path(self.records(), key, &grant) {
                    changes.delete(&path);
                }
            }
            Ok(None) => {}
            Err(error) => tracing::error!(name, cause = error.cause(), "a grant cannot be read"),
        }
        Ok(())
    }

    async fn happened(&self, changes: Changes) -> Result<bool, Error> {
        let committed = self.records().commit(changes).await.map_err(Error::internal)?;
        Ok(matches!(committed, Commit::Done(_)))
    }
}

/// The grant of a name that [`Keys::list_retirable`] gave for this Region, and the key that it is on.
pub(crate) fn parse_retirable(region: &str, name: &str) -> Option<(KeyRef, GrantId)> {
    let mut parts = name.split('/');
    let (account, id) = (parts.next()?.to_owned(), KeyId::parse(parts.next()?)?);
    Some((KeyRef { account, region: region.to_owned(), id }, GrantId::parse(parts.next()?)?))
}

fn recount(key: &KeyRef, count: &Count, number: usize) -> Result<Changes, Error> {
    let path = count_path(key);
    let mut changes = Changes::default();
    match count.revision {
        Some(revision) => changes.expect(&path, revision),
        None => changes.expect_absent(&path),
    };
    changes.put(&path, write(&number)?);
    Ok(changes)
}

fn prefix(kind: &str, key: &KeyRef) -> String {
    format!("{kind}/{}/{}/{}/", key.account, key.region, key.id)
}

pub(super) fn count_path(key: &KeyRef) -> String {
    format!("grants/{}/{}/{}", key.account, key.region, key.id)
}

fn retirable_path(records: &Records, key: &KeyRef, grant: &GrantRecord) -> Option<String> {
    let retiring = who(records, grant.retiring.as_ref()?);
    Some(format!("retirable/{}/{retiring}/{}/{}/{}", key.region, key.account, key.id, grant.id))
}

fn grantee_path(records: &Records, key: &KeyRef, grant: &GrantRecord) -> Result<(String, Terms), Error> {
    let (terms, values) = Terms::of(&grant.operations, grant.constraints.as_ref());
    let of_terms = of_terms(records, &of_grantee(records, key, &grant.grantee), &terms)?;
    let of_values = of_values(&of_terms, &hash_of_values(records, &values));
    Ok((format!("{of_values}{}", grant.id), terms))
}

/// What the names of all that one grantee was granted on a key begin with.
pub(super) fn of_grantee(records: &Records, key: &KeyRef, grantee: &Party) -> String {
    format!("{}{}/", prefix("grantee", key), who(records, grantee))
}

/// … on these terms …
pub(super) fn of_terms(records: &Records, of_grantee: &str, terms: &Terms) -> Result<String, Error> {
    let terms = serde_json::to_vec(terms).map_err(Error::internal)?;
    Ok(format!("{of_grantee}{}/", hash(records, "grant terms", [terms.as_slice()])))
}

/// … which is read off the name of one of them; `of_grantee` is what it begins with …
pub(super) fn terms_of<'a>(of_grantee: &str, name: &'a str) -> Result<&'a str, Error> {
    let rest = name.strip_prefix(of_grantee).and_then(|rest| rest.split_once('/'));
    let of_terms = rest.and_then(|(terms, _)| name.get(..of_grantee.len() + terms.len() + 1));
    of_terms.ok_or_else(|| Error::internal("a grant's name without its terms"))
}

/// … with the values of this hash.
pub(super) fn of_values(of_terms: &str, hash_of_values: &str) -> String {
    format!("{of_terms}{hash_of_values}/")
}

pub(super) fn hash_of_values(records: &Records, values: &Pairs) -> String {
    hash(records, "grant values", values.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]))
}

fn who(records: &Records, party: &Party) -> String {
    match party {
        Party::Principal(arn) => hash(records, "grant principal", [arn.as_bytes()]),
        Party::Identity { arn, id } => hash(records, "grant identity", [arn.as_bytes(), id.as_bytes()]),
        Party::Service(name) => hash(records, "grant service", [name.as_bytes()]),
    }
}

fn hash<'a>(records: &Records, of: &'a str, parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let parts: Vec<_> = std::iter::once(of.as_bytes()).chain(parts).collect();
    hex::encode(records.identity(&parts))
}
