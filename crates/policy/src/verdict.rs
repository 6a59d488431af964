//! What comes of all the policies together.

use std::fmt;

/// Whether a request is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Allowed,
    /// It is not.
    Denied(Denial),
}

impl Verdict {
    /// Whether the request is allowed.
    pub fn is_allowed(self) -> bool {
        self == Self::Allowed
    }
}

/// Why a request is denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denial {
    /// A statement denies it; otherwise none allows it.
    pub explicit: bool,
    /// The kind of the policy that denies, or that would have to allow.
    pub by: PolicyKind,
    /// Whether the resource is another account's.
    pub cross_account: bool,
}

/// What a policy is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyKind {
    /// The resource.
    Resource,
    /// The identity of who asks.
    Identity,
    /// The same, as the boundary of its permissions.
    Boundary,
    /// The session of who asks.
    Session,
}

impl PolicyKind {
    fn with_article(self) -> &'static str {
        match self {
            Self::Resource => "a resource-based policy",
            Self::Identity => "an identity-based policy",
            Self::Boundary => "a permissions boundary",
            Self::Session => "a session policy",
        }
    }
}

impl fmt::Display for PolicyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resource => "resource-based policy",
            Self::Identity => "identity-based policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
        })
    }
}

impl Denial {
    /// The end of the sentence that tells who is not authorized to do what, as AWS has it. Of another account's
    /// resource it does not tell whether there is one, and what its policy says.
    pub fn reason(&self, action: &str) -> String {
        match *self {
            Self { by: PolicyKind::Resource, cross_account: true, .. } => {
                "because the resource does not exist in this Region, no resource-based policies allow access, or a \
                 resource-based policy explicitly denies access"
                    .to_owned()
            }
            Self { explicit: true, by, .. } => format!("with an explicit deny in {}", by.with_article()),
            Self { explicit: false, by, .. } => format!("because no {by} allows the {action} action"),
        }
    }
}
