//! A statement: who, what, on what, and when.

use crate::actions::{ActionList, is_pattern};
use crate::condition::{Condition, Reading};
use crate::decide::{Names, Request};
use crate::error::{Place, PolicyError};
use crate::facts::Facts;
use crate::form::Form;
use crate::json::Json;
use crate::listing::{Listing, Spoken};
use crate::members::{Members, texts};
use crate::pattern::{ARN_PARTS, BadVariable, By, Pattern, Syntax};
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
    /// None in a policy of an identity: it speaks of whoever has it.
    pub(crate) principals: Option<Listing>,
    /// A statement that is missing its actions or its resources says nothing (`PutKeyPolicy`: it is accepted, and
    /// has no effect).
    actions: Option<ActionList>,
    resources: Option<Matched>,
    conditions: Box<[Condition]>,
}

/// `Resource`, or what is none of them.
#[derive(Clone, Debug, PartialEq)]
enum Matched {
    By(Box<[Pattern]>),
    ByNone(Box<[Pattern]>),
}

impl Statement {
    /// Reads the statement of a number, from 1.
    pub(crate) fn read(
        value: &Json,
        number: usize,
        form: Form,
        variables: bool,
    ) -> Result<Self, PolicyError> {
        let place = Place::Statement { number, sid: None };
        let members = Members::of(value, "Statement", false, &place)?;
        let sid = members.text("Sid")?.map(str::to_owned);
        let place = Place::Statement { number, sid: sid.clone() };
        let members = Members::of(value, "Statement", false, &place)?.only(&ELEMENTS)?;
        form.check(members, &place)?;
        let effect = match members.text("Effect")? {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            _ => return Err(PolicyError::Effect { place }),
        };
        let reading = Reading { place: &place, variables, form, allows: effect == Effect::Allow };
        let everything = || Some(Matched::ByNone(Box::default()));
        let actions = listed(members, ["Action", "NotAction"], &place)?;
        let actions = actions.map(|(not, texts)| self::actions(not, &texts, &place)).transpose()?;
        Ok(Self {
            sid,
            effect,
            principals: match form {
                Form::Identity => None,
                Form::Resource | Form::Trust => Some(Listing::read(members, &place)?),
            },
            actions,
            resources: match form {
                Form::Trust => everything(),
                Form::Resource | Form::Identity => {
                    let listed = listed(members, ["Resource", "NotResource"], &place)?;
                    listed.map(|(not, texts)| resources(not, &texts, variables, &place)).transpose()?
                }
            },
            conditions: match members.get("Condition") {
                Some(value) => reading.conditions(value)?.into(),
                None => Box::default(),
            },
        })
    }

    /// The condition keys on which it depends.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.patterns().flat_map(Pattern::keys).chain(self.conditions.iter().flat_map(Condition::keys))
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn weight(&self) -> usize {
        let conditions = self.conditions.iter().map(Condition::weight);
        let parts = self.patterns().map(Pattern::weight).chain(conditions);
        let sid = self.sid.as_ref().map_or(0, String::len);
        let principals = self.principals.as_ref().map_or(0, Listing::weight);
        size_of::<Self>() + sid + principals + parts.sum::<usize>()
    }

    fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        let resources = self.resources.iter().flat_map(Matched::patterns);
        self.actions.iter().flat_map(ActionList::patterns).chain(resources)
    }

    /// Whether it speaks of a request, whose action is in lower case, and, if it denies, of who asks. (If it allows, see [`Self::spoken`].)
    pub(crate) fn applies<'f>(&'f self, request: &Request<'_>, facts: &Facts<'f>) -> Truth {
        let (Some(actions), Some(resources)) = (&self.actions, &self.resources) else { return Truth::False };
        let mut truth = actions.matches(self.effect, &request.action, facts);
        // What is false is not made true by the rest, and most statements are of other actions or others' principals.
        if truth == Truth::False || !self.concerns(request.names) {
            return Truth::False;
        }
        truth = truth.min(resources.matches(request.resource, facts));
        for condition in &self.conditions {
            if truth == Truth::False {
                break;
            }
            truth = truth.min(condition.holds(facts));
        }
        truth
    }

    /// Whether it speaks of somebody.
    pub(crate) fn concerns(&self, names: &Names<'_>) -> bool {
        match (&self.principals, self.effect) {
            (None, _) => true,
            (Some(principals), Effect::Allow) => principals.allow(names).is_some(),
            (Some(principals), Effect::Deny) => principals.deny(names),
        }
    }

    /// How it speaks of somebody whom it allows.
    pub(crate) fn spoken(&self, names: &Names<'_>) -> Option<Spoken> {
        self.principals.as_ref().map_or(Some(Spoken::Everyone), |principals| principals.allow(names))
    }
}

impl Matched {
    fn matches<'f>(&'f self, arn: &str, facts: &Facts<'f>) -> Truth {
        let any = |patterns: &'f [Pattern]| {
            Truth::any(patterns.iter().map(|pattern| pattern.matches(arn, By::Arn, facts)))
        };
        match self {
            Self::By(patterns) => any(patterns),
            Self::ByNone(patterns) => !any(patterns),
        }
    }

    fn patterns(&self) -> &[Pattern] {
        let (Self::By(patterns) | Self::ByNone(patterns)) = self;
        patterns
    }
}

/// The texts of an element or of its opposite, with whether it is the opposite; None if there is neither.
fn listed<'j>(
    members: Members<'j>,
    [are, are_not]: [&'static str; 2],
    place: &Place,
) -> Result<Option<(bool, Vec<&'j str>)>, PolicyError> {
    match (members.get(are), members.get(are_not)) {
        (Some(_), Some(_)) => Err(PolicyError::Both { place: place.clone(), element: are }),
        (Some(value), None) => Ok(Some((false, texts(value, are, place)?))),
        (None, Some(value)) => Ok(Some((true, texts(value, are_not, place)?))),
        (None, None) => Ok(None),
    }
}

fn actions(not: bool, texts: &[&str], place: &Place) -> Result<ActionList, PolicyError> {
    let compiled = texts.iter().map(|text| Ok((*text, action(text, place)?)));
    Ok(ActionList::of(not, compiled.collect::<Result<_, _>>()?))
}

fn action(text: &str, place: &Place) -> Result<Pattern, PolicyError> {
    if !is_pattern(text) {
        return Err(PolicyError::Action { place: place.clone(), action: text.to_owned() });
    }
    // Names of actions are the same in any case.
    compile(&text.to_ascii_lowercase(), false, place)
}

fn resources(not: bool, texts: &[&str], variables: bool, place: &Place) -> Result<Matched, PolicyError> {
    let compiled = texts.iter().map(|text| resource(text, variables, place)).collect::<Result<_, _>>()?;
    Ok(if not { Matched::ByNone(compiled) } else { Matched::By(compiled) })
}

/// Of an ARN that stops early, the rest is anything (IAM user guide, "Resource").
fn resource(text: &str, variables: bool, place: &Place) -> Result<Pattern, PolicyError> {
    let is_arn = text.starts_with("arn:") || (variables && text.starts_with("${"));
    if text != "*" && !is_arn {
        return Err(PolicyError::Resource { place: place.clone(), resource: text.to_owned() });
    }
    let pattern = compile(text, variables, place)?;
    match ARN_PARTS.saturating_sub(pattern.parts()) {
        missing @ 1.. if text.starts_with("arn:") => {
            compile(&format!("{text}{}", ":*".repeat(missing)), variables, place)
        }
        _ => Ok(pattern),
    }
}

fn compile(text: &str, variables: bool, place: &Place) -> Result<Pattern, PolicyError> {
    Pattern::compile(text, Syntax { wildcards: true, variables })
        .map_err(|BadVariable| PolicyError::Variable { place: place.clone(), text: text.to_owned() })
}
