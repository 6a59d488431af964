//! `[[web_identity]]`: whose tokens are taken, and where their keys are.

use std::path::{Path, PathBuf};

use http::Uri;
use iam::web_identity::Issuers;
use serde::{Deserialize, Deserializer};

use crate::hosts;

/// `[[web_identity]]`: an issuer of OpenID Connect tokens, such as a Kubernetes cluster or a CI service, whose keys this
/// server knows. An account that is to trust it also makes an OpenID Connect provider of the same URL, with IAM.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebIdentity {
    /// `issuer`: the https URL that its tokens have as `iss`, to the letter.
    pub issuer: String,
    /// `jwks`: where its key set is: a file, relative to the configuration file, which is read again within 10 seconds
    /// after it changed; or an https URL, which is fetched every hour, and within a minute when a token names a key that
    /// is not known. `http` is taken for this machine only. Redirects are not followed.
    #[serde(deserialize_with = "keys_at")]
    pub jwks: KeysAt,
    /// `ca`: a PEM file, relative to the configuration file, with the certificate authorities that the server of the key
    /// set is trusted by. Default: those of the system.
    pub ca: Option<PathBuf>,
}

/// Where the key set of an issuer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeysAt {
    /// In a file.
    File(PathBuf),
    /// At a URL: https, or http on this machine.
    Url(Uri),
}

impl WebIdentity {
    /// Makes the paths relative to the `folder` of the configuration.
    pub(super) fn relative_to(&mut self, folder: &Path) {
        if let KeysAt::File(path) = &mut self.jwks {
            *path = folder.join(&*path);
        }
        self.ca = self.ca.take().map(|path| folder.join(path));
    }
}

/// Issuers that are different from each other, and of the form of issuers.
pub(super) fn all<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<WebIdentity>, D::Error> {
    let configured = Vec::<WebIdentity>::deserialize(deserializer)?;
    Issuers::new(configured.iter().map(|one| one.issuer.as_str())).map_err(serde::de::Error::custom)?;
    match configured.iter().find(|one| one.ca.is_some() && !one.jwks.is_encrypted()) {
        Some(one) => Err(serde::de::Error::custom(format!(
            "the issuer {} has a ca, and its jwks is no https URL: remove one or correct the other",
            one.issuer
        ))),
        None => Ok(configured),
    }
}

impl KeysAt {
    fn is_encrypted(&self) -> bool {
        matches!(self, Self::Url(url) if url.scheme_str() == Some("https"))
    }
}

fn keys_at<'de, D: Deserializer<'de>>(deserializer: D) -> Result<KeysAt, D::Error> {
    let text = String::deserialize(deserializer)?;
    let refused = |reason| Err(serde::de::Error::custom(format!("{text:?} is no place for keys: {reason}")));
    if text.is_empty() {
        return refused("give a file or an https URL");
    }
    if !text.contains("://") {
        return Ok(KeysAt::File(PathBuf::from(text)));
    }
    let Ok(url) = text.parse::<Uri>() else { return refused("the URL cannot be read") };
    let has_secret = url.authority().is_some_and(|authority| authority.as_str().contains('@'));
    match (url.scheme_str(), url.host()) {
        (Some("https" | "http"), Some(_)) if has_secret => {
            refused("a name or password in it would not be sent")
        }
        (Some("https"), Some(_)) => Ok(KeysAt::Url(url)),
        (Some("http"), Some(host)) if hosts::is_of_this_machine(host) => Ok(KeysAt::Url(url)),
        (Some("http"), Some(_)) => refused("whoever is on the way could put other keys in; use https"),
        _ => refused("give a file or an https URL"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(Path::new("/etc/trent/trent.toml"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn issuers_and_their_keys() {
        let config = parse(
            "data = \"d\"\n[[web_identity]]\nissuer = \"https://a.example\"\njwks = \"keys/a.json\"\n\
             [[web_identity]]\nissuer = \"https://b.example\"\njwks = \"https://b.example/keys?x\"\nca = \"ca.pem\"\n\
             [[web_identity]]\nissuer = \"https://c.example\"\njwks = \"http://127.0.0.1:80/keys\"\n",
        )
        .unwrap();
        let [a, b, c] = <[_; 3]>::try_from(config.web_identity).unwrap();
        assert_eq!(a.jwks, KeysAt::File("/etc/trent/keys/a.json".into()));
        assert_eq!(b.jwks, KeysAt::Url(Uri::from_static("https://b.example/keys?x")));
        assert_eq!(b.ca.as_deref(), Some(Path::new("/etc/trent/ca.pem")));
        assert_eq!(c.jwks, KeysAt::Url(Uri::from_static("http://127.0.0.1:80/keys")));
        assert_eq!((c.issuer.as_str(), c.ca), ("https://c.example", None));
    }

    #[test]
    fn errors_name_line_and_reason() {
        for (text, expected) in [
            ("data = \"d\"\n[[web_identity]]\nissuer = \"https://a.example\"\n", "missing field `jwks`"),
            ("data = \"d\"\n[[web_identity]]\njwks = \"k\"\n", "missing field `issuer`"),
            (
                "data = \"d\"\n[[web_identity]]\nissuer = \"https://a.example\"\njwks = \"k\"\nkeys = 1\n",
                "line 5: unknown field `keys`",
            ),
            ("data = \"d\"\n[[web_identity]]\nissuer = \"a\"\njwks = \"k\"\n", "\"a\" cannot be an issuer"),
            (
                "data = \"d\"\n[[web_identity]]\nissuer = \"https://a.example\"\njwks = \"k\"\n\
                 [[web_identity]]\nissuer = \"https://a.example\"\njwks = \"l\"\n",
                "the issuer https://a.example is configured twice",
            ),
            (
                "data = \"d\"\n[[web_identity]]\nissuer = \"https://a.example\"\njwks = \"http://a/k\"\n",
                "line 4: \"http://a/k\" is no place for keys: whoever is on the way",
            ),
            (
                "data = \"d\"\n[[web_identity]]\nissuer = \"https://a.example\"\njwks = \"ftp://a/k\"\n",
                "line 4: \"ftp://a/k\" is no place for keys: give a file or",
            ),
            (
                "data = \"d\"\n[[web_identity]]\nissuer = \"https://a.example\"\njwks = \"https://u:p@a/k\"\n",
                "would not be sent",
            ),
            (
                "data = \"d\"\n[[web_identity]]\nissuer = \"https://a.example\"\njwks = \"https://\"\n",
                "line 4: ",
            ),
            ("data = \"d\"\n[[web_identity]]\nissuer = \"https://a.example\"\njwks = \"\"\n", "line 4: "),
            (
                "data = \"d\"\n[[web_identity]]\nissuer = \"https://a.example\"\njwks = \"k\"\nca = \"c\"\n",
                "has a ca, and its jwks is no https URL",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(expected), "{text:?}: {error}");
        }
    }
}
