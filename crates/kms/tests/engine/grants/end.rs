//! How grants end: retired, revoked, or with their key.

use std::sync::Arc;

use api::{
    Blob, CreateGrant, CreateKey, Encrypt, ErrorCode, GrantOperation as Op, KeySpec, KeyUsage, ListGrants,
    ListRetirableGrants, ReplicateKey, RetireGrant, RevokeGrant, ScheduleKeyDeletion,
};
use kms::{Caller, Kms, Settings};
use store::{Batch, Commit, Store};

use super::{
    Bench, FRIEND, NO_GRANT, OWNER, REGION, STRANGER, by_id, by_token, equals, root, source, subset,
};
use crate::authorization::people::{by, user};
use crate::world::{DAY, refused};

#[tokio::test]
async fn who_may_retire_a_grant() {
    type Change = fn(&mut CreateGrant);
    let retiring: Change = |r| r.retiring_principal = Some(root(STRANGER));
    let itself: Change = |r| r.operations.push(Op::RetireGrant);
    let constrained: Change = |r| {
        r.operations.push(Op::RetireGrant);
        r.constraints = Some(equals(&[("a", "1")]));
    };
    let sourced: Change = |r| {
        (r.constraints, r.retiring_principal) = (Some(source()), Some(root(STRANGER)));
    };
    let cases: [(&str, Change, &[&str]); 5] = [
        ("nobody in particular", |_| {}, &[OWNER]),
        ("who is named for it", retiring, &[OWNER, STRANGER]),
        ("the grantee, if it may", itself, &[OWNER, FRIEND]),
        ("whatever the constraint", constrained, &[OWNER, FRIEND]),
        ("whatever the source", sourced, &[OWNER, STRANGER]),
    ];
    let bench = Bench::new().await;
    for (name, change, allowed) in cases {
        for account in [OWNER, FRIEND, STRANGER] {
            for token in [false, true] {
                let mut request = bench.asked(&[Op::Encrypt]);
                change(&mut request);
                let grant = bench.call(OWNER, request).await.unwrap();
                let request =
                    if token { by_token(&grant.grant_token) } else { by_id(&bench.arn, &grant.grant_id) };
                let answer = bench.call(account, request).await;
                if allowed.contains(&account) {
                    answer.unwrap_or_else(|error| panic!("{name}: {account}: {error}"));
                } else {
                    refused(answer, ErrorCode::AccessDenied);
                    bench.revoke(&grant.grant_id).await;
                }
                assert!(bench.listed().await.is_empty(), "{name}: {account}");
            }
        }
    }
    // The account that issued it, though neither its key nor the grant is for it.
    bench.grant(&[Op::Encrypt, Op::CreateGrant]).await;
    let mut passed = bench.asked(&[Op::Encrypt]);
    passed.grantee_principal = Some(root(STRANGER));
    let passed = bench.call(FRIEND, passed).await.unwrap();
    refused(bench.call(STRANGER, by_token(&passed.grant_token)).await, ErrorCode::AccessDenied);
    bench.call(FRIEND, by_token(&passed.grant_token)).await.unwrap();
}

#[tokio::test]
async fn a_token_in_the_wrong_hands_tells_nothing() {
    let bench = Bench::new().await;
    let grant = bench.grant(&[Op::Encrypt]).await;
    let ann = by(user(OWNER, "ann", &[]));
    let stranger = Caller::root("aws", STRANGER, REGION);
    let mut texts = Vec::new();
    for caller in [&stranger, &ann] {
        let answer = bench.kms.call(caller, by_token(&grant.grant_token)).await;
        let text = refused(answer, ErrorCode::AccessDenied).message().unwrap().to_owned();
        assert!(text.contains("on resource: the grant that the GrantToken names because"), "{text}");
        assert!(!text.contains(&bench.key) && !text.contains(&grant.grant_id), "{text}");
        texts.push(text.replace(caller.arn(), ""));
    }
    // Not even whether the key is the caller's account's.
    assert_eq!(texts[0], texts[1]);
    // Who names the key is told what it named.
    let answer = bench.call(STRANGER, by_id(&bench.arn, &grant.grant_id)).await;
    let text = refused(answer, ErrorCode::AccessDenied).message().unwrap().to_owned();
    assert!(text.contains(&format!("on resource: {} because", bench.arn)), "{text}");
}

#[tokio::test]
async fn how_a_grant_to_retire_is_named() {
    let bench = Bench::new().await;
    let grant = bench.grant(&[Op::Encrypt]).await;
    let mut all = by_id(&bench.arn, &grant.grant_id);
    all.grant_token = Some(grant.grant_token.clone());
    let (mut key_only, mut id_only) = (RetireGrant::request(), RetireGrant::request());
    key_only.key_id = Some(bench.arn.clone());
    id_only.grant_id = Some(grant.grant_id.clone());
    let mut dry = by_token(&grant.grant_token);
    dry.dry_run = Some(true);
    let elsewhere = bench.arn.replace(REGION, "us-east-1");
    let foreign = bench.arn.replace(OWNER, STRANGER);
    for (request, code) in [
        (RetireGrant::request(), ErrorCode::Validation),
        (all, ErrorCode::Validation),
        (key_only, ErrorCode::Validation),
        (id_only, ErrorCode::Validation),
        (by_id(&bench.key, &grant.grant_id), ErrorCode::InvalidArn),
        (by_id("arn:aws:kms", &grant.grant_id), ErrorCode::InvalidArn),
        (by_id(&bench.arn, "x"), ErrorCode::InvalidGrantId),
        (by_id(&bench.arn, &grant.grant_id.to_uppercase()), ErrorCode::InvalidGrantId),
        (by_id(&bench.arn, NO_GRANT), ErrorCode::NotFound),
        (by_id(&elsewhere, &grant.grant_id), ErrorCode::NotFound),
        (by_id(&foreign, &grant.grant_id), ErrorCode::NotFound),
        (by_token("x"), ErrorCode::InvalidGrantToken),
        (dry, ErrorCode::DryRun),
    ] {
        let text = format!("{request:?}");
        let error = bench.call(OWNER, request).await.expect_err(&text);
        assert_eq!(error.code(), code, "{text}: {error}");
    }
    let token = by_token(&grant.grant_token);
    refused(bench.call_in("us-east-1", OWNER, token.clone()).await, ErrorCode::InvalidGrantToken);
    assert_eq!(bench.listed().await.len(), 1);
    bench.call(OWNER, token.clone()).await.unwrap();
    refused(bench.call(OWNER, token).await, ErrorCode::NotFound);
}

#[tokio::test]
async fn revoking() {
    let bench = Bench::new().await;
    let grant = bench.grant(&[Op::Encrypt]).await;
    let ask = |key: &str, id: &str| RevokeGrant::request(key, id);
    let mut dry = ask(&bench.key, &grant.grant_id);
    dry.dry_run = Some(true);
    refused(bench.call(OWNER, dry).await, ErrorCode::DryRun);
    refused(bench.call(OWNER, ask(&bench.key, "x")).await, ErrorCode::InvalidGrantId);
    refused(bench.call(OWNER, ask(&bench.key, NO_GRANT)).await, ErrorCode::NotFound);
    refused(bench.call(OWNER, ask("alias/a", &grant.grant_id)).await, ErrorCode::NotFound);
    let other = bench.create(KeySpec::SymmetricDefault, KeyUsage::EncryptDecrypt).await;
    refused(bench.call(OWNER, ask(&other, &grant.grant_id)).await, ErrorCode::NotFound);
    bench.call(OWNER, ask(&bench.arn, &grant.grant_id)).await.unwrap();
    refused(bench.call(OWNER, ask(&bench.arn, &grant.grant_id)).await, ErrorCode::NotFound);
    assert_eq!(bench.names().await, [format!("grants/{OWNER}/{REGION}/{}", bench.key)]);
}

#[tokio::test]
async fn grants_go_with_their_key() {
    let bench = Bench::new().await;
    for n in 0..300 {
        let mut request = bench.asked(&[Op::Encrypt]);
        request.retiring_principal = Some(root(FRIEND));
        request.constraints = Some(subset(&[("n", &n.to_string())]));
        bench.call(OWNER, request).await.unwrap();
    }
    let other = bench.create(KeySpec::SymmetricDefault, KeyUsage::EncryptDecrypt).await;
    let mut kept = bench.asked(&[Op::Encrypt]);
    kept.key_id = other;
    let kept = bench.call(OWNER, kept).await.unwrap().grant_id;
    // A grant whose record was damaged keeps neither its key nor the others.
    let damaged = format!("grant/{OWNER}/{REGION}/{}/{NO_GRANT}", bench.key);
    let mut batch = Batch::default();
    batch.put(damaged, "damaged");
    assert!(matches!(bench.store.commit(batch).await.unwrap(), Commit::Done(_)));

    bench.call(OWNER, ScheduleKeyDeletion::request(&bench.key)).await.unwrap();
    bench.clock.advance(31 * DAY);
    // Gone from the instant on, swept or not.
    refused(bench.encrypt(FRIEND, &[("n", "1")]).await, ErrorCode::AccessDenied);
    let mut retirable = ListRetirableGrants::request();
    retirable.retiring_principal = Some(root(FRIEND));
    assert!(bench.call(FRIEND, retirable).await.unwrap().grants.is_empty());
    let swept = bench.kms.sweep().await.unwrap();
    assert_eq!((swept.keys, swept.failed), (1, 0));
    let names = bench.names().await;
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names[0].ends_with(&kept), "{names:?}");
}

#[tokio::test]
async fn a_replica_has_grants_of_its_own() {
    let bench = Bench::new().await;
    let mut request = CreateKey::request();
    request.multi_region = Some(true);
    let primary = bench.call(OWNER, request).await.unwrap().key_metadata.arn;
    bench.call(OWNER, ReplicateKey::request(&primary, "us-east-1")).await.unwrap();
    let replica = primary.replace(REGION, "us-east-1");
    let mut grant = bench.asked(&[Op::Encrypt]);
    grant.key_id.clone_from(&primary);
    bench.call(OWNER, grant).await.unwrap();
    let ask = |arn: &str| Encrypt::request(arn, Blob::new(*b"m"));
    bench.call(FRIEND, ask(&primary)).await.unwrap();
    refused(bench.call_in("us-east-1", FRIEND, ask(&replica)).await, ErrorCode::AccessDenied);
    let listed = bench.call_in("us-east-1", OWNER, ListGrants::request(&replica)).await.unwrap();
    assert!(listed.grants.is_empty());
}

#[tokio::test]
async fn grants_survive_a_restart() {
    let mut bench = Bench::new().await;
    let grant = bench.grant(&[Op::Encrypt]).await;
    let clock: Arc<dyn kms::Clock> = bench.clock.clone();
    bench.kms = Kms::new(Arc::new(bench.records().await), clock, Settings::default());
    bench.encrypt(FRIEND, &[]).await.unwrap();
    bench.call(OWNER, by_token(&grant.grant_token)).await.unwrap();
    refused(bench.encrypt(FRIEND, &[]).await, ErrorCode::AccessDenied);
}
