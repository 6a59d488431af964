//! The names of condition operators.

use std::cmp::Ordering;

/// How a condition compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) test: Test,
    pub(crate) quantifier: Option<Quantifier>,
    /// Whether it holds for what does not match.
    pub(crate) negated: bool,
    /// Whether it holds for an absent key.
    pub(crate) if_exists: bool,
}

/// What a value is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    Text { wildcards: bool, any_case: bool },
    Number(Relation),
    Date(Relation),
    Boolean,
    Binary,
    Network,
    Arn,
    Null,
}

/// How the request's value stands to the policy's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Relation {
    pub(crate) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
        }
    }
}

/// Of which of a key's values a condition speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantifier {
    All,
    Any,
}

impl Operator {
    pub(crate) fn named(name: &str) -> Option<Self> {
        let (quantifier, rest) = match name.split_once(':') {
            None => (None, name),
            Some(("ForAllValues", rest)) => (Some(Quantifier::All), rest),
            Some(("ForAnyValue", rest)) => (Some(Quantifier::Any), rest),
            Some(_) => return None,
        };
        let (plain, if_exists) = match rest.strip_suffix("IfExists") {
            None => (rest, false),
            Some(plain) => (plain, true),
        };
        let (test, negated) = test(plain)?;
        // Null asks whether the key is there: neither of the two would mean anything.
        let fits = test != Test::Null || (quantifier.is_none() && !if_exists);
        fits.then_some(Self { test, quantifier, negated, if_exists })
    }
}

fn test(name: &str) -> Option<(Test, bool)> {
    let text = |wildcards, any_case| Test::Text { wildcards, any_case };
    Some(match name {
        "StringEquals" => (text(false, false), false),
        "StringNotEquals" => (text(false, false), true),
        "StringEqualsIgnoreCase" => (text(false, true), false),
        "StringNotEqualsIgnoreCase" => (text(false, true), true),
        "StringLike" => (text(true, false), false),
        "StringNotLike" => (text(true, false), true),
        "NumericEquals" => (Test::Number(Relation::Equal), false),
        "NumericNotEquals" => (Test::Number(Relation::Equal), true),
        "NumericLessThan" => (Test::Number(Relation::Less), false),
        "NumericLessThanEquals" => (Test::Number(Relation::AtMost), false),
        "NumericGreaterThan" => (Test::Number(Relation::Greater), false),
        "NumericGreaterThanEquals" => (Test::Number(Relation::AtLeast), false),
        "DateEquals" => (Test::Date(Relation::Equal), false),
        "DateNotEquals" => (Test::Date(Relation::Equal), true),
        "DateLessThan" => (Test::Date(Relation::Less), false),
        "DateLessThanEquals" => (Test::Date(Relation::AtMost), false),
        "DateGreaterThan" => (Test::Date(Relation::Greater), false),
        "DateGreaterThanEquals" => (Test::Date(Relation::AtLeast), false),
        "Bool" => (Test::Boolean, false),
        "BinaryEquals" => (Test::Binary, false),
        "IpAddress" => (Test::Network, false),
        "NotIpAddress" => (Test::Network, true),
        "ArnEquals" | "ArnLike" => (Test::Arn, false),
        "ArnNotEquals" | "ArnNotLike" => (Test::Arn, true),
        "Null" => (Test::Null, false),
        _ => return None,
    })
}
