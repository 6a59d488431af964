//! Within the account of the key: its policy, identity policies, permissions boundaries and session policies.

use api::{DescribeKey, Encrypt, ErrorCode, GetKeyPolicy, ListKeys, PutKeyPolicy};
use policy::Principal;
use serde_json::{Value, json};

use super::super::people::{allow, by, deny, everything, policy, session, user, user_arn};
use super::{Peopled, denied, of_key, refusal};
use crate::world::{ACCOUNT, refused};

const NO_IDENTITY: &str = "because no identity-based policy allows the kms:Encrypt action";
const NO_RESOURCE: &str = "because no resource-based policy allows the kms:Encrypt action";
const NO_BOUNDARY: &str = "because no permissions boundary allows the kms:Encrypt action";
const NO_SESSION: &str = "because no session policy allows the kms:Encrypt action";
const DENIED_BY_RESOURCE: &str = "with an explicit deny in a resource-based policy";
const DENIED_BY_IDENTITY: &str = "with an explicit deny in an identity-based policy";
const DENIED_BY_BOUNDARY: &str = "with an explicit deny in a permissions boundary";
const DENIED_BY_SESSION: &str = "with an explicit deny in a session policy";

fn ann(statements: &[Value]) -> Principal {
    user(ACCOUNT, "ann", statements)
}

fn acting(statements: &[Value]) -> Principal {
    session(ACCOUNT, "app", "today", statements)
}

fn bounded(principal: Principal, statements: &[Value]) -> Principal {
    Principal { boundary: Some(policy(statements)), ..principal }
}

fn limited(principal: Principal, statements: &[Value]) -> Principal {
    Principal { session_policies: vec![policy(statements)], ..principal }
}

/// Whoever has this as its ARN, said so that nobody has to be there.
fn whoever_is(effect: &str, arn: &str) -> Value {
    let mut statement = of_key(effect, &json!("*"), "kms:*");
    statement["Condition"] = json!({"ArnEquals": {"aws:PrincipalArn": arn}});
    statement
}

/// A name, the statements of the key's policy, who asks to encrypt, and the end of the denial.
type Case = (&'static str, Vec<Value>, Principal, Option<&'static str>);

fn delegating() -> Value {
    of_key("Allow", &json!({"AWS": ACCOUNT}), "kms:*")
}

fn anybody() -> Value {
    of_key("Allow", &json!("*"), "kms:Encrypt")
}

async fn try_all(cases: Vec<Case>) {
    let peopled = Peopled::new().await;
    for (name, statements, principal, reason) in cases {
        let key = peopled.key(&statements).await;
        let caller = by(principal);
        let answer = peopled.encrypt(&caller, &key.id).await;
        match reason {
            None => assert!(answer.is_ok(), "{name}: {:?}", answer.err()),
            Some(reason) => {
                let error = refused(answer, ErrorCode::AccessDenied);
                let expected = refusal(&caller, "Encrypt", &key.arn, reason);
                assert_eq!(error.message(), Some(expected.as_str()), "{name}");
            }
        }
    }
}

#[tokio::test]
async fn what_a_key_leaves_to_its_account_identity_policies_decide() {
    let (may, root) = ([allow(&["Encrypt"])], Principal::root("aws", ACCOUNT));
    try_all(vec![
        ("root", vec![delegating()], root.clone(), None),
        ("a user who may", vec![delegating()], ann(&may), None),
        ("a user who may not", vec![delegating()], ann(&[]), Some(NO_IDENTITY)),
        ("a user who may decrypt", vec![delegating()], ann(&[allow(&["Decrypt"])]), Some(NO_IDENTITY)),
        ("a role that may", vec![delegating()], acting(&[everything()]), None),
        ("a role that may not", vec![delegating()], acting(&[]), Some(NO_IDENTITY)),
        (
            "left for decryption",
            vec![of_key("Allow", &json!({"AWS": ACCOUNT}), "kms:Decrypt")],
            root,
            Some(NO_RESOURCE),
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_key_that_does_not_know_its_account_is_closed_to_it() {
    let root = Principal::root("aws", ACCOUNT);
    let only_ann = vec![whoever_is("Allow", &user_arn(ACCOUNT, "ann"))];
    try_all(vec![
        ("root", only_ann.clone(), root.clone(), Some(NO_RESOURCE)),
        (
            "whoever the account lets do everything",
            only_ann.clone(),
            user(ACCOUNT, "bob", &[everything()]),
            Some(NO_RESOURCE),
        ),
        ("who is named", only_ann, ann(&[]), None),
        ("everyone", vec![anybody()], root, None),
    ])
    .await;
    // Nor can root put another policy in its place.
    let peopled = Peopled::new().await;
    let key = peopled.key(&[whoever_is("Allow", &user_arn(ACCOUNT, "ann"))]).await;
    let policy = json!({"Statement": delegating()}).to_string();
    let text = refusal(
        &peopled.world.caller,
        "PutKeyPolicy",
        &key.arn,
        "because no resource-based policy allows the kms:PutKeyPolicy action",
    );
    denied(peopled.world.call(PutKeyPolicy::request(&key.id, &policy)).await, &text);
    refused(peopled.world.call(DescribeKey::request(&key.id)).await, ErrorCode::AccessDenied);
    // Who is named can.
    peopled.call(&by(ann(&[])), PutKeyPolicy::request(&key.id, policy)).await.unwrap();
    peopled.world.call(DescribeKey::request(&key.id)).await.unwrap();
}

#[tokio::test]
async fn whoever_is_denied_by_one_policy_is_denied() {
    let (yes, both) = ([everything()], [everything(), deny(&["Encrypt"])]);
    let all = || vec![delegating(), anybody()];
    let denying = || vec![delegating(), anybody(), whoever_is("Deny", &user_arn(ACCOUNT, "ann"))];
    let root_denied = vec![delegating(), of_key("Deny", &json!({"AWS": ACCOUNT}), "kms:Encrypt")];
    try_all(vec![
        ("by the key", denying(), ann(&yes), Some(DENIED_BY_RESOURCE)),
        ("not who is not meant", denying(), user(ACCOUNT, "bob", &yes), None),
        ("root by the key", root_denied, Principal::root("aws", ACCOUNT), Some(DENIED_BY_RESOURCE)),
        ("by itself", all(), ann(&both), Some(DENIED_BY_IDENTITY)),
        ("by its boundary", all(), bounded(ann(&yes), &both), Some(DENIED_BY_BOUNDARY)),
        ("by its session", all(), limited(acting(&yes), &both), Some(DENIED_BY_SESSION)),
    ])
    .await;
}

#[tokio::test]
async fn boundaries_and_session_policies_limit_what_identity_policies_allow() {
    let (yes, other) = ([everything()], [allow(&["Decrypt"])]);
    let account = || vec![delegating()];
    try_all(vec![
        ("within the boundary", account(), bounded(ann(&yes), &[allow(&["Encrypt"])]), None),
        ("outside of it", account(), bounded(ann(&yes), &other), Some(NO_BOUNDARY)),
        ("a boundary allows nothing", account(), bounded(ann(&[]), &yes), Some(NO_IDENTITY)),
        ("within the session's", account(), limited(acting(&yes), &[allow(&["Encrypt"])]), None),
        ("outside of it", account(), limited(acting(&yes), &other), Some(NO_SESSION)),
        ("a session's allows nothing", account(), limited(acting(&[]), &yes), Some(NO_IDENTITY)),
        ("a session of root", account(), limited(Principal::root("aws", ACCOUNT), &other), Some(NO_SESSION)),
        ("everyone, but a boundary", vec![anybody()], bounded(ann(&[]), &other), Some(NO_BOUNDARY)),
        ("everyone, but a session's", vec![anybody()], limited(acting(&[]), &other), Some(NO_SESSION)),
        ("everyone", vec![anybody()], bounded(ann(&[]), &yes), None),
    ])
    .await;
}

#[tokio::test]
async fn who_is_named_by_the_key_needs_nothing_of_the_account() {
    let peopled = Peopled::new().await;
    let (people, nothing) = (&peopled.people, [deny(&["CreateKey"])]);
    let ann = people.user(ACCOUNT, "ann", &nothing).await;
    people.role(ACCOUNT, "app", &nothing).await;
    let today = people.session(ACCOUNT, "app", "today", &[]).await;
    let limited = people.session(ACCOUNT, "app", "limited", &[allow(&["Decrypt"])]).await;
    for (named, callers) in [
        (user_arn(ACCOUNT, "ann"), [true, false, false]),
        (format!("arn:aws:iam::{ACCOUNT}:role/app"), [false, true, false]),
        (format!("arn:aws:sts::{ACCOUNT}:assumed-role/app/today"), [false, true, false]),
        (format!("arn:aws:sts::{ACCOUNT}:assumed-role/app/limited"), [false, false, true]),
    ] {
        let key = peopled.key(&[of_key("Allow", &json!({"AWS": named}), "kms:Encrypt")]).await;
        for (caller, may) in [&ann, &today, &limited].into_iter().zip(callers) {
            let answer = peopled.encrypt(caller, &key.id).await;
            assert_eq!(answer.is_ok(), may, "{named}: {} {:?}", caller.arn(), answer.err());
        }
    }
}

#[tokio::test]
async fn who_is_made_anew_under_a_name_is_somebody_else() {
    let peopled = Peopled::new().await;
    let arn = user_arn(ACCOUNT, "ann");
    let first = peopled.people.user(ACCOUNT, "ann", &[]).await;
    let key = peopled.key(&[of_key("Allow", &json!({"AWS": arn}), "kms:*")]).await;
    peopled.encrypt(&first, &key.id).await.unwrap();
    peopled.people.delete_user(ACCOUNT, "ann").await;
    let second = peopled.people.user(ACCOUNT, "ann", &[everything()]).await;
    assert_eq!(first.arn(), second.arn());
    denied(peopled.encrypt(&second, &key.id).await, &refusal(&second, "Encrypt", &key.arn, NO_RESOURCE));
    // The policy shows the unique id of who is no more.
    let reader = of_key("Allow", &json!({"AWS": ACCOUNT}), "kms:GetKeyPolicy");
    let ann = of_key("Allow", &json!({"AWS": arn}), "kms:*");
    let key = peopled.key(&[reader, ann]).await;
    let shown = || async { peopled.world.call(GetKeyPolicy::request(&key.id)).await.unwrap().policy };
    assert!(shown().await.contains(&format!("\"{arn}\"")));
    peopled.people.delete_user(ACCOUNT, "ann").await;
    let policy = shown().await;
    assert!(!policy.contains(&arn) && policy.contains("\"AIDA"), "{policy}");
}

#[tokio::test]
async fn nobody_who_is_not_there_is_named() {
    let peopled = Peopled::new().await;
    let key = peopled.key_of_account().await;
    for arn in [user_arn(ACCOUNT, "nobody"), format!("arn:aws:iam::{ACCOUNT}:role/nothing")] {
        let policy = json!({"Statement": [delegating(), of_key("Allow", &json!({"AWS": arn}), "kms:*")]});
        let answer = peopled.world.call(PutKeyPolicy::request(&key.id, policy.to_string())).await;
        let error = refused(answer, ErrorCode::MalformedPolicyDocument);
        assert_eq!(error.message(), Some("Policy contains a statement with one or more invalid principals."));
    }
}

#[tokio::test]
async fn operations_on_the_account_have_a_star_for_resource() {
    let peopled = Peopled::new().await;
    let caller = by(ann(&[allow(&["Encrypt"])]));
    let text =
        refusal(&caller, "ListKeys", "*", "because no identity-based policy allows the kms:ListKeys action");
    denied(peopled.call(&caller, ListKeys::request()).await, &text);
    let one_key =
        json!({"Effect": "Allow", "Action": "kms:*", "Resource": format!("arn:aws:kms:*:{ACCOUNT}:key/*")});
    let caller = by(ann(&[one_key]));
    denied(peopled.call(&caller, ListKeys::request()).await, &text);
    let key = peopled.key_of_account().await;
    peopled.call(&caller, Encrypt::request(&key.id, api::Blob::new(*b"m"))).await.unwrap();
}

#[tokio::test]
async fn a_change_counts_at_once() {
    let peopled = Peopled::new().await;
    let key = peopled.key_of_account().await;
    let caller = by(ann(&[]));
    refused(peopled.encrypt(&caller, &key.id).await, ErrorCode::AccessDenied);
    let opened = json!({"Statement": [delegating(), anybody()]}).to_string();
    peopled.world.call(PutKeyPolicy::request(&key.id, opened)).await.unwrap();
    peopled.encrypt(&caller, &key.id).await.unwrap();
    let closed = json!({"Statement": delegating()}).to_string();
    peopled.world.call(PutKeyPolicy::request(&key.id, closed)).await.unwrap();
    refused(peopled.encrypt(&caller, &key.id).await, ErrorCode::AccessDenied);
}
