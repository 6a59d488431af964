//! The client's side.

use http::{HeaderMap, Uri};

use crate::sign::{SignError, authorize, prepare};
use crate::signed_headers::SignedHeaders;
use crate::{SignedRequest, date};

use super::{ALGORITHM, canonical::canonical_request, signature};

/// Whose signature is made.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    /// The access key (AK).
    pub access_key_id: &'a str,
    /// Its secret (SK).
    pub secret: &'a [u8],
    /// The token of the session, if the access key is a temporary one.
    pub session_token: Option<&'a str>,
}

impl Signer<'_> {
    /// Signs a request in its headers at `now` (seconds since the epoch). Adds `host` if absent, `x-sdk-date`,
    /// `x-security-token` and `authorization`; everything else must be there already and not change afterwards. All
    /// headers are signed, but those whose names have a `_`.
    pub fn sign_headers(
        &self,
        method: &str,
        uri: &Uri,
        headers: &mut HeaderMap,
        body: &[u8],
        now: i64,
    ) -> Result<(), SignError> {
        let date = date::basic(now);
        prepare(uri, headers, ("x-sdk-date", &date), ("x-security-token", self.session_token))?;
        let signed = SignedHeaders::of(headers, |name| !name.contains('_'));
        let query = uri.query().unwrap_or_default();
        let request = SignedRequest { method, path: uri.path(), query, headers, authority: None, body };
        let canonical = canonical_request(&request, &signed)?;
        let authorization = format!(
            "{ALGORITHM} Access={}, SignedHeaders={}, Signature={}",
            self.access_key_id,
            signed.as_str(),
            hex::encode(signature(self.secret, &date, &canonical)),
        );
        authorize(headers, &authorization)
    }
}
