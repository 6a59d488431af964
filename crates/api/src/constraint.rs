//! What a member must be, and the texts in which the API says that it is not.
//!
//! A request is checked as parsed JSON, before it becomes a type: so that every violation is named in one
//! answer, in the API's own words, and nothing of a blob is ever repeated.

use serde_json::Value;

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

/// The longest piece of a wrong value that an error repeats, in characters.
const SHOWN: usize = 256;
/// The most violations one error names.
const MOST_VIOLATIONS: usize = 100;

/// What is wrong with a request.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// A value of the wrong JSON type, if there is one: the body is not of this shape at all.
    pub wrong_type: Option<String>,
    /// Each broken constraint, in the API's words.
    pub violations: Vec<String>,
}

impl Report {
    fn violation(&mut self, value: &str, path: &str, constraint: &str) {
        if self.violations.len() < MOST_VIOLATIONS {
            self.violations
                .push(format!("{value} at '{path}' failed to satisfy constraint: Member must {constraint}"));
        }
    }

    fn wrong_type(&mut self, path: &str, wanted: &str, found: &Value) {
        let found = match found {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "a structure",
        };
        self.wrong_type.get_or_insert_with(|| format!("'{path}' must be {wanted}, not {found}."));
    }
}

/// Checks a JSON object against the members of a structure.
pub fn check(members: &[Member], object: &serde_json::Map<String, Value>) -> Report {
    let mut report = Report::default();
    check_members(members, object, "", &mut report);
    report
}

fn check_members(
    members: &[Member],
    object: &serde_json::Map<String, Value>,
    prefix: &str,
    report: &mut Report,
) {
    for member in members {
        let path = format!("{prefix}{}", lower_camel(member.name));
        match object.get(member.name) {
            None | Some(Value::Null) => {
                if member.required {
                    report.violation("Value null", &path, "not be null");
                }
            }
            Some(value) => check_value(&member.kind, value, &path, report),
        }
    }
}

fn check_value(kind: &Kind, value: &Value, path: &str, report: &mut Report) {
    match (kind, value) {
        (Kind::Text { min, max, pattern }, Value::String(text)) => {
            check_length(&quoted(text), text.chars().count(), (*min, *max), path, report);
            if let Some(pattern) = pattern
                && !(pattern.matches)(text)
            {
                let constraint = format!("satisfy regular expression pattern: {}", pattern.text);
                report.violation(&quoted(text), path, &constraint);
            }
        }
        (Kind::Blob { min, max }, Value::String(text)) => {
            check_length("Value", decoded_length(text), (*min, *max), path, report);
        }
        (Kind::Integer { min, max }, Value::Number(number)) => match number.as_i64() {
            Some(found) if found < *min => {
                let constraint = format!("have value greater than or equal to {min}");
                report.violation(&quoted(&found.to_string()), path, &constraint);
            }
            Some(found) if found > *max => {
                let constraint = format!("have value less than or equal to {max}");
                report.violation(&quoted(&found.to_string()), path, &constraint);
            }
            Some(_) => {}
            None => report.wrong_type(path, "an integer of 64 bits", value),
        },
        (Kind::Enum(names), Value::String(text)) => {
            if !names.contains(&text.as_str()) {
                let constraint = format!("satisfy enum value set: [{}]", names.join(", "));
                report.violation(&quoted(text), path, &constraint);
            }
        }
        (Kind::List { min, max, item }, Value::Array(items)) => {
            check_length("Value", items.len(), (*min, *max), path, report);
            for (index, value) in items.iter().take(*max).enumerate() {
                check_value(item, value, &format!("{path}.{}.member", index + 1), report);
            }
        }
        (Kind::Map { max }, Value::Object(pairs)) => {
            check_length("Value", pairs.len(), (0, *max), path, report);
            if let Some(value) = pairs.values().find(|value| !value.is_string()) {
                report.wrong_type(&format!("{path}.value"), "a string", value);
            }
        }
        (Kind::Structure(members), Value::Object(object)) => {
            check_members(members, object, &format!("{path}."), report);
        }
        (Kind::Boolean, Value::Bool(_)) | (Kind::Timestamp, Value::Number(_)) => {}
        (kind, value) => report.wrong_type(path, wanted(kind), value),
    }
}

fn check_length(shown: &str, length: usize, (min, max): (usize, usize), path: &str, report: &mut Report) {
    if length < min {
        report.violation(shown, path, &format!("have length greater than or equal to {min}"));
    } else if length > max {
        report.violation(shown, path, &format!("have length less than or equal to {max}"));
    }
}

fn wanted(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text { .. } | Kind::Enum(_) => "a string",
        Kind::Blob { .. } => "a string of base64",
        Kind::Integer { .. } => "an integer",
        Kind::Boolean => "a boolean",
        Kind::Timestamp => "a number of seconds since 1970-01-01T00:00:00Z",
        Kind::List { .. } => "a list",
        Kind::Map { .. } | Kind::Structure(_) => "a structure",
    }
}

fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push_str("...");
    }
    format!("Value '{shown}'")
}

/// How many bytes a base64 text stands for; exact for text that decodes, a bound for text that does not.
fn decoded_length(text: &str) -> usize {
    let digits = text.trim_end_matches('=').len();
    digits * 3 / 4
}

/// `KeyId` as the error texts write it: `keyId`.
fn lower_camel(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// The kinds that several operations share, and the patterns of the model.
pub mod kinds {
    use super::{Kind, Pattern};
    use crate::limits;

    fn is_alias_name(text: &str) -> bool {
        !text.is_empty()
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '_' | '-'))
    }

    fn is_material_id(text: &str) -> bool {
        !text.is_empty() && text.chars().all(|c| matches!(c, 'a'..='f' | '0'..='9'))
    }

    fn is_material_description(text: &str) -> bool {
        !text.is_empty()
            && text.chars().all(|c| {
                c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '_' | '.' | '-' | ' ' | '\t'..='\r')
            })
    }

    fn is_latin(text: &str) -> bool {
        text.chars().all(|c| matches!(c, '\u{20}'..='\u{ff}'))
    }

    fn is_policy(text: &str) -> bool {
        !text.is_empty() && text.chars().all(|c| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{ff}'))
    }

    /// A key id, key ARN, alias name or alias ARN.
    pub const KEY_ID: Kind = Kind::Text { min: 1, max: limits::MAX_KEY_ID, pattern: None };
    /// An alias name.
    pub const ALIAS_NAME: Kind = Kind::Text {
        min: 1,
        max: limits::MAX_ALIAS_NAME,
        pattern: Some(Pattern { text: "^[a-zA-Z0-9:/_-]+$", matches: is_alias_name }),
    };
    /// The id of a key material.
    pub const MATERIAL_ID: Kind = Kind::Text {
        min: 64,
        max: 64,
        pattern: Some(Pattern { text: "^[a-f0-9]+$", matches: is_material_id }),
    };
    /// A description of a key material.
    pub const MATERIAL_DESCRIPTION: Kind = Kind::Text {
        min: 0,
        max: limits::MAX_MATERIAL_DESCRIPTION,
        pattern: Some(Pattern { text: "^[a-zA-Z0-9:/_\\s.-]+$", matches: is_material_description }),
    };
    /// A description of a key.
    pub const DESCRIPTION: Kind = Kind::Text { min: 0, max: limits::MAX_DESCRIPTION, pattern: None };
    /// A key policy.
    pub const POLICY: Kind = Kind::Text {
        min: 1,
        max: limits::MAX_POLICY_SHAPE,
        pattern: Some(Pattern { text: "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+", matches: is_policy }),
    };
    /// A pagination marker.
    pub const MARKER: Kind = Kind::Text {
        min: 1,
        max: 1024,
        pattern: Some(Pattern { text: "[\\u0020-\\u00FF]*", matches: is_latin }),
    };
    /// A page size.
    pub const LIMIT: Kind = Kind::Integer { min: 1, max: 1000 };
    /// A plaintext or a message.
    pub const PLAINTEXT: Kind = Kind::Blob { min: 1, max: limits::MAX_PLAINTEXT };
    /// A ciphertext, token, signature or MAC.
    pub const CIPHERTEXT: Kind = Kind::Blob { min: 1, max: limits::MAX_CIPHERTEXT };
    /// A number of random bytes.
    pub const NUMBER_OF_BYTES: Kind = Kind::Integer { min: 1, max: limits::MAX_RANDOM };
    /// An encryption context.
    pub const ENCRYPTION_CONTEXT: Kind = Kind::Map { max: limits::MAX_CONTEXT_PAIRS };
    /// Grant tokens.
    pub const GRANT_TOKENS: Kind = Kind::List {
        min: 0,
        max: limits::MAX_GRANT_TOKENS,
        item: &Kind::Text { min: 1, max: limits::MAX_GRANT_TOKEN, pattern: None },
    };
    /// The id of a custom key store.
    pub const CUSTOM_KEY_STORE_ID: Kind = Kind::Text { min: 1, max: 64, pattern: None };
    /// Recipient information: an attested enclave (not offered; known so that it is refused, not ignored).
    pub const RECIPIENT: Kind = Kind::Structure(&[]);
    /// Dry run modifiers.
    pub const DRY_RUN_MODIFIERS: Kind =
        Kind::List { min: 0, max: 1, item: &Kind::Enum(&["IGNORE_CIPHERTEXT"]) };
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
    fn a_number_out_of_bounds() {
        violates(
            &json!({"KeyId": "x", "Limit": 1001}),
            "Value '1001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 1000",
        );
    }

    #[test]
    fn items_of_a_list_are_numbered() {
        violates(
            &json!({"KeyId": "x", "GrantTokens": ["a", ""]}),
            "Value '' at 'grantTokens.2.member' failed to satisfy constraint: \
             Member must have length greater than or equal to 1",
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
