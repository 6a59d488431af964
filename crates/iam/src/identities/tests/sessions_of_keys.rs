//! Sessions made with a long-lived access key.

use super::*;

#[tokio::test]
async fn one_is_its_own_access_key_until_it_ends() {
    let identities = Identities::dev(empty().await, "aws");
    let session = identities.issue_session("test", MIN_SESSION, NOW).await.unwrap();
    assert!(session.access_key_id.starts_with("ASIA"));
    assert_eq!(session.expires_at, NOW + MIN_SESSION);
    let (id, token) = (&session.access_key_id, Some(session.session_token.as_str()));
    let last = session.expires_at - 1;
    let found = identities.find(id, token, last).await.unwrap();
    assert_eq!(found.principal.arn, "arn:aws:iam::000000000000:root");
    assert!(found.secret.same_as(session.secret.expose()));
    let expired = refusal(&identities, id, token, session.expires_at).await;
    assert!(matches!(expired, IamError::ExpiredSessionToken { expired_at, .. } if expired_at == last + 1));
    let without = refusal(&identities, id, None, NOW).await;
    assert!(matches!(without, IamError::UnknownAccessKey { .. }));
}

#[tokio::test]
async fn a_remembered_one_ends_as_well() {
    let bench = Bench::new().await;
    let session = bench.identities.issue_session(&bench.key.id, MIN_SESSION, NOW).await.unwrap();
    let (id, token) = (&session.access_key_id, Some(session.session_token.as_str()));
    for now in [NOW, session.expires_at - 1] {
        assert!(bench.identities.find(id, token, now).await.is_ok());
    }
    for now in [session.expires_at, i64::MAX] {
        let error = refusal(&bench.identities, id, token, now).await;
        assert!(matches!(error, IamError::ExpiredSessionToken { .. }));
    }
    // A clock put back does not bring it to life out of memory only: the token still holds.
    assert!(bench.identities.find(id, token, NOW).await.is_ok());
}

#[tokio::test]
async fn a_user_stays_what_it_is_and_tells_of_the_session() {
    let bench = Bench::new().await;
    let (mut user, key) = bench.user("alice", &allow("kms:Encrypt")).await;
    let session = bench.identities.issue_session(&key.id, MIN_SESSION, NOW).await.unwrap();
    let token = Some(session.session_token.as_str());
    let found = bench.find(&session.access_key_id, token).await.unwrap();
    let owner = bench.find(&key.id, None).await.unwrap();
    assert_eq!((&found.arn, &found.names, found.kind), (&owner.arn, &owner.names, owner.kind));
    assert!(session::is_session(&found) && !session::is_session(&owner));
    assert_eq!(fact(&found, "aws:tokenissuetime").unwrap(), ["2026-11-21T22:26:40Z"]);
    assert_eq!(fact(&found, "aws:multifactorauthpresent").unwrap(), ["false"]);
    assert_eq!(fact(&found, ACCESS_KEY_ID).unwrap(), std::slice::from_ref(&key.id));
    assert!(may(&found, "kms:Encrypt"));
    user.inline.clear();
    bench
        .write(|writes| {
            writes.put(&user);
        })
        .await;
    assert!(!may(&bench.find(&session.access_key_id, token).await.unwrap(), "kms:Encrypt"));
}

#[tokio::test]
async fn one_does_not_outlive_the_key_that_issued_it() {
    let bench = Bench::new().await;
    let other = bench.other_node().await;
    let (_, mut key) = bench.user("alice", &allow("kms:Encrypt")).await;
    let session = bench.identities.issue_session(&key.id, MIN_SESSION, NOW).await.unwrap();
    let (id, token) = (&session.access_key_id, Some(session.session_token.as_str()));
    for (status, known) in [(Status::Active, true), (Status::Inactive, false), (Status::Active, true)] {
        key.status = status;
        bench
            .write(|writes| {
                writes.put_access_key(&key);
            })
            .await;
        for node in [&*bench.identities, &other] {
            match node.find(id, token, NOW).await {
                Ok(_) => assert!(known),
                Err(error) => {
                    assert!(!known && matches!(error, IamError::InvalidSessionToken { .. }), "{error}");
                }
            }
        }
    }
    bench
        .write(|writes| {
            writes.delete::<UserRecord>("alice");
        })
        .await;
    let error = refusal(&bench.identities, id, token, NOW).await;
    assert!(matches!(error, IamError::InvalidSessionToken { .. }));
}

#[tokio::test]
async fn one_of_development_is_none_elsewhere() {
    let records = empty().await;
    let dev = Identities::dev(Arc::clone(&records), "aws");
    let session = dev.issue_session("test", MIN_SESSION, NOW).await.unwrap();
    let serve = Identities::new(records, "aws");
    let error = refusal(&serve, &session.access_key_id, Some(&session.session_token), NOW).await;
    assert!(matches!(error, IamError::InvalidSessionToken { .. }));
}

#[tokio::test]
async fn the_length_of_one_is_bounded() {
    let identities = Identities::dev(empty().await, "aws");
    for seconds in [MIN_SESSION - 1, MAX_SESSION + 1, 0, -1, i64::MIN, i64::MAX] {
        let made = identities.issue_session("test", seconds, NOW).await;
        assert!(matches!(made, Err(IamError::Duration { .. })), "{seconds}");
    }
    assert!(identities.issue_session("test", MAX_SESSION, NOW).await.is_ok());
    let unknown = identities.issue_session("AKIAIOSFODNN7EXAMPLE", MIN_SESSION, NOW).await;
    assert!(matches!(unknown, Err(IamError::UnknownAccessKey { .. })));
}

#[tokio::test]
async fn limits_that_one_cannot_have_are_not_passed_over() {
    let bench = Bench::new().await;
    let of = || SessionOf::Key { issuer: bench.key.id.clone() };
    let limits: [fn(&mut Session); 3] = [
        |session| session.policies.push(allow("kms:Encrypt")),
        |session| session.policy_arns.push(session_policy("arn:aws:iam::aws:policy/IAMReadOnlyAccess", "x")),
        |session| session.tags.push(Tag { key: "a".to_owned(), value: "b".to_owned() }),
    ];
    for limit in limits {
        let mut session = Session::new(ACCOUNT, of(), NOW, 900);
        let plain = session.issue(&bench.records).unwrap();
        assert!(bench.find(&plain.access_key_id, Some(&plain.session_token)).await.is_ok());
        limit(&mut session);
        let limited = session.issue(&bench.records).unwrap();
        let error =
            refusal(&bench.identities, &limited.access_key_id, Some(&limited.session_token), NOW).await;
        assert!(matches!(error, IamError::InvalidSessionToken { .. }), "{error}");
    }
}
