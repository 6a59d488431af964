//! What a token says of whoever presents it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;

use super::error::TokenError;
use super::issuers::Issuer;
use super::verify::LEEWAY;

/// Most characters of a subject (AWS: STS, `webIdentitySubjectType`; OpenID Connect Core 1.0, section 2).
const MAX_SUBJECT: usize = 255;
/// The claims in which AWS lets identity providers pass session tags and a source identity (IAM, "Passing session
/// tags using AssumeRoleWithWebIdentity" and "Monitor and control actions taken with assumed roles").
const TAGS: &str = "https://aws.amazon.com/tags";
const FLAT_TAGS: &str = "https://aws.amazon.com/tags/principal_tags/";
const FLAT_TRANSITIVE: &str = "https://aws.amazon.com/tags/transitive_tag_keys";
const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";
/// Claims, in lower case, that are no facts about a person or a job: when, from whom, which the provider's name says
/// already, and for whom, which has its own rule.
const NO_FACTS: [&str; 6] = ["aud", "exp", "iat", "iss", "nbf", "oaud"];

/// Who somebody is, as their identity provider has signed it.
#[derive(Debug)]
pub struct WebIdentity {
    issuer: String,
    provider: String,
    subject: String,
    audiences: Vec<String>,
    claims: Claims,
}

impl WebIdentity {
    /// Reads claims whose signature is that of `issuer`, at `now`.
    pub(super) fn read(issuer: &Issuer, claims: Claims, now: i64) -> Result<Self, TokenError> {
        check_times(&claims, now)?;
        let subject = claims.text("sub")?.ok_or(TokenError::MissingClaim { claim: "sub" })?;
        if !(1..=MAX_SUBJECT).contains(&subject.chars().count()) {
            return Err(TokenError::Claim { claim: "sub", wanted: "a string of 1 to 255 characters" });
        }
        let audience = claims.0.get("aud").ok_or(TokenError::MissingClaim { claim: "aud" })?;
        let audiences = strings(audience).filter(|audiences| !audiences.is_empty());
        Ok(Self {
            issuer: issuer.url().to_owned(),
            provider: issuer.provider().to_owned(),
            subject: subject.to_owned(),
            audiences: audiences
                .ok_or(TokenError::Claim { claim: "aud", wanted: "a string or a list of strings" })?,
            claims,
        })
    }

    /// The URL of the issuer: `iss`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// That without its scheme: what ARNs of OpenID Connect providers end with, and condition keys begin with.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// Whom the issuer says this is: `sub`.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// For whom the token was made: `aud`, one or more. Whoever accepts the token must be among them.
    pub fn audiences(&self) -> &[String] {
        &self.audiences
    }

    /// The condition keys for the trust policies of roles: `<provider>:<claim>` for every claim that is a text, a
    /// number, a truth value or a list of these. `aud` is those of the audiences that are `trusted`, mostly one, so
    /// that it can be compared without a set operator; `oaud` is all of them.
    ///
    /// AWS has few of them and `aud` the value of `azp` where there is one. Here a claim is called what the token
    /// calls it: all that the issuer has signed can be asked for, and an audience is always one.
    /// Left out are claims that are structures, times, and claims with a colon in their names.
    pub fn condition_keys(&self, trusted: &[String]) -> Vec<(String, Vec<String>)> {
        let is_fact = |name: &str| !NO_FACTS.contains(&name) && !name.contains(':');
        let facts = self.claims.0.iter().filter(|(name, _)| is_fact(&name.to_ascii_lowercase()));
        let facts = facts.filter_map(|(name, value)| Some((name.as_str(), values(value)?)));
        let all = facts.chain([("aud", trusted.to_vec()), ("oaud", self.audiences.clone())]);
        all.map(|(name, values)| (format!("{}:{name}", self.provider), values)).collect()
    }

    /// The source identity that the issuer sets, if it does.
    pub fn source_identity(&self) -> Result<Option<&str>, TokenError> {
        let wrong = TokenError::Claim { claim: SOURCE_IDENTITY, wanted: "a string" };
        self.claims.0.get(SOURCE_IDENTITY).map(|value| value.as_str().ok_or(wrong)).transpose()
    }

    /// The session tags that the issuer passes, nested or flat. Transitive ones are refused.
    pub fn session_tags(&self) -> Result<Vec<(String, String)>, TokenError> {
        let wrong = TokenError::Claim {
            claim: TAGS,
            wanted: "a structure with principal_tags of one string each, and no transitive_tag_keys",
        };
        self.read_tags().ok_or(wrong)
    }

    fn read_tags(&self) -> Option<Vec<(String, String)>> {
        if self.claims.0.keys().any(|name| name.starts_with(FLAT_TRANSITIVE)) {
            return None;
        }
        let flat =
            self.claims.0.iter().filter_map(|(name, value)| Some((name.strip_prefix(FLAT_TAGS)?, value)));
        let mut tags: Vec<_> = flat.map(tag).collect::<Option<_>>()?;
        if let Some(nested) = self.claims.0.get(TAGS) {
            for (name, value) in nested.as_object()? {
                match (name.as_str(), value) {
                    ("principal_tags", Value::Object(pairs)) => {
                        for (key, value) in pairs {
                            tags.push(tag((key, value))?);
                        }
                    }
                    ("transitive_tag_keys", Value::Array(keys)) if keys.is_empty() => {}
                    _ => return None,
                }
            }
        }
        Some(tags)
    }
}

fn tag((key, value): (&str, &Value)) -> Option<(String, String)> {
    match strings(value)?.as_slice() {
        [value] => Some((key.to_owned(), value.clone())),
        _ => None,
    }
}

/// The claims of a token. None is there twice, also not in other letter case, for condition keys have none.
#[derive(Debug)]
pub(super) struct Claims(BTreeMap<String, Value>);

impl Claims {
    /// A claim that is a text if it is there.
    pub(super) fn text(&self, claim: &'static str) -> Result<Option<&str>, TokenError> {
        let wrong = TokenError::Claim { claim, wanted: "a string" };
        self.0.get(claim).map(|value| value.as_str().ok_or(wrong)).transpose()
    }

    /// A claim that is a whole number of seconds since the epoch if it is there.
    fn time(&self, claim: &'static str) -> Result<Option<i64>, TokenError> {
        let wrong = TokenError::Claim { claim, wanted: "a whole number of seconds since 1970" };
        let read = |value: &Value| value.as_i64().filter(|seconds| *seconds >= 0);
        self.0.get(claim).map(|value| read(value).ok_or(wrong)).transpose()
    }
}

impl<'de> Deserialize<'de> for Claims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Claims;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Claims, A::Error> {
                let mut claims = BTreeMap::new();
                let mut names = BTreeSet::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if !names.insert(name.to_ascii_lowercase()) {
                        return Err(A::Error::custom("a claim is there twice"));
                    }
                    claims.insert(name, value);
                }
                Ok(Claims(claims))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// That the token is in force: a clock that is behind may have made it, but none keeps it alive once it is over.
fn check_times(claims: &Claims, now: i64) -> Result<(), TokenError> {
    let expired_at = claims.time("exp")?.ok_or(TokenError::MissingClaim { claim: "exp" })?;
    if now >= expired_at {
        return Err(TokenError::Expired { now, expired_at });
    }
    for claim in ["nbf", "iat"] {
        if let Some(from) = claims.time(claim)?
            && from > now.saturating_add(LEEWAY)
        {
            return Err(TokenError::NotYet { claim, from, now });
        }
    }
    Ok(())
}

/// A text, or a list of texts.
fn strings(value: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        one => Some(vec![text(one)?]),
    }
}

/// What a condition can compare. An empty list is as good as absent.
fn values(value: &Value) -> Option<Vec<String>> {
    let one = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    match value {
        Value::Array(items) => items.iter().map(one).collect(),
        value => Some(vec![one(value)?]),
    }
}
