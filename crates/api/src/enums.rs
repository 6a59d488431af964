//! The enums of the wire, in the order of the service model (botocore 1.44.5).

mod custom_key_stores;
mod grants;

pub use custom_key_stores::*;
pub use grants::*;

use crate::macros::wire_enum;

wire_enum! {
    /// What kind of key material a key holds.
    KeySpec {
        /// RSA, 2048-bit modulus.
        Rsa2048 = "RSA_2048",
        /// RSA, 3072-bit modulus.
        Rsa3072 = "RSA_3072",
        /// RSA, 4096-bit modulus.
        Rsa4096 = "RSA_4096",
        /// NIST P-256.
        EccNistP256 = "ECC_NIST_P256",
        /// NIST P-384.
        EccNistP384 = "ECC_NIST_P384",
        /// NIST P-521.
        EccNistP521 = "ECC_NIST_P521",
        /// secp256k1.
        EccSecgP256k1 = "ECC_SECG_P256K1",
        /// AES-256-GCM with the API's own ciphertext format.
        SymmetricDefault = "SYMMETRIC_DEFAULT",
        /// HMAC-SHA-224.
        Hmac224 = "HMAC_224",
        /// HMAC-SHA-256.
        Hmac256 = "HMAC_256",
        /// HMAC-SHA-384.
        Hmac384 = "HMAC_384",
        /// HMAC-SHA-512.
        Hmac512 = "HMAC_512",
        /// SM2: known by name, not offered.
        Sm2 = "SM2",
        /// ML-DSA-44 (FIPS 204).
        MlDsa44 = "ML_DSA_44",
        /// ML-DSA-65 (FIPS 204).
        MlDsa65 = "ML_DSA_65",
        /// ML-DSA-87 (FIPS 204).
        MlDsa87 = "ML_DSA_87",
        /// Ed25519 (RFC 8032).
        EccNistEdwards25519 = "ECC_NIST_EDWARDS25519",
        /// ML-KEM-512 (FIPS 203).
        MlKem512 = "ML_KEM_512",
        /// ML-KEM-768 (FIPS 203).
        MlKem768 = "ML_KEM_768",
        /// ML-KEM-1024 (FIPS 203).
        MlKem1024 = "ML_KEM_1024",
    }
}

impl KeySpec {
    /// The names that the older parameter `CustomerMasterKeySpec` knows (model).
    pub const CUSTOMER_MASTER_KEY_SPECS: &'static [&'static str] = &[
        "RSA_2048",
        "RSA_3072",
        "RSA_4096",
        "ECC_NIST_P256",
        "ECC_NIST_P384",
        "ECC_NIST_P521",
        "ECC_SECG_P256K1",
        "SYMMETRIC_DEFAULT",
        "HMAC_224",
        "HMAC_256",
        "HMAC_384",
        "HMAC_512",
        "SM2",
    ];
}

wire_enum! {
    /// What a key may be used for; one usage for the key's whole life.
    KeyUsage {
        /// Sign, Verify.
        SignVerify = "SIGN_VERIFY",
        /// Encrypt, Decrypt, ReEncrypt and data keys.
        EncryptDecrypt = "ENCRYPT_DECRYPT",
        /// GenerateMac, VerifyMac.
        GenerateVerifyMac = "GENERATE_VERIFY_MAC",
        /// DeriveSharedSecret.
        KeyAgreement = "KEY_AGREEMENT",
        /// Encapsulate, Decapsulate.
        EncapsulateDecapsulate = "ENCAPSULATE_DECAPSULATE",
    }
}

wire_enum! {
    /// Where key material comes from.
    OriginType {
        /// Made by the server.
        AwsKms = "AWS_KMS",
        /// Imported by the owner.
        External = "EXTERNAL",
        /// Made in a CloudHSM key store.
        AwsCloudHsm = "AWS_CLOUDHSM",
        /// Held in an external key store.
        ExternalKeyStore = "EXTERNAL_KEY_STORE",
    }
}

wire_enum! {
    /// The state of a key (developer guide, "Key states").
    KeyState {
        /// A replica on its way.
        Creating = "Creating",
        /// Ready.
        Enabled = "Enabled",
        /// Switched off by its owner.
        Disabled = "Disabled",
        /// In its waiting period before deletion.
        PendingDeletion = "PendingDeletion",
        /// Without (all of) its imported material.
        PendingImport = "PendingImport",
        /// A primary that waits for its replicas' deletion.
        PendingReplicaDeletion = "PendingReplicaDeletion",
        /// In a key store that is disconnected.
        Unavailable = "Unavailable",
        /// Its primary Region is changing.
        Updating = "Updating",
    }
}

wire_enum! {
    /// Who manages a key.
    KeyManagerType {
        /// The service.
        Aws = "AWS",
        /// The account.
        Customer = "CUSTOMER",
    }
}

wire_enum! {
    /// Whether imported material expires.
    ExpirationModelType {
        /// At `ValidTo`.
        KeyMaterialExpires = "KEY_MATERIAL_EXPIRES",
        /// Never.
        KeyMaterialDoesNotExpire = "KEY_MATERIAL_DOES_NOT_EXPIRE",
    }
}

wire_enum! {
    /// How key material is wrapped for its import.
    AlgorithmSpec {
        /// RSAES-PKCS1-v1_5 (RFC 8017), retired by AWS in 2023.
        RsaesPkcs1V1_5 = "RSAES_PKCS1_V1_5",
        /// RSAES-OAEP with SHA-1 and MGF1-SHA-1.
        RsaesOaepSha1 = "RSAES_OAEP_SHA_1",
        /// RSAES-OAEP with SHA-256 and MGF1-SHA-256.
        RsaesOaepSha256 = "RSAES_OAEP_SHA_256",
        /// An AES-256 key under RSAES_OAEP_SHA_1, the material under that key by AES-KWP (RFC 5649).
        RsaAesKeyWrapSha1 = "RSA_AES_KEY_WRAP_SHA_1",
        /// An AES-256 key under RSAES_OAEP_SHA_256, the material under that key by AES-KWP (RFC 5649).
        RsaAesKeyWrapSha256 = "RSA_AES_KEY_WRAP_SHA_256",
        /// SM2 public key encryption: known by name, not offered.
        Sm2Pke = "SM2PKE",
    }
}

wire_enum! {
    /// What kind of public key wraps the material.
    WrappingKeySpec {
        /// RSA, 2048-bit modulus.
        Rsa2048 = "RSA_2048",
        /// RSA, 3072-bit modulus.
        Rsa3072 = "RSA_3072",
        /// RSA, 4096-bit modulus.
        Rsa4096 = "RSA_4096",
        /// SM2: known by name, not offered.
        Sm2 = "SM2",
    }
}

wire_enum! {
    /// Whether an import brings material the key has not seen.
    ImportType {
        /// New to the key.
        NewKeyMaterial = "NEW_KEY_MATERIAL",
        /// Imported into this key before.
        ExistingKeyMaterial = "EXISTING_KEY_MATERIAL",
    }
}

wire_enum! {
    /// Whether a material of an EXTERNAL key is there.
    ImportState {
        /// It is.
        Imported = "IMPORTED",
        /// It was deleted or has expired.
        PendingImport = "PENDING_IMPORT",
    }
}

wire_enum! {
    /// What part a material plays in its key.
    KeyMaterialState {
        /// Decrypts what it encrypted before a rotation.
        NonCurrent = "NON_CURRENT",
        /// Encrypts and decrypts.
        Current = "CURRENT",
        /// Waits for `RotateKeyOnDemand`.
        PendingRotation = "PENDING_ROTATION",
        /// Waits until every replica has imported it.
        PendingMultiRegionImportAndRotation = "PENDING_MULTI_REGION_IMPORT_AND_ROTATION",
    }
}

wire_enum! {
    /// Which materials `ListKeyRotations` shows.
    IncludeKeyMaterial {
        /// The first and the pending one too.
        AllKeyMaterial = "ALL_KEY_MATERIAL",
        /// Those a rotation made current.
        RotationsOnly = "ROTATIONS_ONLY",
    }
}

wire_enum! {
    /// What made a rotation happen.
    RotationType {
        /// The period ran out.
        Automatic = "AUTOMATIC",
        /// `RotateKeyOnDemand`.
        OnDemand = "ON_DEMAND",
    }
}

wire_enum! {
    /// How `Encrypt` and `Decrypt` work.
    EncryptionAlgorithmSpec {
        /// AES-256-GCM in the API's own format.
        SymmetricDefault = "SYMMETRIC_DEFAULT",
        /// RSAES-OAEP with SHA-1.
        RsaesOaepSha1 = "RSAES_OAEP_SHA_1",
        /// RSAES-OAEP with SHA-256.
        RsaesOaepSha256 = "RSAES_OAEP_SHA_256",
        /// SM2: known by name, not offered.
        Sm2Pke = "SM2PKE",
    }
}

wire_enum! {
    /// How `Sign` and `Verify` work.
    SigningAlgorithmSpec {
        /// RSASSA-PSS, SHA-256.
        RsassaPssSha256 = "RSASSA_PSS_SHA_256",
        /// RSASSA-PSS, SHA-384.
        RsassaPssSha384 = "RSASSA_PSS_SHA_384",
        /// RSASSA-PSS, SHA-512.
        RsassaPssSha512 = "RSASSA_PSS_SHA_512",
        /// RSASSA-PKCS1-v1_5, SHA-256.
        RsassaPkcs1V1_5Sha256 = "RSASSA_PKCS1_V1_5_SHA_256",
        /// RSASSA-PKCS1-v1_5, SHA-384.
        RsassaPkcs1V1_5Sha384 = "RSASSA_PKCS1_V1_5_SHA_384",
        /// RSASSA-PKCS1-v1_5, SHA-512.
        RsassaPkcs1V1_5Sha512 = "RSASSA_PKCS1_V1_5_SHA_512",
        /// ECDSA, SHA-256.
        EcdsaSha256 = "ECDSA_SHA_256",
        /// ECDSA, SHA-384.
        EcdsaSha384 = "ECDSA_SHA_384",
        /// ECDSA, SHA-512.
        EcdsaSha512 = "ECDSA_SHA_512",
        /// SM2: known by name, not offered.
        Sm2Dsa = "SM2DSA",
        /// ML-DSA (FIPS 204).
        MlDsaShake256 = "ML_DSA_SHAKE_256",
        /// Pure Ed25519 (RFC 8032).
        Ed25519Sha512 = "ED25519_SHA_512",
        /// Prehashed Ed25519 (RFC 8032, Ed25519ph).
        Ed25519PhSha512 = "ED25519_PH_SHA_512",
    }
}

wire_enum! {
    /// What `Message` holds.
    MessageType {
        /// The message.
        Raw = "RAW",
        /// Its digest.
        Digest = "DIGEST",
        /// ML-DSA's 64-byte message representative.
        ExternalMu = "EXTERNAL_MU",
    }
}

wire_enum! {
    /// How `GenerateMac` and `VerifyMac` work.
    MacAlgorithmSpec {
        /// HMAC-SHA-224.
        HmacSha224 = "HMAC_SHA_224",
        /// HMAC-SHA-256.
        HmacSha256 = "HMAC_SHA_256",
        /// HMAC-SHA-384.
        HmacSha384 = "HMAC_SHA_384",
        /// HMAC-SHA-512.
        HmacSha512 = "HMAC_SHA_512",
    }
}

wire_enum! {
    /// How two parties agree on a secret.
    KeyAgreementAlgorithmSpec {
        /// Elliptic curve Diffie-Hellman.
        Ecdh = "ECDH",
    }
}

wire_enum! {
    /// How a secret is encapsulated.
    EncapsulationAlgorithmSpec {
        /// ML-KEM (FIPS 203).
        MlKem = "ML_KEM",
    }
}

wire_enum! {
    /// The length of a data key.
    DataKeySpec {
        /// 32 bytes.
        Aes256 = "AES_256",
        /// 16 bytes.
        Aes128 = "AES_128",
    }
}

wire_enum! {
    /// What kind of data key pair.
    DataKeyPairSpec {
        /// RSA, 2048-bit modulus.
        Rsa2048 = "RSA_2048",
        /// RSA, 3072-bit modulus.
        Rsa3072 = "RSA_3072",
        /// RSA, 4096-bit modulus.
        Rsa4096 = "RSA_4096",
        /// NIST P-256.
        EccNistP256 = "ECC_NIST_P256",
        /// NIST P-384.
        EccNistP384 = "ECC_NIST_P384",
        /// NIST P-521.
        EccNistP521 = "ECC_NIST_P521",
        /// secp256k1.
        EccSecgP256k1 = "ECC_SECG_P256K1",
        /// SM2: known by name, not offered.
        Sm2 = "SM2",
        /// Ed25519 (RFC 8032).
        EccNistEdwards25519 = "ECC_NIST_EDWARDS25519",
        /// ML-KEM-512 (FIPS 203).
        MlKem512 = "ML_KEM_512",
        /// ML-KEM-768 (FIPS 203).
        MlKem768 = "ML_KEM_768",
        /// ML-KEM-1024 (FIPS 203).
        MlKem1024 = "ML_KEM_1024",
    }
}

wire_enum! {
    /// How an answer is encrypted for an attested enclave.
    KeyEncryptionMechanism {
        /// RSAES-OAEP with SHA-256, in CMS EnvelopedData.
        RsaesOaepSha256 = "RSAES_OAEP_SHA_256",
    }
}

wire_enum! {
    /// What a dry run may leave out.
    DryRunModifierType {
        /// The ciphertext: only the permission is asked.
        IgnoreCiphertext = "IGNORE_CIPHERTEXT",
    }
}

wire_enum! {
    /// The operations that count as use of a key.
    KeyLastUsageTrackingOperation {
        /// `Decrypt`.
        Decrypt = "Decrypt",
        /// `DeriveSharedSecret`.
        DeriveSharedSecret = "DeriveSharedSecret",
        /// `Encrypt`.
        Encrypt = "Encrypt",
        /// `GenerateDataKey`.
        GenerateDataKey = "GenerateDataKey",
        /// `GenerateDataKeyPair`.
        GenerateDataKeyPair = "GenerateDataKeyPair",
        /// `GenerateDataKeyPairWithoutPlaintext`.
        GenerateDataKeyPairWithoutPlaintext = "GenerateDataKeyPairWithoutPlaintext",
        /// `GenerateDataKeyWithoutPlaintext`.
        GenerateDataKeyWithoutPlaintext = "GenerateDataKeyWithoutPlaintext",
        /// `GenerateMac`.
        GenerateMac = "GenerateMac",
        /// `ReEncrypt`, with either of its keys.
        ReEncrypt = "ReEncrypt",
        /// `Sign`.
        Sign = "Sign",
        /// `Verify`.
        Verify = "Verify",
        /// `VerifyMac`.
        VerifyMac = "VerifyMac",
        /// `Encapsulate`.
        Encapsulate = "Encapsulate",
        /// `Decapsulate`.
        Decapsulate = "Decapsulate",
    }
}

wire_enum! {
    /// The part of a multi-Region key.
    MultiRegionKeyType {
        /// The one that others copy.
        Primary = "PRIMARY",
        /// A copy in another Region.
        Replica = "REPLICA",
    }
}

wire_enum! {
    /// Whose keys `ListKeys` shows.
    ResourceOwner {
        /// The caller's account's.
        SelfAccount = "SELF",
        /// Other accounts', shared with the caller's.
        OtherAccountsViaRam = "OTHER_ACCOUNTS_VIA_RAM",
    }
}
