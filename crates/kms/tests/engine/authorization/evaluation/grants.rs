//! Grants beside policies: to users, roles and sessions that are there, and what still limits or denies.

use api::{
    Blob, CreateGrant, Encrypt, Error, ErrorCode, GrantConstraints, GrantOperation as Op, ListGrants,
    RetireGrant,
};
use kms::Caller;
use serde_json::json;

use super::super::people::{allow, by, deny, everything, policy, session, user, user_arn};
use super::{FRIEND, Key, Peopled, denied, of_key, refusal};
use crate::world::{ACCOUNT, refused};

fn role_arn(account: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:role/{name}")
}

fn asked(key: &Key, grantee: &str, operations: &[Op]) -> CreateGrant {
    let mut request = CreateGrant::request(&key.arn, operations);
    request.grantee_principal = Some(grantee.to_owned());
    request
}

async fn grant(peopled: &Peopled, key: &Key, grantee: &str, operations: &[Op]) -> String {
    peopled.world.call(asked(key, grantee, operations)).await.unwrap().grant_id
}

async fn encrypt_in(
    peopled: &Peopled,
    caller: &Caller,
    key: &Key,
    pairs: &[(&str, &str)],
) -> Result<(), Error> {
    let mut request = Encrypt::request(&key.arn, Blob::new(*b"m"));
    request.encryption_context =
        Some(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
    peopled.call(caller, request).await.map(drop)
}

#[tokio::test]
async fn whoever_is_named_may_and_nobody_else() {
    let peopled = Peopled::new().await;
    let people = &peopled.people;
    for account in [ACCOUNT, FRIEND] {
        let (ann, bob) = (people.user(account, "ann", &[]).await, people.user(account, "bob", &[]).await);
        people.role(account, "app", &[]).await;
        let today = people.session(account, "app", "today", &[]).await;
        let other = people.session(account, "app", "other", &[]).await;
        let root = format!("arn:aws:iam::{account}:root");
        for (grantee, may) in [
            (user_arn(account, "ann"), [true, false, false, false]),
            (role_arn(account, "app"), [false, false, true, true]),
            (format!("arn:aws:sts::{account}:assumed-role/app/today"), [false, false, true, false]),
            // The root is not the account.
            (root, [false; 4]),
        ] {
            let key = peopled.key_of_account().await;
            grant(&peopled, &key, &grantee, &[Op::Encrypt]).await;
            for (caller, may) in [&ann, &bob, &today, &other].into_iter().zip(may) {
                let answer = peopled.encrypt(caller, &key.arn).await;
                assert_eq!(answer.is_ok(), may, "{grantee}: {} {:?}", caller.arn(), answer.err());
            }
        }
    }
}

#[tokio::test]
async fn whoever_is_not_there_is_granted_nothing() {
    let peopled = Peopled::new().await;
    let key = peopled.key_of_account().await;
    for arn in [user_arn(ACCOUNT, "nobody"), role_arn(FRIEND, "nothing")] {
        let answer = peopled.world.call(asked(&key, &arn, &[Op::Encrypt])).await;
        refused(answer, ErrorCode::InvalidArn);
        let mut retiring = asked(&key, &format!("arn:aws:iam::{FRIEND}:root"), &[Op::Encrypt]);
        retiring.retiring_principal = Some(arn);
        refused(peopled.world.call(retiring).await, ErrorCode::InvalidArn);
    }
}

#[tokio::test]
async fn a_role_that_is_made_anew_has_no_grants() {
    let peopled = Peopled::new().await;
    let people = &peopled.people;
    let key = peopled.key_of_account().await;
    people.role(ACCOUNT, "app", &[]).await;
    let id = grant(&peopled, &key, &role_arn(ACCOUNT, "app"), &[Op::Encrypt, Op::RetireGrant]).await;
    let session_arn = format!("arn:aws:sts::{ACCOUNT}:assumed-role/app/second");
    grant(&peopled, &key, &session_arn, &[Op::Encrypt]).await;
    let first = people.session(ACCOUNT, "app", "first", &[]).await;
    peopled.encrypt(&first, &key.arn).await.unwrap();
    people.manage(ACCOUNT, "DeleteRole", json!({"RoleName": "app"})).await;

    // Lists show who is no more by the unique id.
    let listed = peopled.world.call(ListGrants::request(&key.id)).await.unwrap().grants;
    let grantees: Vec<_> = listed.iter().map(|grant| grant.grantee_principal.clone().unwrap()).collect();
    assert!(grantees.iter().all(|grantee| grantee.starts_with("AROA")), "{grantees:?}");

    people.role(ACCOUNT, "app", &[]).await;
    let second = people.session(ACCOUNT, "app", "second", &[]).await;
    let reason = "because no identity-based policy allows the kms:Encrypt action";
    denied(peopled.encrypt(&second, &key.arn).await, &refusal(&second, "Encrypt", &key.arn, reason));
    let mut retire = RetireGrant::request();
    (retire.key_id, retire.grant_id) = (Some(key.arn.clone()), Some(id));
    refused(peopled.call(&second, retire).await, ErrorCode::AccessDenied);
    grant(&peopled, &key, &role_arn(ACCOUNT, "app"), &[Op::Encrypt]).await;
    peopled.encrypt(&second, &key.arn).await.unwrap();
}

#[tokio::test]
async fn denials_and_limits_stand_above_grants() {
    let peopled = Peopled::new().await;
    let (people, key) = (&peopled.people, peopled.key_of_account().await);
    let ann = people.user(ACCOUNT, "ann", &[deny(&["Encrypt"])]).await;
    grant(&peopled, &key, ann.arn(), &[Op::Encrypt, Op::Decrypt]).await;
    let reason = "with an explicit deny in an identity-based policy";
    denied(peopled.encrypt(&ann, &key.arn).await, &refusal(&ann, "Encrypt", &key.arn, reason));

    people.role(ACCOUNT, "app", &[]).await;
    grant(&peopled, &key, &role_arn(ACCOUNT, "app"), &[Op::Encrypt]).await;
    let free = people.session(ACCOUNT, "app", "free", &[allow(&["Encrypt"])]).await;
    peopled.encrypt(&free, &key.arn).await.unwrap();
    let limited = people.session(ACCOUNT, "app", "limited", &[allow(&["Decrypt"])]).await;
    // It is as if there were no grant.
    let reason = "because no identity-based policy allows the kms:Encrypt action";
    denied(peopled.encrypt(&limited, &key.arn).await, &refusal(&limited, "Encrypt", &key.arn, reason));
    // A grant to just this session is not limited by it.
    grant(&peopled, &key, limited.arn(), &[Op::Encrypt]).await;
    peopled.encrypt(&limited, &key.arn).await.unwrap();

    let bob = people.user(ACCOUNT, "bob", &[]).await;
    let closed = peopled
        .key(&[
            of_key("Allow", &json!({"AWS": ACCOUNT}), "kms:*"),
            of_key("Deny", &json!({"AWS": bob.arn()}), "kms:Encrypt"),
        ])
        .await;
    grant(&peopled, &closed, bob.arn(), &[Op::Encrypt]).await;
    let reason = "with an explicit deny in a resource-based policy";
    denied(peopled.encrypt(&bob, &closed.arn).await, &refusal(&bob, "Encrypt", &closed.arn, reason));
}

#[tokio::test]
async fn a_grant_needs_no_policy_of_the_key() {
    let peopled = Peopled::new().await;
    let root = json!({"AWS": format!("arn:aws:iam::{ACCOUNT}:root")});
    let key = peopled.key(&[of_key("Allow", &root, "kms:CreateGrant")]).await;
    let ann = peopled.people.user(FRIEND, "ann", &[]).await;
    refused(peopled.encrypt(&ann, &key.arn).await, ErrorCode::AccessDenied);
    grant(&peopled, &key, ann.arn(), &[Op::Encrypt]).await;
    peopled.encrypt(&ann, &key.arn).await.unwrap();
}

fn constrained(key: &Key, grantee: &str, operations: &[Op], pairs: &[(&str, &str)]) -> CreateGrant {
    let context = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut request = asked(key, grantee, operations);
    request.constraints =
        Some(GrantConstraints { encryption_context_subset: Some(context), ..GrantConstraints::default() });
    request
}

#[tokio::test]
async fn a_grant_is_not_passed_on_wider_than_it_was_received() {
    let peopled = Peopled::new().await;
    let (people, key) = (&peopled.people, peopled.key_of_account().await);
    let ann = people.user(ACCOUNT, "ann", &[]).await;
    let bob = people.user(FRIEND, "bob", &[]).await;
    let received = constrained(&key, ann.arn(), &[Op::CreateGrant, Op::Encrypt], &[("app", "x")]);
    peopled.world.call(received).await.unwrap();
    let wider = [
        ("another operation", constrained(&key, bob.arn(), &[Op::Decrypt], &[("app", "x")])),
        ("one operation more", constrained(&key, bob.arn(), &[Op::Encrypt, Op::Decrypt], &[("app", "x")])),
        ("no constraint", asked(&key, bob.arn(), &[Op::Encrypt])),
        ("another constraint", constrained(&key, bob.arn(), &[Op::Encrypt], &[("app", "y")])),
        ("an empty constraint", constrained(&key, bob.arn(), &[Op::Encrypt], &[])),
        ("to itself", asked(&key, ann.arn(), &[Op::Encrypt])),
    ];
    for (name, request) in wider {
        let error = refused(peopled.call(&ann, request).await, ErrorCode::AccessDenied);
        assert!(error.message().unwrap().contains("a grantee passes on only"), "{name}: {error}");
    }
    refused(encrypt_in(&peopled, &bob, &key, &[("app", "x")]).await, ErrorCode::AccessDenied);
    let stricter = constrained(&key, bob.arn(), &[Op::Encrypt], &[("app", "x"), ("more", "z")]);
    peopled.call(&ann, stricter).await.unwrap();
    refused(encrypt_in(&peopled, &bob, &key, &[("app", "x")]).await, ErrorCode::AccessDenied);
    encrypt_in(&peopled, &bob, &key, &[("app", "x"), ("more", "z")]).await.unwrap();
    // Who may pass nothing on passes nothing on.
    let request = constrained(&key, ann.arn(), &[Op::Encrypt], &[("app", "x"), ("more", "z")]);
    refused(peopled.call(&bob, request).await, ErrorCode::AccessDenied);
}

/// What a session's policies keep from it of its role's grants, it does not pass on either, by whatever grant it may
/// make grants.
#[tokio::test]
async fn a_limited_session_passes_on_nothing_of_its_roles() {
    let peopled = Peopled::new().await;
    let (people, key) = (&peopled.people, peopled.key_of_account().await);
    people.role(ACCOUNT, "app", &[]).await;
    let limited = people.session(ACCOUNT, "app", "limited", &[allow(&["ListKeys"])]).await;
    let free = people.session(ACCOUNT, "app", "free", &[]).await;
    grant(&peopled, &key, &role_arn(ACCOUNT, "app"), &[Op::Encrypt, Op::CreateGrant]).await;
    for name in ["limited", "free"] {
        let session = format!("arn:aws:sts::{ACCOUNT}:assumed-role/app/{name}");
        grant(&peopled, &key, &session, &[Op::DescribeKey, Op::CreateGrant]).await;
    }
    let friend = format!("arn:aws:iam::{FRIEND}:root");
    let pass = |caller, operation| peopled.call(caller, asked(&key, &friend, &[operation]));
    refused(pass(&limited, Op::Encrypt).await, ErrorCode::AccessDenied);
    pass(&limited, Op::DescribeKey).await.unwrap();
    pass(&free, Op::Encrypt).await.unwrap();
}

#[tokio::test]
async fn whom_policies_let_make_grants_makes_any() {
    let peopled = Peopled::new().await;
    let key = peopled.key_of_account().await;
    let bob = peopled.people.user(FRIEND, "bob", &[]).await;
    let maker = by(user(ACCOUNT, "maker", &[allow(&["CreateGrant"])]));
    peopled.call(&maker, asked(&key, bob.arn(), &[Op::Encrypt])).await.unwrap();
    peopled.encrypt(&bob, &key.arn).await.unwrap();
    // Also within a boundary, and not outside.
    let mut bounded = user(ACCOUNT, "maker", &[everything()]);
    bounded.boundary = Some(policy(&[allow(&["Encrypt"])]));
    let answer = peopled.call(&by(bounded), asked(&key, bob.arn(), &[Op::Decrypt])).await;
    refused(answer, ErrorCode::AccessDenied);
    let app = by(session(ACCOUNT, "app", "today", &[everything()]));
    peopled.call(&app, asked(&key, bob.arn(), &[Op::Decrypt])).await.unwrap();
}

#[tokio::test]
async fn who_may_retire_a_grant() {
    let peopled = Peopled::new().await;
    let (people, key) = (&peopled.people, peopled.key_of_account().await);
    let ann = people.user(FRIEND, "ann", &[]).await;
    let bob = people.user(FRIEND, "bob", &[deny(&["RetireGrant"])]).await;
    let owner = by(user(ACCOUNT, "owner", &[allow(&["RetireGrant"])]));
    let stranger = by(user(ACCOUNT, "stranger", &[]));
    for (retiring, caller, may) in [
        (ann.arn(), &ann, true),
        (ann.arn(), &bob, false),
        (bob.arn(), &bob, false),
        (ann.arn(), &owner, true),
        (ann.arn(), &stranger, false),
    ] {
        let mut request = asked(&key, &format!("arn:aws:iam::{FRIEND}:root"), &[Op::Encrypt]);
        request.retiring_principal = Some(retiring.to_owned());
        let id = peopled.world.call(request).await.unwrap().grant_id;
        let mut retire = RetireGrant::request();
        (retire.key_id, retire.grant_id) = (Some(key.arn.clone()), Some(id));
        let answer = peopled.call(caller, retire).await;
        assert_eq!(answer.is_ok(), may, "{retiring} {}: {:?}", caller.arn(), answer.err());
    }
}
