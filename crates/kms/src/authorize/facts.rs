//! What policies may ask of a request: its condition keys (developer guide, "AWS KMS condition keys").
//!
//! Only the keys that one of the policies at hand depends on are looked up. Where they come from, in this order: what
//! is known of this very call, the caller and how it came here (`aws:…`, see [`policy::Caller::fact`]), the key that the
//! request is about, an attested recipient, and what the members of the request say ([`Operation::conditions`](crate::Operation::conditions)).
//! A key that is in none of them is absent from the request.

use std::borrow::Cow;

use api::{Error, MultiRegionKeyType};
use attestation::Platform;
use policy::{Context as Facts, Document};

use super::Sought;
use crate::arn::KeyId;
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

type Values<'f> = Vec<Cow<'f, str>>;

impl Context<'_> {
    /// The condition keys of a request about a key, as far as they matter. `conditions` are those of the request's members
    /// where they are not the same for all of its keys.
    pub(super) async fn facts<'f>(
        &'f self,
        policy: Option<&'f Document>,
        sought: &'f Sought,
        id: &KeyId,
        key: Option<&'f LiveKey>,
        conditions: Option<&'f Conditions<'f>>,
    ) -> Result<Facts<'f>, Error> {
        let wanted = |key: &str| self.documents(policy).any(|document| asks(document, key));
        let mut known: Vec<(&str, Values<'f>)> =
            vec![("kms:CallerAccount", vec![Cow::Borrowed(self.caller().account())])];
        if let Some(via) = &self.caller().via {
            known.push(("kms:ViaService", vec![Cow::Borrowed(&via.service)]));
        }
        if GRANT_OPERATIONS.contains(&self.spec().name) {
            let by_service = if self.caller().via.is_some() { "true" } else { "false" };
            known.push(("kms:GrantIsForAWSResource", vec![Cow::Borrowed(by_service)]));
        }
        if let Some(alias) = &sought.alias {
            known.push(("kms:RequestAlias", vec![Cow::Borrowed(alias)]));
        }
        // Strangers have them read whatever policies say: how much is read must not tell whether there is such a key.
        if wanted("kms:resourcealiases") || sought.place.account != self.caller().account() {
            let aliases = self.keys().aliases_of(&sought.place.account, &sought.place.region, id).await?;
            known.push(("kms:ResourceAliases", aliases.into_iter().map(Cow::Owned).collect()));
        }
        if let Some(key) = key
            && IDLE_OPERATIONS.contains(&self.spec().name)
            && wanted("kms:trailingdayswithoutkeyusage")
        {
            let days = self.idle_days(&key.record).await?;
            known.push(("kms:TrailingDaysWithoutKeyUsage", vec![Cow::Owned(days.to_string())]));
        }
        Ok(self.gather(policy, &known, key.map(|key| &key.record), conditions))
    }

    /// The condition keys of a request that is about no key, or about one that is being made.
    pub(super) fn facts_of_request<'f>(
        &'f self,
        known: &[(&'f str, &'f str)],
        new: Option<&'f KeyRecord>,
    ) -> Facts<'f> {
        let known: Vec<_> = known.iter().map(|(key, value)| (*key, vec![Cow::Borrowed(*value)])).collect();
        self.gather(None, &known, new, None)
    }

    fn gather<'f>(
        &'f self,
        policy: Option<&'f Document>,
        known: &[(&'f str, Values<'f>)],
        record: Option<&'f KeyRecord>,
        conditions: Option<&'f Conditions<'f>>,
    ) -> Facts<'f> {
        let mut keys: Vec<&'f str> =
            self.documents(policy).flat_map(Document::condition_keys).map(String::as_str).collect();
        // In the order in which facts keep them, so that each comes behind the others.
        keys.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        keys.dedup();
        let mut facts = Facts::complete();
        if keys.is_empty() {
            return facts;
        }
        let request = self.conditions();
        for key in keys {
            let of_call = || {
                let found = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
                found.map(|(_, values)| values.clone())
            };
            let of_recipient = || self.attested_value(key).map(|value| vec![Cow::Owned(value)]);
            let of_request = || {
                let own = conditions.and_then(|conditions| conditions.get(key));
                own.or_else(|| request.get(key)).map(<[_]>::to_vec)
            };
            let values = of_call()
                .or_else(|| self.caller().fact(key, self.now().seconds()))
                .or_else(|| of_key(record?, key))
                .or_else(of_recipient)
                .or_else(of_request);
            if let Some(values) = values {
                facts = facts.with_all(key, values);
            }
        }
        facts
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
pub(crate) fn of_key<'f>(record: &'f KeyRecord, key: &str) -> Option<Values<'f>> {
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
    Some(vec![Cow::Borrowed(value)])
}

/// The values of the tags that a condition key names. Tags may differ by case only, which condition keys do not see: then
/// it has several values, and no condition for a single value is true of it.
fn tags<'f>(record: &'f KeyRecord, key: &str) -> Option<Values<'f>> {
    let name = key.strip_prefix(RESOURCE_TAG)?;
    let fitting = record.tags.iter().filter(|tag| tag.tag_key.eq_ignore_ascii_case(name));
    Some(fitting.map(|tag| Cow::Borrowed(tag.tag_value.as_str())).collect())
}
