//! What a request names, before it is known whether the caller may know that it is there.
//!
//! It is looked up first, because its path is part of its ARN and its tags are condition keys; but until the caller
//! is permitted to do what it asks for, nothing of it is answered, not even that it is not there.

use crate::authorize::Conditions;
use crate::context::Context;
use crate::records::{
    GroupRecord, OfAccount, OidcProviderRecord, PolicyRecord, RoleRecord, Tag, UserRecord, arn,
};
use crate::refusal::Stop;
use crate::table::Action;
use crate::{Error, ids, limits, managed};

/// What can be made, named and deleted.
pub(crate) trait Entity: OfAccount + Clone {
    /// How many an account may have, and the quota's name.
    const QUOTA: (&'static str, usize);

    /// Its labels.
    fn tags(&self) -> &[Tag] {
        &[]
    }

    /// The ARN of its permissions boundary.
    fn boundary(&self) -> Option<&str> {
        None
    }

    /// The error that tells that there is none of this name, or ARN if ARNs name it.
    fn missing(named: &str) -> Error;

    /// The error that tells that there is one of this name.
    fn exists(name: &str) -> Error;
}

impl Entity for UserRecord {
    const QUOTA: (&'static str, usize) = ("UsersPerAccount", limits::USERS);

    fn tags(&self) -> &[Tag] {
        &self.tags
    }

    fn boundary(&self) -> Option<&str> {
        self.boundary.as_deref()
    }

    fn missing(named: &str) -> Error {
        Error::no_such_entity(format!("The user with name {named} cannot be found."))
    }

    fn exists(name: &str) -> Error {
        Error::already_exists(format!("User with name {name} already exists."))
    }
}

impl Entity for GroupRecord {
    const QUOTA: (&'static str, usize) = ("GroupsPerAccount", limits::GROUPS);

    fn missing(named: &str) -> Error {
        Error::no_such_entity(format!("The group with name {named} cannot be found."))
    }

    fn exists(name: &str) -> Error {
        Error::already_exists(format!("Group with name {name} already exists."))
    }
}

impl Entity for RoleRecord {
    const QUOTA: (&'static str, usize) = ("RolesPerAccount", limits::ROLES);

    fn tags(&self) -> &[Tag] {
        &self.tags
    }

    fn boundary(&self) -> Option<&str> {
        self.boundary.as_deref()
    }

    fn missing(named: &str) -> Error {
        Error::no_such_entity(format!("The role with name {named} cannot be found."))
    }

    fn exists(name: &str) -> Error {
        Error::already_exists(format!("Role with name {name} already exists."))
    }
}

impl Entity for PolicyRecord {
    const QUOTA: (&'static str, usize) = ("PoliciesPerAccount", limits::POLICIES);

    fn tags(&self) -> &[Tag] {
        &self.tags
    }

    fn missing(named: &str) -> Error {
        Error::no_such_entity(format!("Policy {named} was not found."))
    }

    fn exists(name: &str) -> Error {
        Error::already_exists(format!(
            "A policy called {name} already exists. Duplicate names are not allowed."
        ))
    }
}

impl Entity for OidcProviderRecord {
    const QUOTA: (&'static str, usize) = ("OpenIdConnectProvidersPerAccount", limits::OIDC_PROVIDERS);

    fn tags(&self) -> &[Tag] {
        &self.tags
    }

    fn missing(named: &str) -> Error {
        Error::no_such_entity(format!("OpenIDConnect Provider not found for arn {named}"))
    }

    fn exists(name: &str) -> Error {
        Error::already_exists(format!("Provider with url https://{name} already exists."))
    }
}

/// What a request names, whether or not it is there.
pub(crate) struct Target<E> {
    named: String,
    /// The ARN that decides whether the caller may.
    pub(super) arn: String,
    /// The account that the ARN names.
    owner: String,
    found: Option<E>,
}

impl<E: Entity> Target<E> {
    /// By its name.
    pub(super) async fn by_name(cx: &Context<'_>, name: &str) -> Result<Self, Stop> {
        let found = cx.get::<E>(name).await?;
        let arn = found.as_ref().map_or_else(|| cx.arn(&format!("{}/{name}", E::KIND)), |it| cx.arn_of(it));
        Ok(Self { named: name.to_owned(), arn, owner: cx.account().to_owned(), found })
    }

    /// By its ARN; `name_of` tells the name from what comes after the kind.
    async fn by_arn(
        cx: &Context<'_>,
        arn: &str,
        name_of: for<'t> fn(&'t str) -> &'t str,
    ) -> Result<Self, Stop> {
        let (owner, rest) = parts(cx.partition(), E::KIND, arn)?;
        let found = if owner == cx.account() { cx.get::<E>(name_of(rest)).await? } else { None };
        let found = found.filter(|it| cx.arn_of(it) == arn);
        Ok(Self { named: arn.to_owned(), arn: arn.to_owned(), owner: owner.to_owned(), found })
    }

    /// What its tags tell.
    pub(super) fn conditions(&self) -> Conditions {
        let tags = self.found.as_ref().map(E::tags).unwrap_or_default();
        Conditions::default().resource_tags(tags)
    }

    /// The same, and its permissions boundary: for what changes the policies of who has one.
    pub(super) fn conditions_with_boundary(&self) -> Conditions {
        self.conditions().maybe("iam:PermissionsBoundary", self.found.as_ref().and_then(E::boundary))
    }

    /// It, if the caller may do `A` to it and it is there.
    pub(super) fn permit<A: Action>(self, cx: &Context<'_>, conditions: &Conditions) -> Result<E, Stop> {
        cx.permit_by(&action_of::<A>(), &self.arn, &self.owner, None, conditions)?;
        self.found.ok_or_else(|| E::missing(&self.named).into())
    }
}

impl Target<PolicyRecord> {
    /// A policy of the account. AWS's may be changed by nobody.
    pub(super) async fn policy(cx: &Context<'_>, arn: &str) -> Result<Self, Stop> {
        Self::by_arn(cx, arn, |rest| rest.rsplit('/').next().unwrap_or_default()).await
    }
}

impl Target<OidcProviderRecord> {
    /// A provider.
    pub(super) async fn provider(cx: &Context<'_>, arn: &str) -> Result<Self, Stop> {
        Self::by_arn(cx, arn, |rest| rest).await
    }
}

/// `iam:CreateUser` of the action `CreateUser`.
pub(super) fn action_of<A: Action>() -> String {
    format!("iam:{}", A::NAME)
}

/// The account of an ARN, and what comes after its kind.
fn parts<'t>(partition: &str, kind: &str, arn: &'t str) -> Result<(&'t str, &'t str), Error> {
    let parts = || {
        let rest = arn.strip_prefix("arn:")?.strip_prefix(partition)?.strip_prefix(":iam::")?;
        let (account, resource) = rest.split_once(':')?;
        let known = ids::is_account(account) || (account == managed::OWNER && kind == PolicyRecord::KIND);
        let rest = resource.strip_prefix(kind)?.strip_prefix('/')?;
        (known && !rest.is_empty()).then_some((account, rest))
    };
    parts().ok_or_else(|| Error::invalid_input(format!("ARN {arn} is not valid.")))
}

impl Context<'_> {
    /// What has this name, if the caller may do `A` to it and it is there.
    pub(super) async fn permitted<A: Action, E: Entity>(&self, name: &str) -> Result<E, Stop> {
        let target = Target::<E>::by_name(self, name).await?;
        let conditions = target.conditions();
        target.permit::<A>(self, &conditions)
    }

    /// Permits `A` on everything of a kind, of which the requested begin with `path`: the ARN that listings have.
    pub(super) fn permit_listing<A: Action, E: Entity>(&self, path: Option<&str>) -> Result<(), Stop> {
        let resource = format!("{}{}", E::KIND, path.unwrap_or("/"));
        self.permit(&action_of::<A>(), &self.arn(&resource), &Conditions::default())
    }

    /// Refuses a new one of a name that is taken, and one too many.
    pub(super) async fn check_new<E: Entity>(&self, name: &str) -> Result<(), Stop> {
        if self.get::<E>(name).await?.is_some() {
            return Err(E::exists(name).into());
        }
        let (quota, limit) = E::QUOTA;
        if self.count::<E>().await? >= limit {
            return Err(Error::limit_exceeded(quota, limit).into());
        }
        Ok(())
    }

    /// The ARN of the policy of this name that AWS manages.
    pub(super) fn arn_of_aws(&self, name: &str) -> String {
        arn(self.partition(), managed::OWNER, &format!("{}/{name}", PolicyRecord::KIND))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_arn_names() {
        let policy = |arn| parts("aws", "policy", arn).ok();
        assert_eq!(policy("arn:aws:iam::111122223333:policy/a/b"), Some(("111122223333", "a/b")));
        assert_eq!(policy("arn:aws:iam::aws:policy/X"), Some(("aws", "X")));
        for arn in [
            "",
            "arn:aws:iam::aws:policy/",
            "arn:aws-cn:iam::aws:policy/X",
            "arn:aws:iam::bws:policy/X",
            "arn:aws:iam::111122223333:user/a",
            "arn:aws:iam:eu-west-1:111122223333:policy/a",
            "arn:aws:iam::111122223333:policyx/a",
        ] {
            assert_eq!(policy(arn), None, "{arn}");
        }
        assert!(parts("aws", "oidc-provider", "arn:aws:iam::aws:oidc-provider/x").is_err());
    }
}
