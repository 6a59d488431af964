//! Identity providers: keys that sign tokens, and the sets in which they publish them. Independent of the code under
//! test: tokens are put together by hand, so that any can be forged.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crypto::{Curve, Hash, KeySpec, Material, Message, RsaBits, SigningAlgorithm};
use serde_json::{Value, json};

/// A key of an identity provider.
pub(crate) struct ProviderKey {
    material: Material,
    pub(crate) id: &'static str,
}

/// The keys of the provider that is trusted, one of each kind.
pub(crate) static RSA: LazyLock<ProviderKey> = LazyLock::new(|| key(KeySpec::Rsa(RsaBits::B2048), "rsa-1"));
pub(crate) static P256: LazyLock<ProviderKey> = LazyLock::new(|| key(KeySpec::Ecc(Curve::P256), "p256-1"));
pub(crate) static P384: LazyLock<ProviderKey> = LazyLock::new(|| key(KeySpec::Ecc(Curve::P384), "p384-1"));
pub(crate) static ED25519: LazyLock<ProviderKey> = LazyLock::new(|| key(KeySpec::Ed25519, "ed-1"));
/// The key of a stranger, who gave it the id of a trusted one.
pub(crate) static STRANGER: LazyLock<ProviderKey> =
    LazyLock::new(|| key(KeySpec::Rsa(RsaBits::B2048), "rsa-1"));

fn key(spec: KeySpec, id: &'static str) -> ProviderKey {
    ProviderKey { material: Material::generate(spec).unwrap(), id }
}

impl ProviderKey {
    /// The public key as `SubjectPublicKeyInfo`.
    pub(crate) fn spki(&self) -> &[u8] {
        self.material.public_key().unwrap()
    }

    /// The public key as a member of a set.
    pub(crate) fn jwk(&self) -> Value {
        let spki = self.spki();
        let last = |count: usize| &spki[spki.len() - count..];
        let b64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self.material.spec() {
            KeySpec::Rsa(bits) => {
                // … modulus, 02 03 01 00 01: RSAPublicKey ends with the exponent, an INTEGER of three bytes.
                let modulus = &last(bits.bytes() + 5)[..bits.bytes()];
                json!({"kty": "RSA", "use": "sig", "kid": self.id, "n": b64(modulus), "e": "AQAB"})
            }
            KeySpec::Ecc(Curve::P256) => json!({"kty": "EC", "crv": "P-256", "kid": self.id,
                "x": b64(&last(64)[..32]), "y": b64(last(32))}),
            KeySpec::Ecc(_) => json!({"kty": "EC", "crv": "P-384", "kid": self.id,
                "x": b64(&last(96)[..48]), "y": b64(last(48))}),
            _ => json!({"kty": "OKP", "crv": "Ed25519", "kid": self.id, "x": b64(last(32))}),
        }
    }

    /// A signature as in JSON Web Signatures.
    pub(crate) fn sign(&self, alg: &str, message: &[u8]) -> Vec<u8> {
        let algorithm = match alg {
            "RS256" => SigningAlgorithm::Pkcs1V15(Hash::Sha256),
            "RS384" => SigningAlgorithm::Pkcs1V15(Hash::Sha384),
            "RS512" => SigningAlgorithm::Pkcs1V15(Hash::Sha512),
            "PS256" => SigningAlgorithm::Pss(Hash::Sha256),
            "PS384" => SigningAlgorithm::Pss(Hash::Sha384),
            "PS512" => SigningAlgorithm::Pss(Hash::Sha512),
            "ES256" => SigningAlgorithm::Ecdsa(Hash::Sha256),
            "ES384" => SigningAlgorithm::Ecdsa(Hash::Sha384),
            "EdDSA" => SigningAlgorithm::Ed25519,
            other => panic!("{other} is no algorithm of these keys"),
        };
        let signature = self.material.sign(algorithm, Message::Raw(message)).unwrap();
        match alg {
            "ES256" => fixed(&signature, 32),
            "ES384" => fixed(&signature, 48),
            _ => signature,
        }
    }

    /// A token with these claims.
    pub(crate) fn token(&self, alg: &str, claims: &Value) -> String {
        let header = json!({"typ": "JWT", "alg": alg, "kid": self.id});
        token(&header, claims, |message| self.sign(alg, message))
    }
}

/// A token of any header and signature.
pub(crate) fn token(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    token_of(&header.to_string(), &claims.to_string(), sign)
}

/// A token of any text.
pub(crate) fn token_of(header: &str, claims: &str, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = sign(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A set of keys.
pub(crate) fn jwks(keys: &[Value]) -> Vec<u8> {
    json!({ "keys": keys }).to_string().into_bytes()
}

/// The keys of the trusted provider, as it publishes them.
pub(crate) fn published() -> Vec<u8> {
    jwks(&[RSA.jwk(), P256.jwk(), P384.jwk(), ED25519.jwk()])
}

/// An ECDSA signature with its two numbers at full length (RFC 7518, 3.4), from ASN.1 DER.
fn fixed(der: &[u8], bytes: usize) -> Vec<u8> {
    let (_, numbers) = der.split_at(2);
    let (first, second) = numbers.split_at(2 + usize::from(numbers[1]));
    let mut signature = Vec::new();
    for integer in [first, second] {
        let digits: Vec<_> = integer[2..].iter().copied().skip_while(|byte| *byte == 0).collect();
        signature.extend(std::iter::repeat_n(0, bytes - digits.len()));
        signature.extend(digits);
    }
    signature
}
