//! Grants, on a key or for who may retire them.

use std::collections::BTreeSet;

use api::{Error, Request, Spec, Timestamp};
use serde::{Deserialize, Serialize};

use super::Grantee;
use crate::arn::Place;
use crate::grants::{GrantRecord, parse_retirable};
use crate::marker::page;
use crate::pipeline::{Context, KeyRef, Stop};
use crate::{GrantedOperation, Operation};

/// How many names of grants are read at once.
const SCAN: usize = 256;
/// The most grants of one name that are counted as those that the caller may retire; more are not shown.
const MOST_RETIRABLE: usize = 50_000;

/// Lists grants.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListGrants {
    /// The key that they are on: key id or key ARN.
    pub key_id: String,
    /// `next_marker` of the page before.
    pub marker: Option<String>,
    /// The most that are shown: 1 to 1000.
    pub limit: u32,
}

/// Lists the grants that the caller may retire because they name it as who may.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListRetirableGrants {
    /// `next_marker` of the page before.
    pub marker: Option<String>,
    /// The most that are shown: 1 to 1000.
    pub limit: u32,
}

/// A page of grants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrantList {
    /// The page.
    pub grants: Vec<Grant>,
    /// Where the next page begins, if there is one.
    pub next_marker: Option<String>,
    /// How many there are, on this page or not.
    pub total: u64,
}

/// A grant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    /// The id of the key that it is on.
    pub key_id: String,
    /// Its id.
    pub grant_id: String,
    /// Its name; empty if it has none.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// Who it is for.
    pub grantee: Grantee,
    /// Who may retire it.
    pub retiring: Option<Grantee>,
    /// The account of whoever made it: its 12 digits.
    pub issuing_account: String,
    /// What it allows.
    pub operations: Vec<GrantedOperation>,
}

impl Request for ListGrants {
    type Response = GrantList;
    const SPEC: Spec = <api::ListGrants as Request>::SPEC;
}

impl Request for ListRetirableGrants {
    type Response = GrantList;
    const SPEC: Spec = <api::ListRetirableGrants as Request>::SPEC;
}

impl Operation for ListGrants {
    async fn run(&self, cx: &Context<'_>) -> Result<GrantList, Stop> {
        let permit = cx.permit(&self.key_id).await?;
        let key = &KeyRef::of(permit.record());
        let after = cx.after(permit.arn(), self.marker.as_deref())?;
        let limit = usize::try_from(self.limit).map_err(Error::internal)?;
        let (found, truncated) = cx.keys().list_grants(key, None, after.as_deref(), limit).await?;
        let next_marker = found.last().filter(|_| truncated).map(|(name, _)| cx.marker(permit.arn(), name));
        let total = u64::try_from(cx.keys().count_grants(key).await?.number()).unwrap_or(u64::MAX);
        let grants = found.into_iter().map(|(_, grant)| Grant::of(key, grant));
        Ok(GrantList { grants: grants.collect(), next_marker, total })
    }
}

impl Operation for ListRetirableGrants {
    async fn run(&self, cx: &Context<'_>) -> Result<GrantList, Stop> {
        let place = cx.permit_account()?.place;
        let names = all_retirable(cx, &place).await?;
        let total = u64::try_from(names.len()).unwrap_or(u64::MAX);
        let after = cx.after("", self.marker.as_deref())?;
        let limit = usize::try_from(self.limit).map_err(Error::internal)?;
        let rest = names.into_iter().filter(|name| after.as_ref().is_none_or(|after| name > after));
        let (page, truncated) = page(rest.collect(), limit);
        let next_marker = page.last().filter(|_| truncated).map(|name| cx.marker("", name));
        let mut grants = Vec::with_capacity(page.len());
        for name in &page {
            let (key, id) = parse_retirable(&place.region, name)
                .ok_or_else(|| Error::internal("a grant's name that is none"))?;
            let place = Place { account: key.account.clone(), ..place.clone() };
            if cx.keys().is_alive(&place, &key.id, cx.now()).await?
                && let Some(grant) = cx.keys().grant(&key, &id).await?
            {
                grants.push(Grant::of(&key, grant.record));
            }
        }
        Ok(GrantList { grants, next_marker, total })
    }
}

/// What leads to the grants that the caller may retire, by any of its names, in order.
async fn all_retirable(cx: &Context<'_>, place: &Place) -> Result<BTreeSet<String>, Error> {
    let mut names = BTreeSet::new();
    for (_, party) in cx.parties() {
        let mut after: Option<String> = None;
        loop {
            let (found, more) =
                cx.keys().list_retirable(&place.region, &party, after.as_deref(), SCAN).await?;
            after = found.last().cloned().filter(|_| more && names.len() < MOST_RETIRABLE);
            names.extend(found);
            if after.is_none() {
                break;
            }
        }
    }
    Ok(names)
}

impl Grant {
    fn of(key: &KeyRef, grant: GrantRecord) -> Self {
        Self {
            key_id: key.id.to_string(),
            grant_id: grant.id.as_str().to_owned(),
            name: grant.name.unwrap_or_default(),
            created: grant.created,
            grantee: Grantee::of(&grant.grantee),
            retiring: grant.retiring.as_ref().map(Grantee::of),
            issuing_account: grant.issuing_account,
            operations: grant.operations,
        }
    }
}
