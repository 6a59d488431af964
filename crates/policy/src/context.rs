//! What a request tells about itself: condition keys and their values.

use std::borrow::Cow;

use crate::condition_keys::{ConditionKeys, Told};

/// Condition keys and their values. Names of keys are compared without regard to case.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// In the order of the lengths of the names, which are in lower case, and then of the names.
    keys: Vec<(Cow<'a, str>, Vec<Cow<'a, str>>)>,
    complete: bool,
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

    /// With a key and its values. None means that the key is known to be absent. Values of a key that is there are
    /// added to its others.
    #[must_use]
    pub fn with_all(
        mut self,
        key: impl Into<Cow<'a, str>>,
        values: impl IntoIterator<Item = Cow<'a, str>>,
    ) -> Self {
        let mut key = key.into();
        if key.bytes().any(|byte| byte.is_ascii_uppercase()) {
            key.to_mut().make_ascii_lowercase();
        }
        match self.place(&key) {
            // Two names that differ in case are one key: with the values of both, none of which is passed over.
            Ok(place) => {
                if let Some((_, known)) = self.keys.get_mut(place) {
                    known.extend(values);
                }
            }
            Err(place) => self.keys.insert(place, (key, values.into_iter().collect())),
        }
        self
    }

    /// Where a key is, or where it belongs.
    fn place(&self, key: &str) -> Result<usize, usize> {
        self.keys
            .binary_search_by(|(name, _)| name.len().cmp(&key.len()).then_with(|| name.as_ref().cmp(key)))
    }
}

impl ConditionKeys for Context<'_> {
    fn told(&self, key: &str) -> Told<'_> {
        match self.place(key).ok().and_then(|place| self.keys.get(place)) {
            Some((_, values)) => Told::Values(values),
            None if self.complete => Told::Absent,
            None => Told::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(context: &Context<'_>, key: &str) -> Option<Vec<String>> {
        Some(context.told(key).values()?.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn keys_are_the_same_in_any_case_and_keep_all_their_values() {
        let context = Context::partial()
            .with("kms:EncryptionContext:Team", "a")
            .with("b:b", "1")
            .with("kms:encryptioncontext:team", "b")
            .with("KMS:EncryptionContext:TEAM", "a")
            .with_all("a:a", [])
            .with_all("c:c", ["x".into(), "x".into()]);
        for (key, expected) in [
            ("kms:encryptioncontext:team", Some(vec!["a", "b", "a"])),
            ("b:b", Some(vec!["1"])),
            ("a:a", Some(Vec::new())),
            ("c:c", Some(vec!["x", "x"])),
            ("d:d", None),
        ] {
            let expected = expected.map(|values| values.into_iter().map(str::to_owned).collect());
            assert_eq!(values(&context, key), expected, "{key}");
        }
        assert_eq!(values(&Context::complete(), "d:d"), Some(Vec::new()));
        let absent_first = Context::complete().with_all("a:a", []).with("A:A", "1");
        assert_eq!(values(&absent_first, "a:a"), Some(vec!["1".to_owned()]));
    }

    #[test]
    fn every_key_is_found_whatever_the_order() {
        let names: Vec<String> = (0..200).map(|n| format!("k:{}{n}", "x".repeat(n % 7))).collect();
        let context =
            names.iter().rev().fold(Context::complete(), |context, name| context.with(name, name.as_str()));
        for name in &names {
            assert_eq!(values(&context, name), Some(vec![name.clone()]));
        }
    }
}
