//! Shapes of the STS API. Bounds, patterns and names are those of its model (2011-06-15).

use api::SecretText;
use api::constraint::{Kind, Pattern};
use serde::{Deserialize, Serialize};

use super::macros::request;
use super::{kinds, patterns};
use crate::records::Tag;

/// Most managed policies that limit a session (the model's text of `PolicyArns`).
const MAX_POLICY_ARNS: usize = 10;

const SESSION_NAME: Kind = text(2, 64, NAME);
const EXTERNAL_ID: Kind = text(
    2,
    1224,
    Pattern {
        text: "[\\w+=,.@:\\/-]*",
        matches: |text| text.chars().all(|c| is_word(c) || "+=,.@:/-".contains(c)),
    },
);
const SERIAL_NUMBER: Kind = text(
    9,
    256,
    Pattern {
        text: "[\\w+=/:,.@-]*",
        matches: |text| text.chars().all(|c| is_word(c) || "+=/:,.@-".contains(c)),
    },
);
const TOKEN_CODE: Kind =
    text(6, 6, Pattern { text: "[\\d]*", matches: |text| text.bytes().all(|byte| byte.is_ascii_digit()) });
const ACCESS_KEY_ID: Kind =
    text(16, 128, Pattern { text: "[\\w]*", matches: |text| text.chars().all(is_word) });
/// The policy of a session of `AssumeRoleWithWebIdentity`. The model bounds that of `AssumeRole` by what a session
/// token holds only.
const SESSION_POLICY: Kind = text(1, 2048, patterns::DOCUMENT);
const POLICY_ARNS: Kind = Kind::List {
    min: 0,
    max: MAX_POLICY_ARNS,
    item: &Kind::Structure(&[kinds::optional("arn", kinds::ARN)]),
};
const ROLE_SECONDS: Kind = Kind::Integer { min: 900, max: 43_200 };
const SECONDS: Kind = Kind::Integer { min: 900, max: 129_600 };
const TOKEN_SIZE: Kind = Kind::Integer { min: 0, max: 4096 };
const PROVIDED_CONTEXTS: Kind = Kind::List {
    min: 1,
    max: 5,
    item: &Kind::Structure(&[
        kinds::optional("ProviderArn", kinds::ARN),
        kinds::optional("ContextAssertion", free(4, 2048)),
    ]),
};
const WEB_IDENTITY_TOKEN: Kind = Kind::Secret { min: 4, max: 20_000, pattern: None };
const PROVIDER_ID: Kind = free(4, 2048);

/// Names of sessions, and source identities.
const NAME: Pattern = Pattern { text: "[\\w+=,.@-]*", matches: is_name };

/// Whether a source identity is one, which a web identity brings unchecked.
pub(crate) fn is_source_identity(text: &str) -> bool {
    is_name(text) && (2..=64).contains(&text.len())
}

/// Whether this can be the key of a tag, and that its value; for tags that a web identity brings.
pub(crate) fn is_tag(key: &str, value: &str) -> bool {
    (1..=128).contains(&key.chars().count())
        && value.chars().count() <= 256
        && (patterns::TAG_KEY.matches)(key)
        && (patterns::TAG_VALUE.matches)(value)
}

fn is_name(text: &str) -> bool {
    text.chars().all(|c| is_word(c) || "+=,.@-".contains(c))
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

const fn text(min: usize, max: usize, pattern: Pattern) -> Kind {
    Kind::Text { min, max, pattern: Some(pattern) }
}

const fn free(min: usize, max: usize) -> Kind {
    Kind::Text { min, max, pattern: None }
}

request! {
    /// Tells who asks.
    GetCallerIdentity {}
    optional {}
}
request! {
    /// Tells whose an access key is.
    GetAccessKeyInfo { access_key_id: String = "AccessKeyId", ACCESS_KEY_ID; }
    optional {}
}
request! {
    /// Makes a session of the caller's own.
    GetSessionToken {}
    optional {
        duration_seconds: i64 = "DurationSeconds", SECONDS;
        serial_number: String = "SerialNumber", SERIAL_NUMBER;
        token_code: String = "TokenCode", TOKEN_CODE;
        minimum_session_token_size: usize = "MinimumSessionTokenSize", TOKEN_SIZE;
    }
}
request! {
    /// Makes a session of a role that trusts the caller.
    AssumeRole {
        role_arn: String = "RoleArn", kinds::ARN;
        role_session_name: String = "RoleSessionName", SESSION_NAME;
    }
    optional {
        policy_arns: Vec<PolicyDescriptor> = "PolicyArns", POLICY_ARNS;
        policy: String = "Policy", kinds::DOCUMENT;
        duration_seconds: i64 = "DurationSeconds", ROLE_SECONDS;
        tags: Vec<Tag> = "Tags", kinds::TAGS;
        transitive_tag_keys: Vec<String> = "TransitiveTagKeys", kinds::TAG_KEYS;
        external_id: String = "ExternalId", EXTERNAL_ID;
        serial_number: String = "SerialNumber", SERIAL_NUMBER;
        token_code: String = "TokenCode", TOKEN_CODE;
        source_identity: String = "SourceIdentity", SESSION_NAME;
        provided_contexts: Vec<serde_json::Value> = "ProvidedContexts", PROVIDED_CONTEXTS;
        minimum_session_token_size: usize = "MinimumSessionTokenSize", TOKEN_SIZE;
    }
}
request! {
    /// Makes a session of a role that trusts whoever an identity provider says the caller is.
    AssumeRoleWithWebIdentity {
        role_arn: String = "RoleArn", kinds::ARN;
        role_session_name: String = "RoleSessionName", SESSION_NAME;
        web_identity_token: SecretText = "WebIdentityToken", WEB_IDENTITY_TOKEN;
    }
    optional {
        provider_id: String = "ProviderId", PROVIDER_ID;
        policy_arns: Vec<PolicyDescriptor> = "PolicyArns", POLICY_ARNS;
        policy: String = "Policy", SESSION_POLICY;
        duration_seconds: i64 = "DurationSeconds", ROLE_SECONDS;
        minimum_session_token_size: usize = "MinimumSessionTokenSize", TOKEN_SIZE;
    }
}

/// A managed policy that limits a session.
#[derive(Deserialize)]
pub(crate) struct PolicyDescriptor {
    pub(crate) arn: Option<String>,
}

/// Who asks.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CallerIdentity {
    pub(crate) user_id: String,
    pub(crate) account: String,
    pub(crate) arn: String,
}

/// The credentials of a session.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Credentials {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: SecretText,
    pub(crate) session_token: SecretText,
    /// ISO 8601.
    pub(crate) expiration: String,
}

/// Who a session of a role is.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AssumedRoleUser {
    pub(crate) assumed_role_id: String,
    pub(crate) arn: String,
}

/// What `GetSessionToken` answers.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SessionToken {
    pub(crate) credentials: Credentials,
    /// Of a token's room, in percent.
    #[serde(rename = "SessionTokenUtilization")]
    pub(crate) utilization: usize,
    /// Of the token, in characters.
    #[serde(rename = "SessionTokenSize")]
    pub(crate) size: usize,
}

/// What `AssumeRole` answers.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AssumedRole {
    #[serde(flatten)]
    pub(crate) session: SessionToken,
    #[serde(rename = "AssumedRoleUser")]
    pub(crate) user: AssumedRoleUser,
    /// Of a token's room, in percent; only if policies or tags take some of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) packed_policy_size: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source_identity: Option<String>,
}

/// What `AssumeRoleWithWebIdentity` answers.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AssumedRoleWithWebIdentity {
    #[serde(flatten)]
    pub(crate) assumed: AssumedRole,
    pub(crate) subject_from_web_identity_token: String,
    pub(crate) provider: String,
    pub(crate) audience: String,
}
