//! An issuer of web identities that an account trusts.

use serde::{Deserialize, Serialize};

use super::{OfAccount, Tag};

/// An `OpenID` Connect provider.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OidcProviderRecord {
    /// The issuer's URL without `https://`, which is also its name.
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) client_ids: Vec<String>,
    #[serde(default)]
    pub(crate) thumbprints: Vec<String>,
    /// Seconds since the epoch.
    pub(crate) created: i64,
    #[serde(default)]
    pub(crate) tags: Vec<Tag>,
}

impl OfAccount for OidcProviderRecord {
    const KIND: &'static str = "oidc-provider";
    const FOLDS_CASE: bool = false;

    fn name(&self) -> &str {
        &self.url
    }

    fn resource(&self) -> String {
        format!("oidc-provider/{}", self.url)
    }
}
