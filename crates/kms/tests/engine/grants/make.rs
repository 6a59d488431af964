//! Which grants can be made, and by whom.

use std::collections::BTreeMap;

use api::{
    CreateGrant, CreateKey, DisableKey, ErrorCode, GrantConstraints, GrantOperation as Op, KeySpec, KeyUsage,
    OriginType, RetireGrant, ScheduleKeyDeletion,
};

use super::{Bench, FRIEND, OWNER, SOURCE, STRANGER, USER, equals, root, source, subset};
use crate::world::{DAY, START, refused};

/// A name, what is wrong with the request, and what is answered.
type Case = (&'static str, fn(&mut CreateGrant), ErrorCode);

fn to_service(request: &mut CreateGrant) {
    request.grantee_principal = None;
    request.grantee_service_principal = Some("s3.amazonaws.com".to_owned());
    request.retiring_principal = Some(root(OWNER));
    request.constraints = Some(source());
}

/// Changes a good request in each of the ways; none makes a grant.
async fn refuses(cases: &[Case]) {
    let bench = Bench::new().await;
    for (name, change, code) in cases {
        let mut request = bench.asked(&[Op::Encrypt]);
        change(&mut request);
        let error = bench.call(OWNER, request).await.expect_err(name);
        assert_eq!(error.code(), *code, "{name}: {error}");
    }
    assert!(bench.listed().await.is_empty());
    for change in [|_: &mut CreateGrant| {}, to_service] {
        let mut request = bench.asked(&[Op::Encrypt]);
        change(&mut request);
        bench.call(OWNER, request).await.unwrap();
    }
}

#[tokio::test]
async fn whom_a_grant_cannot_name() {
    refuses(&[
        ("no grantee", |r| r.grantee_principal = None, ErrorCode::Validation),
        (
            "two grantees",
            |r| r.grantee_service_principal = Some("s3.amazonaws.com".to_owned()),
            ErrorCode::Validation,
        ),
        (
            "two who retire",
            |r| {
                r.retiring_principal = Some(root(OWNER));
                r.retiring_service_principal = Some("s3.amazonaws.com".to_owned());
            },
            ErrorCode::Validation,
        ),
        ("grantee is an account", |r| r.grantee_principal = Some(FRIEND.to_owned()), ErrorCode::InvalidArn),
        (
            "grantee is a group",
            |r| r.grantee_principal = Some(format!("arn:aws:iam::{FRIEND}:group/all")),
            ErrorCode::InvalidArn,
        ),
        (
            "grantee of another partition",
            |r| r.grantee_principal = Some(format!("arn:aws-cn:iam::{FRIEND}:root")),
            ErrorCode::InvalidArn,
        ),
        (
            "who retires is nobody",
            |r| r.retiring_principal = Some("arn:aws:iam::1:root".to_owned()),
            ErrorCode::InvalidArn,
        ),
        (
            "service without source",
            |r| {
                to_service(r);
                r.constraints = Some(subset(&[("a", "1")]));
            },
            ErrorCode::Validation,
        ),
        (
            "service that nobody retires",
            |r| {
                to_service(r);
                r.retiring_principal = None;
            },
            ErrorCode::Validation,
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_a_grant_cannot_ask_for() {
    refuses(&[
        (
            "both constraints",
            |r| {
                let none = Some(BTreeMap::new());
                let both = GrantConstraints { encryption_context_equals: none, ..subset(&[("a", "1")]) };
                r.constraints = Some(both);
            },
            ErrorCode::Validation,
        ),
        ("nine pairs", |r| r.constraints = Some(large(9, 1)), ErrorCode::LimitExceeded),
        ("long value", |r| r.constraints = Some(large(1, 385)), ErrorCode::LimitExceeded),
        (
            "long name",
            |r| r.constraints = Some(equals(&[("ä".repeat(385).as_str(), "1")])),
            ErrorCode::LimitExceeded,
        ),
        (
            "names that differ by case",
            |r| r.constraints = Some(subset(&[("a", "1"), ("A", "1")])),
            ErrorCode::Validation,
        ),
    ])
    .await;
    let bench = Bench::new().await;
    bench.constrained(&[Op::Encrypt], large(8, 384)).await;
    bench.constrained(&[Op::Encrypt], equals(&[("ä".repeat(384).as_str(), "1")])).await;
}

fn large(pairs: usize, length: usize) -> GrantConstraints {
    let pairs = (0..pairs).map(|n| (n.to_string(), "ä".repeat(length))).collect();
    GrantConstraints { encryption_context_subset: Some(pairs), ..GrantConstraints::default() }
}

#[tokio::test]
async fn what_is_no_grant() {
    refuses(&[
        ("no operations", |r| r.operations.clear(), ErrorCode::Validation),
        ("only CreateGrant", |r| r.operations = vec![Op::CreateGrant; 2], ErrorCode::Validation),
        ("operation of other keys", |r| r.operations = vec![Op::Encrypt, Op::Sign], ErrorCode::Validation),
        ("public key of none", |r| r.operations = vec![Op::GetPublicKey], ErrorCode::Validation),
        ("token", |r| r.grant_tokens = Some(vec!["x".to_owned()]), ErrorCode::InvalidGrantToken),
        ("alias", |r| r.key_id = "alias/a".to_owned(), ErrorCode::NotFound),
        ("no ARN", |r| r.key_id = "arn:aws:kms".to_owned(), ErrorCode::InvalidArn),
        ("no key", |r| r.key_id = "01234567-89ab-cdef-0123-456789abcdef".to_owned(), ErrorCode::NotFound),
        ("dry run", |r| r.dry_run = Some(true), ErrorCode::DryRun),
    ])
    .await;
}

#[tokio::test]
async fn operations_go_with_the_kind_of_key() {
    const COMMON: [Op; 3] = [Op::CreateGrant, Op::RetireGrant, Op::DescribeKey];
    let bench = Bench::new().await;
    let kinds: [(KeySpec, KeyUsage, &[Op]); 7] = [
        (
            KeySpec::SymmetricDefault,
            KeyUsage::EncryptDecrypt,
            &[
                Op::Encrypt,
                Op::Decrypt,
                Op::GenerateDataKey,
                Op::GenerateDataKeyWithoutPlaintext,
                Op::GenerateDataKeyPair,
                Op::GenerateDataKeyPairWithoutPlaintext,
                Op::ReEncryptFrom,
                Op::ReEncryptTo,
            ],
        ),
        (
            KeySpec::Rsa2048,
            KeyUsage::EncryptDecrypt,
            &[Op::Encrypt, Op::Decrypt, Op::ReEncryptFrom, Op::ReEncryptTo, Op::GetPublicKey],
        ),
        (KeySpec::Rsa2048, KeyUsage::SignVerify, &[Op::Sign, Op::Verify, Op::GetPublicKey]),
        (KeySpec::MlDsa44, KeyUsage::SignVerify, &[Op::Sign, Op::Verify, Op::GetPublicKey]),
        (KeySpec::Hmac384, KeyUsage::GenerateVerifyMac, &[Op::GenerateMac, Op::VerifyMac]),
        (KeySpec::EccNistP256, KeyUsage::KeyAgreement, &[Op::DeriveSharedSecret, Op::GetPublicKey]),
        (
            KeySpec::MlKem768,
            KeyUsage::EncapsulateDecapsulate,
            &[Op::Encapsulate, Op::Decapsulate, Op::GetPublicKey],
        ),
    ];
    for (spec, usage, own) in kinds {
        let arn = bench.create(spec, usage).await;
        for operation in Op::ALL {
            let mut request = bench.asked(&[*operation, Op::DescribeKey]);
            request.key_id.clone_from(&arn);
            let answer = bench.call(OWNER, request).await;
            if own.contains(operation) || COMMON.contains(operation) {
                answer.unwrap_or_else(|error| panic!("{spec} {usage} {operation}: {error}"));
            } else {
                refused(answer, ErrorCode::Validation);
            }
        }
        for (constraints, fits) in [(subset(&[]), false), (equals(&[("a", "1")]), false), (source(), true)] {
            let mut request = bench.asked(&[Op::DescribeKey]);
            request.key_id.clone_from(&arn);
            request.constraints = Some(constraints);
            let answer = bench.call(OWNER, request).await;
            if fits || spec == KeySpec::SymmetricDefault {
                answer.unwrap();
            } else {
                refused(answer, ErrorCode::Validation);
            }
        }
    }
}

#[tokio::test]
async fn key_states() {
    let bench = Bench::new().await;
    let first = bench.grant(&[Op::Encrypt]).await;
    let second = bench.grant(&[Op::Encrypt]).await;
    bench.call(OWNER, DisableKey::request(&bench.key)).await.unwrap();
    refused(bench.call(OWNER, bench.asked(&[Op::Encrypt])).await, ErrorCode::Disabled);
    refused(bench.encrypt(FRIEND, &[]).await, ErrorCode::Disabled);
    refused(bench.encrypt(STRANGER, &[]).await, ErrorCode::AccessDenied);
    bench.revoke(&first.grant_id).await;
    bench.call(OWNER, ScheduleKeyDeletion::request(&bench.key)).await.unwrap();
    refused(bench.call(OWNER, bench.asked(&[Op::Encrypt])).await, ErrorCode::KmsInvalidState);
    assert_eq!(bench.listed().await.len(), 1);
    let mut retire = RetireGrant::request();
    retire.grant_token = Some(second.grant_token);
    bench.call(OWNER, retire).await.unwrap();
    assert!(bench.listed().await.is_empty());

    let mut external = CreateKey::request();
    external.origin = Some(OriginType::External);
    let waiting = bench.call(OWNER, external).await.unwrap().key_metadata.arn;
    let mut request = bench.asked(&[Op::Encrypt]);
    request.key_id = waiting;
    refused(bench.call(OWNER, request).await, ErrorCode::KmsInvalidState);
}

#[tokio::test]
async fn a_name_makes_a_request_repeatable() {
    let bench = Bench::new().await;
    let named = |change: fn(&mut CreateGrant)| {
        let mut request = bench.asked(&[Op::Encrypt, Op::Decrypt]);
        request.name = Some("once".to_owned());
        change(&mut request);
        request
    };
    let first = bench.call(OWNER, named(|_| {})).await.unwrap();
    bench.clock.advance(DAY);
    let same: [fn(&mut CreateGrant); 4] = [
        |_| {},
        |r| r.operations.reverse(),
        |r| r.operations.push(Op::Encrypt),
        |r| r.constraints = Some(GrantConstraints::default()),
    ];
    for change in same {
        let again = bench.call(OWNER, named(change)).await.unwrap();
        assert_eq!(again.grant_id, first.grant_id);
        assert_ne!(again.grant_token, first.grant_token);
    }
    let listed = bench.listed().await;
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].name.as_str(), listed[0].creation_date), ("once", START));

    let others: [fn(&mut CreateGrant); 6] = [
        |r| r.name = None,
        |r| r.name = Some("twice".to_owned()),
        |r| r.operations = vec![Op::Encrypt],
        |r| r.grantee_principal = Some(USER.to_owned()),
        |r| r.retiring_principal = Some(USER.to_owned()),
        |r| r.constraints = Some(subset(&[("a", "1")])),
    ];
    let mut ids = vec![first.grant_id.clone()];
    for change in others {
        ids.push(bench.call(OWNER, named(change)).await.unwrap().grant_id);
    }
    ids.push(bench.call(OWNER, named(|r| r.name = None)).await.unwrap().grant_id);
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), bench.listed().await.len()), (8, 8));

    // On another key the same request makes another grant, and a grant that was ended can be made again.
    let mut elsewhere = named(|_| {});
    elsewhere.key_id = bench.create(KeySpec::SymmetricDefault, KeyUsage::EncryptDecrypt).await;
    assert_ne!(bench.call(OWNER, elsewhere).await.unwrap().grant_id, first.grant_id);
    bench.revoke(&first.grant_id).await;
    let again = bench.call(OWNER, named(|_| {})).await.unwrap();
    assert_eq!((again.grant_id, bench.listed().await.len()), (first.grant_id, 8));
}

#[tokio::test]
async fn a_grantee_passes_on_what_it_has_and_no_more() {
    let bench = Bench::new().await;
    let to_stranger = |operations: &[Op], constraints: Option<GrantConstraints>| {
        let mut request = bench.asked(operations);
        request.grantee_principal = Some(root(STRANGER));
        request.constraints = constraints;
        request
    };
    refused(bench.call(FRIEND, to_stranger(&[Op::Encrypt], None)).await, ErrorCode::AccessDenied);
    let plain = bench.grant(&[Op::Encrypt]).await;
    refused(bench.call(FRIEND, to_stranger(&[Op::Encrypt], None)).await, ErrorCode::AccessDenied);
    bench.revoke(&plain.grant_id).await;

    let it = || subset(&[("Department", "IT")]);
    let parent = bench.constrained(&[Op::Encrypt, Op::Decrypt, Op::CreateGrant], it()).await;
    let refusals = [
        (vec![Op::Encrypt], None),
        (vec![Op::Encrypt], Some(subset(&[]))),
        (vec![Op::Encrypt], Some(subset(&[("Department", "HR")]))),
        (vec![Op::Encrypt], Some(equals(&[("Project", "x")]))),
        (vec![Op::Encrypt], Some(source())),
        (vec![Op::Encrypt, Op::GenerateDataKey], Some(it())),
        (vec![Op::DescribeKey], Some(it())),
    ];
    for (operations, constraints) in refusals {
        let error =
            refused(bench.call(FRIEND, to_stranger(&operations, constraints)).await, ErrorCode::AccessDenied);
        let expected = format!(
            "User: {} is not authorized to perform: kms:CreateGrant on resource: {} because a grantee passes on only \
             what one of its own grants allows: that grant must list CreateGrant and every operation of the new grant, \
             and the new grant's constraint must be the same or stricter",
            root(FRIEND),
            bench.arn
        );
        assert_eq!(error.message(), Some(expected.as_str()));
    }
    let kept = [
        it(),
        subset(&[("department", "IT"), ("Project", "x")]),
        equals(&[("Department", "IT")]),
        equals(&[("Department", "IT"), ("Project", "x")]),
        GrantConstraints { source_arn: Some(SOURCE.to_owned()), ..it() },
    ];
    for constraints in kept {
        let request = to_stranger(&[Op::Encrypt, Op::CreateGrant], Some(constraints));
        let made = bench.call(FRIEND, request).await.unwrap();
        let listed = bench.listed().await;
        let entry = listed.iter().find(|entry| entry.grant_id == made.grant_id).unwrap();
        assert_eq!(entry.issuing_account, root(FRIEND));
        bench.revoke(&made.grant_id).await;
    }

    // Equals stays as it is.
    let exact = || equals(&[("a", "1")]);
    bench.constrained(&[Op::Decrypt, Op::CreateGrant], exact()).await;
    bench.call(FRIEND, to_stranger(&[Op::Decrypt], Some(exact()))).await.unwrap();
    for constraints in [subset(&[("a", "1")]), equals(&[("a", "1"), ("b", "2")])] {
        let request = to_stranger(&[Op::Decrypt], Some(constraints));
        refused(bench.call(FRIEND, request).await, ErrorCode::AccessDenied);
    }

    // What was passed on works, is passed on again, and outlives the grant that it came from.
    let passed = bench.call(FRIEND, to_stranger(&[Op::Encrypt, Op::CreateGrant], Some(it()))).await.unwrap();
    bench.revoke(&parent.grant_id).await;
    bench.encrypt(STRANGER, &[("Department", "IT")]).await.unwrap();
    refused(bench.encrypt(STRANGER, &[]).await, ErrorCode::AccessDenied);
    let mut again = bench.asked(&[Op::Encrypt]);
    (again.grantee_principal, again.constraints) = (Some(USER.to_owned()), Some(it()));
    bench.call(STRANGER, again.clone()).await.unwrap();
    bench.revoke(&passed.grant_id).await;
    refused(bench.call(STRANGER, again).await, ErrorCode::AccessDenied);
}
