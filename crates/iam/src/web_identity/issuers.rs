//! The issuers whose tokens this server can check, and their keys.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::error::{IssuerError, JwksError};
use super::jwks::Jwks;
use super::signal::Signal;

/// Most issuers of a server: as many as AWS lets an account have (IAM quotas, OpenID Connect providers).
pub const MAX_ISSUERS: usize = 100;
/// Most characters of an issuer's URL (AWS: IAM, `OpenIDConnectProviderUrlType`).
pub(super) const MAX_ISSUER_URL: usize = 255;

const SCHEME: &str = "https://";

/// Every issuer that the operator has configured. Clones share the keys.
#[derive(Clone, Debug, Default)]
pub struct Issuers {
    by_url: Arc<BTreeMap<String, Issuer>>,
}

/// One of them.
#[derive(Debug)]
pub struct Issuer {
    url: String,
    /// None until the first are read.
    keys: RwLock<Option<Arc<Jwks>>>,
    wanted: Signal,
}

impl Issuers {
    /// These, by the URLs that their tokens have as `iss`; without keys, so that no token is good yet.
    pub fn new<'a>(urls: impl IntoIterator<Item = &'a str>) -> Result<Self, IssuerError> {
        let mut by_url = BTreeMap::new();
        for url in urls {
            if !is_issuer(url) {
                return Err(IssuerError::Url { url: url.to_owned() });
            }
            let issuer = Issuer { url: url.to_owned(), keys: RwLock::default(), wanted: Signal::default() };
            if by_url.insert(url.to_owned(), issuer).is_some() {
                return Err(IssuerError::Twice { url: url.to_owned() });
            }
        }
        match by_url.len() {
            0..=MAX_ISSUERS => Ok(Self { by_url: Arc::new(by_url) }),
            count => Err(IssuerError::TooMany { count }),
        }
    }

    /// Replaces the keys of an issuer by those of a JSON Web Key Set (RFC 7517), from now on and in every clone. How
    /// many can be used; it is none if the issuer has withdrawn all. If the set is refused, the earlier keys
    /// stay.
    pub fn set_keys(&self, issuer: &str, jwks: &[u8]) -> Result<usize, JwksError> {
        let unknown = || JwksError::UnknownIssuer { issuer: issuer.to_owned() };
        let issuer = self.get(issuer).ok_or_else(unknown)?;
        let keys = Jwks::parse(jwks)?;
        let count = keys.len();
        *issuer.keys.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(keys));
        Ok(count)
    }

    /// The issuer of exactly this URL.
    pub fn get(&self, url: &str) -> Option<&Issuer> {
        self.by_url.get(url)
    }
}

impl Issuer {
    /// What its tokens have as `iss`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the ARNs of OpenID Connect providers and the names of condition keys have of it: all but the scheme.
    pub fn provider(&self) -> &str {
        self.url.strip_prefix(SCHEME).unwrap_or(&self.url)
    }

    /// Its keys, if any were ever read.
    pub fn keys(&self) -> Option<Arc<Jwks>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends when a token has named a key that is not there: once for all that did since this ended last. Whoever
    /// fetches the keys may do so again, but not as often as it is asked: anybody can make up such a token. Only one
    /// may wait at a time.
    pub async fn wanted(&self) {
        self.wanted.given().await;
    }

    /// The keys are out of date, or seem so.
    pub(super) fn want(&self) {
        self.wanted.give();
    }
}

/// Whether a URL can be an issuer (OpenID Connect Core 1.0, section 2: https, host, and perhaps port and path). A host
/// that is a bare word, as `aws`, cannot: condition keys begin with it, and `aws:…` are those of requests.
fn is_issuer(url: &str) -> bool {
    let Some(rest) = url.strip_prefix(SCHEME) else { return false };
    let begins_well = rest.starts_with(|c: char| c.is_ascii_alphanumeric()) && rest.contains(['.', '/', ':']);
    begins_well && url.len() <= MAX_ISSUER_URL && rest.bytes().all(is_of_issuers)
}

/// Letters, digits and what hosts, ports and paths need besides: no `?`, `#`, `@`, wildcard, space or quote.
fn is_of_issuers(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/%+=,!".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_issuers() {
        for url in [
            "https://token.actions.githubusercontent.com",
            "https://kubernetes.default.svc.cluster.local",
            "https://auth.example.com/",
            "https://gitlab.example.com:8443",
            "https://keycloak.example.com/realms/main",
            "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
        ] {
            let issuers = Issuers::new([url]).unwrap();
            let issuer = issuers.get(url).unwrap();
            assert_eq!(issuer.url(), url);
            assert_eq!(issuer.provider(), &url[8..]);
            assert!(issuer.keys().is_none());
        }
        let long = format!("https://a.{}", "a".repeat(246));
        for url in [
            "",
            "https://",
            "https:///x",
            "http://issuer.example.com",
            "HTTPS://issuer.example.com",
            "issuer.example.com",
            "https://issuer.example.com?x",
            "https://issuer.example.com#x",
            "https://user@issuer.example.com",
            "https://issuer.example.com/*",
            "https://issuer.example.com/a b",
            "https://issuer.example.com/ä",
            "https://aws",
            "https://kms",
            &long,
        ] {
            assert_eq!(Issuers::new([url]).unwrap_err(), IssuerError::Url { url: url.to_owned() });
        }
        assert!(Issuers::new([&long[..255]]).is_ok());
    }

    #[test]
    fn issuers_are_told_apart_and_counted() {
        let [one, other] = ["https://a.example.com", "https://a.example.com/"];
        let issuers = Issuers::new([one, other]).unwrap();
        assert!(issuers.get(one).is_some() && issuers.get(other).is_some());
        assert!(issuers.get("https://A.example.com").is_none());
        assert_eq!(Issuers::new([one, one]).unwrap_err(), IssuerError::Twice { url: one.to_owned() });

        let urls: Vec<_> = (0..=MAX_ISSUERS).map(|n| format!("https://i{n}.example.com")).collect();
        let too_many = Issuers::new(urls.iter().map(String::as_str));
        assert_eq!(too_many.unwrap_err(), IssuerError::TooMany { count: MAX_ISSUERS + 1 });
        assert!(Issuers::new(urls.iter().skip(1).map(String::as_str)).is_ok());
    }

    #[test]
    fn keys_are_replaced_and_kept_when_the_new_are_refused() {
        let url = "https://issuer.example.com";
        let issuers = Issuers::new([url]).unwrap();
        let key = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
        assert_eq!(issuers.set_keys(url, key.as_bytes()), Ok(1));
        assert!(issuers.set_keys(url, b"<html>").is_err());
        assert_eq!(issuers.get(url).unwrap().keys().unwrap().len(), 1);
        assert_eq!(issuers.set_keys(url, br#"{"keys":[]}"#), Ok(0));
        assert!(issuers.get(url).unwrap().keys().unwrap().is_empty());
        let elsewhere = issuers.set_keys("https://other.example.com", key.as_bytes());
        assert!(matches!(elsewhere, Err(JwksError::UnknownIssuer { .. })));
    }
}
