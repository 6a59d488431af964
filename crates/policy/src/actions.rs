//! By what names policies know an action.
//!
//! Several APIs lead to the same thing. AWS's calls it an action, `kms:Encrypt`; another calls what it takes a
//! permission, in three parts, `kms:cmk:crypto`. A pattern of two parts speaks of actions and one of three of
//! permissions, so a policy in AWS's form means the same whichever way a request comes. Where that leaves it open whether
//! a statement speaks of a request, less is allowed and more denied.

use crate::facts::Facts;
use crate::pattern::{By, Pattern};
use crate::statement::Effect;
use crate::truth::Truth;

/// An action, by all of its names.
///
/// `Action` allows what it lists by `name` or by one of `permissions`, and denies what it lists by any of the names.
/// `NotAction` allows what it lists by none, and denies what it lists neither by `name` nor by one of `permissions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actions<'a> {
    /// As `kms:Encrypt`.
    pub name: &'a str,
    /// What the API by which the request came calls the permissions for it, as `kms:cmk:crypto`, each of which is enough.
    /// AWS's has none.
    pub permissions: &'a [&'a str],
    /// Permissions that include the action in an API by which the request did not come: whoever is denied one of them
    /// is denied this too.
    pub covered_by: &'a [&'a str],
}

impl<'a> From<&'a str> for Actions<'a> {
    fn from(name: &'a str) -> Self {
        Self { name, permissions: &[], covered_by: &[] }
    }
}

/// `Action` of a statement, or `NotAction`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ActionList {
    /// Whether it is `NotAction`.
    not: bool,
    /// Patterns of two parts, and `*`, which is anything.
    names: Box<[Pattern]>,
    /// Patterns of three parts.
    permissions: Box<[Pattern]>,
}

impl ActionList {
    /// Each pattern is in lower case, and comes with the text that it was made from.
    pub(crate) fn of(not: bool, patterns: Vec<(&str, Pattern)>) -> Self {
        let (mut names, mut permissions) = (Vec::new(), Vec::new());
        for (text, pattern) in patterns {
            let is_permission = text.split(':').count() == PERMISSION_PARTS;
            if is_permission { &mut permissions } else { &mut names }.push(pattern);
        }
        Self { not, names: names.into(), permissions: permissions.into() }
    }

    /// Whether a statement of this effect speaks of an action, whose name is in lower case.
    pub(crate) fn matches<'f>(&'f self, effect: Effect, actions: &Actions<'_>, facts: &Facts<'f>) -> Truth {
        let denies = effect == Effect::Deny;
        // With the other API's names more is listed: more is denied, or less allowed.
        let others: &[&str] = if denies == self.not { &[] } else { actions.covered_by };
        let name = |pattern: &'f Pattern| pattern.matches(actions.name, By::Character, facts);
        let permission = |pattern: &'f Pattern| {
            let known = actions.permissions.iter().chain(others);
            Truth::any(known.map(|permission| pattern.matches(permission, By::CharacterAnyCase, facts)))
        };
        let listed = Truth::any(self.names.iter().map(name).chain(self.permissions.iter().map(permission)));
        if self.not { !listed } else { listed }
    }

    pub(crate) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.names.iter().chain(&self.permissions)
    }
}

/// Parts of a permission: the service, the kind of resource, and what is done to it.
const PERMISSION_PARTS: usize = 3;

/// Whether a text is `*`, or a pattern of actions or permissions.
pub(crate) fn is_pattern(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_*?".contains(&byte))
    };
    let has_parts = match text.split(':').count() {
        2 => true,
        // No other service is known by permissions: elsewhere such a pattern is a slip.
        PERMISSION_PARTS => text.split(':').next().is_some_and(may_be_kms),
        _ => false,
    };
    text == "*" || (has_parts && text.split(':').all(is_part))
}

/// Whether the first part of a pattern is that of the key management service, or may stand for it.
fn may_be_kms(service: &str) -> bool {
    service.eq_ignore_ascii_case("kms") || service.contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::decide::{Decision, Names, Request};
    use crate::document::Document;

    const OTHERS: &[&str] = &["kms:cmk:crypto", "kms:dek:Crypto"];

    fn speaks(effect: &str, element: &str, pattern: &str, actions: Actions<'_>) -> bool {
        let text = format!(
            r#"{{"Statement":{{"Effect":"{effect}","Principal":"*","{element}":"{pattern}","Resource":"*"}}}}"#
        );
        let document = Document::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let names = Names { account: None, identities: &[] };
        let context = Context::complete();
        let request = Request { names: &names, action: actions, resource: "*", context: &context };
        matches!(document.decide(&request), Decision::Allowed(0) | Decision::Denied(0))
    }

    #[test]
    fn which_statements_speak_of_a_request() {
        let aws = Actions { covered_by: OTHERS, ..Actions::from("kms:Encrypt") };
        let other = Actions { permissions: &["kms:cmk:crypto"], ..Actions::from("kms:Encrypt") };
        let plain = Actions::from("kms:Encrypt");
        // Of requests by AWS's API, by another API, and by one that is the only one there is.
        let cases: &[(&str, &str, &str, [bool; 3])] = &[
            ("Allow", "Action", "*", [true, true, true]),
            ("Deny", "Action", "*", [true, true, true]),
            ("Allow", "NotAction", "*", [false, false, false]),
            ("Deny", "NotAction", "*", [false, false, false]),
            ("Allow", "Action", "kms:*", [true, true, true]),
            ("Allow", "Action", "kms:e*", [true, true, true]),
            ("Deny", "Action", "kms:Encrypt", [true, true, true]),
            ("Allow", "NotAction", "kms:Encrypt", [false, false, false]),
            ("Deny", "NotAction", "kms:*", [false, false, false]),
            ("Deny", "NotAction", "kms:Decrypt", [true, true, true]),
            ("Allow", "NotAction", "kms:Decrypt", [true, true, true]),
            ("Allow", "Action", "kms:cmk:crypto", [false, true, false]),
            ("Allow", "Action", "KMS:CMK:Crypto", [false, true, false]),
            ("Allow", "Action", "kms:*:crypto", [false, true, false]),
            ("Allow", "Action", "*:*:*", [false, true, false]),
            ("Allow", "Action", "kms:dek:crypto", [false, false, false]),
            ("Deny", "Action", "kms:cmk:crypto", [true, true, false]),
            ("Deny", "Action", "kms:dek:crypto", [true, false, false]),
            ("Deny", "Action", "kms:cmk:get", [false, false, false]),
            ("Allow", "NotAction", "kms:cmk:crypto", [false, false, true]),
            ("Allow", "NotAction", "kms:dek:*", [false, true, true]),
            ("Deny", "NotAction", "kms:cmk:crypto", [true, false, true]),
            ("Deny", "NotAction", "kms:dek:crypto", [true, true, true]),
            // Wildcards do not make an action a permission, or a permission an action.
            ("Allow", "Action", "kms:cmk*", [false, false, false]),
            ("Allow", "Action", "kms:*c*", [true, true, true]),
            ("Allow", "Action", "kms:*crypto", [false, false, false]),
            ("Allow", "Action", "k*:*:*t", [false, false, false]),
        ];
        for (effect, element, pattern, expected) in cases {
            let found = [aws, other, plain].map(|actions| speaks(effect, element, pattern, actions));
            assert_eq!(found, *expected, "{effect} {element} {pattern}");
        }
    }

    #[test]
    fn what_is_a_pattern() {
        for text in
            ["*", "kms:*", "*:*", "kms:Re?n*", "kms:cmk:get", "kms:*:crypto", "*:*:*", "kms:cmkTag:list"]
        {
            assert!(is_pattern(text), "{text}");
        }
        for text in
            ["", "kms", "kms:", ":a", "kms::a", "kms:a:", "::", "a:b:c:d", "kms:é", "kms:cmk:a b", "?"]
        {
            assert!(!is_pattern(text), "{text}");
        }
    }
}
