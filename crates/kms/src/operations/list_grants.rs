//! `ListGrants`.

use api::{Error, ListGrants, ListGrantsResponse, limits};

use super::grant::given_id;
use super::members::page_size;
use crate::Operation;
use crate::grants::{self, GrantId, GrantRecord, Party};
use crate::pipeline::{Context, KeyRef, Stop};

impl Operation for ListGrants {
    async fn run(&self, cx: &Context<'_>) -> Result<ListGrantsResponse, Stop> {
        let partition = &cx.kms().settings().partition;
        let limit = page_size(self.limit, limits::DEFAULT_GRANT_PAGE, limits::MAX_GRANT_PAGE)?;
        let principal = self.grantee_principal.as_ref();
        let grantee = grants::grantee(principal, self.grantee_service_principal.as_ref(), partition)?;
        let grantee = match grantee {
            Some(grantee) => Some(cx.now_called(grantee).await?),
            None => None,
        };
        let id = self.grant_id.as_deref().map(given_id).transpose()?;
        let permit = cx.permit(&self.key_id).await?;
        let key = &KeyRef::of(permit.record());
        let about = about(permit.arn(), id.as_ref(), grantee.as_ref());
        let after = cx.after(&about, self.marker.as_deref())?;
        let (grants, truncated) = match &id {
            Some(id) => (find(cx, key, id, grantee.as_ref()).await?, false),
            None => cx.keys().list_grants(key, grantee.as_ref(), after.as_deref(), limit).await?,
        };
        let next_marker = grants.last().filter(|_| truncated).map(|(name, _)| cx.marker(&about, name));
        let gone = cx.gone(grants.iter().map(|(_, grant)| grant)).await?;
        let arn = permit.arn();
        let grants = grants.into_iter().map(|(_, grant)| grant.entry(partition, arn.to_owned(), &gone));
        Ok(ListGrantsResponse { grants: grants.collect(), truncated, next_marker })
    }
}

/// What a marker is bound to: the list that it continues.
fn about(key_arn: &str, id: Option<&GrantId>, grantee: Option<&Party>) -> String {
    let id = id.map_or("all", GrantId::as_str);
    let grantee = grantee.map_or_else(|| "anybody".to_owned(), Party::written);
    format!("{key_arn}/{id}/{grantee}")
}

/// The one grant of this id, if it is there and for this grantee.
async fn find(
    cx: &Context<'_>,
    key: &KeyRef,
    id: &GrantId,
    grantee: Option<&Party>,
) -> Result<Vec<(String, GrantRecord)>, Error> {
    let found = cx.keys().grant(key, id).await?;
    let found = found.map(|grant| grant.record);
    let found = found.filter(|grant| grantee.is_none_or(|grantee| *grantee == grant.grantee));
    Ok(found.map(|grant| (id.to_string(), grant)).into_iter().collect())
}
