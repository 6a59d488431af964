//! Who a statement speaks of.

use std::collections::BTreeMap;

use crate::decide::Names;
use crate::error::{Place, PolicyError};
use crate::json::Json;
use crate::listed::Listed;
use crate::members::{Members, texts};

/// How a statement speaks of somebody; the greater, the more it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Spoken {
    /// By the account it belongs to.
    Account,
    /// By speaking of everyone, or of everyone but others.
    Everyone,
    /// As the root of its account.
    Root,
    /// By one of its names, counted from 0.
    Name(usize),
}

/// The `Principal` or `NotPrincipal` of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    Are(Box<[Listed]>),
    AreNot(Box<[Listed]>),
}

impl Listing {
    pub(crate) fn read(members: Members<'_>, place: &Place) -> Result<Self, PolicyError> {
        match (members.get("Principal"), members.get("NotPrincipal")) {
            (Some(_), Some(_)) => Err(PolicyError::Both { place: place.clone(), element: "Principal" }),
            (Some(value), None) => Ok(Self::Are(read(value, "Principal", place)?)),
            (None, Some(value)) => Ok(Self::AreNot(read(value, "NotPrincipal", place)?)),
            (None, None) => Err(PolicyError::NoPrincipal { place: place.clone() }),
        }
    }

    /// Whether and how a statement that allows speaks of somebody.
    pub(crate) fn allow(&self, names: &Names<'_>) -> Option<Spoken> {
        match self {
            Self::Are(listed) => listed.iter().filter_map(|listed| listed.names(names)).max(),
            // Whoever is listed in any way is not meant.
            Self::AreNot(listed) => {
                listed.iter().all(|listed| listed.names(names).is_none()).then_some(Spoken::Everyone)
            }
        }
    }

    /// Whether a statement that denies speaks of somebody.
    pub(crate) fn deny(&self, names: &Names<'_>) -> bool {
        match self {
            Self::Are(listed) => listed.iter().any(|listed| listed.names(names).is_some()),
            // To be spared, all that one is must be listed: the account, and the role as well as its session.
            Self::AreNot(listed) => {
                let spared = |part: &Names<'_>| listed.iter().any(|listed| listed.names(part).is_some());
                if names.account.is_none() && names.identities.is_empty() {
                    return !spared(names);
                }
                let account = names.account.map(|account| Names { account: Some(account), identities: &[] });
                let identities =
                    names.identities.chunks(1).map(|identities| Names { account: None, identities });
                !account.into_iter().chain(identities).all(|part| spared(&part))
            }
        }
    }

    /// What it knows those by of whom it speaks; None in the place of what may be anybody.
    pub(crate) fn names(&self) -> impl Iterator<Item = Option<&str>> {
        let (listed, others) = match self {
            Self::Are(listed) => (&**listed, None),
            Self::AreNot(_) => (&[][..], Some(None)),
        };
        listed.iter().map(Listed::name).chain(others)
    }

    /// The ARNs of users, roles and sessions in it.
    pub(crate) fn arns(&self) -> impl Iterator<Item = &str> {
        let (Self::Are(listed) | Self::AreNot(listed)) = self;
        listed.iter().filter_map(|listed| match listed {
            Listed::Arn { arn, .. } => Some(&**arn),
            _ => None,
        })
    }

    /// Lets every ARN that `ids` has mean only the one with that unique id.
    pub(crate) fn pin(&mut self, ids: &BTreeMap<String, String>) {
        let (Self::Are(listed) | Self::AreNot(listed)) = self;
        for listed in listed {
            if let Listed::Arn { arn, id } = listed
                && let Some(its) = ids.get(&**arn)
            {
                *id = Some(its.as_str().into());
            }
        }
    }

    /// About how many bytes of memory it takes besides its own size.
    pub(crate) fn weight(&self) -> usize {
        let (Self::Are(listed) | Self::AreNot(listed)) = self;
        listed.iter().map(Listed::weight).sum()
    }
}

fn read(value: &Json, element: &'static str, place: &Place) -> Result<Box<[Listed]>, PolicyError> {
    if let Json::Text(text) = value {
        // The one principal without a type.
        return if text == "*" { Ok([Listed::Everyone].into()) } else { Err(PolicyError::InvalidPrincipals) };
    }
    let types = Members::of(value, element, false, place)?;
    if types.is_empty() {
        return Err(PolicyError::NoPrincipal { place: place.clone() });
    }
    let mut principals = Vec::new();
    for (kind, names) in types.iter() {
        let parse = match kind {
            "AWS" => Listed::aws,
            "Service" => Listed::service,
            "Federated" => Listed::federated,
            "CanonicalUser" => Listed::canonical_user,
            _ => {
                let element = format!("{element}.{kind}");
                return Err(PolicyError::UnknownElement { place: place.clone(), element });
            }
        };
        if matches!(names, Json::List(names) if names.is_empty()) {
            return Err(PolicyError::NoPrincipal { place: place.clone() });
        }
        for name in texts(names, &format!("{element}.{kind}"), place)? {
            principals.push(parse(name).ok_or(PolicyError::InvalidPrincipals)?);
        }
    }
    Ok(principals.into())
}
