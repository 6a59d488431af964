//! `RetireGrant`.

use api::{Empty, Error, ErrorCode, RetireGrant};

use super::grant::{given_id, not_found};
use super::members::check_dry_run;
use crate::Operation;
use crate::arn::{KeyName, Place, parse_key_name, shown};
use crate::grants::GrantId;
use crate::pipeline::{Context, KeyRef, Stop};

impl Operation for RetireGrant {
    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        let Named { key, grant: id, resource } = named(cx, self)?;
        // The grant first: whoever does not know one does not learn whether there is such a key.
        let Some(grant) = cx.keys().grant(&key, &id).await? else {
            return Err(not_found(&id).into());
        };
        let place = Place { account: key.account.clone(), ..cx.place() };
        if !cx.keys().is_alive(&place, &key.id, cx.now()).await? {
            return Err(not_found(&id).into());
        }
        cx.check_retiring(&key, &grant.record, &resource)?;
        check_dry_run(self.dry_run)?;
        let count = cx.keys().count_grants(&key).await?;
        cx.keys().commit_apart(cx.keys().end_grant(&key, &count, &grant)?).await?;
        Ok(Empty)
    }
}

/// The grant that a request names.
struct Named {
    key: KeyRef,
    grant: GrantId,
    /// What the request says that it is: a token names no key to whoever found it.
    resource: String,
}

/// The grant that a request names, one way or the other.
fn named(cx: &Context<'_>, request: &RetireGrant) -> Result<Named, Error> {
    match (&request.grant_token, &request.key_id, &request.grant_id) {
        (Some(token), None, None) => {
            let (key, grant) = cx.open_grant_token(token)?;
            Ok(Named { key, grant, resource: "the grant that the GrantToken names".to_owned() })
        }
        (None, Some(key_id), Some(grant_id)) => {
            let grant = given_id(grant_id)?;
            if !key_id.starts_with("arn:") {
                let text = format!("Invalid arn '{}': RetireGrant takes the ARN of a key.", shown(key_id));
                return Err(Error::new(ErrorCode::InvalidArn, text));
            }
            let (place, name) = parse_key_name(cx.spec(), &cx.place(), key_id)?;
            let KeyName::Key(id) = name else {
                return Err(Error::internal("an alias, where none is taken"));
            };
            let resource = place.key_arn(&id);
            Ok(Named { key: KeyRef { account: place.account, region: place.region, id }, grant, resource })
        }
        _ => {
            let text = "You must specify either GrantToken, or both KeyId and GrantId, but nothing else.";
            Err(Error::new(ErrorCode::Validation, text))
        }
    }
}
