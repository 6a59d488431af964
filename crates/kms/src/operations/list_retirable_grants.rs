//! `ListRetirableGrants`.

use api::{Error, ErrorCode, ListGrantsResponse, ListRetirableGrants, limits};

use super::members::page_size;
use crate::Operation;
use crate::arn::Place;
use crate::grants::{self, parse_retirable};
use crate::pipeline::{Context, Stop};

impl Operation for ListRetirableGrants {
    async fn run(&self, cx: &Context<'_>) -> Result<ListGrantsResponse, Stop> {
        let limit = page_size(self.limit, limits::DEFAULT_GRANT_PAGE, limits::MAX_GRANT_PAGE)?;
        let place = cx.place();
        let principal = self.retiring_principal.as_ref();
        let retiring =
            grants::retiring(principal, self.retiring_service_principal.as_ref(), &place.partition)?;
        let retiring = retiring.ok_or_else(|| {
            let text = "You must specify either RetiringPrincipal or RetiringServicePrincipal.";
            Error::new(ErrorCode::Validation, text)
        })?;
        let retiring = cx.now_called(retiring).await?;
        cx.permit_retiring(&retiring)?;
        let about = retiring.written();
        let after = cx.after(&about, self.marker.as_deref())?;
        let (names, truncated) =
            cx.keys().list_retirable(&place.region, &retiring, after.as_deref(), limit).await?;
        let next_marker = names.last().filter(|_| truncated).map(|name| cx.marker(&about, name));
        let mut grants = Vec::with_capacity(names.len());
        for name in &names {
            let (key, id) = parse_retirable(&place.region, name)
                .ok_or_else(|| Error::internal("a grant's name that is none"))?;
            let place = Place { account: key.account.clone(), ..place.clone() };
            if cx.keys().is_alive(&place, &key.id, cx.now()).await?
                && let Some(grant) = cx.keys().grant(&key, &id).await?
            {
                let gone = cx.gone(std::iter::once(&grant.record)).await?;
                grants.push(grant.record.entry(&place.partition, place.key_arn(&key.id), &gone));
            }
        }
        Ok(ListGrantsResponse { grants, truncated, next_marker })
    }
}
