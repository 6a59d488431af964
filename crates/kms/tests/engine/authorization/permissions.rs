//! Permissions that another API has for what actions do: a policy may allow by them only who comes by that API, and
//! denies by them whoever comes.

use api::{
    Blob, CreateGrant, CreateKey, DescribeKey, Encrypt, Error, ErrorCode, GenerateDataKeyWithoutPlaintext,
    GrantOperation, ReEncrypt,
};
use kms::{Caller, Dialect};
use policy::Principal;
use serde_json::{Value, json};

use super::people::{allow, by, deny, everything, policy, policy_of_keys, statement, user, user_arn};
use crate::world::{ACCOUNT, World, refused};

const DATA: Dialect = Dialect::huawei(&["kms:cmk:crypto"]);
const DATA_KEYS: Dialect = Dialect::huawei(&["kms:dek:crypto"]);
const NO_IDENTITY: &str = "because no identity-based policy allows the kms:Encrypt action";

fn allow_also(patterns: &[&str]) -> Value {
    listing("Allow", patterns)
}

fn listing(effect: &str, patterns: &[&str]) -> Value {
    statement(effect, &patterns.iter().map(|pattern| (*pattern).to_owned()).collect::<Vec<_>>())
}

fn not_listing(effect: &str, pattern: &str) -> Value {
    json!({"Effect": effect, "NotAction": pattern, "Resource": "*"})
}

fn ann(statements: &[Value]) -> Principal {
    user(ACCOUNT, "ann", statements)
}

/// A key that leaves everything to its account, and has these statements besides.
async fn key(world: &World, statements: &[Value]) -> String {
    let mut request = CreateKey::request();
    request.policy = Some(policy_of_keys(statements));
    world.call(request).await.unwrap().key_metadata.key_id
}

async fn encrypt(world: &World, caller: &Caller, dialect: Dialect, key: &str) -> Result<Blob, Error> {
    let request = Encrypt::request(key, Blob::new(*b"m"));
    world.kms.call_as(caller, dialect, request).await.map(|answer| answer.ciphertext_blob)
}

/// Whether a caller may encrypt by AWS's API, and by the two endpoints of the other.
async fn ways(world: &World, caller: &Caller, key: &str) -> [bool; 3] {
    let mut ways = [false; 3];
    for (may, dialect) in ways.iter_mut().zip([Dialect::AWS, DATA, DATA_KEYS]) {
        *may = match encrypt(world, caller, dialect, key).await {
            Ok(_) => true,
            Err(error) if error.code() == ErrorCode::AccessDenied => false,
            Err(error) => panic!("{error:?}"),
        };
    }
    ways
}

#[tokio::test]
async fn policies_of_identities() {
    let world = World::new().await;
    let key = key(&world, &[]).await;
    for (name, statements, expected) in [
        ("an action", vec![allow(&["Encrypt"])], [true, true, true]),
        ("every action", vec![everything()], [true, true, true]),
        ("another action", vec![allow(&["Decrypt"])], [false, false, false]),
        ("everything", vec![allow_also(&["*"])], [true, true, true]),
        ("a permission", vec![allow_also(&["kms:cmk:crypto"])], [false, true, false]),
        ("in any case", vec![allow_also(&["KMS:Dek:CRYPTO"])], [false, false, true]),
        ("permissions", vec![allow_also(&["kms:cmk:get", "kms:*:crypto"])], [false, true, true]),
        ("another permission", vec![allow_also(&["kms:cmk:get"])], [false, false, false]),
        ("an action and a permission", vec![allow_also(&["kms:Encrypt", "kms:dek:*"])], [true, true, true]),
        ("an action denied", vec![allow_also(&["*"]), deny(&["Encrypt"])], [false, false, false]),
        (
            "a permission denied",
            vec![everything(), listing("Deny", &["kms:cmk:crypto"])],
            [false, false, true],
        ),
        ("all permissions denied", vec![everything(), listing("Deny", &["kms:*:*"])], [false, false, false]),
        ("another one denied", vec![everything(), listing("Deny", &["kms:cmk:get"])], [true, true, true]),
        ("all but a permission", vec![not_listing("Allow", "kms:cmk:crypto")], [false, false, true]),
        ("all but an action", vec![not_listing("Allow", "kms:Encrypt")], [false, false, false]),
        ("all but another action", vec![not_listing("Allow", "kms:Decrypt")], [true, true, true]),
        (
            "all denied but a permission",
            vec![everything(), not_listing("Deny", "kms:dek:crypto")],
            [false, false, true],
        ),
        (
            "all denied but an action",
            vec![allow_also(&["*"]), not_listing("Deny", "kms:Encrypt")],
            [true, true, true],
        ),
    ] {
        let caller = by(ann(&statements));
        assert_eq!(ways(&world, &caller, &key).await, expected, "{name}");
    }
}

#[tokio::test]
async fn policies_of_keys() {
    let world = World::new().await;
    let of_ann = |effect: &str, action: &str| {
        json!({"Effect": effect, "Principal": "*", "Action": action, "Resource": "*",
            "Condition": {"ArnEquals": {"aws:PrincipalArn": user_arn(ACCOUNT, "ann")}}})
    };
    let (stranger, friend) = (by(ann(&[])), by(ann(&[everything()])));
    for (name, statements, of_stranger, of_friend) in [
        ("nothing", vec![], [false; 3], [true; 3]),
        ("a permission", vec![of_ann("Allow", "kms:cmk:crypto")], [false, true, false], [true; 3]),
        ("a permission denied", vec![of_ann("Deny", "kms:cmk:*")], [false; 3], [false, false, true]),
        ("an action denied", vec![of_ann("Deny", "kms:Enc*")], [false; 3], [false; 3]),
        (
            "a permission, but not the action",
            vec![of_ann("Allow", "kms:*:*"), of_ann("Deny", "kms:Encrypt")],
            [false; 3],
            [false; 3],
        ),
    ] {
        let key = key(&world, &statements).await;
        assert_eq!(ways(&world, &stranger, &key).await, of_stranger, "{name}");
        assert_eq!(ways(&world, &friend, &key).await, of_friend, "{name}, allowed by its own policy");
    }
}

#[tokio::test]
async fn boundaries_and_sessions_limit_by_permissions_too() {
    let world = World::new().await;
    let key = key(&world, &[]).await;
    let limits = || policy(&[allow_also(&["kms:dek:crypto"])]);
    let bounded = Principal { boundary: Some(limits()), ..ann(&[everything()]) };
    let limited = Principal { session_policies: vec![limits()], ..ann(&[everything()]) };
    for principal in [bounded, limited] {
        assert_eq!(ways(&world, &by(principal), &key).await, [false, false, true]);
    }
}

#[tokio::test]
async fn grants_stand_below_denials_of_permissions() {
    let world = World::new().await;
    let key = key(&world, &[]).await;
    let mut request = CreateGrant::request(&*key, [GrantOperation::Encrypt]);
    request.grantee_principal = Some(format!("arn:aws:iam::{ACCOUNT}:root"));
    world.call(request).await.unwrap();
    let denied = json!({"Effect": "Deny", "Principal": "*", "Action": "kms:cmk:crypto", "Resource": "*"});
    let root = &world.caller;
    assert_eq!(ways(&world, root, &key).await, [true; 3]);
    let mut request = api::PutKeyPolicy::request(&*key, policy_of_keys(&[denied]));
    request.bypass_policy_lockout_safety_check = Some(true);
    world.call(request).await.unwrap();
    assert_eq!(ways(&world, root, &key).await, [false, false, true]);
}

#[tokio::test]
async fn one_permission_is_for_all_that_its_endpoint_does() {
    let world = World::new().await;
    let (from, to) = (key(&world, &[]).await, key(&world, &[]).await);
    let blob = encrypt(&world, &world.caller, Dialect::AWS, &from).await.unwrap();
    let caller = by(ann(&[allow_also(&["kms:cmk:crypto"])]));
    let mut request = ReEncrypt::request(&*to);
    request.ciphertext_blob = Some(blob);
    let moved = world.kms.call_as(&caller, DATA, request.clone()).await.unwrap();
    assert!(moved.key_id.ends_with(&to));
    refused(world.kms.call(&caller, request).await, ErrorCode::AccessDenied);
    // And for nothing that another endpoint does.
    let mut request = GenerateDataKeyWithoutPlaintext::request(&*to);
    request.number_of_bytes = Some(32);
    let data_keys = Dialect::huawei(&["kms:dek:create"]);
    refused(world.kms.call_as(&caller, data_keys, request).await, ErrorCode::AccessDenied);
    let describing = Dialect::huawei(&["kms:cmk:get"]);
    let answer = world.kms.call_as(&caller, describing, DescribeKey::request(&*to)).await;
    refused(answer, ErrorCode::AccessDenied);
}

#[tokio::test]
async fn denials_are_told_by_the_action() {
    let world = World::new().await;
    let key = key(&world, &[]).await;
    let caller = by(ann(&[allow_also(&["kms:cmk:get"])]));
    let error = refused(encrypt(&world, &caller, DATA, &key).await, ErrorCode::AccessDenied);
    let text = error.message().unwrap_or_default();
    assert!(text.contains("is not authorized to perform: kms:Encrypt on resource: "), "{text}");
    assert!(text.ends_with(NO_IDENTITY), "{text}");
}
