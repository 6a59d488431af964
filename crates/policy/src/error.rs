//! What can be wrong with a document.

use std::fmt;

/// The longest piece of a document that an error repeats, in characters.
const SHOWN: usize = 128;

/// Where in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Outside of every statement.
    Document,
    /// In a statement.
    Statement {
        /// Its number, from 1.
        number: usize,
        /// Its `Sid`, if it has one.
        sid: Option<String>,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document => f.write_str("Policy"),
            Self::Statement { number, sid: None } => write!(f, "Statement {number} of the policy"),
            Self::Statement { number, sid: Some(sid) } => {
                write!(f, "Statement {number} of the policy (Sid {})", quoted(sid))
            }
        }
    }
}

/// Why a text is not a policy document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The text is longer than any policy.
    #[error("Policy has {bytes} bytes; a policy document may have {}.", crate::document::MAX_TEXT)]
    TooLong {
        /// Its bytes.
        bytes: usize,
    },
    /// The text is not JSON.
    #[error("Policy is not JSON: see line {line}, column {column}.")]
    Syntax {
        /// From 1.
        line: usize,
        /// From 0: of the last character that was read.
        column: usize,
    },
    /// Lists and objects are nested deeper than the language goes.
    #[error("Policy is nested deeper than the {} levels of the policy language.", crate::json::MAX_DEPTH)]
    TooDeep,
    /// The text is JSON, but no object.
    #[error("Policy is not a JSON object.")]
    NotAnObject,
    /// A member is there twice.
    #[error("{place} has {} more than once.", quoted(element))]
    Duplicate {
        /// Where.
        place: Place,
        /// What.
        element: String,
    },
    /// The language has no such element.
    #[error("{place} has an element {}, which the policy language does not have.", quoted(element))]
    UnknownElement {
        /// Where.
        place: Place,
        /// What.
        element: String,
    },
    /// An element is of the wrong JSON type.
    #[error("{place}: {element} is not {wanted}.")]
    WrongType {
        /// Where.
        place: Place,
        /// Which element.
        element: String,
        /// What it should be.
        wanted: &'static str,
    },
    /// The language has no such version.
    #[error("Policy has the Version {}; it must be \"2012-10-17\" or \"2008-10-17\".", quoted(version))]
    Version {
        /// What it says.
        version: String,
    },
    /// There is no statement.
    #[error("Policy has no Statement.")]
    NoStatement,
    /// There are too many statements.
    #[error("Policy has {count} statements; it may have {}.", crate::document::MAX_STATEMENTS)]
    TooManyStatements {
        /// How many.
        count: usize,
    },
    /// A list is too long.
    #[error("{place}: {element} has {count} values; it may have {}.", crate::document::MAX_VALUES)]
    TooManyValues {
        /// Where.
        place: Place,
        /// Which element.
        element: String,
        /// How many.
        count: usize,
    },
    /// An element holds no value.
    #[error("{place}: {element} is empty.")]
    Empty {
        /// Where.
        place: Place,
        /// Which element.
        element: String,
    },
    /// A statement says neither Allow nor Deny.
    #[error("{place} must have an Effect, which is \"Allow\" or \"Deny\".")]
    Effect {
        /// Where.
        place: Place,
    },
    /// A statement has an element and its opposite.
    #[error("{place} has both {element} and Not{element}; it may have one of them.")]
    Both {
        /// Where.
        place: Place,
        /// The element.
        element: &'static str,
    },
    /// A statement lacks an element that those of its kind of policy must have.
    #[error("{place} must have {element} or Not{element}.")]
    Missing {
        /// Where.
        place: Place,
        /// The element.
        element: &'static str,
    },
    /// A statement has an element that those of its kind of policy must not have.
    #[error("{place} has {element}, which a policy of this kind must not have.")]
    Prohibited {
        /// Where.
        place: Place,
        /// The element.
        element: &'static str,
    },
    /// A statement's `Sid` is not one.
    #[error("{place}: a Sid may have letters and digits, and nothing else.")]
    Sid {
        /// Where.
        place: Place,
    },
    /// Two statements have the same `Sid`.
    #[error("{place}: another statement has the same Sid.")]
    SameSid {
        /// Where.
        place: Place,
    },
    /// A statement names nobody.
    #[error("{place} has no principal; it must have one or more.")]
    NoPrincipal {
        /// Where.
        place: Place,
    },
    /// A principal is not one. The text is AWS's own, which names none.
    #[error("Policy contains a statement with one or more invalid principals.")]
    InvalidPrincipals,
    /// An action is not one.
    #[error(
        "{place}: the action {} is not \"*\" or of the form \"service:action\" or, of permissions of the Huawei API, \"kms:resource:action\".",
        quoted(action)
    )]
    Action {
        /// Where.
        place: Place,
        /// What it says.
        action: String,
    },
    /// A resource is not one.
    #[error("{place}: the resource {} is not an ARN or \"*\".", quoted(resource))]
    Resource {
        /// Where.
        place: Place,
        /// What it says.
        resource: String,
    },
    /// A `${…}` cannot be read.
    #[error(
        "{place}: {} has a policy variable that is not of the form ${{key}} or ${{key, 'default'}}.",
        quoted(text)
    )]
    Variable {
        /// Where.
        place: Place,
        /// What it says.
        text: String,
    },
    /// The language has no such condition operator.
    #[error("{place}: {} is no condition operator.", quoted(operator))]
    UnknownOperator {
        /// Where.
        place: Place,
        /// What it says.
        operator: String,
    },
    /// A condition key is not one.
    #[error("{place}: the condition key {} is not of the form \"prefix:name\".", quoted(key))]
    ConditionKey {
        /// Where.
        place: Place,
        /// What it says.
        key: String,
    },
    /// A condition's value does not fit its operator.
    #[error("{place}: {operator} of {} compares with {wanted}; {} is none.", quoted(key), quoted(value))]
    ConditionValue {
        /// Where.
        place: Place,
        /// The operator.
        operator: String,
        /// The condition key.
        key: String,
        /// What it says.
        value: String,
        /// What the operator needs.
        wanted: &'static str,
    },
    /// `ForAllValues` is true where the key is absent, so it must not guard a permission on a key with one value.
    #[error(
        "{place}: OverlyPermissiveCondition: ForAllValues of {}, a key with a single value, allows where the key is \
         absent. Use the operator without ForAllValues.",
        quoted(key)
    )]
    OverlyPermissive {
        /// Where.
        place: Place,
        /// The condition key.
        key: String,
    },
}

/// A piece of a document as an error may repeat it: short, and without control characters.
fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}
