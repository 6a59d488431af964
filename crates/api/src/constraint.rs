//! What a member must be, and the texts in which the API says that it is not.
//!
//! A request is checked as parsed JSON, before it becomes a type: so that every violation is named in one
//! answer, in the API's own words, and nothing of a blob is ever repeated.

pub mod kinds;
pub mod patterns;
mod place;
mod report;
mod shown;

use serde_json::Value;

use crate::json::{Json, Object};
use place::{Place, Step};
use report::MOST_VIOLATIONS;
pub use report::{Report, violated};
use shown::Shown;

/// One member of a structure.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What it must be.
    pub kind: Kind,
}

/// What a value must be.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A string: bounds in characters, and a pattern.
    Text {
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
        /// What the characters may be.
        pattern: Option<Pattern>,
    },
    /// A string that errors must not repeat: bounds in characters, and a pattern.
    Secret {
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
        /// What the characters may be.
        pattern: Option<Pattern>,
    },
    /// Base64 in a string: bounds in raw bytes.
    Blob {
        /// Fewest bytes.
        min: usize,
        /// Most bytes.
        max: usize,
    },
    /// An integer within bounds.
    Integer {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// `true` or `false`.
    Boolean,
    /// A number of seconds.
    Timestamp,
    /// One of these names.
    Enum(&'static [&'static str]),
    /// A list: bounds in items, and what each is.
    List {
        /// Fewest items.
        min: usize,
        /// Most items.
        max: usize,
        /// What each item is.
        item: &'static Kind,
    },
    /// A map of strings to strings with at most so many pairs.
    Map {
        /// Most pairs.
        max: usize,
    },
    /// A structure.
    Structure(&'static [Member]),
}

/// A regular expression of the model, and a function that decides it.
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    /// The expression, as the model writes it; shown in the error.
    pub text: &'static str,
    /// Whether the whole value matches.
    pub matches: fn(&str) -> bool,
}

/// Checks a JSON object against the members of a structure.
pub fn check(members: &[Member], object: &serde_json::Map<String, Value>) -> Report {
    check_object(members, &Object::from(object))
}

/// The same, of JSON that still borrows from its text.
pub(crate) fn check_object(members: &[Member], object: &Object<'_>) -> Report {
    let mut report = Report::default();
    check_members(members, object, None, &mut report);
    report
}

fn check_members(members: &[Member], object: &Object<'_>, within: Option<&Place<'_>>, report: &mut Report) {
    for member in members {
        let place = Place { within, step: Step::Member(member.name) };
        match object.get(member.name) {
            None | Some(Json::Null) => {
                if member.required {
                    report.violation(Shown::Null, place, "not be null");
                }
            }
            Some(value) => check_value(&member.kind, value, &place, report),
        }
    }
}

fn check_value(kind: &Kind, value: &Json<'_>, place: &Place<'_>, report: &mut Report) {
    match (kind, value) {
        (Kind::Text { min, max, pattern }, Json::Text(text)) => {
            let text = text.as_str();
            check_text(Shown::Text(text), text, (*min, *max), *pattern, place, report);
        }
        (Kind::Secret { min, max, pattern }, Json::Text(text)) => {
            check_text(Shown::Nothing, text.as_str(), (*min, *max), *pattern, place, report);
        }
        (Kind::Blob { min, max }, Json::Text(text)) => {
            check_length(Shown::Nothing, decoded_length(text.as_str()), (*min, *max), place, report);
        }
        (Kind::Integer { min, max }, Json::Number(number)) => match number.as_i64() {
            Some(found) if found < *min => {
                let constraint = format_args!("have value greater than or equal to {min}");
                report.violation(Shown::Integer(found), place, constraint);
            }
            Some(found) if found > *max => {
                let constraint = format_args!("have value less than or equal to {max}");
                report.violation(Shown::Integer(found), place, constraint);
            }
            Some(_) => {}
            None => report.wrong_type(place, "an integer of 64 bits", value),
        },
        (Kind::Enum(names), Json::Text(text)) => {
            if !names.contains(&text.as_str()) {
                let constraint = format_args!("satisfy enum value set: [{}]", names.join(", "));
                report.violation(Shown::Text(text.as_str()), place, constraint);
            }
        }
        (Kind::List { min, max, item }, Json::List(items)) => {
            let shown = shown_list(item, items);
            check_length(shown, items.len(), (*min, *max), place, report);
            check_items(item, items.get(..*max).unwrap_or(items), shown, place, report);
        }
        (Kind::Map { max }, Json::Object(pairs)) => {
            check_length(Shown::Nothing, pairs.len(), (0, *max), place, report);
            if let Some(value) = pairs.values().find(|value| !matches!(value, Json::Text(_))) {
                report.wrong_type(&place.step(Step::Value), "a string", value);
            }
        }
        (Kind::Structure(members), Json::Object(object)) => {
            check_members(members, object, Some(place), report);
        }
        (Kind::Boolean, Json::Bool(_)) | (Kind::Timestamp, Json::Number(_)) => {}
        (kind, value) => report.wrong_type(place, wanted(kind), value),
    }
}

/// Items that are structures are named one by one. For others the API shows the whole list, with everything that is
/// asked of an item, however many break it.
fn check_items(item: &Kind, items: &[Json<'_>], shown: Shown<'_>, place: &Place<'_>, report: &mut Report) {
    let mut broken = Report::default();
    for (index, value) in items.iter().enumerate() {
        check_value(item, value, &place.step(Step::Item(index)), &mut broken);
    }
    report.wrong_type = report.wrong_type.take().or(broken.wrong_type);
    if let Kind::Structure(_) = item {
        report.violations.append(&mut broken.violations);
    } else if !broken.violations.is_empty() {
        let asked = asked_of(item).into_iter().map(|constraint| format!("Member must {constraint}"));
        let asked: Vec<_> = asked.collect();
        report.violation(shown, place, format_args!("satisfy constraint: [{}]", asked.join(", ")));
    }
    report.violations.truncate(MOST_VIOLATIONS);
}

/// Every constraint of a scalar, in the API's words and order.
fn asked_of(kind: &Kind) -> Vec<String> {
    match kind {
        Kind::Text { min, max, pattern } | Kind::Secret { min, max, pattern } => {
            let pattern =
                pattern.map(|pattern| format!("satisfy regular expression pattern: {}", pattern.text));
            let bounds = [
                format!("have length less than or equal to {max}"),
                format!("have length greater than or equal to {min}"),
            ];
            bounds.into_iter().chain(pattern).collect()
        }
        Kind::Enum(names) => vec![format!("satisfy enum value set: [{}]", names.join(", "))],
        _ => Vec::new(),
    }
}

/// A list as errors repeat it: only if it is one of plain texts.
fn shown_list<'a>(item: &Kind, items: &'a [Json<'a>]) -> Shown<'a> {
    match item {
        Kind::Text { .. } | Kind::Enum(_) => Shown::Texts(items),
        _ => Shown::Nothing,
    }
}

fn check_text(
    shown: Shown<'_>,
    text: &str,
    bounds: (usize, usize),
    pattern: Option<Pattern>,
    place: &Place<'_>,
    report: &mut Report,
) {
    check_length(shown, text.chars().count(), bounds, place, report);
    if let Some(pattern) = pattern
        && !(pattern.matches)(text)
    {
        report.violation(shown, place, format_args!("satisfy regular expression pattern: {}", pattern.text));
    }
}

fn check_length(
    shown: Shown<'_>,
    length: usize,
    (min, max): (usize, usize),
    place: &Place<'_>,
    report: &mut Report,
) {
    if length < min {
        report.violation(shown, place, format_args!("have length greater than or equal to {min}"));
    } else if length > max {
        report.violation(shown, place, format_args!("have length less than or equal to {max}"));
    }
}

fn wanted(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text { .. } | Kind::Secret { .. } | Kind::Enum(_) => "a string",
        Kind::Blob { .. } => "a string of base64",
        Kind::Integer { .. } => "an integer",
        Kind::Boolean => "a boolean",
        Kind::Timestamp => "a number of seconds since 1970-01-01T00:00:00Z",
        Kind::List { .. } => "a list",
        Kind::Map { .. } | Kind::Structure(_) => "a structure",
    }
}

/// How many bytes a base64 text stands for; exact for text that decodes, a bound for text that does not.
fn decoded_length(text: &str) -> usize {
    let digits = text.trim_end_matches('=').len();
    digits * 3 / 4
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MEMBERS: &[Member] = &[
        Member { name: "KeyId", required: true, kind: kinds::KEY_ID },
        Member { name: "AliasName", required: false, kind: kinds::ALIAS_NAME },
        Member { name: "Plaintext", required: false, kind: kinds::PLAINTEXT },
        Member { name: "Limit", required: false, kind: kinds::LIMIT },
        Member { name: "Color", required: false, kind: Kind::Enum(&["RED", "BLUE"]) },
        Member { name: "EncryptionContext", required: false, kind: kinds::ENCRYPTION_CONTEXT },
        Member { name: "GrantTokens", required: false, kind: kinds::GRANT_TOKENS },
        Member { name: "KeyStorePassword", required: false, kind: kinds::KEY_STORE_PASSWORD },
        Member {
            name: "Operations",
            required: false,
            kind: Kind::List { min: 0, max: 9, item: &Kind::Enum(&["Sign", "Verify"]) },
        },
    ];

    fn report(value: &Value) -> Report {
        check(MEMBERS, value.as_object().unwrap())
    }

    #[track_caller]
    fn violates(value: &Value, expected: &str) {
        let report = report(value);
        assert_eq!(report.wrong_type, None);
        assert_eq!(report.violations, vec![expected.to_owned()]);
    }

    #[test]
    fn a_required_member_that_is_absent_or_null() {
        let text = "Value null at 'keyId' failed to satisfy constraint: Member must not be null";
        violates(&json!({}), text);
        violates(&json!({"KeyId": null}), text);
    }

    #[test]
    fn a_pattern() {
        violates(
            &json!({"KeyId": "x", "AliasName": "alias/a b"}),
            "Value 'alias/a b' at 'aliasName' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$",
        );
    }

    #[test]
    fn an_enum() {
        violates(
            &json!({"KeyId": "x", "Color": "GREEN"}),
            "Value 'GREEN' at 'color' failed to satisfy constraint: Member must satisfy enum value set: [RED, BLUE]",
        );
    }

    #[test]
    fn a_blob_is_measured_in_bytes_and_not_repeated() {
        use base64::Engine as _;
        let b64 = |n| base64::engine::general_purpose::STANDARD.encode(vec![7_u8; n]);
        for n in [1, 2, 3, 4095, 4096] {
            assert_eq!(
                report(&json!({"KeyId": "x", "Plaintext": b64(n)})).violations,
                Vec::<String>::new(),
                "{n}"
            );
        }
        violates(
            &json!({"KeyId": "x", "Plaintext": b64(4097)}),
            "Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
        );
        violates(
            &json!({"KeyId": "x", "Plaintext": ""}),
            "Value at 'plaintext' failed to satisfy constraint: Member must have length greater than or equal to 1",
        );
    }

    #[test]
    fn a_secret_is_not_repeated() {
        violates(
            &json!({"KeyId": "x", "KeyStorePassword": "short"}),
            "Value at 'keyStorePassword' failed to satisfy constraint: \
             Member must have length greater than or equal to 7",
        );
    }

    #[test]
    fn a_number_out_of_bounds() {
        violates(
            &json!({"KeyId": "x", "Limit": 1001}),
            "Value '1001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 1000",
        );
    }

    #[test]
    fn a_list_is_shown_whole_with_all_that_is_asked_of_its_items() {
        violates(
            &json!({"KeyId": "x", "GrantTokens": ["a", "", ""]}),
            "Value '[a, , ]' at 'grantTokens' failed to satisfy constraint: Member must satisfy constraint: \
             [Member must have length less than or equal to 8192, Member must have length greater than or equal to 1]",
        );
        violates(
            &json!({"KeyId": "x", "Operations": ["Sign", "Sing"]}),
            "Value '[Sign, Sing]' at 'operations' failed to satisfy constraint: Member must satisfy constraint: \
             [Member must satisfy enum value set: [Sign, Verify]]",
        );
    }

    #[test]
    fn items_that_are_structures_are_numbered() {
        let members = [Member { name: "Tags", required: false, kind: kinds::TAGS }];
        let value = json!({"Tags": [{"TagKey": "a", "TagValue": ""}, {"TagKey": "", "TagValue": ""}]});
        let report = check(&members, value.as_object().unwrap());
        assert_eq!(
            report.violations,
            ["Value '' at 'tags.2.member.tagKey' failed to satisfy constraint: \
              Member must have length greater than or equal to 1"]
        );
    }

    #[test]
    fn every_violation_is_named() {
        let all = report(&json!({"AliasName": " ", "Limit": 0, "Color": "x"})).violations;
        assert_eq!(all.len(), 4, "{all:?}");
    }

    #[test]
    fn wrong_types_are_told_apart_from_broken_constraints() {
        for (value, text) in [
            (json!({"KeyId": 5}), "'keyId' must be a string, not a number."),
            (json!({"KeyId": "x", "Limit": "5"}), "'limit' must be an integer, not a string."),
            (json!({"KeyId": "x", "Limit": 1.5}), "'limit' must be an integer of 64 bits, not a number."),
            (
                json!({"KeyId": "x", "EncryptionContext": {"a": 1}}),
                "'encryptionContext.value' must be a string, not a number.",
            ),
            (json!({"KeyId": "x", "GrantTokens": "a"}), "'grantTokens' must be a list, not a string."),
        ] {
            assert_eq!(report(&value).wrong_type.as_deref(), Some(text));
        }
    }

    #[test]
    fn long_values_are_cut_and_control_characters_escaped() {
        let text = &report(&json!({"KeyId": "x", "Color": format!("\n{}", "a".repeat(5000))})).violations[0];
        assert!(text.starts_with("Value '\\naaa"), "{text}");
        assert!(text.len() < 600);
    }
}
