//! `ListAliases`.

use api::{AliasListEntry, Error, ListAliases, ListAliasesResponse, limits};

use super::members::page_size;
use crate::Operation;
use crate::aliases::AliasRecord;
use crate::authorize::AccountPermit;
use crate::aws_managed;
use crate::marker::page;
use crate::pipeline::{Context, Stop};

impl Operation for ListAliases {
    async fn run(&self, cx: &Context<'_>) -> Result<ListAliasesResponse, Stop> {
        let limit = page_size(self.limit, limits::DEFAULT_ALIAS_PAGE, limits::MAX_ALIAS_PAGE)?;
        let account = cx.permit_account()?;
        let about = self.key_id.as_deref().unwrap_or_default();
        let after = cx.after(about, self.marker.as_deref())?;
        let (aliases, truncated) = match &self.key_id {
            None => all_aliases(&account, after.as_deref(), limit).await?,
            Some(key_id) => page(aliases_of(cx, key_id, after.as_deref()).await?, limit),
        };
        let next_marker = aliases.last().filter(|_| truncated).map(|(name, _)| cx.marker(about, name));
        let mut listed = Vec::with_capacity(aliases.len());
        for (name, alias) in aliases {
            let lives = match &alias {
                Some(alias) => cx.keys().is_alive(&account.place, &alias.target, cx.now()).await?,
                None => true,
            };
            if lives {
                listed.push(entry(cx, name, alias.as_ref()));
            }
        }
        Ok(ListAliasesResponse { aliases: listed, truncated, next_marker })
    }
}

/// An alias with its name; a predefined one may have no key yet, and then has no record.
type Named = (String, Option<AliasRecord>);

/// A page of the aliases of the account, and whether there are more.
async fn all_aliases(
    account: &AccountPermit<'_>,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Named>, bool), Error> {
    let most = u32::try_from(limit).map_err(Error::internal)?;
    let (stored, more) = account.keys.list_aliases(&account.place, after, most).await?;
    let (aliases, cut) = page(aws_managed::with_predefined(stored, after), limit);
    Ok((aliases, more || cut))
}

async fn aliases_of(cx: &Context<'_>, key_id: &str, after: Option<&str>) -> Result<Vec<Named>, Error> {
    let key = cx.id_in_account(key_id).await?;
    let place = cx.place();
    let mut found = Vec::new();
    for name in cx.keys().aliases_of(&place.account, &place.region, &key).await? {
        if after.is_none_or(|after| name.as_str() > after)
            && let Some(alias) = cx.keys().alias(&place, &name).await?
            && alias.record.target == key
        {
            found.push((name, Some(alias.record)));
        }
    }
    Ok(found)
}

/// An alias as lists show it.
pub(crate) fn entry(cx: &Context<'_>, name: String, alias: Option<&AliasRecord>) -> AliasListEntry {
    AliasListEntry {
        alias_arn: cx.place().alias_arn(&name),
        alias_name: name,
        target_key_id: alias.map(|alias| alias.target.to_string()),
        creation_date: alias.map(|alias| alias.created),
        last_updated_date: alias.map(|alias| alias.updated),
    }
}
