//! Documents and requests that are made to take long. The work is counted, not timed.

use std::fmt::Write as _;

use crate::context::Context;
use crate::decide::{Account, Decision, Names, Request};
use crate::document::{Document, MAX_TEXT};
use crate::error::PolicyError;
use crate::facts::{Facts, MAX_STEPS};

/// As long as an encryption context may be (`EncryptionContextType`, by the engine's own limit).
const LONG: usize = 8192;
/// The quota of a key policy, in bytes.
const KEY_POLICY: usize = 32_768;

const ROOT: Names<'_> =
    Names { account: Some(Account { partition: "aws", id: "111122223333" }), identities: &[] };

fn document(effect: &str, rest: &str) -> Result<Document, PolicyError> {
    Document::parse(&format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Principal":"*",{rest}}}]}}"#
    ))
}

/// What a document decides, and the steps that takes.
fn decide(document: &Document, action: &str, resource: &str, context: &Context<'_>) -> (Decision, usize) {
    let facts = Facts::of(context);
    let action = action.to_ascii_lowercase();
    let request = Request { names: &ROOT, action: action.as_str().into(), resource, context };
    let decision = document.judge(&request, &facts).into();
    (decision, MAX_STEPS - facts.left())
}

/// Values that fill a document of so many bytes.
fn filled(value: &str, bytes: usize) -> String {
    let mut values = String::new();
    while values.len() + value.len() + 3 < bytes {
        let comma = if values.is_empty() { "" } else { "," };
        write!(values, r#"{comma}"{value}""#).unwrap();
    }
    values
}

/// Values that hold `text` back as long as they can: they fit but for their ends.
fn wildcards(length: usize) -> Vec<(&'static str, String)> {
    vec![
        ("stars", "*a".repeat(length / 2) + "b"),
        ("question marks", "*".to_owned() + &"?a".repeat(length / 2) + "b*"),
        ("letters", "*".to_owned() + &"a".repeat(length) + "b*"),
        ("question marks alone", "*".to_owned() + &"?".repeat(length) + "b*"),
        ("runs", "*?".repeat(length / 2) + "b"),
    ]
}

#[test]
fn nesting_is_refused_while_it_is_read() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        for depth in [9, 1000, MAX_TEXT / open.len() - 1] {
            let whole = format!("{}{}", open.repeat(depth), close.repeat(depth));
            for text in [open.repeat(depth), whole] {
                let error = Document::parse(&text).unwrap_err();
                let expected = if text.len() > MAX_TEXT {
                    PolicyError::TooLong { bytes: text.len() }
                } else {
                    PolicyError::TooDeep
                };
                assert_eq!(error, expected, "{depth} of {open}");
            }
        }
        let inside = format!(r#""Action":{}{}"#, open.repeat(50), close.repeat(50));
        assert_eq!(document("Allow", &inside).unwrap_err(), PolicyError::TooDeep);
    }
}

#[test]
fn wildcards_in_actions_and_resources() {
    let action = format!("kms:{}", "a".repeat(128));
    let resource = format!("arn:aws:kms:eu-west-1:111122223333:{}", "a".repeat(2048));
    for (name, tail) in wildcards(KEY_POLICY - 512) {
        let one_action = format!(r#""Resource":"*","Action":"kms:{tail}""#);
        let one_resource = format!(r#""Action":"*","Resource":"arn:aws:kms:*:*:{tail}""#);
        for rest in [one_action, one_resource] {
            let allow = document("Allow", &rest).unwrap();
            let (decision, steps) = decide(&allow, &action, &resource, &Context::complete());
            assert_eq!(decision, Decision::NotAllowed, "{name}");
            assert!(steps <= MAX_STEPS, "{name}: {steps}");
        }
    }
    // Many short ones instead of a long one.
    for (name, tail) in wildcards(16) {
        let values = filled(&format!("arn:aws:kms:*:*:{tail}"), KEY_POLICY);
        let allow = document("Allow", &format!(r#""Action":"*","Resource":[{values}]"#)).unwrap();
        let (decision, _) = decide(&allow, "kms:Encrypt", &resource, &Context::complete());
        assert_eq!(decision, Decision::NotAllowed, "{name}");
    }
}

#[test]
fn wildcards_in_conditions_against_long_values() {
    let texts = ["a".repeat(LONG), "é".repeat(LONG / 2)];
    let mut spent = 0;
    for length in [16, 4096] {
        for (name, value) in wildcards(length) {
            let values = filled(&value, KEY_POLICY);
            for operator in ["StringLike", "StringEqualsIgnoreCase", "ForAnyValue:StringNotLike"] {
                let rest = format!(
                    r#""Action":"*","Resource":"*","Condition":{{"{operator}":{{"k:k":[{values}]}}}}"#
                );
                let [allow, deny] = ["Allow", "Deny"].map(|effect| document(effect, &rest).unwrap());
                for text in &texts {
                    let context = Context::complete().with("k:k", text.as_str());
                    let (allowed, steps) = decide(&allow, "kms:Encrypt", "*", &context);
                    spent = spent.max(steps);
                    // What cannot be told in time allows nothing, and denies.
                    let fits = operator.contains("Not") && steps < MAX_STEPS;
                    let expected = if fits { Decision::Allowed(0) } else { Decision::NotAllowed };
                    assert_eq!(allowed, expected, "{name} of {length}, {operator}: {steps} steps");
                    let (denied, again) = decide(&deny, "kms:Encrypt", "*", &context);
                    assert_eq!(again, steps, "{name} of {length}, {operator}");
                    let expected = if fits { Decision::Denied(0) } else { Decision::NotAllowed };
                    assert_eq!(denied, expected, "{name} of {length}, {operator}");
                }
            }
        }
    }
    assert_eq!(spent, MAX_STEPS, "none of these is a bomb");
}

#[test]
fn what_cannot_be_told_in_time_allows_nothing_and_denies() {
    let values = filled("*a?a?a?a?a?a?a?b*", KEY_POLICY / 2);
    let when = format!(r#""Action":"*","Resource":"*","Condition":{{"StringNotLike":{{"k:k":[{values}]}}}}"#);
    let statements = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}},
           {{"Effect":"Deny","Principal":"*",{when}}}]}}"#
    );
    let document = Document::parse(&statements).unwrap();
    let long = "a".repeat(LONG);
    let (decision, steps) = decide(&document, "kms:Encrypt", "*", &Context::complete().with("k:k", &*long));
    assert_eq!((decision, steps), (Decision::AllowedUnless { by: 0, denied: 1 }, MAX_STEPS));
    let (decision, steps) = decide(&document, "kms:Encrypt", "*", &Context::complete().with("k:k", "aaaa"));
    assert_eq!(decision, Decision::Denied(1));
    assert!(steps < MAX_STEPS / 10, "{steps}");
    let alone = Document::parse(&statements.replace("Deny", "Allow").replacen("Allow", "Deny", 1)).unwrap();
    assert_eq!(decide(&alone, "kms:Encrypt", "*", &Context::complete()).0, Decision::Denied(0));
}

#[test]
fn documents_as_long_as_can_be() {
    let rest = |values: &str| {
        format!(r#""Action":"*","Resource":"*","Condition":{{"NumericEquals":{{"k:k":[{values}]}}}}"#)
    };
    // Every value is read, and each of the request's is compared with each.
    let numbers = document("Allow", &rest(&filled("1", 4096 * 4 + 3))).unwrap();
    let values = std::iter::repeat_n("9".repeat(100), 1000);
    let context = Context::complete().with_all("k:k", values.map(Into::into));
    let (decision, steps) = decide(&numbers, "kms:Encrypt", "*", &context);
    assert_eq!(decision, Decision::NotAllowed, "several values where one is meant");
    assert!(steps < 100, "{steps}");
    let each = rest(&filled("1", 4096 * 4 + 3)).replace("Numeric", "ForAnyValue:Numeric");
    let (decision, steps) = decide(&document("Allow", &each).unwrap(), "kms:Encrypt", "*", &context);
    assert_eq!((decision, steps), (Decision::NotAllowed, MAX_STEPS));
    let too_many = document("Allow", &rest(&filled("1", MAX_TEXT - 256))).unwrap_err();
    assert!(matches!(too_many, PolicyError::TooManyValues { .. }), "{too_many}");
    // Variables are looked up wherever they stand.
    let variables = "${k:k}".repeat(5000);
    let many = document("Allow", &format!(r#""Action":"*","Resource":"arn:{variables}""#)).unwrap();
    let context = Context::complete().with("k:k", "");
    let (decision, steps) =
        decide(&many, "kms:Encrypt", "arn:aws:kms:eu-west-1:111122223333:key/k", &context);
    assert_eq!(decision, Decision::NotAllowed);
    assert!(steps < 100_000, "{steps}");
}

#[test]
fn ordinary_work_is_a_small_part_of_what_may_be_spent() {
    let statements: Vec<_> = (0..120)
        .map(|number| {
            format!(
                r#"{{"Sid":"s{number}","Effect":"Allow","Principal":{{"AWS":"*"}},"Action":["kms:Encrypt","kms:Re*"],
                   "Resource":"arn:aws:kms:*:111122223333:key/*","Condition":{{"StringLike":{{"k:k":"*-{number}/*"}}}}}}"#
            )
        })
        .collect();
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
    let document = Document::parse(&text).unwrap();
    let context = Context::complete().with("k:k", "department-119/project-a/an-ordinary-encryption-context");
    let arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let (decision, steps) = decide(&document, "kms:Encrypt", arn, &context);
    assert_eq!(decision, Decision::Allowed(119));
    assert!(steps < MAX_STEPS / 100, "{steps}");
}
