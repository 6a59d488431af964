//! OpenID Connect providers: whose tokens the account's roles may trust. Which issuers this server can check at all,
//! its operator says; a provider of any other is of no use until then.

use crate::authorize::Conditions;
use crate::context::Context;
use crate::records::OidcProviderRecord;
use crate::refusal::Stop;
use crate::shapes::Only;
use crate::shapes::oidc_providers::{
    AddClientIDToOpenIDConnectProvider, CreateOpenIDConnectProvider, CreatedProvider,
    DeleteOpenIDConnectProvider, GetOpenIDConnectProvider, ListOpenIDConnectProviders, Provider,
    ProviderListEntry, RemoveClientIDFromOpenIDConnectProvider, UpdateOpenIDConnectProviderThumbprint,
};
use crate::table::Action;
use crate::time::iso8601;
use crate::{Error, limits};

use super::iam_action;
use super::tags::permit_tags;
use super::target::{Target, action_of};

/// Digits of a thumbprint.
const THUMBPRINT: usize = 40;

impl Action for CreateOpenIDConnectProvider {
    type Answer = CreatedProvider;
    iam_action!(CreateOpenIDConnectProvider);

    async fn run(&self, cx: &Context<'_>) -> Result<CreatedProvider, Stop> {
        let provider = OidcProviderRecord {
            url: name_of(&self.url)?.to_owned(),
            client_ids: self.client_ids.clone().unwrap_or_default(),
            thumbprints: self.thumbprints.clone().unwrap_or_default(),
            created: cx.now(),
            tags: self.tags.clone().unwrap_or_default(),
        };
        let arn = cx.arn_of(&provider);
        let conditions = Conditions::default().request_tags(&provider.tags);
        cx.permit(&action_of::<Self>(), &arn, &conditions)?;
        permit_tags::<OidcProviderRecord>(cx, &arn, &provider.tags, &conditions)?;
        check_client_ids(&provider.client_ids)?;
        check_thumbprints(&provider.thumbprints)?;
        cx.check_new::<OidcProviderRecord>(&provider.url).await?;
        put(cx, &provider).await?;
        Ok(CreatedProvider { arn, tags: provider.tags })
    }
}

impl Action for GetOpenIDConnectProvider {
    type Answer = Provider;
    iam_action!(GetOpenIDConnectProvider);

    async fn run(&self, cx: &Context<'_>) -> Result<Provider, Stop> {
        let provider = permitted::<Self>(cx, &self.arn).await?;
        let create_date = iso8601(provider.created);
        let OidcProviderRecord { url, client_ids, thumbprints, tags, .. } = provider;
        Ok(Provider { url, client_ids, thumbprints, create_date, tags })
    }
}

impl Action for ListOpenIDConnectProviders {
    type Answer = Only<Vec<ProviderListEntry>>;
    iam_action!(ListOpenIDConnectProviders);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        cx.permit_listing::<Self, OidcProviderRecord>(None)?;
        let providers = cx.list::<OidcProviderRecord>().await?;
        let entries = providers.iter().map(|provider| ProviderListEntry { arn: cx.arn_of(provider) });
        Ok(Only("OpenIDConnectProviderList", entries.collect()))
    }
}

impl Action for DeleteOpenIDConnectProvider {
    type Answer = ();
    iam_action!(DeleteOpenIDConnectProvider);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let provider = permitted::<Self>(cx, &self.arn).await?;
        let mut writes = cx.writes();
        writes.delete::<OidcProviderRecord>(&provider.url);
        cx.commit(writes).await
    }
}

impl Action for AddClientIDToOpenIDConnectProvider {
    type Answer = ();
    iam_action!(AddClientIDToOpenIDConnectProvider);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let mut provider = permitted::<Self>(cx, &self.arn).await?;
        if provider.client_ids.contains(&self.client_id) {
            return Ok(());
        }
        provider.client_ids.push(self.client_id.clone());
        check_client_ids(&provider.client_ids)?;
        put(cx, &provider).await
    }
}

impl Action for RemoveClientIDFromOpenIDConnectProvider {
    type Answer = ();
    iam_action!(RemoveClientIDFromOpenIDConnectProvider);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let mut provider = permitted::<Self>(cx, &self.arn).await?;
        provider.client_ids.retain(|id| *id != self.client_id);
        put(cx, &provider).await
    }
}

impl Action for UpdateOpenIDConnectProviderThumbprint {
    type Answer = ();
    iam_action!(UpdateOpenIDConnectProviderThumbprint);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let mut provider = permitted::<Self>(cx, &self.arn).await?;
        check_thumbprints(&self.thumbprints)?;
        provider.thumbprints.clone_from(&self.thumbprints);
        put(cx, &provider).await
    }
}

async fn permitted<A: Action>(cx: &Context<'_>, arn: &str) -> Result<OidcProviderRecord, Stop> {
    let target = Target::provider(cx, arn).await?;
    let conditions = target.conditions();
    target.permit::<A>(cx, &conditions)
}

async fn put(cx: &Context<'_>, provider: &OidcProviderRecord) -> Result<(), Stop> {
    let mut writes = cx.writes();
    writes.put(provider);
    cx.commit(writes).await
}

/// The name of the provider of a URL: all but the scheme. It becomes part of ARNs and of condition keys.
fn name_of(url: &str) -> Result<&str, Error> {
    let name =
        url.strip_prefix("https://").filter(|name| name.starts_with(|c: char| c.is_ascii_alphanumeric()));
    name.filter(|name| {
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/%+=,!".contains(&byte))
    })
    .ok_or_else(|| {
        Error::invalid_input(
            "Invalid Open ID Connect Provider URL: it begins with https://, and has no query.",
        )
    })
}

fn check_client_ids(ids: &[String]) -> Result<(), Error> {
    if ids.len() > limits::CLIENT_IDS {
        return Err(Error::limit_exceeded("ClientIdsPerOpenIdConnectProvider", limits::CLIENT_IDS));
    }
    Ok(())
}

fn check_thumbprints(thumbprints: &[String]) -> Result<(), Error> {
    if thumbprints.len() > limits::THUMBPRINTS {
        return Err(Error::invalid_input("Thumbprint list must contain fewer than 5 entries."));
    }
    let is_one =
        |text: &String| text.len() == THUMBPRINT && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !thumbprints.iter().all(is_one) {
        return Err(Error::invalid_input(
            "A thumbprint is the SHA-1 of a certificate in 40 hexadecimal digits.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_an_issuer() {
        assert_eq!(
            name_of("https://kubernetes.default.svc:6443/x").unwrap(),
            "kubernetes.default.svc:6443/x"
        );
        for url in [
            "",
            "https://",
            "http://a.example",
            "https:///x",
            "https://a.example?x",
            "https://*",
            "https://ä",
        ] {
            assert_eq!(name_of(url).unwrap_err().code, "InvalidInput", "{url}");
        }
    }
}
