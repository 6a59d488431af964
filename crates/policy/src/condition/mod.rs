//! The conditions of a statement.

mod binary;
mod date;
mod matcher;
mod network;
mod operator;

use std::borrow::Cow;

use crate::error::{Place, PolicyError};
use crate::facts::Facts;
use crate::form::Form;
use crate::json::Json;
use crate::members::{Members, one_or_more, wrong_type};
use crate::pattern::BadVariable;
use crate::truth::Truth;
use matcher::{Matcher, Unfit};
use operator::{Operator, Quantifier, Test};

/// Beginnings of condition keys that have one value in every request (KMS developer guide, "Condition keys").
const SINGLE_VALUED: [&str; 2] = ["kms:encryptioncontext:", "aws:requesttag/"];

/// One condition key under one operator, and the values it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    operator: Operator,
    /// In lower case.
    key: Box<str>,
    matchers: Box<[Matcher]>,
}

/// Where conditions are read.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) place: &'a Place,
    /// Whether the document's version has policy variables.
    pub(crate) variables: bool,
    pub(crate) form: Form,
    /// Whether the statement allows.
    pub(crate) allows: bool,
}

impl Reading<'_> {
    /// Reads a `Condition` element: all of its conditions must hold.
    pub(crate) fn conditions(self, value: &Json) -> Result<Vec<Condition>, PolicyError> {
        let mut conditions = Vec::new();
        for (name, keys) in Members::of(value, "Condition", false, self.place)?.iter() {
            let operator = Operator::named(name).ok_or_else(|| PolicyError::UnknownOperator {
                place: self.place.clone(),
                operator: name.to_owned(),
            })?;
            for (key, values) in Members::of(keys, name, true, self.place)?.iter() {
                self.check_key(operator, key)?;
                let matchers = one_or_more(values, &format!("{name} of {key}"), self.place)?
                    .iter()
                    .map(|value| self.matcher(operator, name, key, value))
                    .collect::<Result<_, _>>()?;
                conditions.push(Condition { operator, key: key.to_ascii_lowercase().into(), matchers });
            }
        }
        Ok(conditions)
    }

    fn check_key(self, operator: Operator, key: &str) -> Result<(), PolicyError> {
        let (place, owned) = (self.place.clone(), key.to_owned());
        if !key.split_once(':').is_some_and(|(prefix, name)| !prefix.is_empty() && !name.is_empty()) {
            return Err(PolicyError::ConditionKey { place, key: owned });
        }
        let lower = key.to_ascii_lowercase();
        let single = SINGLE_VALUED.iter().any(|start| lower.starts_with(start));
        if self.form == Form::Resource
            && self.allows
            && single
            && operator.quantifier == Some(Quantifier::All)
        {
            return Err(PolicyError::OverlyPermissive { place, key: owned });
        }
        Ok(())
    }

    fn matcher(
        self,
        operator: Operator,
        name: &str,
        key: &str,
        value: &Json,
    ) -> Result<Matcher, PolicyError> {
        let text = match value {
            Json::Text(text) => text.clone(),
            Json::Bool(value) => value.to_string(),
            Json::Number(value) => value.to_string(),
            _ => {
                let element = format!("{name} of {key}");
                return Err(wrong_type(
                    self.place,
                    &element,
                    "a string, number or boolean, or a list of them",
                ));
            }
        };
        let place = || self.place.clone();
        Matcher::compile(operator.test, &text, self.variables).map_err(|unfit| match unfit {
            Unfit::Variable(BadVariable) => PolicyError::Variable { place: place(), text: text.clone() },
            Unfit::Value(wanted) => PolicyError::ConditionValue {
                place: place(),
                operator: name.to_owned(),
                key: key.to_owned(),
                value: text.clone(),
                wanted,
            },
        })
    }
}

impl Condition {
    /// The condition keys on which it depends.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&*self.key).chain(self.matchers.iter().flat_map(Matcher::keys))
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn weight(&self) -> usize {
        size_of::<Self>() + self.key.len() + self.matchers.iter().map(Matcher::weight).sum::<usize>()
    }

    pub(crate) fn holds<'f>(&'f self, facts: &Facts<'f>) -> Truth {
        facts.told(&self.key, |told| match told.values() {
            None => Truth::Unknown,
            Some([]) => self.holds_when_absent(facts),
            Some(values) => self.holds_of(values, facts),
        })
    }

    fn holds_of<'f>(&'f self, values: &[Cow<'_, str>], facts: &Facts<'f>) -> Truth {
        if self.operator.test == Test::Null {
            return Truth::any(self.matchers.iter().map(|matcher| matcher.matches("false", facts)));
        }
        let mut each = values.iter().map(|value| self.fits(value, facts));
        match (self.operator.quantifier, values.len()) {
            (Some(Quantifier::All), _) => Truth::all(each),
            (Some(Quantifier::Any), _) => Truth::any(each),
            // Several values where the statement was written for one: there is no telling what it means.
            (None, 1) => each.next().unwrap_or(Truth::Unknown),
            (None, _) => Truth::Unknown,
        }
    }

    fn holds_when_absent<'f>(&'f self, facts: &Facts<'f>) -> Truth {
        let Operator { test, quantifier, negated, if_exists } = self.operator;
        if test == Test::Null {
            return Truth::any(self.matchers.iter().map(|matcher| matcher.matches("true", facts)));
        }
        let holds = match quantifier {
            _ if if_exists => true,
            Some(Quantifier::All) => true,
            Some(Quantifier::Any) => false,
            None => negated,
        };
        holds.into()
    }

    fn fits<'f>(&'f self, value: &str, facts: &Facts<'f>) -> Truth {
        let any = Truth::any(self.matchers.iter().map(|matcher| matcher.matches(value, facts)));
        if self.operator.negated { !any } else { any }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    fn holds(condition: &str, context: &Context<'_>) -> Truth {
        let value = Json::read(condition).unwrap();
        let reading =
            Reading { place: &Place::Document, variables: true, form: Form::Resource, allows: true };
        Truth::all(
            reading.conditions(&value).unwrap().iter().map(|condition| condition.holds(&Facts::of(context))),
        )
    }

    /// Each line: a condition, the values of `k:k` in the request (`None`: absent), and whether it holds.
    #[test]
    fn operators_and_values() {
        use Truth::{False, True, Unknown};
        let cases: &[(&str, Option<&[&str]>, Truth)] = &[
            (r#"{"StringEquals":{"k:k":"a"}}"#, Some(&["a"]), True),
            (r#"{"StringEquals":{"K:K":["b","a"]}}"#, Some(&["a"]), True),
            (r#"{"StringEquals":{"k:k":"a*"}}"#, Some(&["ab"]), False),
            (r#"{"StringEquals":{"k:k":"A"}}"#, Some(&["a"]), False),
            (r#"{"StringEquals":{"k:k":true}}"#, Some(&["true"]), True),
            (r#"{"StringEquals":{"k:k":365}}"#, Some(&["365"]), True),
            (r#"{"StringEquals":{"k:k":"a"}}"#, None, False),
            (r#"{"StringEquals":{"k:k":"a"}}"#, Some(&["a", "b"]), Unknown),
            (r#"{"StringNotEquals":{"k:k":["a","b"]}}"#, Some(&["b"]), False),
            (r#"{"StringNotEquals":{"k:k":["a","b"]}}"#, Some(&["c"]), True),
            (r#"{"StringNotEquals":{"k:k":"a"}}"#, None, True),
            (r#"{"StringEqualsIgnoreCase":{"k:k":"Aé"}}"#, Some(&["aÉ"]), True),
            (r#"{"StringNotEqualsIgnoreCase":{"k:k":"A"}}"#, Some(&["a"]), False),
            (r#"{"StringLike":{"k:k":"a*b?"}}"#, Some(&["axxbc"]), True),
            (r#"{"StringNotLike":{"k:k":"a*"}}"#, Some(&["ab"]), False),
            (r#"{"StringLike":{"k:k":"*"}}"#, None, False),
            (r#"{"StringEqualsIfExists":{"k:k":"a"}}"#, None, True),
            (r#"{"StringEqualsIfExists":{"k:k":"a"}}"#, Some(&["b"]), False),
            (r#"{"NumericEquals":{"k:k":"10"}}"#, Some(&["10.0"]), True),
            (r#"{"NumericEquals":{"k:k":10}}"#, Some(&["x"]), Unknown),
            (r#"{"NumericNotEquals":{"k:k":10}}"#, Some(&["11"]), True),
            (r#"{"NumericLessThan":{"k:k":10}}"#, Some(&["10"]), False),
            (r#"{"NumericLessThanEquals":{"k:k":10}}"#, Some(&["10"]), True),
            (r#"{"NumericGreaterThan":{"k:k":-1.5}}"#, Some(&["-1"]), True),
            (r#"{"NumericGreaterThanEquals":{"k:k":[10,5]}}"#, Some(&["7"]), True),
            (r#"{"DateLessThan":{"k:k":"2026-01-01T00:00:00Z"}}"#, Some(&["2025-12-31T23:59:59.999Z"]), True),
            (r#"{"DateEquals":{"k:k":"2026-01-01"}}"#, Some(&["1767225600"]), True),
            (r#"{"DateEquals":{"k:k":1767225600}}"#, Some(&["2026-01-01T01:00:00+01:00"]), True),
            (r#"{"DateNotEquals":{"k:k":"2026-01-01T00:00Z"}}"#, Some(&["2026-01-01"]), False),
            (r#"{"DateGreaterThanEquals":{"k:k":"2026-01"}}"#, Some(&["2026-01-01"]), True),
            (r#"{"DateGreaterThan":{"k:k":"2026-01-01"}}"#, Some(&["soon"]), Unknown),
            (r#"{"Bool":{"k:k":"true"}}"#, Some(&["True"]), True),
            (r#"{"Bool":{"k:k":false}}"#, Some(&["true"]), False),
            (r#"{"Bool":{"k:k":false}}"#, None, False),
            (r#"{"BoolIfExists":{"k:k":"true"}}"#, None, True),
            (r#"{"BinaryEquals":{"k:k":"QmluYXJ5"}}"#, Some(&["QmluYXJ5"]), True),
            (r#"{"BinaryEquals":{"k:k":"QmluYXJ5"}}"#, Some(&["QmluYXJ4"]), False),
            (r#"{"IpAddress":{"k:k":"203.0.113.0/24"}}"#, Some(&["203.0.113.9"]), True),
            (r#"{"IpAddress":{"k:k":"203.0.113.0/24"}}"#, Some(&["203.0.114.9"]), False),
            (r#"{"IpAddress":{"k:k":"203.0.113.0/24"}}"#, Some(&["::ffff:203.0.113.9"]), True),
            (r#"{"IpAddress":{"k:k":"2001:db8::/33"}}"#, Some(&["2001:db8:7fff::1"]), True),
            (r#"{"IpAddress":{"k:k":"2001:db8::/33"}}"#, Some(&["2001:db8:8000::1"]), False),
            (r#"{"IpAddress":{"k:k":["10.0.0.1","0.0.0.0/0"]}}"#, Some(&["8.8.8.8"]), True),
            (r#"{"IpAddress":{"k:k":"0.0.0.0/0"}}"#, Some(&["2001:db8::1"]), False),
            (r#"{"NotIpAddress":{"k:k":"10.0.0.0/8"}}"#, Some(&["10.1.2.3"]), False),
            (r#"{"NotIpAddress":{"k:k":"10.0.0.0/8"}}"#, Some(&["nowhere"]), Unknown),
            (r#"{"ArnLike":{"k:k":"arn:aws:iam::*:user/*"}}"#, Some(&["arn:aws:iam::1:user/x"]), True),
            (r#"{"ArnEquals":{"k:k":"arn:aws:iam::*:user/*"}}"#, Some(&["arn:aws:iam::1:x:1:user/x"]), False),
            (r#"{"ArnNotEquals":{"k:k":"arn:aws:iam::1:user/*"}}"#, Some(&["arn:aws:iam::2:user/x"]), True),
            (r#"{"ArnNotLike":{"k:k":"arn:aws:iam::1:user/*"}}"#, None, True),
            (r#"{"Null":{"k:k":"true"}}"#, None, True),
            (r#"{"Null":{"k:k":true}}"#, Some(&["a"]), False),
            (r#"{"Null":{"k:k":"false"}}"#, Some(&["a", "b"]), True),
            (r#"{"Null":{"k:k":"true"}}"#, Some(&[]), True),
            (r#"{"ForAllValues:StringEquals":{"k:k":["a","b"]}}"#, Some(&["a", "b", "a"]), True),
            (r#"{"ForAllValues:StringEquals":{"k:k":["a","b"]}}"#, Some(&["a", "c"]), False),
            (r#"{"ForAllValues:StringEquals":{"k:k":"a"}}"#, None, True),
            (r#"{"ForAllValues:StringNotEquals":{"k:k":"a"}}"#, Some(&["b", "a"]), False),
            (r#"{"ForAnyValue:StringLike":{"k:k":"a*"}}"#, Some(&["x", "ab"]), True),
            (r#"{"ForAnyValue:StringLike":{"k:k":"a*"}}"#, None, False),
            (r#"{"ForAnyValue:StringNotLike":{"k:k":"a*"}}"#, None, False),
            (r#"{"ForAnyValue:StringLikeIfExists":{"k:k":"a*"}}"#, None, True),
            (r#"{"StringEquals":{"k:k":"${k:k}"}}"#, Some(&["${k:k}"]), True),
            (r#"{"StringEquals":{"k:k":"${k:absent}"}}"#, Some(&["a"]), Unknown),
            (r#"{"StringNotEquals":{"k:k":["a","${k:absent}"]}}"#, Some(&["a"]), False),
            (r#"{"StringEquals":{"k:k":"a"},"Null":{"k:k":"false"}}"#, Some(&["a"]), True),
            (r#"{"StringEquals":{"k:k":"a"},"Null":{"k:k":"true"}}"#, Some(&["a"]), False),
            ("{}", None, True),
            (r#"{"StringEquals":{}}"#, None, True),
        ];
        for (condition, values, expected) in cases {
            let context = match values {
                Some(values) => {
                    Context::complete().with_all("k:k", values.iter().map(|value| (*value).into()))
                }
                None => Context::complete(),
            };
            assert_eq!(holds(condition, &context), *expected, "{condition} of {values:?}");
        }
    }

    #[test]
    fn of_what_is_not_told_nothing_is_known() {
        let partial = Context::partial().with("k:told", "a").with_all("k:none", []);
        for (condition, expected) in [
            (r#"{"StringEquals":{"k:told":"a"}}"#, Truth::True),
            (r#"{"StringEquals":{"k:told":"a","k:other":"b"}}"#, Truth::Unknown),
            (r#"{"StringEquals":{"k:told":"b","k:other":"b"}}"#, Truth::False),
            (r#"{"StringNotEquals":{"k:other":"b"}}"#, Truth::Unknown),
            (r#"{"StringEqualsIfExists":{"k:other":"b"}}"#, Truth::Unknown),
            (r#"{"Null":{"k:other":"true"}}"#, Truth::Unknown),
            (r#"{"Null":{"k:none":"true"}}"#, Truth::True),
            (r#"{"ForAllValues:StringEquals":{"k:other":"b"}}"#, Truth::Unknown),
        ] {
            assert_eq!(holds(condition, &partial), expected, "{condition}");
        }
    }

    #[test]
    fn what_no_condition_is() {
        for (condition, expected) in [
            ("[]", "Condition is not an object"),
            (r#"{"StringEquals":"a"}"#, "StringEquals is not an object"),
            (r#"{"stringequals":{"k:k":"a"}}"#, "is no condition operator"),
            (r#"{"NullIfExists":{"k:k":"a"}}"#, "is no condition operator"),
            (r#"{"ForAllValues:Null":{"k:k":"a"}}"#, "is no condition operator"),
            (r#"{"ForSomeValues:StringLike":{"k:k":"a"}}"#, "is no condition operator"),
            (r#"{"StringEqualsIfExistsIfExists":{"k:k":"a"}}"#, "is no condition operator"),
            (r#"{"StringEquals":{"k":"a"}}"#, "is not of the form"),
            (r#"{"StringEquals":{":k":"a"}}"#, "is not of the form"),
            (r#"{"StringEquals":{"k:":"a"}}"#, "is not of the form"),
            (r#"{"StringEquals":{"k:k":[]}}"#, "is empty"),
            (r#"{"StringEquals":{"k:k":{}}}"#, "is not a string, number or boolean"),
            (r#"{"StringEquals":{"k:k":null}}"#, "is not a string, number or boolean"),
            (r#"{"StringEquals":{"k:k":[["a"]]}}"#, "is not a string, number or boolean"),
            (r#"{"StringEquals":{"k:k":"a","K:k":"b"}}"#, "more than once"),
            (r#"{"StringEquals":{"k:k":"a"},"StringEquals":{"k:l":"a"}}"#, "more than once"),
            (r#"{"StringEquals":{"k:k":"${"}}"#, "policy variable"),
            (r#"{"NumericEquals":{"k:k":"ten"}}"#, "a number"),
            (r#"{"NumericEquals":{"k:k":"inf"}}"#, "a number"),
            (r#"{"NumericEquals":{"k:k":"${k:k}"}}"#, "a number"),
            (r#"{"DateEquals":{"k:k":"2026-13-01"}}"#, "a date"),
            (r#"{"Bool":{"k:k":"yes"}}"#, "true or false"),
            (r#"{"Null":{"k:k":1}}"#, "true or false"),
            (r#"{"BinaryEquals":{"k:k":"="}}"#, "base64"),
            (r#"{"IpAddress":{"k:k":"10.0.0.0/33"}}"#, "an IP address"),
            (r#"{"IpAddress":{"k:k":"10.0.0"}}"#, "an IP address"),
            (r#"{"ArnEquals":{"k:k":"alice"}}"#, "an ARN"),
            (r#"{"ForAllValues:StringEquals":{"kms:EncryptionContext:a":"b"}}"#, "OverlyPermissiveCondition"),
            (r#"{"ForAllValues:StringLike":{"aws:RequestTag/a":"b"}}"#, "OverlyPermissiveCondition"),
        ] {
            let reading =
                Reading { place: &Place::Document, variables: true, form: Form::Resource, allows: true };
            let error = reading.conditions(&Json::read(condition).unwrap()).expect_err(condition);
            assert!(error.to_string().contains(expected), "{condition}: {error}");
        }
    }
}
