//! `CreateAlias`.

use api::{CreateAlias, Empty, Error, ErrorCode, Reason, limits};

use crate::aliases::{AliasRecord, LiveAlias};
use crate::arn::{ALIAS_PREFIX, Place};
use crate::key::KeyRecord;
use crate::keys::Keys;
use crate::pipeline::{Context, Stop};
use crate::{Operation, Rules};

impl Operation for CreateAlias {
    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        put_new(cx, &self.alias_name, &self.target_key_id).await?;
        Ok(Empty)
    }
}

/// Gives a key an alias that nobody has.
pub(crate) async fn put_new(cx: &Context<'_>, name: &str, key_id: &str) -> Result<AliasRecord, Stop> {
    cx.permit_alias(name)?;
    check_name(cx.rules(), name)?;
    let key = cx.permit(key_id).await?;
    let place = cx.place();
    let left = check_free(cx, &place, name).await?;
    check_room(cx, &place, key.record()).await?;
    let target = key.record().id.clone();
    let alias = AliasRecord { target, created: cx.now(), updated: cx.now() };
    // The key's record is written anew, unchanged, so that two who count its aliases cannot both find room.
    key.replace(key.record(), |changes| Keys::put_alias(changes, &place, name, left.as_ref(), &alias))
        .await?;
    Ok(alias)
}

/// What the pattern of the shape leaves open.
pub(crate) fn check_name(rules: &Rules, name: &str) -> Result<(), Error> {
    let invalid = |reason, text: &str| Err(Error::new(ErrorCode::InvalidAliasName, text).because(reason));
    match name.strip_prefix(ALIAS_PREFIX) {
        None => {
            let text = "Alias must start with the prefix \"alias/\". Please see \
                        https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html";
            Err(Error::new(ErrorCode::Validation, text).because(Reason::AliasName))
        }
        Some("") => invalid(Reason::AliasName, "An alias needs a name after its \"alias/\"."),
        Some(rest) if rest.starts_with("aws/") => {
            invalid(Reason::AliasReserved, "Aliases that begin with \"alias/aws/\" are reserved.")
        }
        Some(rest) if rules.reserved_alias_suffix.is_some_and(|suffix| rest.ends_with(suffix)) => {
            invalid(Reason::AliasReserved, "Aliases that end like those of services are reserved.")
        }
        Some(rest) if rest.len() > rules.longest_alias || !rest.bytes().all(is_alias_byte) => {
            let text = format!(
                "An alias has at most {} letters, numbers and the characters : / _ -",
                rules.longest_alias
            );
            invalid(Reason::AliasName, &text)
        }
        Some(_) => Ok(()),
    }
}

/// What an alias is made of (model `AliasNameType`; Huawei's `key_alias` is the same).
fn is_alias_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b":/_-".contains(&byte)
}

/// Refuses the name of an alias that a key has. What is left of one whose key is past its waiting period, and only not
/// swept yet, makes way.
pub(crate) async fn check_free(
    cx: &Context<'_>,
    place: &Place,
    name: &str,
) -> Result<Option<LiveAlias>, Error> {
    let taken = cx.keys().alias(place, name).await?;
    if let Some(alias) = &taken
        && cx.keys().is_alive(place, &alias.record.target, cx.now()).await?
    {
        return Err(exists(place, name));
    }
    Ok(taken)
}

fn exists(place: &Place, name: &str) -> Error {
    let text = format!("An alias with the name {} already exists", place.alias_arn(name));
    Error::new(ErrorCode::AlreadyExists, text).because(Reason::AliasTaken)
}

/// Refuses one alias more than a key may have.
pub(crate) async fn check_room(cx: &Context<'_>, place: &Place, key: &KeyRecord) -> Result<(), Error> {
    let aliases = cx.keys().aliases_of(&place.account, &place.region, &key.id).await?;
    if aliases.len() >= limits::MAX_ALIASES_PER_KEY {
        let text = format!("{} has {} aliases, which is the most.", place.key_arn(&key.id), aliases.len());
        return Err(Error::new(ErrorCode::LimitExceeded, text).because(Reason::TooManyAliases));
    }
    Ok(())
}
