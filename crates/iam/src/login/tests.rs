//! Logging in, and what becomes of tokens.

mod wrong_passwords;

use serde_json::{Value, json};

use super::*;
use crate::records::{AccessKeyRecord, RoleRecord, Status};
use crate::session::{MAX_SESSION, Session, SessionOf};
use crate::testing::{ACCOUNT, Bench, NOW, allow, may};

const PASSWORD: &str = "Correct horse 1";
const OTHER: &str = "444455556666";

fn bytes(text: &str) -> SecretBytes {
    SecretBytes::copy_of(text.as_bytes())
}

async fn log_in(
    identities: &Identities,
    account: &str,
    user: UserName<'_>,
    password: &str,
    now: i64,
) -> Result<LoggedIn, LoginError> {
    let proof = Proof::Password { account, user, password: &bytes(password) };
    identities.log_in(proof, &Scope::default(), now).await
}

/// With a user who has a password and may encrypt.
async fn bench() -> (Bench, UserRecord) {
    let bench = Bench::new().await;
    let (user, _) = bench.user("Alice", &allow("kms:Encrypt")).await;
    ok(&bench, "CreateLoginProfile", json!({"UserName": "Alice", "Password": PASSWORD})).await;
    (bench, user)
}

async fn ok(bench: &Bench, action: &str, request: Value) {
    bench.act(&bench.root(), action, request).await.unwrap_or_else(|error| panic!("{action}: {error}"));
}

async fn alice(bench: &Bench) -> LoggedIn {
    log_in(&bench.identities, ACCOUNT, UserName::Name("alice"), PASSWORD, NOW).await.unwrap()
}

async fn by_key(
    bench: &Bench,
    key: &AccessKeyRecord,
    session_token: Option<&str>,
) -> Result<LoggedIn, LoginError> {
    let secret = bytes(key.secret.expose());
    let proof = Proof::AccessKey { id: &key.id, secret: &secret, session_token };
    bench.identities.log_in(proof, &Scope::default(), NOW).await
}

/// That a token is good for nobody, here and on another server.
async fn is_invalid(bench: &Bench, token: &str) {
    for identities in [&*bench.identities, &bench.other_node().await] {
        let error = identities.find_token(token, NOW).await.unwrap_err();
        assert!(matches!(error, LoginError::InvalidToken), "{error}");
    }
}

#[tokio::test]
async fn a_password_gives_a_token_that_means_the_user() {
    let (bench, user) = bench().await;
    let by_id = log_in(&bench.identities, ACCOUNT, UserName::Id(&user.id), PASSWORD, NOW).await.unwrap();
    for logged_in in [alice(&bench).await, by_id] {
        let other_node = bench.other_node().await;
        for found in [
            bench.identities.find_token(&logged_in.token, NOW + 1).await.unwrap(),
            other_node.find_token(&logged_in.token, NOW + 1).await.unwrap(),
            logged_in,
        ] {
            assert_eq!((found.user_id.as_str(), found.user_name.as_str()), (user.id.as_str(), "Alice"));
            assert_eq!((found.account.as_str(), found.project.as_deref()), (ACCOUNT, None));
            assert_eq!((found.issued_at, found.expires_at), (NOW, NOW + 86_400));
            assert_eq!(found.methods, ["password"]);
            let principal = &found.identity.principal;
            assert_eq!(principal.arn, "arn:aws:iam::111122223333:user/Alice");
            assert!(may(principal, "kms:Encrypt") && !may(principal, "kms:Decrypt"));
            assert!(session::is_session(principal));
            assert!(found.token.len() < 4096);
            assert!(!format!("{found:?}").contains(&found.token));
        }
    }
}

#[tokio::test]
async fn whatever_is_wrong_is_refused_alike() {
    let (bench, user) = bench().await;
    bench.user("bob", &allow("*")).await;
    let long = "a".repeat(10_000);
    for (account, name, password) in [
        (ACCOUNT, UserName::Name("alice"), "Correct horse 2"),
        (ACCOUNT, UserName::Name("alice"), ""),
        (ACCOUNT, UserName::Name("alice"), long.as_str()),
        (ACCOUNT, UserName::Name("bob"), PASSWORD),
        (ACCOUNT, UserName::Name("carol"), PASSWORD),
        (ACCOUNT, UserName::Name(&user.id), PASSWORD),
        (ACCOUNT, UserName::Name(&long), PASSWORD),
        (ACCOUNT, UserName::Name("../alice"), PASSWORD),
        (ACCOUNT, UserName::Name("root"), PASSWORD),
        (ACCOUNT, UserName::Name("test"), "test"),
        (ACCOUNT, UserName::Id("alice"), PASSWORD),
        (ACCOUNT, UserName::Id("00000000000000000000111122223333"), "test"),
        (OTHER, UserName::Name("alice"), PASSWORD),
        ("", UserName::Name("alice"), PASSWORD),
        ("test", UserName::Name("test"), "test"),
        ("000000000000", UserName::Name("test"), "test"),
        ("1111/22223333", UserName::Name("alice"), PASSWORD),
    ] {
        let error = log_in(&bench.identities, account, name, password, NOW).await.unwrap_err();
        assert!(matches!(error, LoginError::Refused), "{account} {name:?}: {error}");
    }
}

#[tokio::test]
async fn a_token_ends_after_a_day() {
    let (bench, _) = bench().await;
    let token = alice(&bench).await.token;
    assert!(bench.identities.find_token(&token, NOW + 86_399).await.is_ok());
    let error = bench.identities.find_token(&token, NOW + 86_400).await.unwrap_err();
    assert!(
        matches!(error, LoginError::ExpiredToken { expired_at } if expired_at == NOW + 86_400),
        "{error}"
    );
    let proof = Proof::Token(&token);
    let error = bench.identities.log_in(proof, &Scope::default(), NOW + 86_400).await.unwrap_err();
    assert!(matches!(error, LoginError::ExpiredToken { .. }), "{error}");
}

#[tokio::test]
async fn a_token_ends_with_its_password() {
    for (action, request) in [
        ("UpdateLoginProfile", json!({"UserName": "Alice", "Password": "Another horse 2"})),
        // Even if it is the same again.
        ("UpdateLoginProfile", json!({"UserName": "Alice", "Password": PASSWORD})),
        ("DeleteLoginProfile", json!({"UserName": "Alice"})),
        ("UpdateUser", json!({"UserName": "Alice", "NewUserName": "Carol"})),
    ] {
        let (bench, _) = bench().await;
        let token = alice(&bench).await.token;
        ok(&bench, action, request).await;
        is_invalid(&bench, &token).await;
    }
}

#[tokio::test]
async fn a_token_ends_with_its_user_whoever_is_called_so_next() {
    let (bench, _) = bench().await;
    let token = alice(&bench).await.token;
    bench
        .write(|writes| {
            writes.delete::<UserRecord>("alice");
        })
        .await;
    is_invalid(&bench, &token).await;
    bench.user("alice", &allow("*")).await;
    ok(&bench, "CreateLoginProfile", json!({"UserName": "alice", "Password": PASSWORD})).await;
    is_invalid(&bench, &token).await;
}

#[tokio::test]
async fn a_token_ends_with_its_access_key() {
    let bench = Bench::new().await;
    let (user, mut key) = bench.user("alice", &allow("kms:Encrypt")).await;
    let logged_in = by_key(&bench, &key, None).await.unwrap();
    assert_eq!(
        (logged_in.user_id.as_str(), logged_in.methods.as_slice()),
        (user.id.as_str(), &["hw_ak_sk".to_owned()][..])
    );
    assert!(may(&logged_in.identity.principal, "kms:Encrypt"));
    assert!(!logged_in.identity.secret.same_as(key.secret.expose().as_bytes()));
    for (status, is_good) in [(Status::Inactive, false), (Status::Active, true)] {
        key.status = status;
        bench
            .write(|writes| {
                writes.put_access_key(&key);
            })
            .await;
        assert_eq!(bench.identities.find_token(&logged_in.token, NOW).await.is_ok(), is_good);
    }
    bench
        .write(|writes| {
            writes.delete_access_key(&key);
        })
        .await;
    is_invalid(&bench, &logged_in.token).await;
}

#[tokio::test]
async fn a_root_is_shown_by_its_domain() {
    let bench = Bench::new().await;
    let proof = Proof::AccessKey { id: &bench.key.id, secret: &bench.key.secret, session_token: None };
    let root = bench.identities.log_in(proof, &Scope::default(), NOW).await.unwrap();
    assert_eq!(
        (root.user_id.as_str(), root.user_name.as_str()),
        ("00000000000000000000111122223333", "root")
    );
    assert!(root.identity.principal.is_root());
}

#[tokio::test]
async fn access_keys_that_are_not_right_are_refused_alike() {
    let bench = Bench::new().await;
    let (_, key) = bench.user("alice", &allow("*")).await;
    let (right, wrong) = (bytes(key.secret.expose()), bytes("wrong"));
    for (id, secret, session_token) in [
        (key.id.as_str(), &wrong, None),
        (&key.id, &right, Some("token")),
        ("AKIAIOSFODNN7EXAMPLE", &right, None),
        ("", &right, None),
        ("test", &bytes("test"), None),
    ] {
        let proof = Proof::AccessKey { id, secret, session_token };
        let error = bench.identities.log_in(proof, &Scope::default(), NOW).await.unwrap_err();
        assert!(matches!(error, LoginError::Refused), "{id}: {error}");
    }
}

#[tokio::test]
async fn a_token_of_a_session_ends_with_it_and_has_its_limits() {
    let bench = Bench::new().await;
    let role = bench.role("app", &allow("kms:*")).await;
    let of =
        || SessionOf::Role { name: "app".to_owned(), id: role.id.clone(), session_name: "job".to_owned() };
    let mut session = Session::new(ACCOUNT, of(), NOW, 3600);
    session.policies.push(allow("kms:Encrypt"));
    let issued = session.issue(&bench.records).unwrap();
    let token = Some(issued.session_token.as_str());
    let proof =
        || Proof::AccessKey { id: &issued.access_key_id, secret: &issued.secret, session_token: token };
    let logged_in = bench.identities.log_in(proof(), &Scope::default(), NOW).await.unwrap();
    assert_eq!(logged_in.expires_at, NOW + 3600);
    assert_eq!((logged_in.user_id, logged_in.user_name.as_str()), (format!("{}:job", role.id), "job"));
    let principal = &logged_in.identity.principal;
    assert!(may(principal, "kms:Encrypt") && !may(principal, "kms:Decrypt"));
    let expired = bench.identities.log_in(proof(), &Scope::default(), NOW + 3600).await.unwrap_err();
    assert!(matches!(expired, LoginError::Refused), "{expired}");

    // One that is longer than a token's day, and one that is too large.
    let long = Session::new(ACCOUNT, of(), NOW, MAX_SESSION).issue(&bench.records).unwrap();
    let token = Some(long.session_token.as_str());
    let proof = Proof::AccessKey { id: &long.access_key_id, secret: &long.secret, session_token: token };
    let expires_at = bench.identities.log_in(proof, &Scope::default(), NOW).await.unwrap().expires_at;
    assert_eq!(expires_at, NOW + 86_400);
    session.policies.push(allow(&format!("kms:{}", "E".repeat(3000))));
    let large = session.issue(&bench.records).unwrap();
    let token = Some(large.session_token.as_str());
    let proof = Proof::AccessKey { id: &large.access_key_id, secret: &large.secret, session_token: token };
    let error = bench.identities.log_in(proof, &Scope::default(), NOW).await.unwrap_err();
    assert!(matches!(error, LoginError::TooLarge), "{error}");

    bench
        .write(|writes| {
            writes.delete::<RoleRecord>("app");
        })
        .await;
    is_invalid(&bench, &logged_in.token).await;
}

#[tokio::test]
async fn a_token_for_a_token_lives_no_longer() {
    let (bench, _) = bench().await;
    let first = alice(&bench).await;
    let scope = Scope { project: Some("p".to_owned()), account: Some(ACCOUNT.to_owned()) };
    let second = bench.identities.log_in(Proof::Token(&first.token), &scope, NOW + 100).await.unwrap();
    let third =
        bench.identities.log_in(Proof::Token(&second.token), &Scope::default(), NOW + 200).await.unwrap();
    assert_eq!((second.project.as_deref(), third.project.as_deref()), (Some("p"), None));
    for (token, now) in [(&second, NOW + 100), (&third, NOW + 200)] {
        assert_eq!((token.issued_at, token.expires_at), (now, first.expires_at));
        assert_eq!(token.methods, ["token", "password"]);
        // A policy can still tell since when.
        let facts = &token.identity.principal.facts;
        assert!(facts_of_issue(NOW).iter().all(|fact| facts.contains(fact)));
    }
    ok(&bench, "DeleteLoginProfile", json!({"UserName": "Alice"})).await;
    is_invalid(&bench, &third.token).await;
    let error = bench.identities.log_in(Proof::Token(&first.token), &scope, NOW).await.unwrap_err();
    assert!(matches!(error, LoginError::InvalidToken), "{error}");
}

#[tokio::test]
async fn a_token_is_for_the_bearers_account() {
    let (bench, _) = bench().await;
    bench.identities.create_account(OTHER, NOW).await.unwrap();
    let scope = Scope { project: None, account: Some(OTHER.to_owned()) };
    let password = bytes(PASSWORD);
    let proof = Proof::Password { account: ACCOUNT, user: UserName::Name("alice"), password: &password };
    let error = bench.identities.log_in(proof, &scope, NOW).await.unwrap_err();
    assert!(matches!(error, LoginError::Scope { .. }), "{error}");
}

#[tokio::test]
async fn a_password_that_must_be_changed_gives_no_token() {
    let (bench, _) = bench().await;
    let good = alice(&bench).await;
    ok(&bench, "UpdateLoginProfile", json!({"UserName": "Alice", "PasswordResetRequired": true})).await;
    let try_with = async |password: &str| {
        log_in(&bench.identities, ACCOUNT, UserName::Name("alice"), password, NOW).await.unwrap_err()
    };
    let error = try_with(PASSWORD).await;
    assert!(matches!(error, LoginError::PasswordResetRequired), "{error}");
    assert!(error.to_string().contains("ChangePassword"));
    assert!(matches!(try_with("Wrong horse 1").await, LoginError::Refused));
    // What was given before is as good as it was.
    assert!(bench.identities.find_token(&good.token, NOW).await.is_ok());
}

#[tokio::test]
async fn in_development_everybody_knows_one_login() {
    let bench = Bench::new().await;
    let dev = Identities::dev(Arc::clone(&bench.records), "aws");
    let id = "00000000000000000000000000000000";
    for (account, user) in [
        ("test", UserName::Name("test")),
        ("000000000000", UserName::Name("test")),
        ("000000000000", UserName::Id(id)),
    ] {
        let found = log_in(&dev, account, user, "test", NOW).await.unwrap();
        assert_eq!((found.user_id.as_str(), found.user_name.as_str()), (id, "test"));
        assert_eq!(found.account, "000000000000");
        assert_eq!(
            dev.find_token(&found.token, NOW).await.unwrap().identity.principal.arn,
            "arn:aws:iam::000000000000:root"
        );
        is_invalid(&bench, &found.token).await;
    }
    for (account, user, password) in [
        (ACCOUNT, "test", "test"),
        ("test", "test", "wrong"),
        ("test", "root", "test"),
        ("none", "test", "test"),
    ] {
        assert!(
            log_in(&dev, account, UserName::Name(user), password, NOW).await.is_err(),
            "{account} {user}"
        );
    }
    for (name, known, in_dev) in [
        ("test", None, Some("000000000000")),
        ("000000000000", None, Some("000000000000")),
        (ACCOUNT, Some(ACCOUNT), Some(ACCOUNT)),
        ("x", None, None),
    ] {
        assert_eq!(bench.identities.account_of(name).await.unwrap().as_deref(), known, "{name}");
        assert_eq!(dev.account_of(name).await.unwrap().as_deref(), in_dev, "{name}");
    }
}

#[tokio::test]
async fn what_is_no_token_is_invalid() {
    let (bench, _) = bench().await;
    let token = alice(&bench).await.token;
    let role = bench.role("app", &allow("*")).await;
    let of = SessionOf::Role { name: "app".to_owned(), id: role.id, session_name: "job".to_owned() };
    let session = Session::new(ACCOUNT, of, NOW, 3600).issue(&bench.records).unwrap();
    for other in [
        "",
        "token",
        &token[1..],
        &format!("{token}A"),
        &format!("A{token}"),
        &session.session_token,
        &"A".repeat(100_000),
    ] {
        is_invalid(&bench, other).await;
    }
    for position in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        let error = bench.identities.find_token(&changed, NOW).await.unwrap_err();
        assert!(matches!(error, LoginError::InvalidToken), "{position}: {error}");
    }
    // Nor is it the token of a session.
    assert!(bench.identities.find(&session.access_key_id, Some(&token), NOW).await.is_err());
}

#[tokio::test]
async fn what_is_remembered_costs_one_read_and_is_never_stale() {
    let (bench, user) = bench().await;
    let logged_in = alice(&bench).await;
    bench.store.reads();
    assert!(bench.identities.find_token(&logged_in.token, NOW).await.is_ok());
    assert_eq!(bench.store.reads(), 1);
    let policy = json!({"UserName": user.name, "PolicyName": "own", "PolicyDocument": allow("kms:Decrypt")});
    ok(&bench, "PutUserPolicy", policy).await;
    let principal = bench.identities.find_token(&logged_in.token, NOW).await.unwrap().identity.principal;
    assert!(may(&principal, "kms:Decrypt") && !may(&principal, "kms:Encrypt"));
}

#[tokio::test]
async fn a_token_does_not_reach_iam() {
    let (bench, _) = bench().await;
    ok(
        &bench,
        "AttachUserPolicy",
        json!({"UserName": "Alice", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
    )
    .await;
    let principal = alice(&bench).await.identity.principal;
    let caller = policy::Caller { principal, ..bench.root() };
    let error = bench.act(&caller, "CreateAccessKey", json!({})).await.unwrap_err();
    assert_eq!(error.code, "InvalidClientTokenId");
}

#[tokio::test]
async fn a_password_is_in_no_record_as_it_lies_and_in_no_debug() {
    let (bench, _) = bench().await;
    let root = bench.root();
    let cx = crate::context::Context::begin(&bench.iam, &root, NOW).await.unwrap();
    let user = cx.get::<UserRecord>("alice").await.unwrap().unwrap();
    assert!(format!("{user:?}").contains("hash: SecretText"), "{user:?}");
    let raw = bench.store.raw("iam/user/111122223333/alice").await.unwrap();
    assert!(!raw.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes()));
}
