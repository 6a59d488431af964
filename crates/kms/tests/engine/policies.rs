//! Key policies: given, read, and refused.

use std::sync::Arc;

use api::{
    CreateKey, CreateKeyResponse, Error, ErrorCode, GetKeyPolicy, KeySpec, ListKeyPolicies, OriginType,
    PutKeyPolicy, ReplicateKey,
};

use crate::authorization::identities::People;
use crate::world::{ACCOUNT, World, refused};

const LOCKOUT: &str = "The new key policy will not allow you to update the key policy in the future.";

/// A document with these members of its one statement besides effect and resource.
fn allowing(members: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Resource":"*",{members}}}}}"#)
}

fn to_account(action: &str) -> String {
    allowing(&format!(r#""Principal":{{"AWS":"{ACCOUNT}"}},"Action":"{action}""#))
}

async fn put(world: &World, key: &str, policy: &str) -> Result<api::Empty, Error> {
    world.call(PutKeyPolicy::request(key, policy)).await
}

async fn create(world: &World, policy: &str, bypass: bool) -> Result<CreateKeyResponse, Error> {
    let mut request = CreateKey::request();
    request.policy = Some(policy.to_owned());
    request.bypass_policy_lockout_safety_check = Some(bypass);
    world.call(request).await
}

async fn policy_of(world: &World, key: &str) -> String {
    let answer = world.call(GetKeyPolicy::request(key)).await.unwrap();
    assert_eq!(answer.policy_name, "default");
    answer.policy
}

#[tokio::test]
async fn the_default_policy_leaves_it_to_the_account() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let expected = format!(
        "{{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"key-default-1\",\n  \"Statement\" : [ {{\n    \
         \"Sid\" : \"Enable IAM User Permissions\",\n    \"Effect\" : \"Allow\",\n    \"Principal\" : {{\n      \
         \"AWS\" : \"arn:aws:iam::{ACCOUNT}:root\"\n    }},\n    \"Action\" : \"kms:*\",\n    \
         \"Resource\" : \"*\"\n  }} ]\n}}"
    );
    assert_eq!(policy_of(&world, &key).await, expected);
}

#[tokio::test]
async fn what_is_put_is_shown_and_outlives_a_restart() {
    let mut world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    put(&world, &key, &allowing(r#""Sid":"a","Principal":"*","Action":["kms:*"]"#)).await.unwrap();
    let shown = "{\n  \"Version\" : \"2012-10-17\",\n  \"Statement\" : {\n    \"Effect\" : \"Allow\",\n    \
                 \"Resource\" : \"*\",\n    \"Sid\" : \"a\",\n    \"Principal\" : {\n      \"AWS\" : \"*\"\n    },\n    \
                 \"Action\" : [ \"kms:*\" ]\n  }\n}";
    assert_eq!(policy_of(&world, &key).await, shown);
    world.restart().await;
    assert_eq!(policy_of(&world, &key).await, shown);
    // What is read can be put back, and changes nothing.
    put(&world, &key, shown).await.unwrap();
    assert_eq!(policy_of(&world, &key).await, shown);
}

#[tokio::test]
async fn a_policy_has_one_of_two_names_and_only_one_is_there() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let listed = world.call(ListKeyPolicies::request(&key)).await.unwrap();
    assert_eq!(
        (listed.policy_names, listed.truncated, listed.next_marker),
        (vec!["default".to_owned()], false, None)
    );

    let mut get = GetKeyPolicy::request(&key);
    get.policy_name = Some("default".to_owned());
    assert_eq!(world.call(get.clone()).await.unwrap().policy_name, "default");
    for name in ["AWS_RAM", "other", "Default"] {
        get.policy_name = Some(name.to_owned());
        let error = refused(world.call(get.clone()).await, ErrorCode::NotFound);
        assert_eq!(error.message(), Some("No such policy exists"));
    }

    let mut put = PutKeyPolicy::request(&key, to_account("kms:*"));
    put.policy_name = Some("default".to_owned());
    world.call(put.clone()).await.unwrap();
    put.policy_name = Some("other".to_owned());
    refused(world.call(put.clone()).await, ErrorCode::NotFound);
    put.policy_name = Some("AWS_RAM".to_owned());
    let error = refused(world.call(put).await, ErrorCode::Validation);
    assert_eq!(error.message(), Some("The AWS_RAM policy can only be managed by the RAM service"));
}

#[tokio::test]
async fn a_policy_that_locks_its_maker_out_is_refused() {
    let world = World::new().await;
    People::new(Arc::new(world.records().await)).user(ACCOUNT, "a", &[]).await;
    let denying = |rest: &str| {
        format!(
            r#"{{"Statement":[{{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}},
                {{"Effect":"Deny","Principal":"*","Action":"kms:Put*","Resource":"*"{rest}}}]}}"#
        )
    };
    let when = |condition: &str| {
        allowing(&format!(r#""Principal":"*","Action":"kms:*","Condition":{{{condition}}}"#))
    };
    let cases = [
        ("the account", to_account("kms:*"), true),
        ("just enough", to_account("kms:PutKeyPolicy"), true),
        (
            "root",
            allowing(&format!(r#""Principal":{{"AWS":"arn:aws:iam::{ACCOUNT}:root"}},"Action":"kms:*""#)),
            true,
        ),
        ("this key", to_account("kms:*").replace("\"*\"", "\"THIS\""), true),
        (
            "this account says so",
            when(&format!(r#""StringEquals":{{"kms:CallerAccount":"{ACCOUNT}"}}"#)),
            true,
        ),
        ("this policy's name", when(r#""StringEquals":{"kms:PolicyName":"default"}"#), true),
        ("until 2027", when(r#""DateLessThan":{"aws:CurrentTime":"2027-01-01T00:00:00Z"}"#), true),
        (
            "unless there is no MFA",
            denying(r#","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}"#),
            true,
        ),
        ("other actions", to_account("kms:Encrypt"), false),
        ("no action", to_account("kms:*").replace("\"Action\"", "\"Sid\""), false),
        ("another key", to_account("kms:*").replace("\"*\"", "\"THIS0\""), false),
        ("another account", allowing(r#""Principal":{"AWS":"111122223333"},"Action":"kms:*""#), false),
        (
            "a user",
            allowing(&format!(r#""Principal":{{"AWS":"arn:aws:iam::{ACCOUNT}:user/a"}},"Action":"*""#)),
            false,
        ),
        ("a service", allowing(r#""Principal":{"Service":"s3.amazonaws.com"},"Action":"kms:*""#), false),
        ("denied", denying(""), false),
        (
            "denied for its spec",
            denying(r#","Condition":{"StringEquals":{"kms:KeySpec":"SYMMETRIC_DEFAULT"}}"#),
            false,
        ),
        ("for its origin", when(r#""StringEquals":{"kms:KeyOrigin":"AWS_KMS"}"#), true),
        ("until 2025", when(r#""DateLessThan":{"aws:CurrentTime":"2025-01-01T00:00:00Z"}"#), false),
        ("by way of a service", when(r#""StringLike":{"kms:ViaService":"s3.*"}"#), false),
        ("with MFA", when(r#""Bool":{"aws:MultiFactorAuthPresent":"true"}"#), false),
    ];
    for (name, policy, accepted) in cases {
        let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
        let policy = policy.replace("THIS", &world.describe(&key).await.arn);
        let before = policy_of(&world, &key).await;
        let answer = put(&world, &key, &policy).await;
        if accepted {
            answer.unwrap_or_else(|error| panic!("{name}: {error}"));
            continue;
        }
        assert_eq!(refused(answer, ErrorCode::MalformedPolicyDocument).message(), Some(LOCKOUT), "{name}");
        assert_eq!(policy_of(&world, &key).await, before, "{name}");
        // Whoever wants to be locked out may.
        let mut bypass = PutKeyPolicy::request(&key, policy);
        bypass.bypass_policy_lockout_safety_check = Some(true);
        world.call(bypass).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        match world.call(GetKeyPolicy::request(&key)).await {
            Ok(found) => assert_ne!(found.policy, before, "{name}"),
            Err(error) => assert_eq!(error.code(), ErrorCode::AccessDenied, "{name}: {error}"),
        }
    }
}

#[tokio::test]
async fn new_keys_are_given_policies_by_the_same_rules() {
    let world = World::new().await;
    let created = create(&world, &to_account("kms:*"), false).await.unwrap().key_metadata;
    assert!(policy_of(&world, &created.key_id).await.contains("\"AWS\" : \"000000000000\""));
    let error =
        refused(create(&world, &to_account("kms:Encrypt"), false).await, ErrorCode::MalformedPolicyDocument);
    assert_eq!(error.message(), Some(LOCKOUT));
    create(&world, &to_account("kms:Encrypt"), true).await.unwrap();
    refused(create(&world, "{}", true).await, ErrorCode::MalformedPolicyDocument);

    let mut request = CreateKey::request();
    request.multi_region = Some(true);
    let primary = world.call(request).await.unwrap().key_metadata.key_id;
    let mut replicate = ReplicateKey::request(&primary, "us-east-1");
    replicate.policy = Some(to_account("kms:Encrypt"));
    let error = refused(world.call(replicate.clone()).await, ErrorCode::MalformedPolicyDocument);
    assert_eq!(error.message(), Some(LOCKOUT));
    replicate.policy = Some(to_account("kms:*").replace("\"*\"", "\"arn:aws:kms:us-east-1:*:key/*\""));
    world.call(replicate).await.unwrap();
}

#[tokio::test]
async fn what_is_no_policy() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    for (policy, text) in [
        ("x".to_owned(), "is not JSON"),
        ("{}".to_owned(), "has no Statement"),
        (to_account("kms:*").replace("Statement", "Statements"), "an element \"Statements\""),
        (to_account("kms:*").replace("2012-10-17", "2012-10-18"), "Version"),
        (to_account("Encrypt"), "the action \"Encrypt\""),
        (allowing(r#""Action":"kms:*""#), "Statement 1 of the policy has no principal"),
        (
            allowing(r#""Principal":{"AWS":"arn:aws:iam::000000000000:user/*"},"Action":"kms:*""#),
            "Policy contains a statement with one or more invalid principals.",
        ),
        (
            allowing(
                r#""Principal":"*","Action":"kms:*","Condition":{"StringEqual":{"kms:ViaService":"x"}}"#,
            ),
            "\"StringEqual\" is no condition operator",
        ),
        (format!("{}{}", "[".repeat(2000), "]".repeat(2000)), "nested deeper"),
    ] {
        let error = refused(put(&world, &key, &policy).await, ErrorCode::MalformedPolicyDocument);
        assert!(error.message().is_some_and(|message| message.contains(text)), "{policy}: {error}");
    }
    let fits = |bytes: usize| {
        let policy = allowing(r#""Sid":"","Principal":"*","Action":"kms:*""#);
        policy.replace("\"Sid\":\"", &format!("\"Sid\":\"{}", "s".repeat(bytes - policy.len())))
    };
    put(&world, &key, &fits(32_768)).await.unwrap();
    refused(put(&world, &key, &fits(32_769)).await, ErrorCode::LimitExceeded);
}
