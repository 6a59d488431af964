//! What the API calls what the engine knows by AWS's names: both ways, so that what is shown can be asked for.
//!
//! Names that only exist there are in the tables; a value that is in none is called as AWS calls it, so that a key made
//! over AWS's API is shown whatever it is.

use std::str::FromStr;

use api::{
    AlgorithmSpec, DataKeyPairSpec, EncryptionAlgorithmSpec, GrantOperation, KeySpec, KeyState, KeyUsage,
    MessageType, OriginType, SigningAlgorithmSpec,
};
use kms::GrantedOperation;

/// Names of one kind of thing.
struct Names<T: 'static>(&'static [(&'static str, T)]);

impl<T: Copy + PartialEq> Names<T> {
    fn name(&self, value: T) -> Option<&'static str> {
        self.0.iter().find(|(_, known)| *known == value).map(|(name, _)| *name)
    }

    fn value(&self, name: &str) -> Option<T> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// The value that is called so, here or, if nothing here calls it otherwise, by AWS.
    fn value_or_same(&self, name: &str) -> Option<T>
    where
        T: FromStr,
    {
        let same = || name.parse().ok().filter(|value| self.name(*value).is_none());
        self.value(name).or_else(same)
    }
}

const SPECS: Names<KeySpec> = Names(&[
    ("AES_256", KeySpec::SymmetricDefault),
    ("EC_P256", KeySpec::EccNistP256),
    ("EC_P384", KeySpec::EccNistP384),
    ("EC_P521", KeySpec::EccNistP521),
    ("SECP256K1", KeySpec::EccSecgP256k1),
    ("ED25519", KeySpec::EccNistEdwards25519),
]);

/// The spec as `key_spec`.
pub(super) fn spec(spec: KeySpec) -> &'static str {
    SPECS.name(spec).unwrap_or(spec.as_str())
}

/// The spec that `key_spec` names.
pub(super) fn spec_of(name: &str) -> Option<KeySpec> {
    SPECS.value_or_same(name)
}

/// The usage of a key whose maker names none (API reference, "Creating a CMK").
pub(super) fn usual_usage(spec: KeySpec) -> KeyUsage {
    match spec {
        KeySpec::SymmetricDefault => KeyUsage::EncryptDecrypt,
        KeySpec::Hmac224 | KeySpec::Hmac256 | KeySpec::Hmac384 | KeySpec::Hmac512 => {
            KeyUsage::GenerateVerifyMac
        }
        KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => KeyUsage::EncapsulateDecapsulate,
        _ => KeyUsage::SignVerify,
    }
}

/// The state as a digit. There is none for states of AWS's alone: they are shown as what they are most like.
pub(super) fn state(state: KeyState) -> &'static str {
    match state {
        KeyState::Creating | KeyState::Unavailable => "1",
        KeyState::Enabled | KeyState::Updating => "2",
        KeyState::Disabled => "3",
        KeyState::PendingDeletion | KeyState::PendingReplicaDeletion => "4",
        KeyState::PendingImport => "5",
    }
}

/// The states that are shown as this digit; None if none is.
pub(super) fn states_of(digit: &str) -> Option<Vec<KeyState>> {
    let states: Vec<_> = KeyState::ALL.iter().copied().filter(|known| state(*known) == digit).collect();
    (!states.is_empty()).then_some(states)
}

const ORIGINS: Names<OriginType> = Names(&[("kms", OriginType::AwsKms), ("external", OriginType::External)]);

/// The origin as `origin`.
pub(super) fn origin(origin: OriginType) -> &'static str {
    ORIGINS.name(origin).unwrap_or(origin.as_str())
}

/// The origin that `origin` names.
pub(super) fn origin_of(name: &str) -> Option<OriginType> {
    ORIGINS.value(name)
}

const ENCRYPTION: Names<EncryptionAlgorithmSpec> = Names(&[("SM2_ENCRYPT", EncryptionAlgorithmSpec::Sm2Pke)]);

/// The algorithm as `encryption_algorithm`.
pub(super) fn encryption_algorithm(algorithm: EncryptionAlgorithmSpec) -> &'static str {
    ENCRYPTION.name(algorithm).unwrap_or(algorithm.as_str())
}

/// The algorithm that `encryption_algorithm` names.
pub(super) fn encryption_algorithm_of(name: &str) -> Option<EncryptionAlgorithmSpec> {
    ENCRYPTION.value_or_same(name)
}

const SIGNING: Names<SigningAlgorithmSpec> = Names(&[("SM2DSA_SM3", SigningAlgorithmSpec::Sm2Dsa)]);

/// The algorithm that `signing_algorithm` names.
pub(super) fn signing_algorithm_of(name: &str) -> Option<SigningAlgorithmSpec> {
    SIGNING.value_or_same(name)
}

const MESSAGES: Names<MessageType> = Names(&[("RAW", MessageType::Raw), ("DIGEST", MessageType::Digest)]);

/// What `message_type` says that a message is.
pub(super) fn message_type_of(name: &str) -> Option<MessageType> {
    MESSAGES.value(name)
}

/// A private key comes in two parts here, so the ways that wrap it in two steps have no names of their own.
const WRAPPING: Names<AlgorithmSpec> = Names(&[
    ("RSAES_PKCS1_V1_5", AlgorithmSpec::RsaesPkcs1V1_5),
    ("RSAES_OAEP_SHA_1", AlgorithmSpec::RsaesOaepSha1),
    ("RSAES_OAEP_SHA_256", AlgorithmSpec::RsaesOaepSha256),
    ("SM2_ENCRYPT", AlgorithmSpec::Sm2Pke),
]);

/// The algorithm that `wrapping_algorithm` names.
pub(super) fn wrapping_algorithm_of(name: &str) -> Option<AlgorithmSpec> {
    WRAPPING.value(name)
}

/// Bytes of a data key of these kinds (SDK, `CreateDatakeyRequestBody`).
const DATA_KEYS: Names<i64> =
    Names(&[("AES_256", 32), ("AES_128", 16), ("HMAC_256", 32), ("HMAC_384", 48), ("HMAC_512", 64)]);

/// How many bytes a data key of the kind that `key_spec` names has.
pub(super) fn data_key_length(name: &str) -> Option<i64> {
    DATA_KEYS.value(name)
}

const RSA_PAIRS: Names<DataKeyPairSpec> = Names(&[
    ("RSA_2048", DataKeyPairSpec::Rsa2048),
    ("RSA_3072", DataKeyPairSpec::Rsa3072),
    ("RSA_4096", DataKeyPairSpec::Rsa4096),
]);

const EC_PAIRS: Names<DataKeyPairSpec> = Names(&[
    ("ECC_NIST_P256", DataKeyPairSpec::EccNistP256),
    ("ECC_NIST_P384", DataKeyPairSpec::EccNistP384),
    ("ECC_NIST_P521", DataKeyPairSpec::EccNistP521),
    ("ECC_SECG_P256K1", DataKeyPairSpec::EccSecgP256k1),
    ("SM2", DataKeyPairSpec::Sm2),
]);

/// The RSA pair that `key_spec` names.
pub(super) fn rsa_pair_of(name: &str) -> Option<DataKeyPairSpec> {
    RSA_PAIRS.value(name)
}

/// The pair on a curve that `key_spec` names.
pub(super) fn ec_pair_of(name: &str) -> Option<DataKeyPairSpec> {
    EC_PAIRS.value(name)
}

/// The first nine are the API's; what only AWS's grants allow is called in the same manner.
const GRANTED: Names<GrantedOperation> = Names(&[
    ("create-datakey", GrantedOperation::Api(GrantOperation::GenerateDataKey)),
    (
        "create-datakey-without-plaintext",
        GrantedOperation::Api(GrantOperation::GenerateDataKeyWithoutPlaintext),
    ),
    ("encrypt-datakey", GrantedOperation::EncryptDataKey),
    ("decrypt-datakey", GrantedOperation::DecryptDataKey),
    ("describe-key", GrantedOperation::Api(GrantOperation::DescribeKey)),
    ("create-grant", GrantedOperation::Api(GrantOperation::CreateGrant)),
    ("retire-grant", GrantedOperation::Api(GrantOperation::RetireGrant)),
    ("encrypt-data", GrantedOperation::Api(GrantOperation::Encrypt)),
    ("decrypt-data", GrantedOperation::Api(GrantOperation::Decrypt)),
    ("re-encrypt-from", GrantedOperation::Api(GrantOperation::ReEncryptFrom)),
    ("re-encrypt-to", GrantedOperation::Api(GrantOperation::ReEncryptTo)),
    ("sign", GrantedOperation::Api(GrantOperation::Sign)),
    ("verify", GrantedOperation::Api(GrantOperation::Verify)),
    ("get-publickey", GrantedOperation::Api(GrantOperation::GetPublicKey)),
    ("create-datakey-pair", GrantedOperation::Api(GrantOperation::GenerateDataKeyPair)),
    (
        "create-datakey-pair-without-plaintext",
        GrantedOperation::Api(GrantOperation::GenerateDataKeyPairWithoutPlaintext),
    ),
    ("generate-mac", GrantedOperation::Api(GrantOperation::GenerateMac)),
    ("verify-mac", GrantedOperation::Api(GrantOperation::VerifyMac)),
    ("derive-shared-secret", GrantedOperation::Api(GrantOperation::DeriveSharedSecret)),
    ("encapsulate", GrantedOperation::Api(GrantOperation::Encapsulate)),
    ("decapsulate", GrantedOperation::Api(GrantOperation::Decapsulate)),
]);

/// What a grant allows, as in `operations`.
pub(super) fn granted(operation: GrantedOperation) -> &'static str {
    GRANTED.name(operation).unwrap_or(operation.as_str())
}

/// What a grant is to allow by `operations`.
pub(super) fn granted_of(name: &str) -> Option<GrantedOperation> {
    GRANTED.value(name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn specs_are_named_both_ways() {
        let mut seen = HashSet::new();
        for known in KeySpec::ALL.iter().copied() {
            assert!(seen.insert(spec(known)), "{known} shares its name");
            assert_eq!(spec_of(spec(known)), Some(known));
        }
        for (name, expected) in [
            ("AES_256", KeySpec::SymmetricDefault),
            ("RSA_3072", KeySpec::Rsa3072),
            ("EC_P384", KeySpec::EccNistP384),
            ("SECP256K1", KeySpec::EccSecgP256k1),
            ("ED25519", KeySpec::EccNistEdwards25519),
            ("HMAC_512", KeySpec::Hmac512),
        ] {
            assert_eq!(spec_of(name), Some(expected), "{name}");
        }
        for none in ["SYMMETRIC_DEFAULT", "ECC_NIST_P256", "SM4", "HMAC_SM3", "ALL", "aes_256", ""] {
            assert_eq!(spec_of(none), None, "{none}");
        }
    }

    #[test]
    fn every_state_is_a_digit_and_every_digit_states() {
        for known in KeyState::ALL.iter().copied() {
            assert!(states_of(state(known)).unwrap().contains(&known), "{known}");
        }
        assert_eq!(states_of("2"), Some(vec![KeyState::Enabled, KeyState::Updating]));
        assert_eq!(states_of("4"), Some(vec![KeyState::PendingDeletion, KeyState::PendingReplicaDeletion]));
        assert_eq!(states_of("5"), Some(vec![KeyState::PendingImport]));
        for none in ["0", "6", "7", "22", "Enabled", ""] {
            assert_eq!(states_of(none), None, "{none}");
        }
    }

    #[test]
    fn a_key_has_the_usage_of_its_kind() {
        for (spec, expected) in [
            (KeySpec::SymmetricDefault, KeyUsage::EncryptDecrypt),
            (KeySpec::Rsa2048, KeyUsage::SignVerify),
            (KeySpec::EccNistP256, KeyUsage::SignVerify),
            (KeySpec::Hmac384, KeyUsage::GenerateVerifyMac),
        ] {
            assert_eq!(usual_usage(spec), expected, "{spec}");
        }
    }

    #[test]
    fn everything_granted_is_named_both_ways() {
        let mut seen = HashSet::new();
        for operation in GrantedOperation::all() {
            let name = granted(operation);
            assert!(seen.insert(name), "{operation} shares its name");
            assert_eq!(granted_of(name), Some(operation));
            assert!(!name.bytes().any(|byte| byte.is_ascii_uppercase()), "{operation} has no name here");
        }
        assert_eq!(granted_of("encrypt-datakey"), Some(GrantedOperation::EncryptDataKey));
        assert_eq!(granted_of("encrypt-data"), Some(GrantOperation::Encrypt.into()));
        assert_eq!(granted_of("Encrypt"), None);
    }

    #[test]
    fn algorithms_are_named_both_ways() {
        for algorithm in EncryptionAlgorithmSpec::ALL.iter().copied() {
            assert_eq!(encryption_algorithm_of(encryption_algorithm(algorithm)), Some(algorithm));
        }
        assert_eq!(encryption_algorithm_of("SM2PKE"), None);
        assert_eq!(signing_algorithm_of("SM2DSA_SM3"), Some(SigningAlgorithmSpec::Sm2Dsa));
        assert_eq!(signing_algorithm_of("SM2DSA"), None);
        for algorithm in
            SigningAlgorithmSpec::ALL.iter().filter(|known| **known != SigningAlgorithmSpec::Sm2Dsa)
        {
            assert_eq!(signing_algorithm_of(algorithm.as_str()), Some(*algorithm));
        }
        assert_eq!(wrapping_algorithm_of("RSAES_OAEP_SHA_1"), Some(AlgorithmSpec::RsaesOaepSha1));
        assert_eq!(wrapping_algorithm_of("RSA_AES_KEY_WRAP_SHA_256"), None);
        assert_eq!(message_type_of("RAW"), Some(MessageType::Raw));
        assert_eq!(message_type_of("EXTERNAL_MU"), None);
    }

    #[test]
    fn origins_and_data_keys() {
        for name in ["kms", "external"] {
            assert_eq!(origin_of(name).map(origin), Some(name));
        }
        assert_eq!(origin_of("AWS_KMS"), None);
        assert_eq!(data_key_length("HMAC_384"), Some(48));
        assert_eq!(data_key_length("SM4"), None);
        assert_eq!(rsa_pair_of("ECC_NIST_P256"), None);
        assert_eq!(ec_pair_of("ECC_NIST_P521"), Some(DataKeyPairSpec::EccNistP521));
    }
}
