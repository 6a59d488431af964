//! What is particular to `AWS4-HMAC-SHA256`: its key, the text it signs, and the checks of a signature against them.

use crate::{
    Placement, Presented, Secret, SignatureError, SignedRequest,
    canonical::{canonical_request, hex_of},
    coverage,
    presented::SIGNATURE,
    scope::{Parts, Scope},
    secret::derive,
};

pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
pub(crate) const TERMINATOR: &str = "aws4_request";

/// How far, in seconds, the clocks of client and server may differ. AWS allows 15 minutes; clocks are better kept
/// now, and a shorter time leaves less room for repeating a recorded request.
const MAX_SKEW: i64 = 5 * 60;
/// Longest region name, in characters. The longest of AWS has fewer than 20.
const MAX_REGION: usize = 64;

impl Presented {
    /// Whether the credential is scoped to `service`, to some region, and to the day of the signature. Whether the
    /// region is the right one is for the caller to say, who knows its own.
    pub fn check_scope(&self, service: &str) -> Result<(), SignatureError> {
        let Parts { date, region, service: scoped, terminator } = self.scope.parts();
        let plausible = (1..=MAX_REGION).contains(&region.len())
            && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !plausible {
            return Err(SignatureError::ScopeRegion);
        }
        if scoped != service {
            return Err(SignatureError::ScopeService { service: service.to_owned() });
        }
        if terminator != TERMINATOR {
            return Err(SignatureError::ScopeTerminator);
        }
        match self.date.split_once('T') {
            Some((day, _)) if day == date => Ok(()),
            _ => Err(SignatureError::ScopeDate),
        }
    }

    /// Whether the signature is valid at `now`, in seconds since the epoch. In headers: if made within five minutes
    /// before or after. Presigned: from five minutes before it was made until its lifetime is over.
    pub fn check_time(&self, now: i64) -> Result<(), SignatureError> {
        let signed_at = self.signed_at;
        let (earliest, latest) = (now.saturating_sub(MAX_SKEW), now.saturating_add(MAX_SKEW));
        if signed_at > latest {
            return Err(SignatureError::NotYetCurrent { signed_at, latest, now });
        }
        match self.expires.map(|seconds| signed_at.saturating_add(i64::from(seconds))) {
            Some(expired_at) if expired_at < now => Err(SignatureError::PresignedExpired { expired_at, now }),
            None if signed_at < earliest => Err(SignatureError::Expired { signed_at, earliest, now }),
            _ => Ok(()),
        }
    }

    /// Whether `secret` signed `request`, and enough of it. `request` must be the one this was parsed from, `secret`
    /// that of [`access_key_id`](Self::access_key_id). Signatures are compared in constant time.
    ///
    /// In headers the scheme covers the access key id by its secret alone, so no two access keys may share one.
    pub fn check_signature(&self, request: &SignedRequest<'_>, secret: &[u8]) -> Result<(), SignatureError> {
        let canonical = self.canonical(request)?;
        self.compare(sign(&*derive(secret, &self.scope), &self.date, &self.scope, &canonical))
    }

    /// The same with a secret that keeps what was derived from it, so that it need not be derived for each request.
    pub fn check_signature_of(
        &self,
        request: &SignedRequest<'_>,
        secret: &Secret,
    ) -> Result<(), SignatureError> {
        let canonical = self.canonical(request)?;
        let kept = secret.kept(&self.scope);
        let is_kept = kept.is_some();
        let key = kept.unwrap_or_else(|| derive(secret.expose(), &self.scope));
        self.compare(sign(&*key, &self.date, &self.scope, &canonical))?;
        if !is_kept {
            secret.keep(&self.scope, key);
        }
        Ok(())
    }

    /// What was signed, if that is enough.
    fn canonical(&self, request: &SignedRequest<'_>) -> Result<Vec<u8>, SignatureError> {
        coverage::check(request, self.placement, &self.signed_headers)?;
        let left_out = (self.placement == Placement::Query).then_some(SIGNATURE);
        canonical_request(request, &self.signed_headers, left_out)
    }

    fn compare(&self, expected: [u8; 32]) -> Result<(), SignatureError> {
        if crypto::constant_time_eq(&expected, &self.signature) {
            Ok(())
        } else {
            Err(SignatureError::Mismatch)
        }
    }
}

/// The signature of a canonical request, by the signing key of `scope`. `date` is X-Amz-Date as sent.
pub(crate) fn sign(key: &[u8], date: &str, scope: &Scope, canonical_request: &[u8]) -> [u8; 32] {
    let hash = hex_of(&crypto::sha256(canonical_request));
    let lines: [&[u8]; 7] =
        [ALGORITHM.as_bytes(), b"\n", date.as_bytes(), b"\n", scope.as_str().as_bytes(), b"\n", &hash];
    crypto::hmac_sha256(key, &lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderValue};

    /// The worked example of AWS's documentation, a `ListUsers` call of IAM, with each intermediate value it prints.
    #[test]
    fn the_published_example() {
        let secret = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("iam.amazonaws.com"));
        headers.insert("x-amz-date", HeaderValue::from_static("20150830T123600Z"));
        let content_type = "application/x-www-form-urlencoded; charset=utf-8";
        headers.insert("content-type", HeaderValue::from_static(content_type));
        let query = "Action=ListUsers&Version=2010-05-08";
        let request =
            SignedRequest { method: "GET", path: "/", query, headers: &headers, authority: None, body: b"" };
        let signed = ["content-type", "host", "x-amz-date"].as_slice().into();
        let canonical = canonical_request(&request, &signed, None).unwrap();
        assert_eq!(
            hex::encode(crypto::sha256(&canonical)),
            "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
        );
        let scope = Scope::new("20150830T123600Z", "us-east-1", "iam");
        assert_eq!(scope.to_string(), "20150830/us-east-1/iam/aws4_request");
        assert_eq!(
            hex::encode(*derive(secret, &scope)),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"
        );
        assert_eq!(
            hex::encode(sign(&*derive(secret, &scope), "20150830T123600Z", &scope, &canonical)),
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        );
    }
}
