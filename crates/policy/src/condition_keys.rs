//! Where an evaluation learns of the condition keys of a request.

use std::borrow::Cow;
use std::fmt;

/// The condition keys of a request. Only those are asked for on which a decision turns out to depend, so what takes long to
/// find out need not be known before.
pub trait ConditionKeys {
    /// What the request tells of a key, whose name is in lower case: the same whenever it is asked.
    fn told(&self, key: &str) -> Told<'_>;
}

impl fmt::Debug for dyn ConditionKeys + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConditionKeys")
    }
}

/// What a request tells of a condition key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told<'a> {
    /// It has this one value.
    One(Cow<'a, str>),
    /// It has these values. If there are none, it is absent.
    Values(&'a [Cow<'a, str>]),
    /// The same, of a list that was made for the answer.
    List(Vec<Cow<'a, str>>),
    /// The request does not have the key.
    Absent,
    /// It may or may not.
    Unknown,
}

impl<'a> Told<'a> {
    /// A key that may have a value.
    pub fn maybe(value: Option<impl Into<Cow<'a, str>>>) -> Self {
        value.map_or(Self::Absent, |value| Self::One(value.into()))
    }

    /// A key with all of these values.
    pub fn all(values: impl IntoIterator<Item = Cow<'a, str>>) -> Self {
        let mut values = values.into_iter();
        match (values.next(), values.next()) {
            (None, _) => Self::Absent,
            (Some(one), None) => Self::One(one),
            (Some(first), Some(second)) => Self::List([first, second].into_iter().chain(values).collect()),
        }
    }

    /// Its values; empty of a key that is absent, and None of one of which nothing is known.
    pub fn values(&self) -> Option<&[Cow<'a, str>]> {
        match self {
            Self::One(value) => Some(std::slice::from_ref(value)),
            Self::Values(values) => Some(values),
            Self::List(values) => Some(values),
            Self::Absent => Some(&[]),
            Self::Unknown => None,
        }
    }
}
