//! What a request tells about itself: condition keys and their values.

use std::borrow::Cow;

/// Condition keys and their values. Names of keys are compared without regard to case.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    keys: Vec<(Cow<'a, str>, Vec<Cow<'a, str>>)>,
    complete: bool,
}

/// What a context says of a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Told<'a> {
    /// The request has these values; never none.
    Values(&'a [Cow<'a, str>]),
    /// The request does not have the key.
    Absent,
    /// It may or may not.
    Unknown,
}

impl<'a> Context<'a> {
    /// All there is to know of a request: a key that is not added is absent from it.
    pub fn complete() -> Self {
        Self { keys: Vec::new(), complete: true }
    }

    /// Some of what there is to know, as of a request that may be made one day.
    pub fn partial() -> Self {
        Self { keys: Vec::new(), complete: false }
    }

    /// With a key and its one value.
    #[must_use]
    pub fn with(self, key: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.with_all(key, [value.into()])
    }

    /// With a key and its values. None means that the key is known to be absent.
    #[must_use]
    pub fn with_all(
        mut self,
        key: impl Into<Cow<'a, str>>,
        values: impl IntoIterator<Item = Cow<'a, str>>,
    ) -> Self {
        self.keys.push((key.into(), values.into_iter().collect()));
        self
    }

    pub(crate) fn told(&self, key: &str) -> Told<'_> {
        match self.keys.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)) {
            Some((_, values)) if values.is_empty() => Told::Absent,
            Some((_, values)) => Told::Values(values),
            None if self.complete => Told::Absent,
            None => Told::Unknown,
        }
    }

    /// The value of a key that has one.
    pub(crate) fn one(&self, key: &str) -> Option<&str> {
        match self.told(key) {
            Told::Values([value]) => Some(value),
            _ => None,
        }
    }
}
