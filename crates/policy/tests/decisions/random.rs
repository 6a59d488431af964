//! Random policies and requests, judged by both evaluators. The words they are made of are few, so that much of what
//! is asked is what some statement speaks of.

use std::collections::BTreeMap;
use std::sync::Arc;

use policy::{
    Account, Actions, Context, Decision, Denial, Document, Form, Identity, Names, Principal, PrincipalKind,
    PrincipalName, Request, Verdict, evaluate,
};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use crate::naive::{self, Policies, Seen, Way, Who};
use crate::world::{ALICE, ALICE_ID, APP, APP_ID, OTHER, OWN, SESSION, alice, logs, root, session};

/// Random cases of a run. With fewer, an operator may not come to both of its results.
const CASES: u32 = 6000;

const OPERATORS: [&str; 26] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
];

/// What a statement may compare a key of a kind with, and what a request may have there.
fn words(operator: &str) -> (&'static str, &'static [&'static str], &'static [&'static str]) {
    match operator {
        "Bool" => ("k:bool", &["true", "false"], &["true", "False", "perhaps"]),
        "BinaryEquals" => ("k:binary", &["QQ==", "QUI=", ""], &["QQ==", "QUI=", "", "Q"]),
        _ if operator.contains("Ip") => (
            "k:ip",
            &["10.0.0.0/8", "10.1.2.3", "2001:db8::/33", "0.0.0.0/0", "::/0", "10.1.2.2/31"],
            &["10.1.2.3", "192.0.2.1", "2001:db8::1", "2001:db8:8000::1", "::ffff:10.1.2.3", "nowhere"],
        ),
        _ if operator.starts_with("Numeric") => {
            ("k:number", &["10", "10.0", "-1.5", "1e1", "11"], &["10", "10.0", "9", "-1.5", "1e2", "ten", ""])
        }
        _ if operator.starts_with("Date") => (
            "k:date",
            &["2026-01-01", "2026-01", "1767225600", "2026-01-01T01:00:00+01:00", "2025-12-31T23:59:59.5Z"],
            &["2026-01-01T00:00:00Z", "1767225600", "2025-12-31T23:59:59.5Z", "2026-06-01", "soon"],
        ),
        _ if operator.starts_with("Arn") => (
            "k:arn",
            &[
                "arn:aws:s3:::a*",
                "arn:aws:*:::*",
                "arn:*:s3:*:*:?",
                "*",
                "arn:aws:s3:::${k:name}",
                "arn:aws:*:a:a:a",
            ],
            &["arn:aws:s3:::a", "arn:aws:s3:::a:b", "arn:aws:s3:r:1:a", "arn:aws:sqs:::b", "a", "a:b"],
        ),
        _ => (
            "k:text",
            &[
                "a",
                "b",
                "A",
                "a*",
                "*b",
                "?b",
                "é",
                "",
                "${k:name}",
                "${k:none, 'b'}",
                "${k:none}",
                "${*}",
                "${k:text}",
            ],
            &["a", "b", "ab", "B", "É", "*", ""],
        ),
    }
}

fn one_or_more(words: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop_oneof![
        select(words).prop_map(Value::from),
        prop::collection::vec(select(words), 1..4).prop_map(Value::from),
    ]
}

/// An operator, a key and values.
fn condition() -> impl Strategy<Value = (String, &'static str, Value)> {
    let quantifier = prop_oneof![3 => Just(""), 1 => Just("ForAllValues:"), 1 => Just("ForAnyValue:")];
    let suffix = prop_oneof![3 => Just(""), 1 => Just("IfExists")];
    let compares =
        (select(&OPERATORS[..]), quantifier, suffix).prop_flat_map(|(operator, quantifier, suffix)| {
            let (key, words, _) = words(operator);
            one_or_more(words)
                .prop_map(move |values| (format!("{quantifier}{operator}{suffix}"), key, values))
        });
    let keys = select(&["k:text", "k:number", "k:arn", "k:none", "K:Text"][..]);
    let null = (keys, select(&["true", "false"][..]))
        .prop_map(|(key, value)| ("Null".to_owned(), key, Value::from(value)));
    prop_oneof![12 => compares, 1 => null]
}

fn conditions() -> impl Strategy<Value = Value> {
    prop::collection::vec(condition(), 0..3).prop_map(|conditions| {
        let mut all = Map::new();
        for (operator, key, values) in conditions {
            let keys = all.entry(operator).or_insert_with(|| json!({})).as_object_mut().unwrap();
            if !keys.keys().any(|known| known.eq_ignore_ascii_case(key)) {
                keys.insert(key.to_owned(), values);
            }
        }
        all.into()
    })
}

fn principal() -> impl Strategy<Value = Value> {
    let account = "arn:aws:iam::111122223333:root";
    let names: &'static [&'static str] = Vec::leak(vec![
        "*",
        OWN,
        OTHER,
        account,
        ALICE,
        ALICE_ID,
        APP,
        APP_ID,
        SESSION,
        "arn:aws:iam::111122223333:user/bob",
    ]);
    let services = || select(&["logs.amazonaws.com", "s3.amazonaws.com"][..]);
    let aws = || prop::collection::vec(select(names), 1..5);
    prop_oneof![
        1 => Just(json!("*")),
        4 => aws().prop_map(|aws| json!({ "AWS": aws })),
        2 => select(names).prop_map(|name| json!({ "AWS": name })),
        2 => (aws(), services()).prop_map(|(aws, service)| json!({ "AWS": aws, "Service": service })),
        1 => services().prop_map(|service| json!({ "Service": [service] })),
    ]
}

/// As AWS writes them.
const ACTIONS: &[&str] = &["kms:Encrypt", "kms:*", "*", "kms:?ncrypt", "KMS:en*", "kms:*rypt", "s3:*"];
/// The same, and those of another API.
const PERMISSIONS: &[&str] = &[
    "kms:Encrypt",
    "kms:*",
    "*",
    "kms:?ncrypt",
    "s3:*",
    "kms:cmk:crypto",
    "KMS:*:Crypto",
    "kms:dek:*",
    "kms:cmk:get",
    "*:*:*",
];

/// What requests ask for: by AWS's API, by another, and by one that is alone.
const ASKED: [Actions<'static>; 6] = [
    Actions { name: "kms:Encrypt", permissions: &[], covered_by: &["kms:cmk:crypto", "kms:dek:crypto"] },
    Actions { name: "kms:Encrypt", permissions: &["kms:dek:Crypto"], covered_by: &[] },
    Actions { name: "kms:Decrypt", permissions: &["kms:cmk:crypto", "kms:cmk:get"], covered_by: &[] },
    Actions { name: "kms:ReEncryptFrom", permissions: &["kms:cmk:crypto"], covered_by: &["kms:dek:crypto"] },
    Actions { name: "kms:Encrypt", permissions: &[], covered_by: &[] },
    Actions { name: "kms:ReEncryptFrom", permissions: &[], covered_by: &[] },
];

fn statement(form: Form, actions: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let actions = one_or_more(actions);
    let resources = one_or_more(&[
        "*",
        "arn:aws:kms:*:*:key/*",
        "arn:aws:kms",
        "arn:aws:kms:eu-west-1:111122223333:key/k",
        "arn:aws:kms:*:key/k",
        "arn:aws:kms:*:*:${k:name}/*",
        "arn:aws:kms:${k:region}",
        "arn:aws:kms:eu-*:1*:?ey/${k:none, 'k'}",
        "arn:aws:kms:*:*:alias/*",
    ]);
    let effect = prop_oneof![3 => Just("Allow"), 1 => Just("Deny")];
    // Statements without one of the two are rare, and the opposites too.
    let keep = prop_oneof![12 => Just(0), 1 => Just(1), 1 => Just(2)];
    let names = (prop::bool::weighted(0.15), prop::bool::weighted(0.1), prop::bool::weighted(0.1));
    (effect, principal(), actions, resources, conditions(), keep, names).prop_map(
        move |(effect, principal, actions, resources, conditions, keep, (not_who, not_what, not_on))| {
            let mut statement = Map::new();
            let mut add = |is_not: bool, name: &str, value: Value| {
                statement.insert(format!("{}{name}", if is_not { "Not" } else { "" }), value);
            };
            add(false, "Effect", effect.into());
            if form == Form::Resource {
                add(not_who, "Principal", principal);
            }
            if keep != 1 || form == Form::Identity {
                add(not_what, "Action", actions);
            }
            if keep != 2 || form == Form::Identity {
                add(not_on, "Resource", resources);
            }
            add(false, "Condition", conditions);
            statement.into()
        },
    )
}

fn document(form: Form, actions: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let version = prop_oneof![6 => Just(Some("2012-10-17")), 1 => Just(Some("2008-10-17")), 1 => Just(None)];
    (version, prop::collection::vec(statement(form, actions), 1..4)).prop_map(|(version, statements)| {
        let mut document = json!({ "Statement": statements });
        if let Some(version) = version {
            document["Version"] = version.into();
        }
        document
    })
}

fn context() -> impl Strategy<Value = BTreeMap<String, Vec<String>>> {
    let of = |operator: &'static str| {
        let (key, _, words) = words(operator);
        let values = prop_oneof![
            5 => prop::collection::vec(select(words), 1..2),
            2 => prop::collection::vec(select(words), 0..4),
        ];
        (Just(key), prop::option::weighted(0.85, values))
    };
    let names = prop::option::weighted(0.8, prop::collection::vec(select(&["a", "key", "a*"][..]), 1..2));
    let region = prop::option::weighted(0.8, Just(vec!["eu-west-1"]));
    (
        of("Bool"),
        of("BinaryEquals"),
        of("IpAddress"),
        of("NumericEquals"),
        of("DateEquals"),
        of("ArnLike"),
        of("StringLike"),
        (Just("k:name"), names),
        (Just("k:region"), region),
    )
        .prop_map(|(a, b, c, d, e, f, g, h, i)| {
            let told =
                [a, b, c, d, e, f, g, h, i].into_iter().filter_map(|(key, values)| Some((key, values?)));
            told.map(|(key, values)| (key.to_owned(), values.into_iter().map(str::to_owned).collect()))
                .collect()
        })
}

#[derive(Clone, Debug)]
struct Case {
    who: usize,
    other_account: bool,
    resource: Option<Value>,
    identity: Vec<Value>,
    boundary: Option<Value>,
    session: Vec<Value>,
    action: Actions<'static>,
    context: BTreeMap<String, Vec<String>>,
    complete: bool,
}

fn cases(actions: &'static [&'static str]) -> impl Strategy<Value = Case> {
    let identity = move || document(Form::Identity, actions);
    let policies = (
        prop::option::weighted(0.85, document(Form::Resource, actions)),
        prop::collection::vec(identity(), 0..3),
        prop::option::weighted(0.2, identity()),
        prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec(identity(), 1..3)],
    );
    let action = select(&ASKED[..]);
    (0..PRINCIPALS, prop::bool::weighted(0.25), policies, action, context(), prop::bool::weighted(0.85))
        .prop_map(
            |(who, other_account, (resource, identity, boundary, session), action, context, complete)| Case {
                who,
                other_account,
                resource,
                identity,
                boundary,
                session,
                action,
                context,
                complete,
            },
        )
}

/// How many there are of [`principal_of`].
const PRINCIPALS: usize = 5;

fn principal_of(who: usize) -> Principal {
    match who {
        0 => root(),
        1 => alice(),
        2 => session(),
        3 => logs(),
        _ => {
            let bob = "arn:aws:iam::111122223333:user/bob".to_owned();
            Principal { arn: bob.clone(), names: vec![PrincipalName { arn: bob, id: None }], ..alice() }
        }
    }
}

fn read(form: Form, document: &Value) -> Arc<Document> {
    let text = document.to_string();
    Arc::new(Document::parse_as(form, &text).unwrap_or_else(|error| panic!("{text}: {error}")))
}

/// What both say must be the same; gives whether the request is allowed, and whether a statement denies it.
fn compare(case: &Case, seen: &Seen) -> Result<(), bool> {
    let mut principal = principal_of(case.who);
    let documents = |all: &[Value]| all.iter().map(|document| read(Form::Identity, document)).collect();
    // A root has none of these.
    let (identity, boundary, session) = match principal.kind {
        PrincipalKind::Root | PrincipalKind::Service => (&[][..], None, &[][..]),
        _ => (case.identity.as_slice(), case.boundary.as_ref(), case.session.as_slice()),
    };
    (principal.policies, principal.session_policies) = (documents(identity), documents(session));
    principal.boundary = boundary.map(|document| read(Form::Identity, document));
    let empty = if case.complete { Context::complete() } else { Context::partial() };
    let context = case.context.iter().fold(empty, |context, (key, values)| {
        context.with_all(key.to_uppercase(), values.iter().map(|value| value.as_str().into()))
    });
    let resource = case.resource.as_ref().map(|document| read(Form::Resource, document));
    let owner = if case.other_account { OTHER } else { OWN };
    let arn = format!("arn:aws:kms:eu-west-1:{owner}:key/k");
    let evaluation = evaluate(
        &principal,
        &policy::Asked {
            action: case.action,
            resource: &arn,
            owner,
            policy: resource.as_deref(),
            context: &context,
        },
    );

    let names = principal.names.iter().map(|name| (name.arn.clone(), name.id.clone())).collect();
    let who = Who { kind: principal.kind, account: principal.account.clone(), names };
    let asked = naive::Asked {
        who: &who,
        action: case.action,
        resource: &arn,
        context: &case.context,
        complete: case.complete,
        seen,
    };
    let policies = Policies { resource: case.resource.as_ref(), identity, boundary, session };
    let plain = |verdict: Verdict| match verdict {
        Verdict::Allowed => Ok(()),
        Verdict::Denied(Denial { explicit, .. }) => Err(explicit),
    };
    let expected = naive::verdict(&asked, owner, &policies, None);
    let found = plain(evaluation.verdict());
    // Whose word comes first is told elsewhere; here it is whether there is one.
    assert_eq!(found.is_ok(), expected.is_ok(), "{evaluation:?}");
    if !case.other_account {
        assert_eq!(found, expected, "{evaluation:?}");
    }
    for index in 0..2 {
        let granted = (index < who.names.len()).then_some(Way::Name(index));
        let expected = naive::verdict(&asked, owner, &policies, granted);
        assert_eq!(evaluation.with_grant(Some(index)).is_allowed(), expected.is_ok(), "grant to {index}");
    }
    let granted = principal.is_root().then_some(Way::Root);
    let with_grant = naive::verdict(&asked, owner, &policies, granted);
    assert_eq!(evaluation.with_grant(None).is_allowed(), with_grant.is_ok(), "grant to root");
    if let (Some(document), Some(json)) = (&resource, &case.resource) {
        compare_one(document, json, &asked, &principal, &context);
    }
    expected
}

/// The policy of the resource alone.
fn compare_one(
    document: &Document,
    json: &Value,
    asked: &naive::Asked<'_>,
    who: &Principal,
    context: &Context<'_>,
) {
    let identities: Vec<_> = who
        .names
        .iter()
        .map(|name| match who.kind {
            PrincipalKind::Service => Identity::Service(&name.arn),
            _ => Identity::Aws { arn: &name.arn, id: name.id.as_deref() },
        })
        .collect();
    let belongs = who.kind != PrincipalKind::Service;
    let account = belongs.then_some(Account { partition: &who.partition, id: &who.account });
    let names = Names { account, identities: &identities };
    let request = Request { names: &names, action: asked.action, resource: asked.resource, context };
    let decision = document.decide(&request);
    let says = naive::says(json, asked);
    let direct = says.allowed.iter().any(|way| *way != Way::Account);
    let fits = match decision {
        Decision::Denied(_) => says.denied,
        Decision::AllowedUnless { .. } => !says.denied && says.perhaps_denied && !says.allowed.is_empty(),
        Decision::Allowed(_) => !says.denied && !says.perhaps_denied && direct,
        Decision::Delegated(_) => !says.denied && !says.perhaps_denied && !direct && !says.allowed.is_empty(),
        Decision::NotAllowed => !says.denied && says.allowed.is_empty(),
        other => panic!("{other:?}"),
    };
    assert!(fits, "{decision:?}, but {says:?}");
    let again = Document::parse(&document.shown()).unwrap();
    assert_eq!(again.decide(&request), decision, "shown and read again");
}

#[test]
fn both_evaluators_agree() {
    let seen = Seen::default();
    let outcomes = std::cell::RefCell::new(BTreeMap::<Result<(), bool>, usize>::new());
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let words = prop_oneof![cases(ACTIONS), cases(PERMISSIONS)];
    let ran = TestRunner::new(config).run(&words, |case| {
        let outcome = compare(&case, &seen);
        *outcomes.borrow_mut().entry(outcome).or_default() += 1;
        Ok(())
    });
    if let Err(failed) = ran {
        panic!("{failed}");
    }
    let outcomes = outcomes.into_inner();
    for outcome in [Ok(()), Err(true), Err(false)] {
        let count = outcomes.get(&outcome).copied().unwrap_or(0);
        assert!(count > usize::try_from(CASES).unwrap() / 20, "{outcome:?} of {outcomes:?}");
    }
    let seen = seen.into_inner();
    for operator in OPERATORS.into_iter().chain(["Null"]) {
        for told in [true, false] {
            assert!(seen.contains_key(&(operator.to_owned(), Some(told))), "{operator} was never {told}");
        }
        for set in ["ForAllValues", "ForAnyValue"].into_iter().filter(|_| operator != "Null") {
            let several = format!("{set}:{operator}");
            let count = seen.keys().filter(|(name, _)| name.starts_with(&several)).count();
            assert!(count > 1, "{several} had one result only");
        }
        let known = |name: &String| name.trim_end_matches("IfExists").ends_with(operator);
        let doubtful = seen.keys().any(|(name, told)| told.is_none() && known(name));
        assert!(doubtful || operator == "Null", "{operator} was never in doubt");
    }
}

#[test]
fn policies_in_the_form_of_aws_do_not_know_by_which_api_a_request_came() {
    let config = Config { cases: CASES / 4, failure_persistence: None, ..Config::default() };
    let ran = TestRunner::new(config).run(&cases(ACTIONS), |case| {
        let outcome = compare(&case, &Seen::default());
        let plain = Case { action: case.action.name.into(), ..case };
        prop_assert_eq!(compare(&plain, &Seen::default()), outcome);
        Ok(())
    });
    if let Err(failed) = ran {
        panic!("{failed}");
    }
}
