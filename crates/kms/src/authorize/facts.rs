//! What policies may ask of a request: its condition keys (developer guide, "AWS KMS condition keys").
//!
//! Only the keys are looked up on which a decision turns out to depend. Where they come from, in this order: what is known
//! of this very call, the caller and how it came here (`aws:…`, see [`policy::Caller::told`]), the key that the request is
//! about, an attested recipient, and what the members of the request say ([`Operation::conditions`](crate::Operation::conditions)).
//! A key that is in none of them is absent from the request.

use std::borrow::Cow;
use std::cell::OnceCell;

use api::{Error, MultiRegionKeyType};
use attestation::Platform;
use policy::{ConditionKeys, Document, Told};

use super::Sought;
use crate::cache::LiveKey;
use crate::conditions::Conditions;
use crate::key::KeyRecord;
use crate::pipeline::{Context, KeyRef};

/// Beginning of the condition keys for the tags of a key, in lower case.
const RESOURCE_TAG: &str = "aws:resourcetag/";
/// Beginning of the condition keys for what an attestation document says, in lower case.
const ATTESTATION: &str = "kms:recipientattestation:";
const MILLIS_A_DAY: i64 = 24 * 60 * 60 * 1000;
/// Operations that an integrated service may ask for on someone's behalf (`kms:GrantIsForAWSResource`).
const GRANT_OPERATIONS: [&str; 3] = ["CreateGrant", "ListGrants", "RevokeGrant"];
/// Operations that a policy may make depend on how long a key was not used.
const IDLE_OPERATIONS: [&str; 2] = ["DisableKey", "ScheduleKeyDeletion"];

/// The condition keys of a request.
pub(super) struct Facts<'f> {
    cx: &'f Context<'f>,
    region: &'f str,
    /// The key that it is about, or that is being made.
    record: Option<&'f KeyRecord>,
    of_call: Option<OfCall<'f>>,
    /// Those of the request's members, once one of them is asked for.
    of_request: OnceCell<Conditions<'f>>,
}

/// What is known of a request that is about a key.
#[derive(Default)]
struct OfCall<'f> {
    alias: Option<&'f str>,
    /// Looked up beforehand where a policy may ask for it, as are the days.
    aliases: Option<Vec<Cow<'f, str>>>,
    idle_days: Option<i64>,
    /// Those of the request's members, where they are not the same for all of its keys.
    conditions: Option<&'f Conditions<'f>>,
}

impl ConditionKeys for Facts<'_> {
    fn told(&self, key: &str) -> Told<'_> {
        self.of_call(key)
            .or_else(|| self.cx.caller().told(key, self.cx.now().seconds()))
            .or_else(|| of_key(self.record?, key))
            .or_else(|| self.cx.attested_value(key).map(|value| Told::One(value.into())))
            .or_else(|| self.of_members(key))
            .unwrap_or(Told::Absent)
    }
}

impl Facts<'_> {
    fn of_call(&self, key: &str) -> Option<Told<'_>> {
        match key {
            "kms:calleraccount" => return Some(Told::One(self.cx.caller().account().into())),
            "aws:requestedregion" => return Some(Told::One(self.region.into())),
            _ => {}
        }
        let (call, via) = (self.of_call.as_ref()?, &self.cx.caller().via);
        match key {
            "kms:viaservice" => via.as_ref().map(|via| Told::One((&via.service).into())),
            "kms:grantisforawsresource" if GRANT_OPERATIONS.contains(&self.cx.spec().name) => {
                Some(Told::One(if via.is_some() { "true" } else { "false" }.into()))
            }
            "kms:requestalias" => call.alias.map(|alias| Told::One(alias.into())),
            "kms:resourcealiases" => call.aliases.as_ref().map(|aliases| Told::Values(aliases)),
            "kms:trailingdayswithoutkeyusage" => {
                call.idle_days.map(|days| Told::One(days.to_string().into()))
            }
            _ => None,
        }
    }

    fn of_members(&self, key: &str) -> Option<Told<'_>> {
        let own = self.of_call.as_ref().and_then(|call| call.conditions?.get(key));
        let values = own.or_else(|| self.of_request.get_or_init(|| self.cx.conditions()).get(key));
        values.map(Told::Values)
    }
}

impl Context<'_> {
    /// The condition keys of a request about a key. `conditions` are those of the request's members where they are not the
    /// same for all of its keys.
    pub(super) async fn facts<'f>(
        &'f self,
        policy: Option<&'f Document>,
        sought: &'f Sought,
        key: Option<&'f LiveKey>,
        conditions: Option<&'f Conditions<'f>>,
    ) -> Result<Facts<'f>, Error> {
        let wanted = |key: &str| self.documents(policy).any(|document| asks(document, key));
        let mut call = OfCall { alias: sought.alias.as_deref(), conditions, ..OfCall::default() };
        // Strangers have them read whatever policies say: how much is read must not tell whether there is such a key.
        if wanted("kms:resourcealiases") || sought.place.account != self.caller().account() {
            let aliases =
                self.keys().aliases_of(&sought.place.account, &sought.place.region, &sought.id).await?;
            call.aliases = Some(aliases.into_iter().map(Cow::Owned).collect());
        }
        if let Some(key) = key
            && IDLE_OPERATIONS.contains(&self.spec().name)
            && wanted("kms:trailingdayswithoutkeyusage")
        {
            call.idle_days = Some(self.idle_days(&key.record).await?);
        }
        let record = key.map(|key| &key.record);
        let region = &self.caller().region;
        Ok(Facts { cx: self, region, record, of_call: Some(call), of_request: OnceCell::new() })
    }

    /// The condition keys of a request that is about no key in this Region, or about one that is being made there.
    pub(super) fn facts_of_request<'f>(&'f self, region: &'f str, new: Option<&'f KeyRecord>) -> Facts<'f> {
        Facts { cx: self, region, record: new, of_call: None, of_request: OnceCell::new() }
    }

    /// All documents that may decide.
    fn documents<'f>(&'f self, policy: Option<&'f Document>) -> impl Iterator<Item = &'f Document> {
        let principal = &self.caller().principal;
        let own = principal.policies.iter().chain(&principal.boundary).chain(&principal.session_policies);
        policy.into_iter().chain(own.map(AsRef::as_ref))
    }

    /// What the attestation document of the recipient says, in hexadecimal digits.
    fn attested_value(&self, key: &str) -> Option<String> {
        let name = key.strip_prefix(ATTESTATION)?;
        let document = self.attested().get()?;
        let register = match document.platform {
            Platform::Enclave => match name {
                "imagesha384" => 0,
                _ => name.strip_prefix("pcr")?.parse().ok()?,
            },
            Platform::NitroTpm => name.strip_prefix("nitrotpmpcr")?.parse().ok()?,
        };
        document.pcrs.get(&register).map(hex::encode)
    }

    /// For how many whole days a key was not used, as far as anyone can know.
    async fn idle_days(&self, record: &KeyRecord) -> Result<i64, Error> {
        let (usage, records) = (self.kms().usage(), self.kms().records());
        let last = usage.last(records, &KeyRef::of(record)).await?.map(|used| used.at);
        let since = match last.filter(|at| *at >= record.created) {
            Some(at) => at,
            None => usage.beginning(records).await?.max(record.created),
        };
        Ok((self.now().millis() - since.millis()).max(0) / MILLIS_A_DAY)
    }
}

fn asks(document: &Document, key: &str) -> bool {
    document.condition_keys().binary_search_by(|known| known.as_str().cmp(key)).is_ok()
}

/// What a key tells of itself; a condition key, in lower case, that is none of it has no values here.
pub(crate) fn of_key<'f>(record: &'f KeyRecord, key: &str) -> Option<Told<'f>> {
    let value = match key {
        "kms:keyorigin" => record.origin.as_str(),
        "kms:keyspec" | "kms:customermasterkeyspec" => record.spec.as_str(),
        "kms:keyusage" | "kms:customermasterkeyusage" => record.usage.as_str(),
        "kms:multiregion" if record.multi_region.is_some() => "true",
        "kms:multiregion" => "false",
        "kms:multiregionkeytype" if record.is_replica() => MultiRegionKeyType::Replica.as_str(),
        "kms:multiregionkeytype" if record.multi_region.is_some() => MultiRegionKeyType::Primary.as_str(),
        _ => return tags(record, key),
    };
    Some(Told::One(value.into()))
}

/// The values of the tags that a condition key names. Tags may differ by case only, which condition keys do not see: then
/// it has several values, and no condition for a single value is true of it.
fn tags<'f>(record: &'f KeyRecord, key: &str) -> Option<Told<'f>> {
    let name = key.strip_prefix(RESOURCE_TAG)?;
    let fitting = record.tags.iter().filter(|tag| tag.tag_key.eq_ignore_ascii_case(name));
    Some(Told::all(fitting.map(|tag| tag.tag_value.as_str().into())))
}
