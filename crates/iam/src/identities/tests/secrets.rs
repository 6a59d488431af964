//! Where secrets are not, and for how long what is derived from them is kept.

use api::SecretText;

use super::*;

#[tokio::test]
async fn they_are_in_no_record_as_it_lies_and_in_no_error() {
    let bench = Bench::new().await;
    let (_, key) = bench.user("alice", &allow("kms:Encrypt")).await;
    let secret = key.secret.expose();
    let raw = bench.store.raw(&format!("iam/access-key/{}", key.id)).await.unwrap();
    assert!(!raw.windows(secret.len()).any(|window| window == secret.as_bytes()));
    assert!(!format!("{key:?}").contains(secret));
    let mut newer = serde_json::from_slice::<serde_json::Value>(key.write().expose()).unwrap();
    newer["more"] = json!(1);
    let mut changes = Changes::default();
    let record = format!("iam/access-key/{}", key.id);
    changes.put(&record, SecretBytes::new(newer.to_string().into_bytes()));
    assert!(matches!(bench.records.commit(changes).await.unwrap(), Commit::Done(_)));
    let error = refusal(&bench.identities, &key.id, None, NOW).await;
    let error = format!("{error} {error:?}");
    assert!(error.contains("does not know") && !error.contains(secret), "{error}");
}

/// Signing keys are kept with the secret, so whoever has another identity has none of them.
#[tokio::test]
async fn signing_keys_go_with_the_identity_when_it_changes() {
    let bench = Bench::new().await;
    let (_, mut key) = bench.user("alice", &allow("*")).await;
    let found = |id: String| {
        let identities = Arc::clone(&bench.identities);
        async move { identities.find(&id, None, NOW).await.map(|identity| identity.secret) }
    };
    let first = found(key.id.clone()).await.unwrap();
    assert!(Arc::ptr_eq(&first, &found(key.id.clone()).await.unwrap()), "nothing has changed");

    let write = async |key: &AccessKeyRecord| {
        bench
            .write(|writes| {
                writes.put_access_key(key);
            })
            .await;
    };
    key.secret = SecretText::new("rotated");
    write(&key).await;
    let rotated = found(key.id.clone()).await.unwrap();
    assert!(!Arc::ptr_eq(&first, &rotated) && rotated.same_as(b"rotated"));
    key.status = Status::Inactive;
    write(&key).await;
    assert!(matches!(found(key.id.clone()).await, Err(IamError::UnknownAccessKey { .. })));
    key.status = Status::Active;
    write(&key).await;
    assert!(!Arc::ptr_eq(&rotated, &found(key.id.clone()).await.unwrap()), "and is not what it was before");
}
