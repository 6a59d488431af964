//! What a grant allows and when, apart from whom.
//!
//! Many grants on a key share their terms and differ only in the values that their constraint asks for. So terms
//! and values are apart: whoever knows a request and some terms can say which values a grant must have to
//! allow the request, and look for exactly those.
//!
//! In a constraint the names of the pairs are not case-sensitive, their values are (API reference, "GrantConstraints").
//! A name that a request has twice, in two cases, fits no `EncryptionContextSubset` that asks for it.

use api::{EncryptionContext, GrantConstraints, GrantOperation as Op, limits};
use serde::{Deserialize, Serialize};

use super::operation::GrantedOperation;

/// No value in a constraint has more bytes: a character has four at the most.
const LONGEST_VALUE: usize = 4 * limits::MAX_GRANT_CONTEXT_VALUE;

/// Pairs as constraints see them: names in lower case, in order. Made once for a request, and asked about for each
/// terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pairs(Vec<(String, String)>);

impl Pairs {
    pub(super) fn of(context: Option<&EncryptionContext>) -> Self {
        let pairs = context.into_iter().flatten();
        let mut pairs: Vec<_> = pairs.map(|(name, value)| (name.to_lowercase(), value.clone())).collect();
        pairs.sort_unstable();
        Self(pairs)
    }

    /// Whether two names differ by nothing but case.
    pub(super) fn repeat_a_name(&self) -> bool {
        self.0.windows(2).any(|two| matches!(two, [(one, _), (other, _)] if one == other))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(String, String)> {
        self.0.iter()
    }

    /// The pairs of these names; `None` if one is missing or there twice, or has a value that no constraint has.
    fn only(&self, names: &[String]) -> Option<Self> {
        let pairs = names.iter().map(|name| Some((name.clone(), self.value(name)?.to_owned())));
        pairs.collect::<Option<_>>().map(Self)
    }

    fn value(&self, name: &str) -> Option<&str> {
        let after = self.0.get(self.0.partition_point(|(other, _)| other.as_str() < name)..)?;
        match after {
            [(one, _), (other, _), ..] if one == name && other == name => None,
            [(one, value), ..] if one == name && value.len() <= LONGEST_VALUE => Some(value),
            _ => None,
        }
    }
}

/// When a grant applies: its constraint without the values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Condition {
    /// Always.
    Always,
    /// `EncryptionContextEquals`.
    Equals,
    /// `EncryptionContextSubset`: these names, in lower case and in order.
    Subset(Vec<String>),
    /// `SourceArn`: when a service calls on behalf of a resource, which here none does.
    Never,
}

/// What a grant allows and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Terms {
    /// Without repetition, in the order of [`GrantedOperation::all`].
    pub(super) operations: Vec<GrantedOperation>,
    pub(super) condition: Condition,
}

/// Which grants of some terms fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    None,
    All,
    /// Those that ask for all that the request has.
    Whole,
    /// Those that ask for these of what the request has.
    Part(Pairs),
}

impl Fit {
    /// Whether a grant that asks for `values` fits a request that has `pairs`.
    #[cfg(test)]
    fn includes(&self, values: &Pairs, pairs: &Pairs) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Whole => values == pairs,
            Self::Part(wanted) => values == wanted,
        }
    }
}

impl Terms {
    /// The terms of a grant, and the values that its constraint asks for.
    pub(super) fn of(
        operations: &[GrantedOperation],
        constraints: Option<&GrantConstraints>,
    ) -> (Self, Pairs) {
        let operations = GrantedOperation::all().filter(|operation| operations.contains(operation)).collect();
        let (condition, values) = match constraints {
            Some(GrantConstraints { source_arn: Some(_), .. }) => (Condition::Never, Pairs::default()),
            constraints => context_condition(constraints),
        };
        (Self { operations, condition }, values)
    }

    /// Which grants of these terms allow an operation with this encryption context.
    ///
    /// `DescribeKey` has no encryption context, and asks for none. Of `CreateGrant` this says only that there is
    /// something to pass on: what that is, says [`Self::passing_on`].
    pub(super) fn allowing(&self, operation: GrantedOperation, context: &Pairs) -> Fit {
        if !self.include(operation) {
            return Fit::None;
        }
        let free = matches!(operation, GrantedOperation::Api(Op::DescribeKey | Op::CreateGrant));
        match &self.condition {
            Condition::Never => Fit::None,
            Condition::Always => Fit::All,
            _ if free => Fit::All,
            Condition::Equals => Fit::Whole,
            Condition::Subset(names) => context.only(names).map_or(Fit::None, Fit::Part),
        }
    }

    /// Which grants of these terms let their grantee make a grant of `operations` under a constraint with this
    /// condition and these values (see [`context_condition`]): those that allow all of it themselves, under a constraint
    /// that is no stricter.
    pub(super) fn passing_on(
        &self,
        operations: &[GrantedOperation],
        condition: &Condition,
        values: &Pairs,
    ) -> Fit {
        let allowed = |operation: &GrantedOperation| self.include(*operation);
        if !allowed(&Op::CreateGrant.into()) || !operations.iter().all(allowed) {
            return Fit::None;
        }
        match (&self.condition, condition) {
            (Condition::Always, _) => Fit::All,
            (Condition::Equals, Condition::Equals) => Fit::Whole,
            (Condition::Equals | Condition::Never, _) => Fit::None,
            (Condition::Subset(names), _) => values.only(names).map_or(Fit::None, Fit::Part),
        }
    }

    fn include(&self, operation: GrantedOperation) -> bool {
        self.operations.iter().any(|granted| granted.includes(operation))
    }
}

/// The part of a constraint that looks at the encryption context. At most one of the two is there.
pub(super) fn context_condition(constraints: Option<&GrantConstraints>) -> (Condition, Pairs) {
    let equals = constraints.and_then(|constraints| constraints.encryption_context_equals.as_ref());
    let subset = constraints.and_then(|constraints| constraints.encryption_context_subset.as_ref());
    match (equals, subset) {
        (Some(_), _) => (Condition::Equals, Pairs::of(equals)),
        (None, Some(_)) => {
            let values = Pairs::of(subset);
            let names = values.iter().map(|(name, _)| name.clone()).collect();
            (Condition::Subset(names), values)
        }
        (None, None) => (Condition::Always, Pairs::default()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::collection::{btree_map, vec};
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    type Grant = (Vec<GrantedOperation>, Option<GrantConstraints>);

    fn allows(grant: &Grant, operation: GrantedOperation, context: &EncryptionContext) -> bool {
        let (terms, values) = Terms::of(&grant.0, grant.1.as_ref());
        let pairs = Pairs::of(Some(context));
        terms.allowing(operation, &pairs).includes(&values, &pairs)
    }

    fn may_pass_on(old: &Grant, new: &Grant) -> bool {
        let (terms, values) = Terms::of(&old.0, old.1.as_ref());
        let (condition, pairs) = context_condition(new.1.as_ref());
        terms.passing_on(&new.0, &condition, &pairs).includes(&values, &pairs)
    }

    /// What the documentation says, in as many words; for contexts that no name is in twice.
    fn allows_by_the_book(grant: &Grant, operation: GrantedOperation, context: &EncryptionContext) -> bool {
        let lower = |context: &EncryptionContext| -> BTreeMap<String, String> {
            context.iter().map(|(name, value)| (name.to_lowercase(), value.clone())).collect()
        };
        let (operations, constraints) = grant;
        let constraints = constraints.clone().unwrap_or_default();
        let whole = match operation {
            GrantedOperation::EncryptDataKey => GrantedOperation::Api(Op::Encrypt),
            GrantedOperation::DecryptDataKey => GrantedOperation::Api(Op::Decrypt),
            other @ GrantedOperation::Api(_) => other,
        };
        (operations.contains(&operation) || operations.contains(&whole))
            && constraints.source_arn.is_none()
            && (operation == Op::DescribeKey
                || constraints.encryption_context_equals.is_none_or(|all| lower(&all) == lower(context))
                    && constraints.encryption_context_subset.is_none_or(|some| {
                        lower(&some).iter().all(|(name, value)| lower(context).get(name) == Some(value))
                    }))
    }

    /// Few names and values, so that they often meet.
    fn contexts() -> impl Strategy<Value = EncryptionContext> {
        btree_map(select(&["a", "A", "b", "ß"][..]), select(&["1", "2"][..]), 0..4).prop_map(|pairs| {
            pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        })
    }

    fn plain_contexts() -> impl Strategy<Value = EncryptionContext> {
        contexts().prop_filter("no name twice", |context| !Pairs::of(Some(context)).repeat_a_name())
    }

    fn constraints() -> impl Strategy<Value = Option<GrantConstraints>> {
        let kind = (0..3_u8, plain_contexts(), prop::bool::weighted(0.1));
        option::weighted(
            0.8,
            kind.prop_map(|(kind, context, source)| GrantConstraints {
                encryption_context_equals: (kind == 1).then(|| context.clone()),
                encryption_context_subset: (kind == 2).then_some(context),
                source_arn: source.then(|| "arn:aws:s3:eu-west-1:000000000000:accesspoint/a".to_owned()),
            }),
        )
    }

    const OPERATIONS: &[GrantedOperation] = &[
        GrantedOperation::Api(Op::Decrypt),
        GrantedOperation::Api(Op::Encrypt),
        GrantedOperation::EncryptDataKey,
        GrantedOperation::DecryptDataKey,
        GrantedOperation::Api(Op::DescribeKey),
        GrantedOperation::Api(Op::CreateGrant),
    ];

    fn grants() -> impl Strategy<Value = Grant> {
        (vec(select(OPERATIONS), 1..5), constraints())
    }

    #[test]
    fn what_was_written_before_there_were_parts_is_written_the_same() {
        let operations: Vec<_> = Op::ALL.iter().rev().copied().map(GrantedOperation::Api).collect();
        let (terms, _) = Terms::of(&operations, None);
        let names: Vec<_> = Op::NAMES.iter().map(|name| format!("\"{name}\"")).collect();
        let written = format!(r#"{{"operations":[{}],"condition":"Always"}}"#, names.join(","));
        assert_eq!(serde_json::to_string(&terms).unwrap(), written, "places in the store are made from it");
        assert_eq!(serde_json::from_str::<Terms>(&written).unwrap(), terms);
    }

    #[test]
    fn values_are_found_by_their_names() {
        let pairs = [("a", "1"), ("B", "2"), ("c", "3"), ("C", "4"), ("d", "5")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut context = EncryptionContext::from(pairs);
        context.insert("e".to_owned(), "x".repeat(LONGEST_VALUE));
        context.insert("f".to_owned(), "x".repeat(LONGEST_VALUE + 1));
        let pairs = Pairs::of(Some(&context));
        for (name, value) in [("a", "1"), ("b", "2"), ("d", "5"), ("e", context["e"].as_str())] {
            assert_eq!(pairs.value(name), Some(value));
        }
        // Missing, there twice, longer than any constraint's.
        for name in ["", "B", "aa", "c", "f", "g"] {
            assert_eq!(pairs.value(name), None, "{name}");
        }
        assert_eq!(pairs.only(&["a".to_owned(), "g".to_owned()]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_grant_allows_what_the_book_says(
            grant in grants(), operation in select(&OPERATIONS[..5]), context in plain_contexts(),
        ) {
            prop_assert_eq!(
                allows(&grant, operation, &context),
                allows_by_the_book(&grant, operation, &context)
            );
        }

        #[test]
        fn what_is_passed_on_allows_nothing_that_the_grant_did_not(
            old in grants(), new in grants(), operation in select(OPERATIONS), context in contexts(),
        ) {
            if may_pass_on(&old, &new) && allows(&new, operation, &context) {
                prop_assert!(allows(&old, operation, &context));
            }
        }

        #[test]
        fn what_is_passed_on_twice_could_be_passed_on_at_once(
            old in grants(), new in grants(), newest in grants(),
        ) {
            if may_pass_on(&old, &new) && may_pass_on(&new, &newest) {
                prop_assert!(may_pass_on(&old, &newest));
            }
        }

        #[test]
        fn a_grant_can_be_passed_on_as_it_is(grant in grants()) {
            let source = grant.1.as_ref().is_some_and(|constraints| constraints.source_arn.is_some());
            let passes = grant.0.contains(&Op::CreateGrant.into()) && !source;
            prop_assert_eq!(may_pass_on(&grant, &grant), passes);
        }
    }
}
