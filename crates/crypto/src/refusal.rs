//! Why key material was refused.

use thiserror::Error;

/// Why bytes are not the key material they should be. No variant carries any of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MaterialError {
    /// Raw material of a length the key spec does not take.
    #[error("the key material is {actual} bytes long; this key spec takes {min} to {max}")]
    Length {
        /// Length of what was given, in bytes.
        actual: usize,
        /// Shortest length accepted, in bytes.
        min: usize,
        /// Longest length accepted, in bytes.
        max: usize,
    },
    /// Not a well-formed PKCS#8 private key: truncated, of another structure, or nested too deep.
    #[error("the key material is not a well-formed unencrypted PKCS#8 private key")]
    Encoding,
    /// Bytes that belong to nothing follow a structure.
    #[error("the key material has extra bytes after the private key or inside it")]
    TrailingData,
    /// A private key of another algorithm.
    #[error("the key material is a private key of another algorithm than the key spec's")]
    WrongAlgorithm,
    /// An elliptic curve key on another curve.
    #[error("the key material is a private key on another curve than the key spec's")]
    WrongCurve,
    /// An elliptic curve key that spells out its curve.
    #[error("the key material gives explicit curve parameters; a named curve is required")]
    ExplicitParameters,
    /// An RSA modulus of another size.
    #[error("the RSA modulus has {actual} bits; the key spec requires {expected}")]
    ModulusSize {
        /// Bits of the modulus given.
        actual: usize,
        /// Bits the key spec requires.
        expected: usize,
    },
    /// An RSA public exponent other than 65537.
    #[error("the RSA public exponent is not 65537")]
    PublicExponent,
    /// An RSA key with more than two primes.
    #[error("the RSA key has more than two primes")]
    MultiPrime,
    /// An RSA factor that is not half as long as the modulus.
    #[error("the RSA primes are not each half as long as the modulus")]
    PrimeSize,
    /// RSA factors that are equal or so close that the modulus is easily factored.
    #[error("the RSA primes are too close to each other")]
    PrimesTooClose,
    /// An RSA factor that is composite.
    #[error("a factor of the RSA modulus is not prime")]
    NotPrime,
    /// Parts of the key that contradict each other.
    #[error("the parts of the private key do not fit together")]
    Inconsistent,
    /// An elliptic curve scalar that is zero or not below the order of the curve.
    #[error("the private scalar is outside the range of the curve")]
    ScalarRange,
    /// The public key that came along is not the one of the private key.
    #[error("the public key inside the key material does not belong to the private key")]
    PublicKeyMismatch,
    /// An ML-DSA key without its seed.
    #[error("the ML-DSA private key does not contain its seed")]
    SeedMissing,
    /// Material of this key spec is never imported.
    #[error("key material of this key spec cannot be imported")]
    NotImportable,
}
