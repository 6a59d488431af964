//! A request of each operation that succeeds if the state of the key allows it.

use api::KeyState;
use serde_json::{Value, json};

use super::keys::{ABROAD, Case, Engine, HOME, Key, text};
use super::table::Subject;

/// Whom grants are made to.
const GRANTEE: &str = "arn:aws:iam::444455556666:root";
/// A Region without any key of the tests.
const ELSEWHERE: &str = "ap-south-1";
/// Base64 of some bytes, where what they are does not matter because the state is asked first.
const ANYTHING: &str = "AAAA";

/// Whether the request needs something that the key itself has made. Such a key must have had material.
pub(crate) fn needs_material(operation: &str, subject: Subject) -> bool {
    let symmetric = matches!(subject, Subject::Symmetric | Subject::Source);
    symmetric && matches!(operation, "Decrypt" | "ReEncrypt" | "RetireGrant" | "RevokeGrant")
}

impl Engine {
    /// The request, made while the key of the case can still be used.
    pub(crate) async fn request(&self, operation: &str, case: &Case) -> Value {
        let id = &case.key.id;
        match operation {
            "CreateAlias" => json!({"AliasName": alias(case), "TargetKeyId": id}),
            "CreateGrant" => json!({"KeyId": id, "GranteePrincipal": GRANTEE, "Operations": ["Encrypt"]}),
            "DeleteAlias" => json!({ "AliasName": self.alias_of(&case.key, alias(case)).await }),
            "EnableKeyRotation" => json!({"KeyId": id, "RotationPeriodInDays": 90}),
            "Encrypt" => json!({"KeyId": id, "Plaintext": ANYTHING}),
            "GenerateDataKey" | "GenerateDataKeyWithoutPlaintext" => {
                json!({"KeyId": id, "KeySpec": "AES_256"})
            }
            "GenerateDataKeyPair" | "GenerateDataKeyPairWithoutPlaintext" => {
                json!({"KeyId": id, "KeyPairSpec": "ECC_NIST_P256"})
            }
            "GetParametersForImport" => {
                json!({"KeyId": id, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"})
            }
            "ImportKeyMaterial" => self.import_into(case).await,
            "ListAliases" => json!({"KeyId": id, "Limit": 1}),
            "PutKeyPolicy" => {
                let found = self.must(case.key.region, "GetKeyPolicy", json!({ "KeyId": id })).await;
                json!({"KeyId": id, "Policy": found["Policy"]})
            }
            "ReplicateKey" => json!({"KeyId": id, "ReplicaRegion": ELSEWHERE}),
            "RetireGrant" => json!({"KeyId": case.key.arn(), "GrantId": self.grant(case).await}),
            "RevokeGrant" => json!({"KeyId": id, "GrantId": self.grant(case).await}),
            "TagResource" => json!({"KeyId": id, "Tags": [{"TagKey": "color", "TagValue": "blue"}]}),
            "UntagResource" => json!({"KeyId": id, "TagKeys": ["color"]}),
            "UpdateAlias" => self.update_of_alias(case).await,
            "UpdateKeyDescription" => json!({"KeyId": id, "Description": "another"}),
            "UpdatePrimaryRegion" => {
                json!({"KeyId": id, "PrimaryRegion": if case.state == KeyState::Updating { HOME } else { ABROAD }})
            }
            _ => self.request_with_cryptography(operation, case).await,
        }
    }

    async fn request_with_cryptography(&self, operation: &str, case: &Case) -> Value {
        let id = &case.key.id;
        match operation {
            "Decapsulate" => {
                let asked = json!({"KeyId": id, "EncapsulationAlgorithm": "ML_KEM"});
                let made = self.made(case, "Encapsulate", asked, "SharedSecretCiphertextBlob").await;
                json!({"KeyId": id, "EncapsulationAlgorithm": "ML_KEM", "SharedSecretCiphertextBlob": made})
            }
            "Decrypt" => json!({"KeyId": id, "CiphertextBlob": self.ciphertext(&case.origin).await}),
            "DeriveSharedSecret" => {
                let peer = json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT"});
                let peer = text(&self.must(HOME, "CreateKey", peer).await["KeyMetadata"]["KeyId"]);
                let peer = self.must(HOME, "GetPublicKey", json!({ "KeyId": peer })).await;
                json!({"KeyId": id, "KeyAgreementAlgorithm": "ECDH", "PublicKey": peer["PublicKey"]})
            }
            "Encapsulate" => json!({"KeyId": id, "EncapsulationAlgorithm": "ML_KEM"}),
            "GenerateMac" => json!({"KeyId": id, "Message": ANYTHING, "MacAlgorithm": "HMAC_SHA_256"}),
            "ReEncrypt" => {
                let other = self.another(case.key.region).await;
                if case.subject == Subject::Source {
                    let ciphertext = self.ciphertext(&case.origin).await;
                    json!({"CiphertextBlob": ciphertext, "SourceKeyId": id, "DestinationKeyId": other.id})
                } else {
                    json!({"CiphertextBlob": self.ciphertext(&other).await, "DestinationKeyId": id})
                }
            }
            "Sign" => json!({"KeyId": id, "Message": ANYTHING, "SigningAlgorithm": "ECDSA_SHA_256"}),
            "Verify" => {
                let mut asked =
                    json!({"KeyId": id, "Message": ANYTHING, "SigningAlgorithm": "ECDSA_SHA_256"});
                asked["Signature"] = self.made(case, "Sign", asked.clone(), "Signature").await;
                asked
            }
            "VerifyMac" => {
                let mut asked = json!({"KeyId": id, "Message": ANYTHING, "MacAlgorithm": "HMAC_SHA_256"});
                asked["Mac"] = self.made(case, "GenerateMac", asked.clone(), "Mac").await;
                asked
            }
            _ => json!({ "KeyId": id }),
        }
    }

    /// What the key answers to `operation`, while it has material.
    async fn made(&self, case: &Case, operation: &str, asked: Value, member: &str) -> Value {
        if !case.has_material {
            return json!(ANYTHING);
        }
        self.must(case.origin.region, operation, asked).await[member].clone()
    }

    async fn ciphertext(&self, key: &Key) -> Value {
        let asked = json!({"KeyId": key.id, "Plaintext": ANYTHING});
        self.must(key.region, "Encrypt", asked).await["CiphertextBlob"].clone()
    }

    /// A grant on the key; of one that is just being created, none can be.
    async fn grant(&self, case: &Case) -> Value {
        if case.state == KeyState::Creating {
            return json!("0".repeat(64));
        }
        let asked = json!({"KeyId": case.key.id, "GranteePrincipal": GRANTEE, "Operations": ["Encrypt"]});
        self.must(case.key.region, "CreateGrant", asked).await["GrantId"].clone()
    }

    async fn alias_of(&self, key: &Key, name: String) -> String {
        self.must(key.region, "CreateAlias", json!({"AliasName": name, "TargetKeyId": key.id})).await;
        name
    }

    async fn update_of_alias(&self, case: &Case) -> Value {
        let other = self.another(case.key.region).await;
        let (from, to) = match case.subject {
            Subject::OldTarget => (&case.key, &other),
            _ => (&other, &case.key),
        };
        json!({"AliasName": self.alias_of(from, alias(case)).await, "TargetKeyId": to.id})
    }

    async fn import_into(&self, case: &Case) -> Value {
        if case.subject == Subject::External && case.state != KeyState::Creating {
            return self.import_request(&case.key).await;
        }
        json!({
            "KeyId": case.key.id,
            "ImportToken": ANYTHING,
            "EncryptedKeyMaterial": ANYTHING,
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        })
    }
}

/// An alias name of the case's own.
fn alias(case: &Case) -> String {
    format!("alias/of-{}", case.key.id)
}
