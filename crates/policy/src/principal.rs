//! Who asks, with all that their own account lets them do.

use std::sync::Arc;

use crate::document::Document;

/// Who asks. Made once of what is stored of an identity, and kept: nothing in it is of a single request.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The partition of its account's ARNs; that of a service is not told.
    pub partition: String,
    /// Its account's 12 digits. Services belong to none: "".
    pub account: String,
    /// As messages and `GetCallerIdentity` show it: of a session of a role, the session's ARN; of a service, its name.
    pub arn: String,
    /// What it is.
    pub kind: PrincipalKind,
    /// The names by which policies of resources may know it, the one that says most of it last. The root of an account
    /// has none, a user its own, a session of a role the role's and its own, a service its own.
    pub names: Vec<PrincipalName>,
    /// The policies of its identity: its own, those of its groups, those attached to it.
    pub policies: Vec<Arc<Document>>,
    /// The permissions boundary.
    pub boundary: Option<Arc<Document>>,
    /// The session policies. If there are none, the session is not limited by them.
    pub session_policies: Vec<Arc<Document>>,
    /// Condition keys, in lower case, and their values, as far as the principal itself decides them: `aws:userid`,
    /// `aws:username`, `aws:principaltag/…`, `aws:tokenissuetime`, `aws:multifactorauthpresent` and their like.
    pub facts: Vec<(String, Vec<String>)>,
}

/// What a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrincipalKind {
    /// The root of an account, or a session of it.
    Root,
    /// A user, or a session of one.
    User,
    /// A session of a role.
    Role,
    /// A service that acts for itself.
    Service,
}

/// A name by which policies of resources may know a principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalName {
    /// The ARN of a user, role or session, or the name of a service.
    pub arn: String,
    /// The unique id: of a session, that of its role or user, a colon, and the session's name.
    pub id: Option<String>,
}

impl Principal {
    /// The root of an account.
    pub fn root(partition: &str, account: &str) -> Self {
        Self {
            partition: partition.to_owned(),
            account: account.to_owned(),
            arn: format!("arn:{partition}:iam::{account}:root"),
            kind: PrincipalKind::Root,
            names: Vec::new(),
            policies: Vec::new(),
            boundary: None,
            session_policies: Vec::new(),
            facts: Vec::new(),
        }
    }

    /// A service that acts for itself, as `logs.eu-west-1.amazonaws.com`.
    pub fn service(name: &str) -> Self {
        Self {
            partition: String::new(),
            account: String::new(),
            arn: name.to_owned(),
            kind: PrincipalKind::Service,
            names: vec![PrincipalName { arn: name.to_owned(), id: None }],
            policies: Vec::new(),
            boundary: None,
            session_policies: Vec::new(),
            facts: Vec::new(),
        }
    }

    /// Whether it is the root of its account.
    pub fn is_root(&self) -> bool {
        self.kind == PrincipalKind::Root
    }
}
