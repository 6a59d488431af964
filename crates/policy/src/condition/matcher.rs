//! The value of a condition, ready to be compared with those of requests.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::binary;
use super::date::Instant;
use super::network::Network;
use super::operator::{Relation, Test};
use crate::facts::Facts;
use crate::pattern::{ARN_PARTS, BadVariable, By, Pattern, Syntax};
use crate::truth::Truth;

/// Bytes of a value that are read in one step.
const STRIDE: usize = 8;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Matcher {
    Text(Pattern, By),
    Number(Relation, f64),
    Date(Relation, Instant),
    Boolean(bool),
    Binary(Box<[u8]>),
    Network(Network),
}

/// Why a value does not suit its operator.
#[derive(Debug)]
pub(crate) enum Unfit {
    Variable(BadVariable),
    /// With what it should be.
    Value(&'static str),
}

impl Matcher {
    pub(crate) fn compile(compared: Test, text: &str, variables: bool) -> Result<Self, Unfit> {
        let pattern = |wildcards, by| {
            let compiled = Pattern::compile(text, Syntax { wildcards, variables });
            compiled.map(|pattern| Self::Text(pattern, by)).map_err(Unfit::Variable)
        };
        let read = match compared {
            Test::Text { wildcards, any_case } => {
                return pattern(wildcards, if any_case { By::CharacterAnyCase } else { By::Character });
            }
            Test::Arn => {
                let is_arn = text == "*"
                    || (text.starts_with("arn:") && text.split(':').count() >= ARN_PARTS)
                    || (variables && text.contains("${"));
                return if is_arn { pattern(true, By::Arn) } else { Err(Unfit::Value("an ARN")) };
            }
            Test::Number(relation) => {
                number(text).map(|number| Self::Number(relation, number)).ok_or("a number")
            }
            Test::Date(relation) => Instant::parse(text)
                .map(|date| Self::Date(relation, date))
                .ok_or("a date and time in ISO 8601, or seconds since 1970"),
            Test::Boolean | Test::Null => boolean(text).map(Self::Boolean).ok_or("true or false"),
            Test::Binary => {
                STANDARD.decode(text).map(|bytes| Self::Binary(bytes.into())).map_err(|_| "base64")
            }
            Test::Network => {
                Network::parse(text).map(Self::Network).ok_or("an IP address or range, as 192.0.2.0/24")
            }
        };
        read.map_err(Unfit::Value)
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn weight(&self) -> usize {
        let text = match self {
            Self::Text(pattern, _) => pattern.weight(),
            Self::Binary(bytes) => bytes.len(),
            _ => 0,
        };
        size_of::<Self>() + text
    }

    /// The condition keys that are variables in it.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::Text(pattern, _) => Some(pattern.keys()),
            _ => None,
        }
        .into_iter()
        .flatten()
    }

    /// Whether a value of a request matches. Not known of a value that is not of the kind the operator compares, and
    /// when it would take more steps than are left.
    pub(crate) fn matches<'f>(&'f self, value: &str, facts: &Facts<'f>) -> Truth {
        if let Self::Text(pattern, by) = self {
            return pattern.matches(value, *by, facts);
        }
        if facts.spend(1 + value.len() / STRIDE).is_err() {
            return Truth::Unknown;
        }
        let told = match self {
            Self::Text(..) => None,
            Self::Number(relation, wanted) => {
                number(value).and_then(|found| found.partial_cmp(wanted)).map(|order| relation.holds(order))
            }
            Self::Date(relation, wanted) => {
                Instant::parse(value).map(|found| relation.holds(found.cmp(wanted)))
            }
            Self::Boolean(wanted) => boolean(value).map(|found| found == *wanted),
            Self::Binary(wanted) => binary::holds(value, wanted),
            Self::Network(network) => value.parse::<IpAddr>().ok().map(|address| network.contains(address)),
        };
        told.map_or(Truth::Unknown, Truth::from)
    }
}

fn number(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    text.parse().ok().filter(|number: &f64| is_plain && number.is_finite())
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}
