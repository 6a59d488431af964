//! OpenID Connect providers: the issuers whose tokens an account trusts.

use serde::Serialize;

use super::{Tag, kinds, macros::request};

request! {
    /// Makes an issuer one that the account trusts.
    CreateOpenIDConnectProvider { url: String = "Url", kinds::PROVIDER_URL; }
    optional {
        client_ids: Vec<String> = "ClientIDList", kinds::CLIENT_IDS;
        thumbprints: Vec<String> = "ThumbprintList", kinds::THUMBPRINTS;
        tags: Vec<Tag> = "Tags", kinds::TAGS;
    }
}
request! {
    /// Tells of a provider.
    GetOpenIDConnectProvider { arn: String = "OpenIDConnectProviderArn", kinds::ARN; }
    optional {}
}
request! {
    /// Lists the providers of the account.
    ListOpenIDConnectProviders {}
    optional {}
}
request! {
    /// Deletes a provider.
    DeleteOpenIDConnectProvider { arn: String = "OpenIDConnectProviderArn", kinds::ARN; }
    optional {}
}
request! {
    /// Adds an audience.
    AddClientIDToOpenIDConnectProvider {
        arn: String = "OpenIDConnectProviderArn", kinds::ARN;
        client_id: String = "ClientID", kinds::CLIENT_ID;
    }
    optional {}
}
request! {
    /// Takes an audience away.
    RemoveClientIDFromOpenIDConnectProvider {
        arn: String = "OpenIDConnectProviderArn", kinds::ARN;
        client_id: String = "ClientID", kinds::CLIENT_ID;
    }
    optional {}
}
request! {
    /// Replaces the thumbprints.
    UpdateOpenIDConnectProviderThumbprint {
        arn: String = "OpenIDConnectProviderArn", kinds::ARN;
        thumbprints: Vec<String> = "ThumbprintList", kinds::THUMBPRINTS;
    }
    optional {}
}

/// What making a provider answers.
#[derive(Serialize)]
pub(crate) struct CreatedProvider {
    #[serde(rename = "OpenIDConnectProviderArn")]
    pub(crate) arn: String,
    #[serde(rename = "Tags", skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<Tag>,
}

/// A provider.
#[derive(Serialize)]
pub(crate) struct Provider {
    #[serde(rename = "Url")]
    pub(crate) url: String,
    #[serde(rename = "ClientIDList")]
    pub(crate) client_ids: Vec<String>,
    #[serde(rename = "ThumbprintList")]
    pub(crate) thumbprints: Vec<String>,
    #[serde(rename = "CreateDate")]
    pub(crate) create_date: String,
    #[serde(rename = "Tags", skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<Tag>,
}

/// A provider in a list.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ProviderListEntry {
    pub(crate) arn: String,
}
