//! A statement: who, what, on what, and when.

use crate::condition::{Condition, Reading};
use crate::context::Context;
use crate::decide::Request;
use crate::error::{Place, PolicyError};
use crate::json::Json;
use crate::names::{Members, texts};
use crate::pattern::{BadVariable, By, Pattern, Syntax};
use crate::principal::{Principals, Spoken};
use crate::truth::Truth;

/// The elements of a statement.
const ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];
/// Parts of an ARN, divided by colons.
const ARN_PARTS: usize = 6;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// A statement of a document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statement {
    pub(crate) sid: Option<String>,
    pub(crate) effect: Effect,
    principals: Principals,
    /// A statement that is missing its actions or its resources says nothing (`PutKeyPolicy`: it is accepted, and
    /// has no effect).
    actions: Option<Matched>,
    resources: Option<Matched>,
    conditions: Vec<Condition>,
}

/// `Action` or `Resource`, or what is none of them.
#[derive(Clone, Debug, PartialEq)]
enum Matched {
    By(Vec<Pattern>),
    ByNone(Vec<Pattern>),
}

impl Statement {
    /// Reads the statement of a number, from 1.
    pub(crate) fn read(value: &Json, number: usize, variables: bool) -> Result<Self, PolicyError> {
        let place = Place::Statement { number, sid: None };
        let members = Members::of(value, "Statement", false, &place)?;
        let sid = members.text("Sid")?.map(str::to_owned);
        let place = Place::Statement { number, sid: sid.clone() };
        let members = Members::of(value, "Statement", false, &place)?.only(&ELEMENTS)?;
        let effect = match members.text("Effect")? {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            _ => return Err(PolicyError::Effect { place }),
        };
        let reading = Reading { place: &place, variables, allows: effect == Effect::Allow };
        Ok(Self {
            sid,
            effect,
            principals: Principals::read(members, &place)?,
            actions: matched(members, ["Action", "NotAction"], &place, action)?,
            resources: matched(members, ["Resource", "NotResource"], &place, |text, place| {
                resource(text, variables, place)
            })?,
            conditions: match members.get("Condition") {
                Some(value) => reading.conditions(value)?,
                None => Vec::new(),
            },
        })
    }

    /// Whether it applies to a request, and how it speaks of the caller.
    pub(crate) fn applies(&self, request: &Request<'_>) -> (Truth, Spoken) {
        let spoken = match self.effect {
            Effect::Allow => self.principals.allow(request.caller),
            Effect::Deny => self.principals.deny(request.caller).then_some(Spoken::Directly),
        };
        let (Some(spoken), Some(actions), Some(resources)) = (spoken, &self.actions, &self.resources) else {
            return (Truth::False, Spoken::Directly);
        };
        let context = request.context;
        let truth = [
            actions.matches(request.action, By::CharacterAnyCase, context),
            resources.matches(request.resource, By::Arn, context),
        ];
        let truth = Truth::all(truth.into_iter());
        if truth == Truth::False {
            return (truth, spoken);
        }
        let conditions = Truth::all(self.conditions.iter().map(|condition| condition.holds(context)));
        (truth.min(conditions), spoken)
    }
}

impl Matched {
    fn matches(&self, text: &str, by: By, context: &Context<'_>) -> Truth {
        let any = |patterns: &[Pattern]| {
            Truth::any(patterns.iter().map(|pattern| pattern.matches(text, by, context)))
        };
        match self {
            Self::By(patterns) => any(patterns),
            Self::ByNone(patterns) => !any(patterns),
        }
    }
}

fn matched(
    members: Members<'_>,
    [are, are_not]: [&'static str; 2],
    place: &Place,
    compile: impl Fn(&str, &Place) -> Result<Pattern, PolicyError>,
) -> Result<Option<Matched>, PolicyError> {
    let patterns = |value, element| {
        texts(value, element, place)?
            .into_iter()
            .map(|text| compile(text, place))
            .collect::<Result<Vec<_>, _>>()
    };
    match (members.get(are), members.get(are_not)) {
        (Some(_), Some(_)) => Err(PolicyError::Both { place: place.clone(), element: are }),
        (Some(value), None) => patterns(value, are).map(|patterns| Some(Matched::By(patterns))),
        (None, Some(value)) => patterns(value, are_not).map(|patterns| Some(Matched::ByNone(patterns))),
        (None, None) => Ok(None),
    }
}

fn action(text: &str, place: &Place) -> Result<Pattern, PolicyError> {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_*?".contains(&byte))
    };
    let fits =
        text == "*" || text.split_once(':').is_some_and(|(service, name)| is_part(service) && is_part(name));
    if !fits {
        return Err(PolicyError::Action { place: place.clone(), action: text.to_owned() });
    }
    compile(text, false, place)
}

/// Of an ARN that stops early, the rest is anything (IAM user guide, "Resource").
fn resource(text: &str, variables: bool, place: &Place) -> Result<Pattern, PolicyError> {
    let is_arn = text.starts_with("arn:") || (variables && text.starts_with("${"));
    if text != "*" && !is_arn {
        return Err(PolicyError::Resource { place: place.clone(), resource: text.to_owned() });
    }
    let missing =
        if text.starts_with("arn:") { ARN_PARTS.saturating_sub(text.split(':').count()) } else { 0 };
    compile(&format!("{text}{}", ":*".repeat(missing)), variables, place)
}

fn compile(text: &str, variables: bool, place: &Place) -> Result<Pattern, PolicyError> {
    Pattern::compile(text, Syntax { wildcards: true, variables })
        .map_err(|BadVariable| PolicyError::Variable { place: place.clone(), text: text.to_owned() })
}
