//! Inline policies, of users, groups and roles alike.

use serde_json::{Value, json};

use crate::world::{ACCOUNT, World, decoded, document, refused, trust, with};

/// A holder of each kind: the name of its kind, its own, and the quota of its policies.
const HOLDERS: [(&str, usize); 3] = [("User", 2048), ("Group", 5120), ("Role", 10_240)];

async fn with_holders() -> World {
    let world = World::new().await;
    world.ok("CreateUser", json!({"UserName": "h"})).await;
    world.ok("CreateGroup", json!({"GroupName": "h"})).await;
    world.ok("CreateRole", json!({"RoleName": "h", "AssumeRolePolicyDocument": trust(ACCOUNT)})).await;
    world
}

fn about(kind: &str, more: Value) -> Value {
    with(json!({format!("{kind}Name"): "h"}), more)
}

fn allow(sid: &str) -> String {
    document(&json!([{"Sid": sid, "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]))
}

#[tokio::test]
async fn a_policy_from_beginning_to_end() {
    let world = with_holders().await;
    for (kind, _) in HOLDERS {
        let (put, get) = (format!("Put{kind}Policy"), format!("Get{kind}Policy"));
        let (delete, list) = (format!("Delete{kind}Policy"), format!("List{kind}Policies"));
        let text = "{\n \"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"kms:*\", \"Resource\": \"*\"}}";
        let done = world.ok(&put, about(kind, json!({"PolicyName": "Own", "PolicyDocument": text}))).await;
        assert_eq!(done, json!(null));
        let found = world.ok(&get, about(kind, json!({"PolicyName": "oWN"}))).await;
        assert_eq!(found[format!("{kind}Name")], json!("h"));
        assert_eq!(found["PolicyName"], json!("Own"));
        assert_eq!(decoded(&found["PolicyDocument"]), text);
        let other = about(kind, json!({"PolicyName": "a", "PolicyDocument": allow("x")}));
        world.ok(&put, other).await;
        let replaced = about(kind, json!({"PolicyName": "OWN", "PolicyDocument": allow("y")}));
        world.ok(&put, replaced).await;
        let listed = world.ok(&list, about(kind, json!({}))).await;
        assert_eq!(listed, json!({"PolicyNames": ["a", "OWN"], "IsTruncated": false}));
        world.ok(&delete, about(kind, json!({"PolicyName": "own"}))).await;
        for action in [&get, &delete] {
            let refusal =
                world.refused(action, about(kind, json!({"PolicyName": "own"})), "NoSuchEntity").await;
            let noun = kind.to_lowercase();
            assert_eq!(refusal, format!("The {noun} policy with name own cannot be found."));
        }
    }
}

#[tokio::test]
async fn policies_are_read_strictly() {
    let world = with_holders().await;
    let statement = |members: Value| document(&json!([members]));
    for (case, wrong) in [
        ("no JSON", "{".to_owned()),
        (
            "a principal",
            statement(json!({"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"})),
        ),
        ("no resource", statement(json!({"Effect": "Allow", "Action": "kms:*"}))),
        ("no action", statement(json!({"Effect": "Allow", "Resource": "*"}))),
        (
            "an operator nobody knows",
            statement(
                json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringIs": {"a:b": "c"}}}),
            ),
        ),
        (
            "a member nobody knows",
            statement(json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Only": 1})),
        ),
    ] {
        for (kind, _) in HOLDERS {
            let request = about(kind, json!({"PolicyName": "p", "PolicyDocument": wrong}));
            let answer = world.by(&crate::world::root(), &format!("Put{kind}Policy"), request).await;
            assert_eq!(answer.unwrap_err().code, "MalformedPolicyDocument", "{case}");
        }
    }
}

#[tokio::test]
async fn all_policies_of_one_have_a_quota_together() {
    let world = with_holders().await;
    for (kind, quota) in HOLDERS {
        let put = format!("Put{kind}Policy");
        let empty = allow("").len();
        let half = allow(&"a".repeat(quota / 2 - empty));
        let policy =
            |name: &str, text: &str| about(kind, json!({"PolicyName": name, "PolicyDocument": text}));
        world.ok(&put, policy("one", &half)).await;
        // White space is not counted.
        world.ok(&put, policy("two", &format!("{half}{}", " ".repeat(1000)))).await;
        let text = world.refused(&put, policy("three", &allow("")), "LimitExceeded").await;
        let noun = kind.to_lowercase();
        assert_eq!(text, format!("Maximum policy size of {quota} bytes exceeded for {noun} h"));
        // In its own place there is room for it.
        world.ok(&put, policy("one", &allow(""))).await;
    }
}

#[tokio::test]
async fn white_space_is_bounded_all_the_same() {
    let world = with_holders().await;
    for (kind, quota) in HOLDERS {
        // The policies are counted together: one takes half of the bytes, and the other as many, or one more.
        let half = 4 * quota / 2;
        let put = async |name: &str, bytes: usize| {
            let text = format!("{:bytes$}", allow(""));
            let request = about(kind, json!({"PolicyName": name, "PolicyDocument": text}));
            world.by(&crate::world::root(), &format!("Put{kind}Policy"), request).await
        };
        assert!(put("a", half).await.is_ok(), "{kind}");
        let text = refused(put("b", half + 1).await, "LimitExceeded");
        let (most, noun) = (4 * quota, kind.to_lowercase());
        let expected = format!(
            "The text of all inline policies of the {noun} has {} bytes with its white space, and at most {most} are \
             stored. Remove white space.",
            most + 1
        );
        assert_eq!(text, expected);
        assert!(put("b", half).await.is_ok(), "{kind}");
    }
}

#[tokio::test]
async fn whose_policy_must_be_there() {
    let world = World::new().await;
    for (kind, _) in HOLDERS {
        for (action, more) in [
            (format!("Put{kind}Policy"), json!({"PolicyName": "p", "PolicyDocument": allow("")})),
            (format!("Get{kind}Policy"), json!({"PolicyName": "p"})),
            (format!("Delete{kind}Policy"), json!({"PolicyName": "p"})),
            (format!("List{kind}Policies"), json!({})),
        ] {
            world.refused(&action, about(kind, more), "NoSuchEntity").await;
        }
    }
}
