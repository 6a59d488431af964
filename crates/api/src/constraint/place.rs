//! Where in a request a value stands, as errors name it: written out only when something is wrong with it.

use std::fmt;

/// A place in a request.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The place of the structure or list that it is in; None for the request itself.
    pub(super) within: Option<&'a Place<'a>>,
    pub(super) step: Step,
}

/// What leads to a place from the one it is in.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// A member of a structure, by its name on the wire.
    Member(&'static str),
    /// An item of a list, by its index.
    Item(usize),
    /// A value of a map.
    Value,
}

impl<'a> Place<'a> {
    /// A place in this one.
    pub(super) fn step(&'a self, step: Step) -> Self {
        Self { within: Some(self), step }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(within) = self.within {
            write!(f, "{within}.")?;
        }
        match self.step {
            Step::Member(name) => lower_camel(name, f),
            Step::Item(index) => write!(f, "{}.member", index + 1),
            Step::Value => f.write_str("value"),
        }
    }
}

/// `KeyId` as the error texts write it: `keyId`.
fn lower_camel(name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut letters = name.chars();
    if let Some(first) = letters.next() {
        write!(f, "{}", first.to_lowercase())?;
    }
    f.write_str(letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_the_api_does() {
        let tags = Place { within: None, step: Step::Member("Tags") };
        let tag = tags.step(Step::Item(1));
        assert_eq!(tag.step(Step::Member("TagKey")).to_string(), "tags.2.member.tagKey");
        assert_eq!(tags.step(Step::Value).to_string(), "tags.value");
    }
}
