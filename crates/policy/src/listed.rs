//! One principal of a statement.

use crate::decide::{Identity, Names};
use crate::listing::Spoken;

/// Digits of an account's number.
const ACCOUNT_DIGITS: usize = 12;
/// Most characters of a name in an ARN, and of an ARN's path (IAM API reference: 64 and 512).
const MAX_NAME: usize = 64;
const MAX_PATH: usize = 512;
/// Fewest and most characters of a unique id (IAM API reference, `idType`).
const UNIQUE_ID: std::ops::RangeInclusive<usize> = 16..=128;
/// What unique ids of users and roles begin with (IAM user guide, "Unique identifiers").
const UNIQUE_PREFIXES: [&str; 2] = ["AIDA", "AROA"];
/// Most characters of a service's or provider's name: that of a domain.
const MAX_DOMAIN: usize = 253;
/// Hex digits of a canonical user id.
const CANONICAL_DIGITS: usize = 64;

/// Whom a statement names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Listed {
    /// `*`.
    Everyone,
    /// An account: its root, and whom its own policies let.
    Account {
        partition: Option<Box<str>>,
        account: Box<str>,
    },
    /// The ARN of a user, a role or a session: whoever has it, or who had it when the policy was written.
    Arn {
        arn: Box<str>,
        id: Option<Box<str>>,
    },
    /// The unique id of a user or role.
    Id(Box<str>),
    Service(Box<str>),
    Federated(Box<str>),
    CanonicalUser(Box<str>),
}

impl Listed {
    /// Whether and how it speaks of somebody.
    pub(crate) fn names(&self, names: &Names<'_>) -> Option<Spoken> {
        let is = |found: &Identity<'_>| match (self, found) {
            (Self::Arn { id: Some(wanted), .. } | Self::Id(wanted), Identity::Aws { id, .. }) => {
                *id == Some(&**wanted)
            }
            (Self::Arn { arn: wanted, id: None }, Identity::Aws { arn: found, .. })
            | (Self::Service(wanted), Identity::Service(found))
            | (Self::Federated(wanted), Identity::Federated(found))
            | (Self::CanonicalUser(wanted), Identity::CanonicalUser(found)) => **wanted == **found,
            _ => false,
        };
        match self {
            Self::Everyone => Some(Spoken::Everyone),
            Self::Account { partition, account } => {
                let its = names.account.filter(|its| *its.id == **account)?;
                if partition.as_ref().is_some_and(|partition| **partition != *its.partition) {
                    return None;
                }
                Some(if names.identities.is_empty() { Spoken::Root } else { Spoken::Account })
            }
            _ => names.identities.iter().position(is).map(Spoken::Name),
        }
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn weight(&self) -> usize {
        let texts = match self {
            Self::Everyone => [None; 2],
            Self::Account { partition, account } => [partition.as_deref(), Some(&**account)],
            Self::Arn { arn, id } => [Some(&**arn), id.as_deref()],
            Self::Id(text) | Self::Service(text) | Self::Federated(text) | Self::CanonicalUser(text) => {
                [Some(&**text), None]
            }
        };
        size_of::<Self>() + texts.into_iter().flatten().map(str::len).sum::<usize>()
    }

    /// By what it knows whom it names; None if it is anybody.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Everyone => None,
            Self::Account { account: name, .. }
            | Self::Arn { id: Some(name), .. }
            | Self::Arn { arn: name, id: None }
            | Self::Id(name)
            | Self::Service(name)
            | Self::Federated(name)
            | Self::CanonicalUser(name) => Some(name),
        }
    }

    /// What an `AWS` principal says.
    pub(crate) fn aws(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Everyone);
        }
        if is_account(text) {
            return Some(Self::Account { partition: None, account: text.into() });
        }
        if is_unique_id(text) {
            return Some(Self::Id(text.into()));
        }
        let (partition, service, account, resource) = arn_parts(text)?;
        if !is_account(account) {
            return None;
        }
        if service == "iam" && resource == "root" {
            return Some(Self::Account { partition: Some(partition.into()), account: account.into() });
        }
        let (kind, rest) = resource.split_once('/')?;
        let fits = match (service, kind) {
            ("iam", "user" | "role") => match rest.rsplit_once('/') {
                None => is_name(rest),
                Some((path, name)) => is_path(path) && is_name(name),
            },
            ("sts", "assumed-role") => {
                rest.split_once('/').is_some_and(|(role, name)| is_name(role) && is_name(name))
            }
            ("sts", "federated-user") => is_name(rest),
            _ => false,
        };
        fits.then(|| Self::Arn { arn: text.into(), id: None })
    }

    pub(crate) fn service(text: &str) -> Option<Self> {
        (is_domain(text) && text.contains('.')).then(|| Self::Service(text.into()))
    }

    pub(crate) fn federated(text: &str) -> Option<Self> {
        let is_provider = match arn_parts(text) {
            Some((_, "iam", account, resource)) => {
                is_account(account)
                    && ["saml-provider/", "oidc-provider/"].iter().any(|kind| {
                        resource.strip_prefix(kind).is_some_and(|name| !name.is_empty() && is_path(name))
                    })
            }
            Some(_) => false,
            None => is_domain(text) && text.contains('.'),
        };
        is_provider.then(|| Self::Federated(text.into()))
    }

    pub(crate) fn canonical_user(text: &str) -> Option<Self> {
        let fits = text.len() == CANONICAL_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        fits.then(|| Self::CanonicalUser(text.into()))
    }
}

/// Partition, service, account and resource of an ARN that is of no Region.
fn arn_parts(text: &str) -> Option<(&str, &str, &str, &str)> {
    let mut parts = text.splitn(6, ':');
    let (arn, partition, service, region, account, resource) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_partition = !partition.is_empty()
        && partition.len() <= MAX_NAME
        && partition.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    (arn == "arn" && is_partition && region.is_empty()).then_some((partition, service, account, resource))
}

fn is_account(text: &str) -> bool {
    text.len() == ACCOUNT_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_unique_id(text: &str) -> bool {
    UNIQUE_ID.contains(&text.len())
        && UNIQUE_PREFIXES.iter().any(|prefix| text.starts_with(prefix))
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// The characters of user, role and session names (IAM API reference).
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_NAME
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte))
}

/// A path without the slashes around it. Wildcards are printable too, and never part of one here: a principal is
/// named, not described.
fn is_path(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_PATH
        && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'*' && byte != b'?')
}

fn is_domain(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_DOMAIN
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_/".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_aws_principal_may_be() {
        for text in [
            "*",
            "111122223333",
            "AIDACKCEVSQ6C2EXAMPLE",
            "AROADBQP57FF2AEXAMPLE",
            "arn:aws:iam::111122223333:root",
            "arn:aws-us-gov:iam::111122223333:user/alice",
            "arn:aws:iam::111122223333:user/a/path/a.l+i=c,e@x_-",
            "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
            "arn:aws:sts::111122223333:assumed-role/role/session@x",
            "arn:aws:sts::111122223333:federated-user/alice",
        ] {
            assert!(Listed::aws(text).is_some(), "{text}");
        }
        for text in [
            "",
            "root",
            "11112222333",
            "1111222233334",
            "11112222333x",
            "AIDA",
            "AKIAIOSFODNN7EXAMPLE",
            "AIDAckcevsq6c2example",
            "arn:aws:iam::111122223333:*",
            "arn:aws:iam::111122223333:user/*",
            "arn:aws:iam::*:root",
            "arn:*:iam::111122223333:root",
            "arn::iam::111122223333:root",
            "arn:aws:iam::111122223333:group/x",
            "arn:aws:iam::111122223333:user",
            "arn:aws:iam::111122223333:user/",
            "arn:aws:iam::111122223333:user//",
            "arn:aws:iam:eu-west-1:111122223333:root",
            "arn:aws:iam::111122223333:root/x",
            "arn:aws:iam::111122223333:Root",
            "arn:aws:kms::111122223333:key/x",
            "arn:aws:sts::111122223333:assumed-role/role",
            "arn:aws:sts::111122223333:assumed-role/role/session/more",
            "arn:aws:iam::111122223333:user/a b",
            " *",
        ] {
            assert_eq!(Listed::aws(text), None, "{text}");
        }
    }

    #[test]
    fn what_the_others_may_be() {
        assert!(Listed::service("logs.eu-west-1.amazonaws.com").is_some());
        for text in ["", "*", "logs", "*.amazonaws.com", "logs amazonaws.com"] {
            assert_eq!(Listed::service(text), None, "{text}");
        }
        for text in [
            "cognito-identity.amazonaws.com",
            "arn:aws:iam::111122223333:saml-provider/x",
            "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC",
        ] {
            assert!(Listed::federated(text).is_some(), "{text}");
        }
        for text in ["", "*", "arn:aws:iam::111122223333:user/x", "arn:aws:iam::111122223333:saml-provider/"]
        {
            assert_eq!(Listed::federated(text), None, "{text}");
        }
        assert!(Listed::canonical_user(&"0f".repeat(32)).is_some());
        assert_eq!(Listed::canonical_user(&"0f".repeat(31)), None);
    }
}
