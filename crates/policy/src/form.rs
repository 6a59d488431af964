//! What a document is the policy of, which tells what its statements must and must not have.

use crate::error::{Place, PolicyError};
use crate::members::Members;

/// What a document is the policy of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A resource: every statement has a `Principal` or `NotPrincipal`. One without actions or without resources is
    /// accepted and has no effect (`PutKeyPolicy`).
    Resource,
    /// A user, group, role or session, or the boundary of one: no principals, but actions and resources.
    Identity,
    /// A role, telling who may assume it: principals and actions, but no resources.
    Trust,
}

impl Form {
    pub(crate) fn check(self, members: Members<'_>, place: &Place) -> Result<(), PolicyError> {
        match self {
            Self::Resource => Ok(()),
            Self::Identity => {
                none_of(["Principal", "NotPrincipal"], members, place)?;
                one_of(["Action", "NotAction"], members, place)?;
                one_of(["Resource", "NotResource"], members, place)
            }
            Self::Trust => {
                none_of(["Resource", "NotResource"], members, place)?;
                one_of(["Action", "NotAction"], members, place)
            }
        }
    }
}

fn one_of([is, is_not]: [&'static str; 2], members: Members<'_>, place: &Place) -> Result<(), PolicyError> {
    match members.get(is).or(members.get(is_not)) {
        Some(_) => Ok(()),
        None => Err(PolicyError::Missing { place: place.clone(), element: is }),
    }
}

fn none_of(elements: [&'static str; 2], members: Members<'_>, place: &Place) -> Result<(), PolicyError> {
    match elements.into_iter().find(|element| members.get(element).is_some()) {
        None => Ok(()),
        Some(element) => Err(PolicyError::Prohibited { place: place.clone(), element }),
    }
}
