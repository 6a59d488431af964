//! Access keys, of users and of the account's root. A secret is told once, when the key is made.

use crate::authorize::Conditions;
use crate::context::Context;
use crate::last_use::LastUse;
use crate::records::{AccessKeyRecord, Owner, Status, UserRecord};
use crate::refusal::Stop;
use crate::shapes::access_keys::{
    AccessKey, AccessKeyOwner, CreateAccessKey, DeleteAccessKey, GetAccessKeyLastUsed, LastUsed,
    ListAccessKeys, UpdateAccessKey,
};
use crate::shapes::{Listed, Only};
use crate::table::Action;
use crate::time::iso8601;
use crate::{Error, limits};

use super::iam_action;
use super::target::action_of;
use super::whose::{Whose, whose};

impl Action for CreateAccessKey {
    type Answer = Only<AccessKey>;
    iam_action!(CreateAccessKey);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let user = permitted_owner::<Self>(cx, self.user_name.as_deref()).await?;
        let mut writes = cx.writes();
        let key = match user {
            None => {
                check_quota(cx.root_access_keys().await?.len())?;
                AccessKeyRecord::generate(cx.account(), Owner::Root, cx.now())
            }
            Some(mut user) => {
                check_quota(user.access_keys.len())?;
                let owner = Owner::User { name: user.name.clone(), id: user.id.clone() };
                let key = AccessKeyRecord::generate(cx.account(), owner, cx.now());
                user.access_keys.push(key.id.clone());
                writes.put(&user);
                key
            }
        };
        writes.put_access_key(&key);
        cx.commit(writes).await?;
        let secret_access_key = Some(key.secret.expose().to_owned());
        Ok(Only("AccessKey", AccessKey { secret_access_key, ..answer(&key) }))
    }
}

impl Action for UpdateAccessKey {
    type Answer = ();
    iam_action!(UpdateAccessKey);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let owner = permitted_owner::<Self>(cx, self.user_name.as_deref()).await?;
        let mut key = key_of(cx, owner.as_ref(), &self.access_key_id).await?;
        key.status = match self.status.as_str() {
            "Active" => Status::Active,
            "Inactive" => Status::Inactive,
            _ => return Err(Error::invalid_input("An access key can be made Active or Inactive.").into()),
        };
        let mut writes = cx.writes();
        writes.put_access_key(&key);
        cx.commit(writes).await
    }
}

impl Action for DeleteAccessKey {
    type Answer = ();
    iam_action!(DeleteAccessKey);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let owner = permitted_owner::<Self>(cx, self.user_name.as_deref()).await?;
        let key = key_of(cx, owner.as_ref(), &self.access_key_id).await?;
        let mut writes = cx.writes();
        if let Some(mut user) = owner {
            user.access_keys.retain(|id| *id != key.id);
            writes.put(&user);
        }
        writes.delete_access_key(&key);
        cx.commit(writes).await
    }
}

impl Action for ListAccessKeys {
    type Answer = Listed<AccessKey>;
    iam_action!(ListAccessKeys);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let keys = match permitted_owner::<Self>(cx, self.user_name.as_deref()).await? {
            None => cx.root_access_keys().await?,
            Some(user) => {
                let mut keys = Vec::with_capacity(user.access_keys.len());
                for id in &user.access_keys {
                    keys.extend(cx.access_key(id).await?);
                }
                keys
            }
        };
        // The oldest first. Times are of the same number of digits until the year 2286.
        let by_age = |key: &AccessKeyRecord| format!("{:010} {}", key.created, key.id);
        self.page.answer("AccessKeyMetadata", keys, by_age, |key| answer(&key))
    }
}

impl Action for GetAccessKeyLastUsed {
    type Answer = AccessKeyOwner;
    iam_action!(GetAccessKeyLastUsed);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let key = cx.access_key(&self.access_key_id).await?;
        // A refusal names the key alone, so that it does not tell whose it is or whether there is one.
        self.permit(cx, key.as_ref().map(|key| &key.owner)).await.map_err(|stop| match stop {
            Stop::Error(error) if error.code == "AccessDenied" => {
                cx.denied(&action_of::<Self>(), &format!("access key {}", self.access_key_id), None)
            }
            other => other,
        })?;
        let key = key.ok_or_else(|| missing(&self.access_key_id))?;
        let unknown = || "N/A".to_owned();
        let access_key_last_used = match cx.last_use(&key).await? {
            None => LastUsed { last_used_date: None, service_name: unknown(), region: unknown() },
            Some(LastUse { at, service, region }) => {
                LastUsed { last_used_date: Some(iso8601(at)), service_name: service, region }
            }
        };
        Ok(AccessKeyOwner { user_name: owner_name(&key), access_key_last_used })
    }
}

impl GetAccessKeyLastUsed {
    async fn permit(&self, cx: &Context<'_>, owner: Option<&Owner>) -> Result<(), Stop> {
        let action = action_of::<Self>();
        match owner {
            Some(Owner::User { name, .. }) => cx.permitted::<Self, UserRecord>(name).await.map(drop),
            Some(Owner::Root) => cx.permit(&action, &cx.arn("root"), &Conditions::default()),
            None => cx.permit(&action, &cx.arn("user/*"), &Conditions::default()),
        }
    }
}

/// The user whose keys are meant, if the caller may do `A`. None: the root.
async fn permitted_owner<A: Action>(
    cx: &Context<'_>,
    name: Option<&str>,
) -> Result<Option<UserRecord>, Stop> {
    match whose(cx, name)? {
        Whose::User(name) => cx.permitted::<A, UserRecord>(name).await.map(Some),
        Whose::Root => {
            cx.permit(&action_of::<A>(), &cx.arn("root"), &Conditions::default())?;
            Ok(None)
        }
    }
}

/// The access key of this id, if it is this user's. None: the root's.
async fn key_of(cx: &Context<'_>, user: Option<&UserRecord>, id: &str) -> Result<AccessKeyRecord, Stop> {
    let key = cx.access_key(id).await?.ok_or_else(|| missing(id))?;
    let theirs = match (&key.owner, user) {
        (Owner::Root, None) => true,
        (Owner::User { id, .. }, Some(user)) => *id == user.id,
        _ => false,
    };
    if theirs { Ok(key) } else { Err(missing(id).into()) }
}

fn check_quota(keys: usize) -> Result<(), Error> {
    if keys >= limits::ACCESS_KEYS {
        return Err(Error::limit_exceeded("AccessKeysPerUser", limits::ACCESS_KEYS));
    }
    Ok(())
}

fn missing(id: &str) -> Error {
    Error::no_such_entity(format!("The Access Key with id {id} cannot be found."))
}

fn owner_name(key: &AccessKeyRecord) -> Option<String> {
    match &key.owner {
        Owner::Root => None,
        Owner::User { name, .. } => Some(name.clone()),
    }
}

fn answer(key: &AccessKeyRecord) -> AccessKey {
    AccessKey {
        user_name: owner_name(key),
        access_key_id: key.id.clone(),
        status: key.status.as_str(),
        secret_access_key: None,
        create_date: iso8601(key.created),
    }
}
