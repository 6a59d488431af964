//! Condition keys that a request brings along: what its members say, as policies may ask for it.

use std::borrow::Cow;

use api::{EncryptionContext, Tag};

/// Beginning of the condition keys for the pairs of an encryption context.
const CONTEXT: &str = "kms:EncryptionContext:";
/// Beginning of the condition keys for the tags that a request gives.
const REQUEST_TAG: &str = "aws:RequestTag/";

/// The condition keys of a request and their values. A key that is not here is absent from the request.
#[derive(Clone, Debug, Default)]
pub struct Conditions<'r>(Vec<(Cow<'r, str>, Vec<Cow<'r, str>>)>);

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
        self.push(Cow::Borrowed(key), values.into_iter().map(Into::into).collect());
        self
    }

    /// With the pairs of an encryption context, and their names. Names that differ only by case are one condition key
    /// with several values, which no condition for a single value can be true of.
    #[must_use]
    pub fn encryption_context(mut self, context: Option<&'r EncryptionContext>) -> Self {
        let pairs = context.into_iter().flatten();
        for (name, value) in pairs.clone() {
            self.push(Cow::Owned(format!("{CONTEXT}{name}")), vec![Cow::Borrowed(value.as_str())]);
        }
        self.with_all("kms:EncryptionContextKeys", pairs.map(|(name, _)| name.as_str()))
    }

    /// With the tags that a request gives, and their keys.
    #[must_use]
    pub fn request_tags(mut self, tags: &'r [Tag]) -> Self {
        for tag in tags {
            self.push(
                Cow::Owned(format!("{REQUEST_TAG}{}", tag.tag_key)),
                vec![Cow::Borrowed(&tag.tag_value)],
            );
        }
        self.with_all("aws:TagKeys", tags.iter().map(|tag| tag.tag_key.as_str()))
    }

    /// The values of a key, whose name is compared without regard to case.
    pub(crate) fn get(&self, key: &str) -> Option<&[Cow<'r, str>]> {
        let found = self.0.iter().find(|(name, _)| same_key(name, key));
        found.map(|(_, values)| values.as_slice())
    }

    fn push(&mut self, key: Cow<'r, str>, values: Vec<Cow<'r, str>>) {
        match self.0.iter_mut().find(|(name, _)| same_key(name, &key)) {
            Some((_, known)) => known.extend(values),
            None => self.0.push((key, values)),
        }
    }
}

/// Whether two names are of the same condition key.
fn same_key(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
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
