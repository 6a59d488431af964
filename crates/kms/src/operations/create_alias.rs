//! `CreateAlias`.

use api::{CreateAlias, Empty, Error, ErrorCode, limits};

use crate::Operation;
use crate::aliases::AliasRecord;
use crate::arn::{ALIAS_PREFIX, Place};
use crate::keys::Keys;
use crate::pipeline::{Context, Stop};

impl Operation for CreateAlias {
    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        cx.permit_alias(&self.alias_name)?;
        check_name(&self.alias_name)?;
        let key = cx.permit(&self.target_key_id).await?;
        let place = cx.place();
        let taken = cx.keys().alias(&place, &self.alias_name).await?;
        if let Some(alias) = &taken
            && cx.keys().is_alive(&place, &alias.record.target, cx.now()).await?
        {
            return Err(exists(&place, &self.alias_name).into());
        }
        check_room(cx, &place, key.record()).await?;
        let target = key.record().id.clone();
        let alias = AliasRecord { target, created: cx.now(), updated: cx.now() };
        // The key's record is written anew, unchanged, so that two who count its aliases cannot both find room.
        key.replace(key.record(), |changes| match &taken {
            None => Keys::create_alias(changes, &place, &self.alias_name, &alias),
            // Its key is past its waiting period, and only not swept yet.
            Some(left) => Keys::move_alias(changes, &place, &self.alias_name, left, &alias),
        })
        .await?;
        Ok(Empty)
    }
}

/// What the pattern of the shape leaves open.
fn check_name(name: &str) -> Result<(), Error> {
    let invalid = |text: &str| Err(Error::new(ErrorCode::InvalidAliasName, text));
    match name.strip_prefix(ALIAS_PREFIX) {
        None => {
            let text = "Alias must start with the prefix \"alias/\". Please see \
                        https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html";
            Err(Error::new(ErrorCode::Validation, text))
        }
        Some("") => invalid("An alias needs a name after its \"alias/\"."),
        Some(rest) if rest.starts_with("aws/") => {
            invalid("Aliases that begin with \"alias/aws/\" are reserved.")
        }
        Some(_) => Ok(()),
    }
}

fn exists(place: &Place, name: &str) -> Error {
    let text = format!("An alias with the name {} already exists", place.alias_arn(name));
    Error::new(ErrorCode::AlreadyExists, text)
}

/// Refuses one alias more than a key may have.
pub(super) async fn check_room(
    cx: &Context<'_>,
    place: &Place,
    key: &crate::key::KeyRecord,
) -> Result<(), Error> {
    let aliases = cx.keys().aliases_of(&place.account, &place.region, &key.id).await?;
    if aliases.len() >= limits::MAX_ALIASES_PER_KEY {
        let text = format!("{} has {} aliases, which is the most.", place.key_arn(&key.id), aliases.len());
        return Err(Error::new(ErrorCode::LimitExceeded, text));
    }
    Ok(())
}
