//! The owner's side of an import: choose a wrapping, wrap, hand over, and find out whether the key now is the one
//! that was meant.
//!
//! Material reaches this module as [`crypto::Material`], so it was checked before anything is asked of a service.
//! What leaves it is wrapped. The service's word is not enough: [`confirm`] makes the key do something that only the
//! right material can do.

mod confirm;
mod plan;

use api::{
    AlgorithmSpec, Blob, ExpirationModelType, GetParametersForImport, ImportKeyMaterial, ImportType, KeySpec,
    Timestamp, WrappingKeySpec,
};
use crypto::{Material, WrapError};

pub use self::confirm::{Confirmation, Evidence, Proof, confirm};
pub use self::plan::{Plan, crypto_spec, strongest, wrapping_algorithm};
use crate::{Client, ClientError};

/// What is to be imported, into which key, and how.
pub struct Order<'a> {
    /// Key id or key ARN; the API takes no alias here.
    pub key_id: &'a str,
    /// The material, checked against the key's spec.
    pub material: &'a Material,
    /// How it is wrapped.
    pub plan: Plan,
    /// When the material expires; `None`: it does not.
    pub valid_to: Option<Timestamp>,
    /// For symmetric encryption keys: whether this material must be new to the key, or must not be.
    pub import_type: Option<ImportType>,
    /// For symmetric encryption keys: what to remember of this material.
    pub description: Option<String>,
}

/// What the service says of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The key ARN.
    pub key_id: String,
    /// The id of the material; symmetric encryption keys only.
    pub key_material_id: Option<String>,
}

/// An import that did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CeremonyError {
    /// A call failed.
    #[error(transparent)]
    Call(#[from] ClientError),
    /// A wrapping that this program does not do.
    #[error("the wrapping algorithm {0} is not offered; use one of the RSA algorithms")]
    Algorithm(AlgorithmSpec),
    /// A kind of wrapping key that this program has no use for.
    #[error("wrapping keys of spec {0} are not offered; use RSA_2048, RSA_3072 or RSA_4096")]
    WrappingKeySpec(WrappingKeySpec),
    /// The material does not fit the wrapping, or the wrapping key is none.
    #[error(transparent)]
    Wrap(#[from] WrapError),
    /// The service handed out another kind of wrapping key than was asked for. Nothing was sent to it.
    #[error(
        "the service was asked for a {0} wrapping key and gave one of another size; nothing was imported"
    )]
    WrappingKey(WrappingKeySpec),
    /// The key works with other material than was imported.
    #[error(
        "key {key_id} does not hold the material that was given: its {evidence} is another. Do not use the key; find \
         out who else imports into it, or what stands between here and the service"
    )]
    Mismatch {
        /// The key ARN.
        key_id: String,
        /// What differs.
        evidence: Evidence,
    },
    /// The key's spec has no counterpart here.
    #[error("keys of spec {0} are not offered")]
    Spec(KeySpec),
}

/// Fetches a wrapping key, wraps the material with it and imports it.
///
/// If this fails, the key is as it was before, unless the connection broke during the last step. Repeating is harmless:
/// the same material is simply imported again.
pub async fn import(client: &Client, order: Order<'_>) -> Result<Imported, CeremonyError> {
    let Plan { algorithm, wrapping_key } = order.plan;
    let request = GetParametersForImport::request(order.key_id, algorithm, wrapping_key);
    let parameters = client.call(&request).await?;
    let wrapped = wrap(order.plan, parameters.public_key.as_bytes(), order.material)?;
    let mut request = ImportKeyMaterial::request(order.key_id, parameters.import_token, Blob::new(wrapped));
    request.expiration_model = Some(match order.valid_to {
        Some(_) => ExpirationModelType::KeyMaterialExpires,
        None => ExpirationModelType::KeyMaterialDoesNotExpire,
    });
    request.valid_to = order.valid_to;
    request.import_type = order.import_type;
    request.key_material_description = order.description;
    let answer = client.call(&request).await?;
    Ok(Imported { key_id: answer.key_id, key_material_id: answer.key_material_id })
}

/// Wraps in the material's canonical form: what was checked is what is sent.
fn wrap(plan: Plan, public_key: &[u8], material: &Material) -> Result<Vec<u8>, CeremonyError> {
    let algorithm = wrapping_algorithm(plan.algorithm)?;
    let bytes = material.to_bytes();
    let wrapped = crypto::wrap(algorithm, public_key, bytes.expose())?;
    let expected = plan.wrapped_len(bytes.len());
    (Some(wrapped.len()) == expected).then_some(wrapped).ok_or(CeremonyError::WrappingKey(plan.wrapping_key))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use api::KeyMaterialState;
    use crypto::{HmacHash, RsaBits, SecretBytes, WrappingKey};
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{Answer, client_of, serving};

    const ARN: &str = "arn:aws:kms:us-east-1:000000000000:key/k";
    const HMAC: crypto::KeySpec = crypto::KeySpec::Hmac(HmacHash::Sha256);
    const PLAN: Plan =
        Plan { algorithm: AlgorithmSpec::RsaesOaepSha256, wrapping_key: WrappingKeySpec::Rsa2048 };

    /// A service with one key. It unwraps for real; `works_with` is what the key uses afterwards.
    struct Service {
        spec: crypto::KeySpec,
        wrapping_key: WrappingKey,
        current: &'static str,
        imported: RefCell<Option<(Value, SecretBytes)>>,
        works_with: Option<Material>,
        denies: &'static str,
    }

    impl Service {
        fn of(spec: crypto::KeySpec) -> Self {
            let wrapping_key = WrappingKey::generate(RsaBits::B2048).unwrap();
            let imported = RefCell::default();
            Self { spec, wrapping_key, current: "m1", imported, works_with: None, denies: "" }
        }

        fn answer(&self, operation: &str, body: &[u8]) -> Answer {
            if operation == self.denies {
                return Answer::error(400, "AccessDeniedException");
            }
            let request: Value = serde_json::from_slice(body).unwrap();
            let blob = |name: &str| serde_json::from_value::<Blob>(request[name].clone()).unwrap();
            let answer = match operation {
                "GetParametersForImport" => json!({
                    "KeyId": ARN, "ImportToken": Blob::new(*b"token"), "ParametersValidTo": 1,
                    "PublicKey": Blob::new(self.wrapping_key.public_key()),
                }),
                "ImportKeyMaterial" => {
                    assert_eq!(blob("ImportToken").as_bytes(), b"token");
                    let algorithm = wrapping_algorithm(PLAN.algorithm).unwrap();
                    let wrapped = blob("EncryptedKeyMaterial");
                    let material = self.wrapping_key.unwrap(algorithm, wrapped.as_bytes()).unwrap();
                    *self.imported.borrow_mut() = Some((request, material));
                    match self.spec {
                        crypto::KeySpec::Symmetric => json!({ "KeyId": ARN, "KeyMaterialId": "m1" }),
                        _ => json!({ "KeyId": ARN }),
                    }
                }
                "DescribeKey" => json!({ "KeyMetadata": self.metadata() }),
                "GenerateMac" => {
                    let mac = self.material().mac(blob("Message").as_bytes()).unwrap();
                    json!({ "KeyId": ARN, "MacAlgorithm": "HMAC_SHA_256", "Mac": Blob::new(mac) })
                }
                "GetPublicKey" => json!({
                    "KeyId": ARN, "PublicKey": Blob::new(self.material().public_key().unwrap()),
                    "CustomerMasterKeySpec": "ECC_NIST_P256", "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY",
                }),
                "Encrypt" => {
                    json!({ "KeyId": ARN, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT", "CiphertextBlob": request["Plaintext"] })
                }
                "Decrypt" => json!({
                    "KeyId": ARN, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT", "Plaintext": request["CiphertextBlob"],
                    "KeyMaterialId": "m1",
                }),
                "ListKeyRotations" => json!({ "Truncated": false, "Rotations": [
                    { "KeyId": ARN, "KeyMaterialId": "m0", "KeyMaterialState": "CURRENT" },
                    { "KeyId": ARN, "KeyMaterialId": "m1", "KeyMaterialState": "PENDING_ROTATION" },
                ]}),
                other => panic!("{other} was not expected"),
            };
            Answer::ok(answer.to_string())
        }

        fn material(&self) -> Material {
            let imported = self.imported.borrow();
            let bytes = self.works_with.as_ref().map(Material::to_bytes);
            let bytes = bytes.as_ref().or(imported.as_ref().map(|(_, bytes)| bytes)).unwrap();
            Material::import(self.spec, bytes).unwrap()
        }

        fn metadata(&self) -> Value {
            json!({
                "AWSAccountId": "000000000000", "KeyId": "k", "Arn": ARN, "CreationDate": 1, "Enabled": true,
                "Description": "", "KeyUsage": "ENCRYPT_DECRYPT", "KeyState": "Enabled", "Origin": "EXTERNAL",
                "KeyManager": "CUSTOMER", "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
                "KeySpec": "SYMMETRIC_DEFAULT", "MultiRegion": false, "CurrentKeyMaterialId": self.current,
            })
        }

        /// Imports and confirms; also which operations were called.
        async fn ceremony(
            &self,
            material: &Material,
            valid_to: Option<Timestamp>,
            plan: Plan,
        ) -> (Result<Confirmation, CeremonyError>, Vec<String>) {
            let (listener, client) = client_of().await;
            let order = Order { key_id: "k", material, plan, valid_to, import_type: None, description: None };
            let run = async {
                let imported = import(&client, order).await?;
                confirm(&client, &imported, material).await
            };
            let (result, seen) = serving(listener, |operation, body| self.answer(operation, body), run).await;
            let name = |line: &String| line.split([' ', '.']).nth(1).unwrap().to_owned();
            (result, seen.iter().map(name).collect())
        }
    }

    #[tokio::test]
    async fn an_hmac_key_is_imported_and_shows_it() {
        let (service, material) = (Service::of(HMAC), Material::generate(HMAC).unwrap());
        let (result, seen) = service.ceremony(&material, None, PLAN).await;
        assert_eq!(result.unwrap().proof, Proof::Seen(Evidence::Mac));
        assert_eq!(seen, ["GetParametersForImport", "ImportKeyMaterial", "DescribeKey", "GenerateMac"]);
        let (request, bytes) = service.imported.take().unwrap();
        assert!(bytes.same_as(material.to_bytes().expose()));
        assert_eq!(request["ExpirationModel"], "KEY_MATERIAL_DOES_NOT_EXPIRE");
        assert!(request.get("ValidTo").is_none());
    }

    #[tokio::test]
    async fn an_expiry_is_sent_with_its_model() {
        let (service, material) = (Service::of(HMAC), Material::generate(HMAC).unwrap());
        service.ceremony(&material, Some(Timestamp::from_seconds(1_800_000_000)), PLAN).await.0.unwrap();
        let (request, _) = service.imported.take().unwrap();
        assert_eq!(request["ExpirationModel"], "KEY_MATERIAL_EXPIRES");
        assert_eq!(request["ValidTo"], 1_800_000_000);
    }

    #[tokio::test]
    async fn keys_that_work_with_other_material_are_noticed() {
        for (spec, evidence) in
            [(HMAC, Evidence::Mac), (crypto::KeySpec::Ecc(crypto::Curve::P256), Evidence::PublicKey)]
        {
            let mut service = Service::of(spec);
            service.works_with = Some(Material::generate(spec).unwrap());
            let (result, _) = service.ceremony(&Material::generate(spec).unwrap(), None, PLAN).await;
            let error = result.unwrap_err();
            assert!(matches!(error, CeremonyError::Mismatch { evidence: e, .. } if e == evidence), "{error}");
        }
    }

    #[tokio::test]
    async fn a_symmetric_key_goes_through_a_round_trip() {
        let spec = crypto::KeySpec::Symmetric;
        let (result, seen) = Service::of(spec).ceremony(&Material::generate(spec).unwrap(), None, PLAN).await;
        let confirmation = result.unwrap();
        assert_eq!(confirmation.proof, Proof::Seen(Evidence::KeyMaterialId));
        assert_eq!(confirmation.role, Some(KeyMaterialState::Current));
        assert_eq!(seen.last().unwrap(), "Decrypt");
    }

    #[tokio::test]
    async fn material_that_waits_for_a_rotation_is_not_tried() {
        let spec = crypto::KeySpec::Symmetric;
        let mut service = Service::of(spec);
        service.current = "m0";
        let (result, seen) = service.ceremony(&Material::generate(spec).unwrap(), None, PLAN).await;
        let confirmation = result.unwrap();
        assert_eq!(confirmation.proof, Proof::NotUsable);
        assert_eq!(confirmation.role, Some(KeyMaterialState::PendingRotation));
        assert_eq!(seen.last().unwrap(), "ListKeyRotations");
    }

    #[tokio::test]
    async fn importing_without_using_is_no_failure() {
        let mut service = Service::of(HMAC);
        service.denies = "GenerateMac";
        let (result, _) = service.ceremony(&Material::generate(HMAC).unwrap(), None, PLAN).await;
        assert_eq!(result.unwrap().proof, Proof::NotPermitted { operation: "GenerateMac" });
    }

    #[tokio::test]
    async fn a_weaker_wrapping_key_than_asked_for_gets_nothing() {
        let service = Service::of(HMAC);
        let (result, seen) =
            service.ceremony(&Material::generate(HMAC).unwrap(), None, strongest(KeySpec::Hmac256)).await;
        assert!(matches!(result, Err(CeremonyError::WrappingKey(WrappingKeySpec::Rsa4096))));
        assert_eq!(seen, ["GetParametersForImport"]);
    }
}
