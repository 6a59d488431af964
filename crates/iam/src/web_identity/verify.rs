//! Whether a token was made by the issuer that it names, and is in force.

use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::{crypto, decode_header};

use super::claims::{Claims, WebIdentity};
use super::error::TokenError;
use super::issuers::{Issuers, MAX_ISSUER_URL};

/// Longest token that is looked at, in characters (AWS: STS, `clientTokenType`).
pub const MAX_TOKEN: usize = 20_000;
/// How far the clock of an issuer may be ahead, in seconds: tokens that are younger than that are taken.
pub const LEEWAY: i64 = 300;

/// Checks a token (RFC 7519, signed as in RFC 7515 with compact serialization) at `now`, in seconds since the epoch.
/// Whether the audience is one that is served is left to the caller.
pub fn verify(issuers: &Issuers, token: &str, now: i64) -> Result<WebIdentity, TokenError> {
    if token.len() > MAX_TOKEN {
        return Err(TokenError::TooLong { characters: token.chars().count() });
    }
    let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
    if header.crit.is_some() || header.zip.is_some() || header.enc.is_some() {
        return Err(TokenError::Critical);
    }
    // Nothing is known yet of who wrote this: it only says whose key is to be tried.
    let claims: Claims = insecure_decode_claims(token).map_err(|_| TokenError::Malformed)?;
    let named = claims.text("iss")?.ok_or(TokenError::MissingClaim { claim: "iss" })?;
    let issuer = issuers.get(named).ok_or_else(|| TokenError::UnknownIssuer { issuer: shown(named) })?;
    let Some(keys) = issuer.keys() else {
        issuer.want();
        return Err(TokenError::NoKeys { issuer: issuer.url().to_owned() });
    };
    let Some(key) = keys.find(header.kid.as_deref(), header.alg) else {
        issuer.want();
        return Err(TokenError::NoSuchKey);
    };
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
    match crypto::verify(signature, signed.as_bytes(), key, header.alg) {
        Ok(true) => WebIdentity::read(issuer, claims, now),
        Ok(false) => Err(TokenError::Signature),
        Err(_) => Err(TokenError::Malformed),
    }
}

/// The name of an issuer nobody knows, as an error may repeat it.
fn shown(issuer: &str) -> String {
    issuer.chars().filter(char::is_ascii_graphic).take(MAX_ISSUER_URL).collect()
}
