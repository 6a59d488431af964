//! That a decision allocates nothing, whatever it compares. (The crate that counts makes itself the global allocator
//! of this program.)
#![expect(clippy::panic, reason = "tests may panic, in their helpers too")]

use std::hint::black_box;
use std::sync::Arc;

use allocation_counter::{AllocationInfo, measure};
use policy::{
    Account, Actions, Asked, Context, Document, Form, Identity, Names, Principal, PrincipalKind,
    PrincipalName, Request, evaluate,
};

const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const ALICE: &str = "arn:aws:iam::111122223333:user/team/alice";

/// Every operator, with what it compares and values of requests: one that fits, one that does not, one that is none.
const OPERATORS: &[(&str, &str, [&str; 3])] = &[
    ("StringEquals", "a", ["a", "b", ""]),
    ("StringNotEquals", "${aws:username, 'nobody'}", ["a", "alice", "nobody"]),
    ("StringEqualsIgnoreCase", "Straße É", ["strasse", "STRAßE é", "É"]),
    ("StringNotEqualsIgnoreCase", "A", ["a", "b", "é"]),
    ("StringLike", "*${aws:username}*?${aws:nothing, 'x'}*", ["1alice2x", "alice", "é中"]),
    ("StringNotLike", "a*b*c", ["abc", "ab", ""]),
    ("NumericEquals", "10", ["10.0", "11", "ten"]),
    ("NumericNotEquals", "10", ["10.0", "11", "ten"]),
    ("NumericLessThan", "1e300", ["10.0", "1e301", "inf"]),
    ("NumericLessThanEquals", "10", ["10.0", "11", ""]),
    ("NumericGreaterThan", "10", ["10.5", "9", "0x10"]),
    ("NumericGreaterThanEquals", "10", ["10.0", "9", "1,5"]),
    ("DateEquals", "2026-01-01", ["2026-01-01T00:00:00.0000Z", "2026-01", "soon"]),
    ("DateNotEquals", "2026-01", ["1767225600", "1", "2026-13-01"]),
    ("DateLessThan", "2026-01-01T00:00:00+14:00", ["0", "1900000000", "99999999999999999999"]),
    ("DateLessThanEquals", "2026-01-01", ["2026-01-01", "2026-01-02", "2026"]),
    ("DateGreaterThan", "2026-01-01", ["2026-01-01", "2026-01-02", "2026-01-01T"]),
    ("DateGreaterThanEquals", "2026-01-01", ["2026-01-01", "2025-12-31", "2026-02-30"]),
    ("Bool", "true", ["TRUE", "false", "perhaps"]),
    ("BinaryEquals", "QUJD", ["QUJD", "QUI=", "Q"]),
    ("IpAddress", "2001:db8::/33", ["2001:db8::1", "10.1.2.3", "nowhere"]),
    ("NotIpAddress", "10.0.0.0/8", ["::ffff:10.1.2.3", "192.0.2.1", "10.1.2"]),
    ("ArnEquals", "arn:aws:*:*:*:${aws:username}/*", ["arn:aws:s3:::alice/x", "arn:aws:s3:::x", "a"]),
    ("ArnLike", "arn:aws:s3:::*", ["arn:aws:s3:::alice:x", "arn:aws:s3:r::x", "a"]),
    ("ArnNotEquals", "arn:aws:s3:::*", ["arn:aws:s3:::alice:x", "arn:aws:s3:r::x", "a"]),
    ("ArnNotLike", "arn:aws:s3:::?", ["arn:aws:s3:::alice:x", "arn:aws:s3:::x", "a"]),
    ("Null", "true", ["a", "b", ""]),
];

fn allocations(run: impl FnOnce()) -> u64 {
    let AllocationInfo { count_total, .. } = measure(run);
    count_total
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(black_box(Box::new(1)))), 1);
    assert_eq!(allocations(|| drop(black_box("x".to_uppercase()))), 1);
    assert_eq!(allocations(|| _ = black_box(1 + 1)), 0);
}

fn read(form: Form, statements: &str) -> Document {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Document::parse_as(form, &text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Documents that allow and deny by one condition, in each form.
fn documents(operator: &str, value: &str) -> [Document; 2] {
    let condition = |set: &str, suffix: &str| {
        let name = if operator == "Null" { operator.to_owned() } else { format!("{set}{operator}{suffix}") };
        format!(
            r#""Condition":{{"{name}":{{"k:One":["{value}"]}},"ForAllValues:StringLike":{{"k:none":"*"}}}}"#
        )
    };
    let allow = condition("", "");
    let deny = condition("ForAnyValue:", "IfExists").replace("{\"k:One\"", "{\"K:MANY\"");
    let what = r#""Action":["s3:*","KMS:Re*","kms:*crypt","kms:*:get"],"NotResource":"arn:aws:kms:*:${aws:username}:*""#;
    let who = format!(r#""Principal":{{"AWS":["arn:aws:iam::111122223333:root","{ALICE}"]}}"#);
    let spared =
        format!(r#""NotPrincipal":{{"AWS":["111122223333","{ALICE}"],"Service":"s3.amazonaws.com"}}"#);
    [
        read(
            Form::Resource,
            &format!(
                r#"{{"Effect":"Allow",{who},{what},{allow}}},{{"Effect":"Deny",{spared},{what},{deny}}},
                   {{"Effect":"Deny",{who},{what},{deny}}}"#
            ),
        ),
        read(
            Form::Identity,
            &format!(r#"{{"Effect":"Allow",{what},{allow}}},{{"Effect":"Deny",{what},{deny}}}"#),
        ),
    ]
}

fn alice(policy: Document) -> Principal {
    let policy = Arc::new(policy);
    Principal {
        arn: ALICE.to_owned(),
        kind: PrincipalKind::User,
        names: vec![PrincipalName { arn: ALICE.to_owned(), id: Some("AIDACKCEVSQ6C2EXAMPLE".to_owned()) }],
        policies: vec![policy.clone(); 3],
        boundary: Some(policy.clone()),
        session_policies: vec![policy],
        ..Principal::root("aws", "111122223333")
    }
}

#[test]
fn a_decision_allocates_nothing() {
    for (operator, value, found) in OPERATORS {
        let [resource, identity] = documents(operator, value);
        let principal = alice(identity);
        for one in found {
            let many = found.iter().copied().map(Into::into);
            let context = Context::complete()
                .with("k:one", *one)
                .with_all("k:many", many)
                .with("aws:username", "alice");
            for (name, owner) in [("kms:Encrypt", "111122223333"), ("kms:ReEncryptTo", "444455556666")] {
                let permissions: &[&str] = &["kms:cmk:crypto", "kms:dek:Crypto"];
                let action = Actions { name, permissions, covered_by: permissions };
                let asked =
                    Asked { action, resource: KEY, owner, policy: Some(&resource), context: &context };
                let made = allocations(|| {
                    let evaluation = evaluate(black_box(&principal), &asked);
                    black_box((
                        evaluation.verdict(),
                        evaluation.with_grant(Some(0)),
                        evaluation.decided_by(),
                    ));
                });
                assert_eq!(made, 0, "{operator} of {one:?}, {name}");
            }
        }
    }
}

#[test]
fn nor_does_a_document_alone() {
    let names = Names {
        account: Some(Account { partition: "aws", id: "111122223333" }),
        identities: &[Identity::Aws { arn: ALICE, id: None }],
    };
    let trust = Document::parse_as(
        Form::Trust,
        r#"{"Statement":{"Effect":"Allow","Principal":{"Federated":"example.com","AWS":"111122223333"},"Action":"sts:*",
           "Condition":{"StringEquals":{"example.com:aud":"x"}}}}"#,
    )
    .unwrap();
    for context in [Context::complete(), Context::partial(), Context::complete().with("example.com:aud", "x")]
    {
        let request =
            Request { names: &names, action: "sts:AssumeRole".into(), resource: "*", context: &context };
        assert_eq!(allocations(|| _ = black_box(trust.decide(&request))), 0, "{context:?}");
    }
}

#[test]
fn a_document_takes_about_what_it_says() {
    let of = |action: &str, more: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"*"}},"Action":"{action}","Resource":"*"{more}}}]}}"#
        )
    };
    let conditions: Vec<_> = (0..500).map(|n| format!(r#""k:{n}":"${{a:{n}}}*""#)).collect();
    let users: Vec<_> = (0..700).map(|n| format!(r#""arn:aws:iam::111122223333:user/u{n}""#)).collect();
    for (case, text) in [
        ("as most are", of("kms:*", "")),
        ("permissions", of("kms:*:crypto", "")),
        ("wildcards", of(&format!("kms:{}", "?".repeat(6000)), "")),
        ("stars", of(&format!("kms:{}", "*a".repeat(3000)), "")),
        (
            "conditions",
            of("kms:*", &format!(r#","Condition":{{"StringLike":{{{}}}}}"#, conditions.join(","))),
        ),
        ("users", of("kms:*", "").replace(r#""AWS":"*""#, &format!(r#""AWS":[{}]"#, users.join(",")))),
        ("statements", {
            let one = r#"{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"a:b","Resource":"*"}"#;
            format!(r#"{{"Statement":[{}]}}"#, [one; 400].join(","))
        }),
    ] {
        let mut document = None;
        let taken = measure(|| document = Some(Document::parse(&text).unwrap()));
        let (taken, told) = (usize::try_from(taken.bytes_current).unwrap(), document.unwrap().weight());
        assert!(taken <= told, "{case}: takes {taken}, and says {told}");
        assert!(told <= taken + taken / 2, "{case}: takes {taken}, and says {told}");
    }
}
