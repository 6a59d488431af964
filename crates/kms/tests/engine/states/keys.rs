//! Keys in every state that can be reached, each made new for one question.

use api::{Error, KeyState, OriginType};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto::{OaepHash, WrappingAlgorithm};
use kms::{Caller, Settings, operation};
use serde_json::{Value, json};

use super::table::Subject;
use crate::world::{ACCOUNT, World};

/// Where keys are made.
pub(crate) const HOME: &str = "eu-west-1";
/// Where replicas are made.
pub(crate) const ABROAD: &str = "us-east-1";
/// How long a new replica is Creating and a key whose primary Region changed Updating, in seconds.
const SETTLING: i64 = 300;
/// What is imported. Every Region's key of a family must get the same.
const MATERIAL: [u8; 32] = [7; 32];

/// A key as requests name it, in the Region where they are sent.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) region: &'static str,
}

impl Key {
    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:kms:{}:{ACCOUNT}:key/{}", self.region, self.id)
    }
}

/// A key that is asked about, and how it came to be.
pub(crate) struct Case {
    pub(crate) subject: Subject,
    pub(crate) state: KeyState,
    /// The key that is asked about.
    pub(crate) key: Key,
    /// Where it was made: another Region's key if the one asked about is a replica.
    pub(crate) origin: Key,
    /// Whether it has material, until it is brought to its state.
    pub(crate) has_material: bool,
}

/// An engine in which replicas and new primaries take their time.
pub(crate) struct Engine {
    pub(crate) world: World,
}

impl Engine {
    pub(crate) async fn new() -> Self {
        let mut world = World::new().await;
        world.restart_with(Settings { settling_seconds: SETTLING, ..Settings::default() }).await;
        Self { world }
    }

    /// Sends a request as JSON, and gives the answer as JSON (null where it has no body).
    pub(crate) async fn send(&self, region: &str, name: &str, body: &Value) -> Result<Value, Error> {
        self.send_as(&Caller::root("aws", ACCOUNT, region), name, body).await
    }

    /// The same from someone else.
    pub(crate) async fn send_as(&self, caller: &Caller, name: &str, body: &Value) -> Result<Value, Error> {
        let entry = operation(name).unwrap_or_else(|| panic!("{name} is not in the table"));
        let answer = (entry.call)(&self.world.kms, caller, body.to_string().into()).await?;
        Ok(if answer.is_empty() { Value::Null } else { serde_json::from_slice(&answer).unwrap() })
    }

    /// The same for what must succeed.
    pub(crate) async fn must(&self, region: &str, name: &str, body: Value) -> Value {
        match self.send(region, name, &body).await {
            Ok(answer) => answer,
            Err(error) => panic!("{name} {body}: {error}"),
        }
    }

    /// A new key that can still be used, whatever the state it is meant for; only Creating and, without material,
    /// PendingImport are there from the beginning.
    pub(crate) async fn case(&self, subject: Subject, state: KeyState, with_material: bool) -> Case {
        let external = subject == Subject::External || state == KeyState::PendingImport;
        let is_replicated = match state {
            KeyState::PendingReplicaDeletion | KeyState::Updating => true,
            KeyState::PendingDeletion | KeyState::Creating => false,
            _ => subject == Subject::Replicated,
        };
        let has_material = !external || with_material || is_replicated || state != KeyState::PendingImport;
        let multi_region = is_replicated
            || matches!(subject, Subject::Replicable | Subject::Replicated)
            || state == KeyState::Creating;

        let origin = self.create(subject, external, multi_region).await;
        if external && has_material {
            self.import(&origin).await;
        }
        let abroad = Key { region: ABROAD, ..origin.clone() };
        if is_replicated {
            self.replicate(&origin).await;
            self.world.clock.advance(SETTLING);
            if external {
                self.import(&abroad).await;
            }
        }
        let key = match state {
            KeyState::Creating => {
                self.replicate(&origin).await;
                abroad
            }
            KeyState::Updating => abroad,
            _ => origin.clone(),
        };
        Case { subject, state, key, origin, has_material }
    }

    /// Brings the key of a case to its state.
    pub(crate) async fn bring(&self, case: &Case) {
        let named = json!({ "KeyId": case.key.id });
        let (operation, request) = match case.state {
            KeyState::Disabled => ("DisableKey", named.clone()),
            KeyState::PendingDeletion | KeyState::PendingReplicaDeletion => {
                ("ScheduleKeyDeletion", named.clone())
            }
            KeyState::PendingImport => ("DeleteImportedKeyMaterial", named.clone()),
            KeyState::Updating => {
                ("UpdatePrimaryRegion", json!({"KeyId": case.key.id, "PrimaryRegion": ABROAD}))
            }
            KeyState::Enabled | KeyState::Creating => ("DescribeKey", named.clone()),
            KeyState::Unavailable => panic!("only keys of key stores are unavailable"),
        };
        self.must(if case.state == KeyState::Creating { ABROAD } else { HOME }, operation, request).await;
        let described = self.must(case.key.region, "DescribeKey", named).await;
        assert_eq!(described["KeyMetadata"]["KeyState"], json!(case.state), "{:?}", case.key);
    }

    /// A symmetric encryption key besides the one that is asked about.
    pub(crate) async fn another(&self, region: &'static str) -> Key {
        let made = self.must(region, "CreateKey", json!({})).await;
        Key { id: text(&made["KeyMetadata"]["KeyId"]), region }
    }

    /// A request that imports material into a key.
    pub(crate) async fn import_request(&self, key: &Key) -> Value {
        let asked = json!({"KeyId": key.id, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"});
        let given = self.must(key.region, "GetParametersForImport", asked).await;
        let public_key = STANDARD.decode(text(&given["PublicKey"])).unwrap();
        let wrapped =
            crypto::wrap(WrappingAlgorithm::RsaesOaep(OaepHash::Sha256), &public_key, &MATERIAL).unwrap();
        json!({
            "KeyId": key.id,
            "ImportToken": given["ImportToken"],
            "EncryptedKeyMaterial": STANDARD.encode(wrapped),
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        })
    }

    async fn import(&self, key: &Key) {
        let request = self.import_request(key).await;
        self.must(key.region, "ImportKeyMaterial", request).await;
    }

    async fn create(&self, subject: Subject, external: bool, multi_region: bool) -> Key {
        let (spec, usage) = spec_of(subject);
        let origin = if external { OriginType::External } else { OriginType::AwsKms };
        let asked =
            json!({"KeySpec": spec, "KeyUsage": usage, "Origin": origin, "MultiRegion": multi_region});
        let made = self.must(HOME, "CreateKey", asked).await;
        Key { id: text(&made["KeyMetadata"]["KeyId"]), region: HOME }
    }

    async fn replicate(&self, key: &Key) {
        self.must(HOME, "ReplicateKey", json!({"KeyId": key.id, "ReplicaRegion": ABROAD})).await;
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// The spec and usage of a subject's keys.
fn spec_of(subject: Subject) -> (&'static str, &'static str) {
    match subject {
        Subject::Mac => ("HMAC_256", "GENERATE_VERIFY_MAC"),
        Subject::Signing => ("ECC_NIST_P256", "SIGN_VERIFY"),
        Subject::Agreement => ("ECC_NIST_P256", "KEY_AGREEMENT"),
        Subject::Encapsulation => ("ML_KEM_512", "ENCAPSULATE_DECAPSULATE"),
        _ => ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"),
    }
}
