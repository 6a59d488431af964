//! Every endpoint with an engine behind it: what it answers, field by field, and what it refuses.

mod data;
mod grants;
mod import;
mod life;
mod lists;
mod permissions;
mod regions;
mod signatures;

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use api::Timestamp;
use http::{Method, Request, header};
use kms::{Caller, Kms, ManualClock, Settings};
use seal::{Records, RootKey};
use serde_json::{Value, json};
use store::Memory;

use super::ENDPOINTS;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::{Asked, Endpoint, find};
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::Members;
use crate::fronts::huawei::path::Route;
use crate::fronts::huawei::projects::{Project, Projects};

/// 2026-11-22T12:00:00Z.
const NOW: i64 = 1_795_348_800;
const ACCOUNT: &str = "111122223333";
const DOMAIN: &str = "00000000000000000000111122223333";
const PROJECT: &str = "0d0466b0e7274d9cb35df84bb474a37f";
const ELSEWHERE: &str = "1d0466b0e7274d9cb35df84bb474a37f";

/// What an endpoint answered.
#[derive(Clone, Debug, PartialEq)]
enum Answer {
    Ok(Value),
    Created(Value),
    NoContent,
    Refused(&'static str),
}

/// An engine of one account, and its root.
struct Bench {
    kms: Arc<Kms>,
    clock: Arc<ManualClock>,
    caller: Caller,
    project: Project,
    projects: Projects,
    asked: Mutex<HashSet<String>>,
}

impl Bench {
    async fn new() -> Self {
        let records = Records::open(Arc::new(Memory::default()), &RootKey::generate()).await.unwrap();
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(NOW)));
        let project = Project::new(PROJECT, ACCOUNT, "eu-de", None).unwrap();
        let other = Project::new(ELSEWHERE, ACCOUNT, "eu-nl", None).unwrap();
        Self {
            kms: Kms::new(Arc::new(records), Arc::clone(&clock) as _, Settings::default()),
            clock,
            caller: Caller::root("aws", ACCOUNT, "eu-de"),
            projects: Projects::new(vec![project.clone(), other]).unwrap(),
            project,
            asked: Mutex::default(),
        }
    }

    async fn try_ask(&self, method: Method, path: &str, body: &Value) -> Result<Done, Failure> {
        let uri = path.replace("{p}", PROJECT);
        let request =
            Request::builder().method(method).uri(uri).header(header::CONTENT_TYPE, "application/json");
        let head = request.body(()).unwrap().into_parts().0;
        let route = Route::of(head.uri.path()).unwrap();
        let (endpoint, segments) = find(&head.method, &route)?;
        self.asked.lock().unwrap().insert(format!("{} {}", endpoint.method, endpoint.path));
        let members = Members::of(&self.project, &head, body.to_string().as_bytes())?;
        let asked = Asked {
            kms: &self.kms,
            caller: &self.caller,
            project: &self.project,
            projects: &self.projects,
            members: &members,
            endpoint,
            segments,
        };
        (endpoint.call)(&asked).await
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Answer {
        match self.try_ask(method, path, &body).await {
            Ok(Done::Json(answer)) => Answer::Ok(answer),
            Ok(Done::Created(answer)) => Answer::Created(answer),
            Ok(Done::NoContent) => Answer::NoContent,
            Err(failure) => {
                assert_eq!(failure.cause(), None, "{path}: {body}");
                Answer::Refused(failure.code().name())
            }
        }
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, &format!("/v1.0/{{p}}/kms{path}"), body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, &format!("/v1.0/{{p}}/kms{path}"), json!({})).await
    }

    /// What a POST that must succeed answers.
    async fn ok(&self, path: &str, body: Value) -> Value {
        match self.post(path, body.clone()).await {
            Answer::Ok(answer) => answer,
            other => panic!("{path}: {body}: {other:?}"),
        }
    }

    /// The code with which a POST is refused.
    async fn refused(&self, path: &str, body: Value) -> &'static str {
        match self.post(path, body.clone()).await {
            Answer::Refused(code) => code,
            other => panic!("{path}: {body}: {other:?}"),
        }
    }

    /// A new key with these members; its id.
    async fn key(&self, members: Value) -> String {
        let answer = self.ok("/create-key", members).await;
        text(&answer["key_info"]["key_id"])
    }

    async fn describe(&self, key: &str) -> Value {
        self.ok("/describe-key", json!({ "key_id": key })).await["key_info"].clone()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no string")).to_owned()
}

/// The names of an object's members.
fn names(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn what_is_no_endpoint_is_refused() {
    let bench = Bench::new().await;
    for (method, path, expected) in [
        (Method::GET, "/v1.0/{p}/kms/create-key", "KMS.0215"),
        (Method::POST, "/v1.0/{p}/kms/create-nothing", "KMS.0201"),
        (Method::POST, "/v1.0/{p}/kms/create-key/more", "KMS.0201"),
        (Method::POST, "/v1.0/{p}/kms", "KMS.0201"),
        (Method::POST, "/v1.0/{p}/keystores", "KMS.0201"),
        (Method::POST, "/v2/{p}/kms/create-key", "KMS.0201"),
        (Method::POST, "/v1.0/{p}/kms/datakey-capsule/create", "KMS.0201"),
    ] {
        assert_eq!(bench.ask(method, path, json!({})).await, Answer::Refused(expected), "{path}");
    }
}

/// A key that there is not.
const NOBODY: &str = "0d0466b0-e727-4d9c-b35d-f84bb474a37f";

/// The path and the body of a request that any endpoint takes, of a key that there is not.
fn of_nobody(endpoint: &Endpoint) -> (String, Value) {
    let path = endpoint.path.replace("{key_id}", NOBODY).replace("{key}", "k");
    let path = format!("/{}/{{p}}/kms{path}", endpoint.version);
    let mut body = json!({
        "key_id": NOBODY, "source_key_id": NOBODY, "destination_key_id": NOBODY, "target_key_id": NOBODY,
        "key_alias": "a", "alias": "b", "aliases": ["a"], "key_description": "", "pending_days": "7",
        "random_data_length": "512", "datakey_plain_length": "1", "datakey_cipher_length": "1",
        "key_spec": if endpoint.path.contains("-ec-") { "ECC_NIST_P256" } else { "RSA_2048" },
        "wrapping_algorithm": "RSAES_OAEP_SHA_256", "import_token": "AAAA".repeat(50),
        "encrypted_key_material": "AAAA".repeat(86), "message": "AAAA", "signature": "AAAA", "mac": "00",
        "signing_algorithm": "ECDSA_SHA_256", "mac_algorithm": "HMAC_SHA_256", "public_key": "AAAA",
        "key_agreement_algorithm": "ECDH", "grantee_principal": DOMAIN, "operations": ["describe-key"],
        "grant_id": "0".repeat(64), "rotation_interval": 30, "tag": { "key": "k" }, "action": "create",
        "tags": [{ "key": "k" }], "replica_region": "eu-nl", "primary_region": "eu-nl",
    });
    match endpoint.path {
        "/resource_instances/action" => body["action"] = json!("count"),
        "/create-datakey" | "/create-datakey-without-plaintext" | "/encrypt-datakey" => {
            body["key_spec"] = json!("");
        }
        "/list-keys" => body["key_alias"] = json!(null),
        _ => {}
    }
    let digest = crypto::digest::sha256(&[7]);
    match endpoint.path {
        "/encrypt-datakey" => body["plain_text"] = json!(format!("07{}", hex::encode(digest))),
        "/encrypt-data" => body["plain_text"] = json!("text"),
        "/decrypt-datakey" => body["cipher_text"] = json!("00"),
        "/decrypt-data" => body["cipher_text"] = json!("AAAA"),
        "/re-encrypt" => {
            body["cipher_text"] = json!("AAAA");
            body["datakey_cipher_length"] = json!("");
        }
        _ => {}
    }
    (path, body)
}

/// What the trials together leave out would be found by nobody: each endpoint is asked for a key that there is not, or
/// for nothing, and says so in its own way.
#[tokio::test]
async fn every_endpoint_answers_to_an_unknown_key() {
    let bench = Bench::new().await;
    for endpoint in ENDPOINTS {
        let (path, body) = of_nobody(endpoint);
        let known = matches!(
            endpoint.path,
            "/create-key"
                | "/list-keys"
                | "/gen-random"
                | "/list-retirable-grants"
                | "/aliases"
                | "/tags"
                | "/resource_instances/action"
                | "/user-instances"
                | "/user-quotas"
                | "/regions"
        ) && endpoint.method != Method::DELETE;
        let answer = bench.ask(endpoint.method.clone(), &path, body).await;
        match (endpoint.path, &answer) {
            (_, Answer::Ok(_)) if known => {}
            // Of a grant it is looked for first.
            ("/retire-grant", Answer::Refused("KMS.2501")) => {}
            // A ciphertext that names no key opens with none.
            ("/decrypt-data" | "/decrypt-datakey" | "/re-encrypt", Answer::Refused(code)) => {
                assert!(["KMS.0207", "KMS.2201"].contains(code), "{path}: {code}");
            }
            (_, answer) => assert_eq!(*answer, Answer::Refused("KMS.0207"), "{} {path}", endpoint.method),
        }
    }
    assert_eq!(bench.asked.lock().unwrap().len(), ENDPOINTS.len());
}
