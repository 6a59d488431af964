//! What it costs the store to find somebody, or not to.

use super::*;

#[tokio::test]
async fn an_unknown_key_costs_the_store_as_much_as_a_known_one() {
    let bench = Bench::new().await;
    let (_, active) = bench.user("alice", &allow("kms:*")).await;
    let (_, mut inactive) = bench.user("bob", &allow("kms:*")).await;
    inactive.status = Status::Inactive;
    bench
        .write(|writes| {
            writes.put_access_key(&inactive);
        })
        .await;
    assert!(bench.find(&active.id, None).await.is_ok());
    for (case, id, known) in [
        ("known", active.id.as_str(), true),
        ("unknown", "AKIAIOSFODNN7EXAMPLE", false),
        ("inactive", &inactive.id, false),
        ("known again", &active.id, true),
    ] {
        bench.store.reads();
        assert_eq!(bench.find(id, None).await.is_ok(), known, "{case}");
        assert_eq!(bench.store.reads(), 1, "{case}");
    }
}

#[tokio::test]
async fn what_is_remembered_costs_one_read() {
    let bench = Bench::new().await;
    let role = bench.role("app", &allow("kms:*")).await;
    let issued = role_session(&role).issue(&bench.records).unwrap();
    let token = Some(issued.session_token.as_str());
    assert!(bench.find(&issued.access_key_id, token).await.is_ok());
    bench.store.reads();
    assert!(bench.find(&issued.access_key_id, token).await.is_ok());
    assert_eq!(bench.store.reads(), 1);
}

#[tokio::test]
async fn a_wrong_token_does_not_displace_what_is_remembered() {
    let bench = Bench::new().await;
    let role = bench.role("app", &allow("kms:*")).await;
    let issued = role_session(&role).issue(&bench.records).unwrap();
    let (id, token) = (issued.access_key_id.as_str(), Some(issued.session_token.as_str()));
    assert!(bench.find(id, token).await.is_ok());
    for wrong in [None, Some("x")] {
        assert!(bench.find(id, wrong).await.is_err());
    }
    bench.store.reads();
    assert!(bench.find(id, token).await.is_ok());
    assert_eq!(bench.store.reads(), 1);
}
