//! The quotas, and that the number of grants does not matter below them.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use api::{Blob, CreateGrant, Encrypt, ErrorCode, GrantOperation as Op};

use super::{Bench, FRIEND, OWNER, USER, context, equals, root, subset};
use crate::world::refused;

#[tokio::test]
async fn a_key_has_50_000_grants_at_the_most() {
    let bench = Bench::new().await;
    let mut named = bench.asked(&[Op::Encrypt]);
    named.name = Some("there".to_owned());
    let there = bench.call(OWNER, named.clone()).await.unwrap();
    bench.pretend(49_999).await;
    let last = bench.grant(&[Op::Encrypt]).await;
    let error = refused(bench.call(OWNER, bench.asked(&[Op::Encrypt])).await, ErrorCode::LimitExceeded);
    assert!(error.message().unwrap().contains("50000"), "{error}");
    let mut dry = bench.asked(&[Op::Encrypt]);
    dry.dry_run = Some(true);
    refused(bench.call(OWNER, dry).await, ErrorCode::LimitExceeded);
    // What is there already needs no room.
    assert_eq!(bench.call(OWNER, named).await.unwrap().grant_id, there.grant_id);
    bench.revoke(&last.grant_id).await;
    bench.grant(&[Op::Encrypt]).await;
    refused(bench.call(OWNER, bench.asked(&[Op::Encrypt])).await, ErrorCode::LimitExceeded);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn those_who_come_at_once_do_not_exceed_the_quota() {
    let bench = Arc::new(Bench::new().await);
    bench.pretend(49_990).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let bench = Arc::clone(&bench);
        tasks.spawn(async move { bench.call(OWNER, bench.asked(&[Op::Encrypt])).await });
    }
    let answers = tasks.join_all().await;
    let (made, refusals): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(made.len(), 10);
    for refusal in refusals {
        refused(refusal, ErrorCode::LimitExceeded);
    }
    assert_eq!(bench.listed().await.len(), 10);
}

/// A request for a grant on terms that no other number has.
fn on_terms(bench: &Bench, number: usize) -> CreateGrant {
    let mut request = bench.asked(&[Op::Encrypt]);
    request.constraints = Some(subset(&[(&format!("name{number}"), "1")]));
    request
}

#[tokio::test]
async fn a_grantee_has_grants_on_256_terms_at_the_most() {
    let bench = Bench::new().await;
    let mut named = on_terms(&bench, 0);
    named.name = Some("there".to_owned());
    let there = bench.call(OWNER, named.clone()).await.unwrap();
    let mut last = String::new();
    for number in 1..256 {
        last = bench.call(OWNER, on_terms(&bench, number)).await.unwrap().grant_id;
    }
    let error = refused(bench.call(OWNER, on_terms(&bench, 256)).await, ErrorCode::LimitExceeded);
    assert!(error.message().unwrap().contains("256 different combinations"), "{error}");
    // Every part of the terms counts.
    let others: [fn(&mut CreateGrant); 3] = [
        |r| r.operations.push(Op::Decrypt),
        |r| r.constraints = None,
        |r| r.constraints = Some(equals(&[("name1", "1")])),
    ];
    for change in others {
        let mut request = on_terms(&bench, 1);
        change(&mut request);
        refused(bench.call(OWNER, request).await, ErrorCode::LimitExceeded);
    }
    let mut dry = on_terms(&bench, 256);
    dry.dry_run = Some(true);
    refused(bench.call(OWNER, dry).await, ErrorCode::LimitExceeded);
    // Values do not, nor what others have; and what is there already needs no room.
    let mut request = on_terms(&bench, 255);
    request.constraints = Some(subset(&[("Name255", "2")]));
    let twice = bench.call(OWNER, request).await.unwrap().grant_id;
    let mut request = on_terms(&bench, 256);
    request.grantee_principal = Some(USER.to_owned());
    bench.call(OWNER, request).await.unwrap();
    assert_eq!(bench.call(OWNER, named).await.unwrap().grant_id, there.grant_id);

    // What it costs at the worst: two reads for each terms, one that finds the end, and what is read of a key anyway.
    let mut absent = Encrypt::request(&bench.arn, Blob::new(*b"m"));
    let pairs: Vec<_> = (0..256).map(|number| (format!("name{number}"), "2".to_owned())).collect();
    absent.encryption_context = Some(pairs.into_iter().filter(|(name, _)| name != "name255").collect());
    let before = bench.store.reads.load(Ordering::Relaxed);
    refused(bench.call(FRIEND, absent).await, ErrorCode::AccessDenied);
    assert!(bench.store.reads.load(Ordering::Relaxed) - before <= 2 * 256 + 1 + 3);

    // Terms are free again with their last grant.
    bench.revoke(&last).await;
    refused(bench.call(OWNER, on_terms(&bench, 256)).await, ErrorCode::LimitExceeded);
    bench.revoke(&twice).await;
    bench.call(OWNER, on_terms(&bench, 256)).await.unwrap();
    refused(bench.call(OWNER, on_terms(&bench, 257)).await, ErrorCode::LimitExceeded);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn those_who_come_at_once_do_not_exceed_the_number_of_terms() {
    let bench = Arc::new(Bench::new().await);
    for number in 0..250 {
        bench.call(OWNER, on_terms(&bench, number)).await.unwrap();
    }
    let mut tasks = tokio::task::JoinSet::new();
    for number in 250..270 {
        let bench = Arc::clone(&bench);
        tasks.spawn(async move { bench.call(OWNER, on_terms(&bench, number)).await });
    }
    let answers = tasks.join_all().await;
    let (made, refusals): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(made.len(), 6);
    for refusal in refusals {
        refused(refusal, ErrorCode::LimitExceeded);
    }
}

#[tokio::test]
async fn the_number_of_grants_does_not_slow_a_key_down() {
    let bench = Bench::new().await;
    bench.store.forgetful.store(true, Ordering::Relaxed);
    bench.constrained(&[Op::Encrypt, Op::CreateGrant], subset(&[("object", "mine")])).await;
    let mut use_it = Encrypt::request(&bench.arn, Blob::new(*b"m"));
    use_it.encryption_context = Some(context(&[("object", "mine")]));
    let mut make_one = bench.asked(&[Op::Encrypt]);
    make_one.constraints = Some(subset(&[("object", "mine")]));
    bench.cost(FRIEND, use_it.clone()).await;
    let before = [bench.cost(FRIEND, use_it.clone()).await, bench.cost(FRIEND, make_one.clone()).await];
    // Half of them others', half the caller's own.
    for n in 0..10_000 {
        let mut request = bench.asked(&[Op::Encrypt, Op::CreateGrant]);
        if n % 2 == 0 {
            request.grantee_principal = Some(root(&format!("5{n:011}")));
        }
        request.constraints = Some(subset(&[("object", &n.to_string())]));
        bench.call(OWNER, request).await.unwrap();
    }
    let after = [bench.cost(FRIEND, use_it.clone()).await, bench.cost(FRIEND, make_one).await];
    assert!(after[0].0 <= before[0].0 && after[0].1 <= before[0].1, "{before:?} {after:?}");
    // The friend has grants on more terms by now: one of them is what it made itself.
    assert!(after[1].0 <= before[1].0 + 2 && after[1].1 <= before[1].1 + 2, "{before:?} {after:?}");
    // Nor does it where there is nothing to find.
    use_it.encryption_context = Some(context(&[("object", "another's")]));
    let read = bench.store.entries.load(Ordering::Relaxed);
    refused(bench.call(FRIEND, use_it).await, ErrorCode::AccessDenied);
    assert!(bench.store.entries.load(Ordering::Relaxed) - read <= before[0].1 + 2);
}
