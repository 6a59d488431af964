//! Condition keys that a request brings along: what its members say, as policies may ask for it.

use std::borrow::Cow;

use api::{EncryptionContext, Tag};
use policy::Told;

/// Beginning of the condition keys for the pairs of an encryption context.
const CONTEXT: &str = "kms:EncryptionContext:";
/// Beginning of the condition keys for the tags that a request gives.
const REQUEST_TAG: &str = "aws:RequestTag/";

/// The condition keys of a request and their values. A key that is not here is absent from the request.
#[derive(Clone, Debug, Default)]
pub struct Conditions<'r>(Vec<(Name<'r>, Told<'r>)>);

/// The name of a condition key: how all of its kind begin, and what the request adds.
#[derive(Clone, Copy, Debug)]
struct Name<'r>(&'static str, &'r str);

impl<'r> Conditions<'r> {
    /// With a key, as AWS documents it, and its one value.
    #[must_use]
    pub fn with(self, key: &'static str, value: impl Into<Cow<'r, str>>) -> Self {
        self.with_all(key, [value])
    }

    /// With a key and its value, if it has one.
    #[must_use]
    pub fn maybe(self, key: &'static str, value: Option<impl Into<Cow<'r, str>>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// With a key and its values. None means that the request does not have the key.
    #[must_use]
    pub fn with_all<V: Into<Cow<'r, str>>>(
        mut self,
        key: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.push(Name(key, ""), Told::all(values.into_iter().map(Into::into)));
        self
    }

    /// With the pairs of an encryption context, and their names. Names that differ only by case are one condition key
    /// with several values, which no condition for a single value can be true of.
    #[must_use]
    pub fn encryption_context(mut self, context: Option<&'r EncryptionContext>) -> Self {
        let pairs = context.into_iter().flatten();
        for (name, value) in pairs.clone() {
            self.push(Name(CONTEXT, name), Told::One(value.into()));
        }
        self.with_all("kms:EncryptionContextKeys", pairs.map(|(name, _)| name.as_str()))
    }

    /// With the tags that a request gives, and their keys.
    #[must_use]
    pub fn request_tags(mut self, tags: &'r [Tag]) -> Self {
        for tag in tags {
            self.push(Name(REQUEST_TAG, &tag.tag_key), Told::One((&tag.tag_value).into()));
        }
        self.with_all("aws:TagKeys", tags.iter().map(|tag| tag.tag_key.as_str()))
    }

    /// The values of a key, whose name is compared without regard to case.
    pub(crate) fn get(&self, key: &str) -> Option<&[Cow<'r, str>]> {
        let found = self.0.iter().find(|(name, _)| name.is(key.bytes()));
        found.and_then(|(_, told)| told.values())
    }

    fn push(&mut self, key: Name<'r>, told: Told<'r>) {
        match self.0.iter_mut().find(|(name, _)| name.is(key.bytes())) {
            Some((_, known)) => {
                let both = [&*known, &told].into_iter().filter_map(Told::values).flatten();
                *known = Told::all(both.cloned().collect::<Vec<_>>());
            }
            None => self.0.push((key, told)),
        }
    }
}

impl<'r> Name<'r> {
    fn bytes(self) -> impl Iterator<Item = u8> + 'r {
        self.0.bytes().chain(self.1.bytes())
    }

    /// Whether it is the name of a key, in any case.
    fn is(self, key: impl Iterator<Item = u8>) -> bool {
        let lower = |byte: u8| byte.to_ascii_lowercase();
        self.bytes().map(lower).eq(key.map(lower))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_and_tags_become_keys() {
        let context = EncryptionContext::from([("Dept".to_owned(), "it".to_owned())]);
        let tags = [Tag { tag_key: "team".to_owned(), tag_value: "a b".to_owned() }];
        let conditions = Conditions::default().encryption_context(Some(&context)).request_tags(&tags);
        for (key, value) in [
            ("kms:encryptioncontext:dept", "it"),
            ("kms:encryptioncontextkeys", "Dept"),
            ("aws:requesttag/team", "a b"),
            ("aws:tagkeys", "team"),
        ] {
            assert_eq!(conditions.get(key), Some(&[Cow::Borrowed(value)][..]), "{key}");
        }
        assert_eq!(conditions.get("kms:encryptioncontext:other"), None);
    }

    #[test]
    fn names_that_differ_by_case_are_one_key_with_two_values() {
        let context = EncryptionContext::from([
            ("dept".to_owned(), "it".to_owned()),
            ("DEPT".to_owned(), "hr".to_owned()),
        ]);
        let conditions = Conditions::default().encryption_context(Some(&context));
        assert_eq!(conditions.get("kms:encryptioncontext:dept").map(<[_]>::len), Some(2));
    }
}
