//! `ListAliases`.

use api::{AliasListEntry, Error, ErrorCode, ListAliases, ListAliasesResponse, limits};

use crate::Operation;
use crate::aliases::AliasRecord;
use crate::marker::page;
use crate::pipeline::{Context, Stop};

impl Operation for ListAliases {
    async fn run(&self, cx: &Context<'_>) -> Result<ListAliasesResponse, Stop> {
        let account = cx.permit_account()?;
        let about = self.key_id.as_deref().unwrap_or_default();
        let after = cx.after(about, self.marker.as_deref())?;
        let limit = self.limit.unwrap_or(limits::DEFAULT_ALIAS_PAGE);
        if limit > limits::MAX_ALIAS_PAGE {
            let text = format!(
                "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: Member must have \
                 value less than or equal to {}",
                limits::MAX_ALIAS_PAGE
            );
            return Err(Error::new(ErrorCode::Validation, text).into());
        }
        let limit = u32::try_from(limit).map_err(Error::internal)?;
        let (aliases, truncated) = match &self.key_id {
            None => account.keys.list_aliases(&account.place, after.as_deref(), limit).await?,
            Some(key_id) => page(aliases_of(cx, key_id, after.as_deref()).await?, limit as usize),
        };
        let next_marker = aliases.last().filter(|_| truncated).map(|(name, _)| cx.marker(about, name));
        let mut listed = Vec::with_capacity(aliases.len());
        for (name, alias) in aliases {
            if cx.keys().is_alive(&account.place, &alias.target, cx.now()).await? {
                listed.push(entry(cx, name, &alias));
            }
        }
        Ok(ListAliasesResponse { aliases: listed, truncated, next_marker })
    }
}

async fn aliases_of(
    cx: &Context<'_>,
    key_id: &str,
    after: Option<&str>,
) -> Result<Vec<(String, AliasRecord)>, Error> {
    let key = cx.permit(key_id).await?;
    let place = cx.place();
    let mut found = Vec::new();
    for name in cx.keys().aliases_of(&place.account, &place.region, &key.record().id).await? {
        if after.is_none_or(|after| name.as_str() > after)
            && let Some(alias) = cx.keys().alias(&place, &name).await?
            && alias.record.target == key.record().id
        {
            found.push((name, alias.record));
        }
    }
    Ok(found)
}

fn entry(cx: &Context<'_>, name: String, alias: &AliasRecord) -> AliasListEntry {
    AliasListEntry {
        alias_arn: cx.place().alias_arn(&name),
        alias_name: name,
        target_key_id: alias.target.to_string(),
        creation_date: alias.created,
        last_updated_date: alias.updated,
    }
}
