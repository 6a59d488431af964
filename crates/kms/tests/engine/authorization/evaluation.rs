//! What policies and grants say together.

mod accounts;
mod grants;
mod policies;
mod services;
mod several;

use std::sync::Arc;

use api::{Blob, CreateKey, Encrypt, Error, ErrorCode};
use kms::{Caller, Operation};
use serde_json::{Value, json};

use super::identities::People;
use crate::world::World;

const FRIEND: &str = "111122223333";
const REGION: &str = "eu-west-1";
/// The end of what whoever lacks another account's permission is told.
const ELSEWHERE: &str = "because the resource does not exist in this Region, no resource-based policies allow access, \
                         or a resource-based policy explicitly denies access";

/// A world with people in it.
struct Peopled {
    world: World,
    people: People,
}

/// A key.
struct Key {
    id: String,
    arn: String,
}

impl Peopled {
    async fn new() -> Self {
        let world = World::new().await;
        let people = People::new(Arc::new(world.records().await));
        Self { world, people }
    }

    /// A key whose policy has these statements and no others.
    async fn key(&self, statements: &[Value]) -> Key {
        let mut request = CreateKey::request();
        request.policy = Some(json!({"Statement": statements}).to_string());
        request.bypass_policy_lockout_safety_check = Some(true);
        let made = self.world.call(request).await.unwrap().key_metadata;
        Key { id: made.key_id, arn: made.arn }
    }

    /// A key whose policy leaves everything to its account.
    async fn key_of_account(&self) -> Key {
        self.key(&[of_key("Allow", &json!({"AWS": crate::world::ACCOUNT}), "kms:*")]).await
    }

    async fn call<O: Operation>(&self, caller: &Caller, request: O) -> Result<O::Response, Error> {
        self.world.kms.call(caller, request).await
    }

    async fn encrypt(&self, caller: &Caller, key: &str) -> Result<Blob, Error> {
        let answer = self.call(caller, Encrypt::request(key, Blob::new(*b"m"))).await;
        answer.map(|answer| answer.ciphertext_blob)
    }
}

/// A statement of a key policy.
fn of_key(effect: &str, principal: &Value, action: &str) -> Value {
    json!({"Effect": effect, "Principal": principal, "Action": action, "Resource": "*"})
}

/// The whole text of a denial.
fn refusal(caller: &Caller, action: &str, resource: &str, reason: &str) -> String {
    format!(
        "User: {} is not authorized to perform: kms:{action} on resource: {resource} {reason}",
        caller.arn()
    )
}

#[track_caller]
fn denied<T>(answer: Result<T, Error>, text: &str) {
    let error = crate::world::refused(answer, ErrorCode::AccessDenied);
    assert_eq!(error.message(), Some(text));
}
