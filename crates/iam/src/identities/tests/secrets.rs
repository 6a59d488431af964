//! Where secrets are not.

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
