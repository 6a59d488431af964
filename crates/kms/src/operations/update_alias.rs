//! `UpdateAlias`.

use api::{Empty, Error, ErrorCode, Reason, UpdateAlias};

use super::create_alias::check_room;
use crate::Operation;
use crate::aliases::AliasRecord;
use crate::authorize::alias_not_found;
use crate::key::{KeyRecord, encryption_algorithms, mac_algorithm};
use crate::keys::Keys;
use crate::pipeline::{Context, Stop};

impl Operation for UpdateAlias {
    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        point_elsewhere(cx, &self.alias_name, &self.target_key_id).await?;
        Ok(Empty)
    }
}

/// Gives an alias that a key has to another.
pub(crate) async fn point_elsewhere(cx: &Context<'_>, name: &str, key_id: &str) -> Result<AliasRecord, Stop> {
    cx.permit_alias(name)?;
    let place = cx.place();
    let Some(alias) = cx.keys().alias(&place, name).await? else {
        return Err(alias_not_found(&place, name).into());
    };
    // The old key may be in any state, or gone: its alias is what is taken from it.
    cx.check_key(place.clone(), &alias.record.target).await?;
    let new = cx.permit(key_id).await?;
    let old = cx.keys().load(&place.account, &place.region, &alias.record.target).await?;
    if let Some(old) = old.filter(|old| old.record.state(cx.now()).is_some()) {
        check_alike(&old.record, new.record())?;
    }
    if alias.record.target != new.record().id {
        check_room(cx, &place, new.record()).await?;
    }
    let moved =
        AliasRecord { target: new.record().id.clone(), created: alias.record.created, updated: cx.now() };
    // As in CreateAlias, the record is written anew for those who count at the same time.
    new.replace(new.record(), |changes| Keys::move_alias(changes, &place, name, &alias, &moved)).await?;
    Ok(moved)
}

/// The kinds of key that may stand in for one another.
#[derive(PartialEq, Eq)]
enum Kind {
    Symmetric,
    Hmac,
    Asymmetric,
}

fn kind(record: &KeyRecord) -> Kind {
    if record.is_symmetric_encryption() {
        Kind::Symmetric
    } else if mac_algorithm(record.spec).is_some() {
        Kind::Hmac
    } else {
        debug_assert!(encryption_algorithms(record.spec).len() != 1);
        Kind::Asymmetric
    }
}

fn check_alike(old: &KeyRecord, new: &KeyRecord) -> Result<(), Error> {
    if kind(old) != kind(new) || old.usage != new.usage {
        let text = format!(
            "Alias cannot be updated: the current KMS key is {} for {}, the new one {} for {}. Both must be of the \
             same type and have the same KeyUsage.",
            old.spec, old.usage, new.spec, new.usage
        );
        return Err(Error::new(ErrorCode::Validation, text).because(Reason::Usage(old.usage)));
    }
    Ok(())
}
