//! What a key is: the key specs of the API, without their wire names.

use const_oid::ObjectIdentifier;

/// The kind of a key. SM2 is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeySpec {
    /// `SYMMETRIC_DEFAULT`: AES-256-GCM.
    Symmetric,
    /// `HMAC_224` to `HMAC_512`.
    Hmac(HmacHash),
    /// `RSA_2048` to `RSA_4096`.
    Rsa(RsaBits),
    /// `ECC_NIST_P256` to `ECC_NIST_P521`, and `ECC_SECG_P256K1`.
    Ecc(Curve),
    /// `ECC_NIST_EDWARDS25519`.
    Ed25519,
    /// `ML_DSA_44` to `ML_DSA_87`.
    MlDsa(MlDsaSet),
    /// `ML_KEM_512` to `ML_KEM_1024`.
    MlKem(MlKemSet),
}

/// The hash of an HMAC key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HmacHash {
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl HmacHash {
    /// Length of the digest, and of a generated key, in bytes.
    pub fn digest_len(self) -> usize {
        match self {
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// The size of an RSA modulus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RsaBits {
    /// 2048 bits.
    B2048,
    /// 3072 bits.
    B3072,
    /// 4096 bits.
    B4096,
}

impl RsaBits {
    /// Length of the modulus in bits.
    pub fn bits(self) -> usize {
        match self {
            Self::B2048 => 2048,
            Self::B3072 => 3072,
            Self::B4096 => 4096,
        }
    }

    /// Length of the modulus, of a signature and of a ciphertext in bytes.
    pub fn bytes(self) -> usize {
        self.bits() / 8
    }

    pub(crate) fn of_modulus_bytes(len: usize) -> Option<Self> {
        [Self::B2048, Self::B3072, Self::B4096].into_iter().find(|bits| bits.bytes() == len)
    }
}

/// A curve for ECDSA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
    /// SECG secp256k1.
    K256,
}

impl Curve {
    pub(crate) fn oid(self) -> ObjectIdentifier {
        use const_oid::db::rfc5912;
        match self {
            Self::P256 => rfc5912::SECP_256_R_1,
            Self::P384 => rfc5912::SECP_384_R_1,
            Self::P521 => rfc5912::SECP_521_R_1,
            // SEC 2, A.2.1.
            Self::K256 => ObjectIdentifier::new_unwrap("1.3.132.0.10"),
        }
    }

    /// Length of a scalar and of a coordinate in bytes.
    pub(crate) fn field_len(self) -> usize {
        match self {
            Self::P256 | Self::K256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

/// A parameter set of ML-DSA (FIPS 204).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MlDsaSet {
    /// ML-DSA-44.
    D44,
    /// ML-DSA-65.
    D65,
    /// ML-DSA-87.
    D87,
}

/// A parameter set of ML-KEM (FIPS 203).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MlKemSet {
    /// ML-KEM-512.
    K512,
    /// ML-KEM-768.
    K768,
    /// ML-KEM-1024.
    K1024,
}
