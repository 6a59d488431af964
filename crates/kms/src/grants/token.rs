//! Grant tokens.
//!
//! A token names a grant, sealed. Grants count from the moment they are made, so a token adds nothing to
//! a request; it is checked so that a client learns of a wrong one here and not elsewhere. For `RetireGrant` it is a
//! name of the grant. A token says nothing about whether its grant is still there.

use api::{Error, ErrorCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::record::GrantId;
use crate::arn::KeyId;
use crate::pipeline::{Context, KeyRef};

/// What tokens are sealed for.
const PURPOSE: &str = "grant token";

/// What a token says.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    account: String,
    region: String,
    key: KeyId,
    grant: GrantId,
}

impl Context<'_> {
    /// A token for a grant; another one each time.
    pub(crate) fn grant_token(&self, key: &KeyRef, grant: &GrantId) -> Result<String, Error> {
        let KeyRef { account, region, id: key } = key.clone();
        let content = Content { account, region, key, grant: grant.clone() };
        let content = serde_json::to_vec(&content).map_err(Error::internal)?;
        Ok(URL_SAFE_NO_PAD.encode(self.kms().records().seal(PURPOSE, &content)))
    }

    /// Reads a token: the grant that it names, and the key that it is on.
    ///
    /// # Errors
    /// `InvalidGrantTokenException` for what this server did not issue in this Region.
    pub(crate) fn open_grant_token(&self, token: &str) -> Result<(KeyRef, GrantId), Error> {
        let opened = URL_SAFE_NO_PAD.decode(token).ok();
        let opened = opened.and_then(|sealed| self.kms().records().open_sealed(PURPOSE, &sealed).ok());
        let content: Option<Content> = opened.and_then(|opened| serde_json::from_slice(opened.expose()).ok());
        let content = content.filter(|content| content.region == self.caller().region).ok_or_else(|| {
            let text = "The grant token is not valid: this service did not issue it in this Region.";
            Error::new(ErrorCode::InvalidGrantToken, text)
        })?;
        let Content { account, region, key: id, grant } = content;
        Ok((KeyRef { account, region, id }, grant))
    }

    /// Refuses tokens that this server did not issue.
    pub(crate) fn check_grant_tokens(&self, tokens: Option<&Vec<String>>) -> Result<(), Error> {
        tokens.into_iter().flatten().try_for_each(|token| self.open_grant_token(token).map(drop))
    }
}
