//! Answers that must not tell: those about what is another's, and about what is not there. They are equal, and so is
//! what the store was asked for before them, kind by kind, so that no clock tells them apart either.
//!
//! Time itself is not measured here. Whose access key is unknown is told so, as AWS tells it, before any key is derived
//! from a secret: ids of access keys are no secrets, and nothing is hidden by making that wait. A wrong secret costs what
//! a right one costs; the comparison is in constant time (`crypto::constant_time_eq`).

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::{Value, json};
use store::{Batch, BoxFuture, Commit, Memory, Stamp, Store, StoreError, Versioned};

use crate::fixture::{Answer, Call, Running, Setup, start};

use super::credentials::{Credentials, done};

/// What the sweeper asks for, whenever it likes.
const SWEPT: [&str; 4] = ["due", "spent", "tracking", "usage"];

/// A store that remembers which kinds of records were asked for, but for those of the sweeper.
#[derive(Default)]
struct Counting {
    inner: Memory,
    asked: Mutex<Vec<String>>,
    /// Whether it cannot tell from memory what has changed, so that it is asked each time.
    forgetful: bool,
}

impl Counting {
    fn note(&self, how: &str, key: &[u8]) {
        let name = String::from_utf8_lossy(key);
        let mut parts = name.split('/');
        let first = parts.next().unwrap_or_default();
        let kind = match (first, parts.next()) {
            ("iam", Some(second)) => format!("iam/{second}"),
            _ => first.to_owned(),
        };
        if !SWEPT.contains(&first) {
            self.asked.lock().unwrap().push(format!("{how} {kind}"));
        }
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl Store for Counting {
    fn get(&self, key: &[u8]) -> BoxFuture<'_, Result<Option<Versioned>, StoreError>> {
        self.note("get", key);
        self.inner.get(key)
    }

    fn scan(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<(Bytes, Versioned)>, StoreError>> {
        self.note("scan", prefix);
        self.inner.scan(prefix, after, limit)
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Commit, StoreError>> {
        self.inner.commit(batch)
    }

    fn stamp(&self, key: &[u8]) -> Option<Stamp> {
        self.inner.stamp(key).filter(|_| !self.forgetful)
    }
}

async fn counted() -> (Running, Arc<Counting>) {
    counted_on(Counting::default()).await
}

async fn counted_on(store: Counting) -> (Running, Arc<Counting>) {
    let store = Arc::new(store);
    let server = start(Setup { store: Some(Arc::clone(&store) as _), ..Setup::default() }).await;
    (server, store)
}

/// The answer to a call, and what it asked of the store: the second time, so that what is remembered is.
async fn cost(server: &Running, store: &Counting, call: &Call<'_>) -> (Answer, Vec<String>) {
    server.call(call).await;
    store.take();
    let answer = server.call(call).await;
    (answer, store.take())
}

#[tokio::test]
async fn access_keys_that_may_not_be_used_are_like_those_that_are_not() {
    for forgetful in [false, true] {
        compare_access_keys(forgetful).await;
    }
}

async fn compare_access_keys(forgetful: bool) {
    let (server, store) = counted_on(Counting { forgetful, ..Counting::default() }).await;
    let [active, inactive, gone, of_nobody] = [
        Credentials::of_user(&server, "active").await,
        Credentials::of_user(&server, "inactive").await,
        Credentials::of_user(&server, "gone").await,
        Credentials::of_user(&server, "nobody").await,
    ];
    for user in [&active, &inactive, &gone, &of_nobody] {
        server.call(&user.call()).await;
    }
    let key = |user: &Credentials| format!("UserName={{}}&AccessKeyId={}", user.key);
    let of = |name: &str, user: &Credentials| key(user).replace("{}", name);
    done(&server, "iam", &format!("Action=UpdateAccessKey&Status=Inactive&{}", of("inactive", &inactive)))
        .await;
    done(&server, "iam", &format!("Action=DeleteAccessKey&{}", of("gone", &gone))).await;
    done(&server, "iam", &format!("Action=DeleteAccessKey&{}", of("nobody", &of_nobody))).await;
    done(&server, "iam", "Action=DeleteUser&UserName=nobody").await;

    let unknown = Credentials { key: "AKIAIOSFODNN7EXAMPLE".to_owned(), ..active.clone() };
    let (answer, expected) = cost(&server, &store, &unknown.call()).await;
    let text = "The security token included in the request is invalid.";
    answer.is_refused("unknown", 400, "UnrecognizedClientException", text);
    for (case, user) in [("deleted", &gone), ("of a deleted user", &of_nobody)] {
        let (other, asked) = cost(&server, &store, &user.call()).await;
        assert_eq!((&other.body, &asked), (&answer.body, &expected), "{case}");
    }
    let (other, _) = cost(&server, &store, &inactive.call()).await;
    assert_eq!(other.body, answer.body, "inactive");
    // A wrong secret is found out by the secret and by nothing else.
    let wrong = Call { secret: "wrong", ..active.call() };
    let (refused, for_wrong) = cost(&server, &store, &wrong).await;
    refused.is_refused("a wrong secret", 400, "InvalidSignatureException", "does not match");
    let (_, for_right) = cost(&server, &store, &active.call()).await;
    assert!(for_right.starts_with(&for_wrong), "{for_wrong:?}, {for_right:?}");
    if forgetful {
        assert_eq!(
            for_wrong.len(),
            expected.len(),
            "as many reads for a wrong secret as for an unknown key: {for_wrong:?}"
        );
    } else {
        assert!(for_wrong.is_empty(), "what is known is told from memory: {for_wrong:?}");
    }
}

/// What strangers ask for: an operation, and its members but for the name of the key.
fn questions() -> Vec<(&'static str, Value)> {
    vec![
        ("DescribeKey", json!({})),
        ("Encrypt", json!({ "Plaintext": "AAAA", "EncryptionContext": { "a": "b" } })),
        ("Decrypt", json!({ "CiphertextBlob": "AAAA" })),
        ("GenerateDataKey", json!({ "KeySpec": "AES_256" })),
        ("GetKeyPolicy", json!({})),
        ("PutKeyPolicy", json!({ "Policy": "{}" })),
        (
            "CreateGrant",
            json!({ "GranteePrincipal": "arn:aws:iam::111122223333:root", "Operations": ["Decrypt"] }),
        ),
        ("ListGrants", json!({})),
        ("RevokeGrant", json!({ "GrantId": "0".repeat(64) })),
        ("DisableKey", json!({})),
        ("ScheduleKeyDeletion", json!({})),
        ("GetPublicKey", json!({})),
        ("TagResource", json!({ "Tags": [{ "TagKey": "a", "TagValue": "b" }] })),
    ]
}

const NO_KEY: &str = "01234567-89ab-4def-8123-456789abcdef";
const STRANGER: &str = "111122223333";

/// A key of 000000000000 with an alias, a grant to somebody else, and a policy that asks for all there is to know.
async fn guarded_key(server: &Running) -> String {
    let owner = |target: &'static str, body: Value| async move {
        let (target, body) = (format!("TrentService.{target}"), body.to_string());
        let answer = server.call(&Call { target: &target, body: &body, ..Call::default() }).await;
        answer.succeeded(&target);
        answer
    };
    let key = owner("CreateKey", json!({})).await.json()["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    owner("CreateAlias", json!({ "AliasName": "alias/guarded", "TargetKeyId": key })).await;
    let grantee = "arn:aws:iam::444455556666:root";
    owner(
        "CreateGrant",
        json!({ "KeyId": key, "GranteePrincipal": grantee, "Operations": ["Encrypt", "Decrypt"] }),
    )
    .await;
    let statement = |effect: &str, principal: &str, condition: Value| {
        json!({
            "Effect": effect, "Principal": { "AWS": principal }, "Action": "kms:*", "Resource": "*",
            "Condition": condition,
        })
    };
    let policy = json!({ "Statement": [
        statement("Allow", "000000000000", json!({})),
        statement("Deny", STRANGER, json!({ "ForAnyValue:StringLike": { "kms:ResourceAliases": "alias/*" } })),
        statement("Deny", STRANGER, json!({ "StringEquals": { "aws:ResourceTag/a": "b" } })),
    ] });
    owner("PutKeyPolicy", json!({ "KeyId": key, "Policy": policy.to_string() })).await;
    key
}

#[tokio::test]
async fn another_accounts_key_is_like_one_that_is_not_there() {
    for forgetful in [false, true] {
        compare_named_key(forgetful).await;
    }
}

async fn compare_named_key(forgetful: bool) {
    let (server, store) = counted_on(Counting { forgetful, ..Counting::default() }).await;
    let key = guarded_key(&server).await;
    let place = "arn:aws:kms:us-east-1:000000000000";
    let names = [
        (format!("{place}:key/{key}"), format!("{place}:key/{NO_KEY}")),
        (format!("{place}:alias/guarded"), format!("{place}:alias/missing")),
        (key.clone(), NO_KEY.to_owned()),
    ];
    for (operation, members) in questions() {
        let target = format!("TrentService.{operation}");
        for (there, not_there) in &names {
            let mut answers = Vec::new();
            for name in [there, not_there] {
                let mut body = members.clone();
                body["KeyId"] = json!(name);
                let body = body.to_string();
                let call = Call { target: &target, body: &body, key: STRANGER, ..Call::default() };
                let (answer, asked) = cost(&server, &store, &call).await;
                assert!(answer.status.is_client_error(), "{operation} {name}: {}", answer.text());
                answers.push((answer.text().replace(name.rsplit('/').next().unwrap(), "<it>"), asked));
            }
            assert_eq!(answers[0], answers[1], "{operation} {there}");
        }
    }
}

#[tokio::test]
async fn another_accounts_key_within_a_ciphertext_is_like_one_that_is_not_there() {
    for forgetful in [false, true] {
        compare_key_in_ciphertext(forgetful).await;
    }
}

async fn compare_key_in_ciphertext(forgetful: bool) {
    let (server, store) = counted_on(Counting { forgetful, ..Counting::default() }).await;
    let key = guarded_key(&server).await;
    let body = json!({ "KeyId": key, "Plaintext": "AAAA" }).to_string();
    let made = server.call(&Call { target: "TrentService.Encrypt", body: &body, ..Call::default() }).await;
    let blob = made.json()["CiphertextBlob"].as_str().unwrap().to_owned();
    let own = server.call(&Call { target: "TrentService.CreateKey", key: STRANGER, ..Call::default() }).await;
    let own = own.json()["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    let body = json!({ "KeyId": own, "Plaintext": "AAAA" }).to_string();
    let call = Call { target: "TrentService.Encrypt", body: &body, key: STRANGER, ..Call::default() };
    let mine = server.call(&call).await.json()["CiphertextBlob"].as_str().unwrap().to_owned();
    // The key's id is at the third byte, in four characters of base64 for every three bytes: what is changed here, is
    // in the middle of it.
    let changed = |blob: &str| format!("{}{}{}", &blob[..8], "AAAAAAAA", &blob[16..]);
    let absent = changed(&blob);
    for (operation, members) in [("Decrypt", json!({})), ("ReEncrypt", json!({ "DestinationKeyId": own }))] {
        let target = format!("TrentService.{operation}");
        let mut answers = Vec::new();
        for blob in [&blob, &absent, &changed(&mine)] {
            let mut body = members.clone();
            body["CiphertextBlob"] = json!(blob);
            let body = body.to_string();
            let call = Call { target: &target, body: &body, key: STRANGER, ..Call::default() };
            let (answer, asked) = cost(&server, &store, &call).await;
            assert!(answer.status.is_client_error(), "{operation}: {}", answer.text());
            answers.push((answer.text().to_owned(), asked));
        }
        assert_eq!(answers[0].0, answers[1].0, "{operation}");
        assert_eq!(answers[1], answers[2], "{operation}");
        assert_eq!(answers[0].1, answers[1].1, "{operation}");
    }
}

/// What a stranger sends is refused without asking the store, or by one question.
#[tokio::test]
async fn strangers_cost_little() {
    let (server, store) = counted().await;
    let session = Credentials::of_session(&server).await;
    let damaged = format!("{}A", &session.token()[..session.token().len() - 1]);
    let long = "A".repeat(8000);
    for (case, call, most) in [
        ("an unknown key", Call { key: "AKIAIOSFODNN7EXAMPLE", ..Call::default() }, 1),
        ("a token that is none", Call { token: Some(&long), ..session.call() }, 0),
        ("a damaged token", Call { token: Some(&damaged), ..session.call() }, 0),
        ("another service", Call { service: "s3", ..Call::default() }, 0),
        ("too late", Call { at: 0, ..Call::default() }, 0),
    ] {
        let (answer, asked) = cost(&server, &store, &call).await;
        assert!(answer.status.is_client_error(), "{case}: {}", answer.text());
        assert!(asked.len() <= most, "{case}: {asked:?}");
    }
    let mut unsigned = Call::default().signed(server.address);
    unsigned.headers_mut().remove("authorization");
    store.take();
    server.send(unsigned).await.is_refused("unsigned", 400, "MissingAuthenticationTokenException", "");
    assert_eq!(store.take(), Vec::<String>::new());
}

/// Whoever knows the id of an access key cannot make the server forget what it knows of it.
#[tokio::test]
async fn what_is_remembered_of_one_is_not_forgotten_for_another() {
    let (server, store) = counted().await;
    done(&server, "iam", "Action=CreateUser&UserName=unrelated").await;
    let user = Credentials::of_user(&server, "user").await;
    let session = Credentials::of_session(&server).await;
    for honest in [&user, &session] {
        let (_, remembered) = cost(&server, &store, &honest.call()).await;
        for call in [
            Call { token: Some("AAAA"), ..honest.call() },
            Call { token: None, secret: "wrong", ..honest.call() },
            Call { secret: "wrong", ..honest.call() },
        ] {
            assert!(server.call(&call).await.status.is_client_error());
            store.take();
            server.call(&honest.call()).await;
            assert_eq!(store.take(), remembered);
        }
    }
}
