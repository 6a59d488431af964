//! What is remembered of grants: it costs nothing to ask for again, and is never behind.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use api::{
    CreateGrant, Encrypt, Error, ErrorCode, GrantOperation as Op, ReplicateKey, RevokeGrant,
    ScheduleKeyDeletion,
};
use kms::Caller;

use super::{Bench, FRIEND, OWNER, REGION, STRANGER, by_token, context, equals, root, subset};
use crate::authorization::identities::People;
use crate::world::{DAY, refused};

impl Bench {
    fn request(&self, pairs: &[(&str, &str)]) -> Encrypt {
        let mut request = Encrypt::request(&self.arn, api::Blob::new(*b"m"));
        request.encryption_context = Some(context(pairs));
        request
    }

    /// How often a call asks the store, however it ends.
    async fn reads(&self, caller: &Caller, pairs: &[(&str, &str)]) -> (usize, Result<(), Error>) {
        let before = self.store.reads.load(Ordering::Relaxed);
        let answer = self.kms.call(caller, self.request(pairs)).await;
        (self.store.reads.load(Ordering::Relaxed) - before, answer.map(drop))
    }
}

#[tokio::test]
async fn what_a_grant_allows_is_read_once() {
    let bench = Bench::new().await;
    let people = People::new(Arc::new(bench.records().await));
    let own = Caller { region: REGION.to_owned(), ..people.user(OWNER, "own", &[]).await };
    for (name, constraints, pairs) in [
        ("always", None, &[][..]),
        ("equals", Some(equals(&[("a", "1")])), &[("a", "1")]),
        ("subset", Some(subset(&[("a", "1")])), &[("a", "1"), ("b", "2")]),
    ] {
        for (principal, caller) in
            [(root(FRIEND), Caller::root("aws", FRIEND, REGION)), (own.arn().to_owned(), own.clone())]
        {
            let mut request = bench.asked(&[Op::Encrypt]);
            (request.grantee_principal, request.constraints) = (Some(principal), constraints.clone());
            let grant = bench.call(OWNER, request).await.unwrap();
            let (first, answer) = bench.reads(&caller, pairs).await;
            answer.unwrap();
            let (second, answer) = bench.reads(&caller, pairs).await;
            answer.unwrap();
            // Another account's key and its aliases are read each time.
            let least = if caller.account() == OWNER { 0 } else { 2 };
            assert_eq!(second, least, "{name} {}", caller.arn());
            assert!(first > second, "{name} {}", caller.arn());
            bench.revoke(&grant.grant_id).await;
            refused(bench.reads(&caller, pairs).await.1, ErrorCode::AccessDenied);
        }
    }
}

#[tokio::test]
async fn every_change_counts_at_the_next_request() {
    let bench = Bench::new().await;
    let friend = Caller::root("aws", FRIEND, REGION);
    let allowed = async |pairs: &[(&str, &str)]| {
        // Twice, so that it is remembered.
        let [first, second] = [bench.reads(&friend, pairs).await.1, bench.reads(&friend, pairs).await.1];
        for answer in [&first, &second] {
            assert!(answer.as_ref().err().is_none_or(|error| error.code() == ErrorCode::AccessDenied));
        }
        assert_eq!(first.is_ok(), second.is_ok());
        first.is_ok()
    };
    assert!(!allowed(&[("a", "1")]).await);
    let plain = bench.grant(&[Op::Encrypt]).await;
    assert!(allowed(&[("a", "1")]).await);
    bench.revoke(&plain.grant_id).await;
    assert!(!allowed(&[("a", "1")]).await);

    let one = bench.constrained(&[Op::Encrypt], subset(&[("a", "1")])).await;
    assert!(allowed(&[("a", "1")]).await && !allowed(&[("a", "2")]).await);
    // More values, and more terms.
    let two = bench.constrained(&[Op::Encrypt], subset(&[("a", "2")])).await;
    let three = bench.constrained(&[Op::Encrypt], equals(&[("b", "1")])).await;
    for pairs in [("a", "1"), ("a", "2"), ("b", "1")] {
        assert!(allowed(&[pairs]).await);
    }
    for (ended, pairs) in [(one, ("a", "1")), (two, ("a", "2")), (three, ("b", "1"))] {
        assert!(allowed(&[pairs]).await);
        bench.call(OWNER, by_token(&ended.grant_token)).await.unwrap();
        assert!(!allowed(&[pairs]).await);
    }
    // Of two alike the other one stays.
    let twins = [bench.grant(&[Op::Encrypt]).await, bench.grant(&[Op::Encrypt]).await];
    for twin in &twins {
        assert!(allowed(&[]).await);
        bench.revoke(&twin.grant_id).await;
    }
    assert!(!allowed(&[]).await);
}

#[tokio::test]
async fn what_may_be_passed_on_is_never_behind() {
    let bench = Bench::new().await;
    let pass_on = || {
        let mut request = CreateGrant::request(&bench.arn, [Op::Encrypt]);
        request.grantee_principal = Some(root(STRANGER));
        request
    };
    let grant = bench.grant(&[Op::Encrypt, Op::CreateGrant]).await;
    for _ in 0..2 {
        bench.call(FRIEND, pass_on()).await.unwrap();
    }
    bench.revoke(&grant.grant_id).await;
    refused(bench.call(FRIEND, pass_on()).await, ErrorCode::AccessDenied);
    bench.grant(&[Op::Decrypt, Op::CreateGrant]).await;
    refused(bench.call(FRIEND, pass_on()).await, ErrorCode::AccessDenied);
}

#[tokio::test]
async fn what_a_key_had_its_successor_has_not() {
    let bench = Bench::new().await;
    let mut request = api::CreateKey::request();
    request.multi_region = Some(true);
    let primary = bench.call(OWNER, request).await.unwrap().key_metadata.arn;
    let elsewhere = "us-east-1";
    let replica = primary.replace(REGION, elsewhere);
    let use_it = || Encrypt::request(&replica, api::Blob::new(*b"m"));
    for swept in [true, false] {
        bench.call(OWNER, ReplicateKey::request(&primary, elsewhere)).await.unwrap();
        refused(bench.call_in(elsewhere, FRIEND, use_it()).await, ErrorCode::AccessDenied);
        let mut grant = bench.asked(&[Op::Encrypt]);
        grant.key_id.clone_from(&replica);
        bench.call_in(elsewhere, OWNER, grant).await.unwrap();
        for _ in 0..2 {
            bench.call_in(elsewhere, FRIEND, use_it()).await.unwrap();
        }
        bench.call_in(elsewhere, OWNER, ScheduleKeyDeletion::request(&replica)).await.unwrap();
        bench.clock.advance(31 * DAY);
        if swept {
            assert_eq!(bench.kms.sweep().await.unwrap().keys, 1);
        }
    }
}

/// Somebody of another account, whom nothing allows anything, is not told by a clock that a key is there and its grants change.
#[tokio::test]
async fn strangers_do_not_feel_what_others_are_granted() {
    let bench = Bench::new().await;
    let stranger = Caller::root("aws", STRANGER, REGION);
    let (_, answer) = bench.reads(&stranger, &[]).await;
    refused(answer, ErrorCode::AccessDenied);
    let (before, _) = bench.reads(&stranger, &[]).await;
    let grant = bench.grant(&[Op::Encrypt]).await;
    let (after, _) = bench.reads(&stranger, &[]).await;
    bench.call(OWNER, RevokeGrant::request(&bench.key, &grant.grant_id)).await.unwrap();
    let (last, _) = bench.reads(&stranger, &[]).await;
    assert_eq!((before, before), (after, last));
}
