//! The public keys of an issuer (RFC 7517).

use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use super::error::JwksError;

/// Most bytes of a key set. That of GitHub has about 10,000.
pub const MAX_JWKS: usize = 64 * 1024;
/// Most keys of a set.
pub const MAX_KEYS: usize = 100;

/// Bits of the RSA keys that are taken: less is too weak (NIST SP 800-131A), more is only slow.
const RSA_BITS: RangeInclusive<usize> = 2048..=4096;
/// Most bytes of their public exponent.
const MAX_EXPONENT: usize = 4;
/// The smallest public exponent (FIPS 186-5, A.1.1).
const MIN_EXPONENT: u32 = 65_537;
/// Bytes of an Ed25519 public key (RFC 8032, 5.1.5).
const ED25519: usize = 32;

/// The keys of an issuer that signatures can be checked with.
#[derive(Debug, Default)]
pub struct Jwks {
    keys: Vec<Key>,
}

/// One of them, with the algorithms it may be used with: never one of another kind of key, never a symmetric one.
#[derive(Debug)]
struct Key {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    public: DecodingKey,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

/// The members that matter here. Others are passed over (RFC 7517, section 4).
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    /// That of private keys: one that was published proves nothing any more.
    d: Option<Value>,
}

impl Jwks {
    /// Reads a key set. Keys that cannot be used are left out, as RFC 7517 (section 5) has it: those of other kinds
    /// or sizes, those for encryption, and private ones.
    pub fn parse(jwks: &[u8]) -> Result<Self, JwksError> {
        if jwks.len() > MAX_JWKS {
            return Err(JwksError::TooLong { bytes: jwks.len() });
        }
        let set: Set = serde_json::from_slice(jwks)
            .map_err(|error| JwksError::Malformed { line: error.line(), column: error.column() })?;
        if set.keys.len() > MAX_KEYS {
            return Err(JwksError::TooMany { count: set.keys.len() });
        }
        let usable = |value| serde_json::from_value::<Jwk>(value).ok().and_then(Key::read);
        Ok(Self { keys: set.keys.into_iter().filter_map(usable).collect() })
    }

    /// How many keys can be used.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key for a token: the first of that id for that algorithm. A token that names no id has one only if no
    /// other key would do (OpenID Connect Core 1.0, section 10.1), so that never more than one is tried.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&DecodingKey> {
        let mut fitting = self.keys.iter().filter(|key| key.algorithms.contains(&algorithm));
        let found = match id {
            Some(_) => fitting.find(|key| key.id.as_deref() == id)?,
            None => fitting.next().filter(|_| fitting.next().is_none())?,
        };
        Some(&found.public)
    }
}

impl Key {
    fn read(jwk: Jwk) -> Option<Self> {
        let for_signatures = jwk.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
        let verifies = jwk.key_ops.as_ref().is_none_or(|ops| ops.iter().any(|op| op == "verify"));
        if !for_signatures || !verifies || jwk.d.is_some() {
            return None;
        }
        let (mut algorithms, public) = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", None) => (RSA.to_vec(), rsa(jwk.n.as_deref()?, jwk.e.as_deref()?)?),
            ("EC", Some("P-256")) => (vec![Algorithm::ES256], point(&jwk, 32)?),
            ("EC", Some("P-384")) => (vec![Algorithm::ES384], point(&jwk, 48)?),
            ("OKP", Some("Ed25519")) => (vec![Algorithm::EdDSA], edwards(jwk.x.as_deref()?)?),
            _ => return None,
        };
        if let Some(only) = &jwk.alg {
            let only: Algorithm = only.parse().ok()?;
            algorithms.retain(|algorithm| *algorithm == only);
        }
        (!algorithms.is_empty()).then_some(Self { id: jwk.kid, algorithms, public })
    }
}

/// What RSA keys sign with (RFC 7518, 3.3 and 3.5).
const RSA: [Algorithm; 6] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
];

fn rsa(modulus: &str, exponent: &str) -> Option<DecodingKey> {
    let (modulus, exponent) = (unsigned(modulus)?, unsigned(exponent)?);
    let leading_zeros = modulus.first()?.leading_zeros() as usize;
    let bits = modulus.len() * 8 - leading_zeros;
    if exponent.len() > MAX_EXPONENT {
        return None;
    }
    let value = exponent.iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
    let odd = modulus.last()? % 2 == 1 && value % 2 == 1;
    let fit = RSA_BITS.contains(&bits) && value >= MIN_EXPONENT && odd;
    fit.then(|| DecodingKey::from_rsa_raw_components(&modulus, &exponent))
}

/// A number in base64url, without zeros in front.
fn unsigned(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

/// A point whose coordinates have `bytes` each (RFC 7518, 6.2.1). One that is not on the curve verifies nothing.
fn point(jwk: &Jwk, bytes: usize) -> Option<DecodingKey> {
    let (x, y) = (jwk.x.as_deref()?, jwk.y.as_deref()?);
    let whole = |text: &str| URL_SAFE_NO_PAD.decode(text).is_ok_and(|decoded| decoded.len() == bytes);
    if whole(x) && whole(y) { DecodingKey::from_ec_components(x, y).ok() } else { None }
}

fn edwards(x: &str) -> Option<DecodingKey> {
    let whole = URL_SAFE_NO_PAD.decode(x).is_ok_and(|decoded| decoded.len() == ED25519);
    if whole { DecodingKey::from_ed_components(x).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// RFC 8037, appendix A.
    const ED_X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    /// RFC 7517, appendix A.1.
    const P256: (&str, &str) =
        ("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM");

    fn modulus(bytes: usize, first: u8) -> String {
        let mut modulus = vec![0xff; bytes];
        modulus[0] = first;
        URL_SAFE_NO_PAD.encode(modulus)
    }

    fn rsa_key(modulus: &str, exponent: &[u8]) -> Value {
        json!({"kty": "RSA", "n": modulus, "e": URL_SAFE_NO_PAD.encode(exponent)})
    }

    fn with(mut key: Value, member: &str, value: Value) -> Value {
        key[member] = value;
        key
    }

    fn ed() -> Value {
        json!({"kty": "OKP", "crv": "Ed25519", "x": ED_X})
    }

    fn read(keys: &[Value]) -> Jwks {
        Jwks::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
    }

    #[test]
    fn keys_that_are_taken_and_for_what() {
        let f4 = &[1, 0, 1];
        let ec = json!({"kty": "EC", "crv": "P-256", "x": P256.0, "y": P256.1});
        let p384 = json!({"kty": "EC", "crv": "P-384", "x": modulus(48, 1), "y": modulus(48, 1)});
        for (key, algorithms) in [
            (rsa_key(&modulus(256, 0x80), f4), &RSA[..]),
            (rsa_key(&modulus(512, 0xff), f4), &RSA[..]),
            (rsa_key(&modulus(257, 0), f4), &RSA[..]),
            (with(rsa_key(&modulus(256, 0x80), f4), "alg", json!("RS256")), &[Algorithm::RS256][..]),
            (with(rsa_key(&modulus(256, 0x80), f4), "use", json!("sig")), &RSA[..]),
            (with(rsa_key(&modulus(256, 0x80), f4), "key_ops", json!(["verify"])), &RSA[..]),
            (with(rsa_key(&modulus(256, 0x80), f4), "x5c", json!(["whatever", 1])), &RSA[..]),
            (ec, &[Algorithm::ES256][..]),
            (p384, &[Algorithm::ES384][..]),
            (ed(), &[Algorithm::EdDSA][..]),
        ] {
            let keys = read(std::slice::from_ref(&key));
            assert_eq!(keys.len(), 1, "{key}");
            for algorithm in RSA.into_iter().chain([
                Algorithm::ES256,
                Algorithm::ES384,
                Algorithm::EdDSA,
                Algorithm::HS256,
                Algorithm::HS384,
                Algorithm::HS512,
            ]) {
                let found = keys.find(None, algorithm).is_some();
                assert_eq!(found, algorithms.contains(&algorithm), "{key} {algorithm:?}");
            }
        }
    }

    #[test]
    fn keys_that_are_left_out() {
        let f4 = &[1, 0, 1];
        let good = rsa_key(&modulus(256, 0x80), f4);
        let even = URL_SAFE_NO_PAD.encode([0xfe; 256]);
        for key in [
            json!({"kty": "oct", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"}),
            rsa_key(&modulus(256, 0x7f), f4),
            rsa_key(&modulus(128, 0x80), f4),
            rsa_key(&modulus(513, 1), f4),
            rsa_key(&even, f4),
            rsa_key("", f4),
            rsa_key("!!", f4),
            rsa_key(&modulus(256, 0x80), &[3]),
            rsa_key(&modulus(256, 0x80), &[1, 0, 2]),
            rsa_key(&modulus(256, 0x80), &[1, 0, 0, 0, 1]),
            rsa_key(&modulus(256, 0x80), &[]),
            with(good.clone(), "use", json!("enc")),
            with(good.clone(), "key_ops", json!(["sign"])),
            with(good.clone(), "alg", json!("RSA-OAEP")),
            with(good.clone(), "alg", json!("HS256")),
            with(good.clone(), "alg", json!("ES256")),
            with(good.clone(), "alg", json!("none")),
            with(good.clone(), "d", json!("AQAB")),
            with(good.clone(), "kid", json!(1)),
            with(good.clone(), "crv", json!("P-256")),
            json!({"kty": "EC", "crv": "P-384", "x": P256.0, "y": P256.1}),
            json!({"kty": "EC", "crv": "P-256", "x": P256.0}),
            json!({"kty": "EC", "crv": "P-521", "x": modulus(66, 1), "y": modulus(66, 1)}),
            json!({"kty": "EC", "crv": "secp256k1", "x": P256.0, "y": P256.1}),
            json!({"kty": "OKP", "crv": "X25519", "x": ED_X}),
            json!({"kty": "OKP", "crv": "Ed25519", "x": "AQAB"}),
            json!({"kty": "rsa", "n": modulus(256, 0x80), "e": "AQAB"}),
            json!({}),
            json!("key"),
        ] {
            assert!(read(std::slice::from_ref(&key)).is_empty(), "{key}");
        }
        assert_eq!(read(&[json!(null), good]).len(), 1);
    }

    #[test]
    fn a_key_is_found_by_its_id_or_by_being_the_only_one() {
        let one = with(ed(), "kid", json!("one"));
        let other = with(ed(), "kid", json!("other"));
        let keys = read(&[one.clone(), other]);
        assert!(keys.find(Some("one"), Algorithm::EdDSA).is_some());
        assert!(keys.find(Some("One"), Algorithm::EdDSA).is_none());
        assert!(keys.find(Some(""), Algorithm::EdDSA).is_none());
        assert!(keys.find(Some("one"), Algorithm::RS256).is_none());
        assert!(keys.find(None, Algorithm::EdDSA).is_none(), "either would do");
        assert!(read(&[one]).find(None, Algorithm::EdDSA).is_some());
        assert!(
            read(&[ed()]).find(Some("one"), Algorithm::EdDSA).is_none(),
            "a key without an id is no other's"
        );
    }

    #[test]
    fn what_is_no_key_set() {
        for text in
            ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[}"#, "<html></html>", r#"{"keys":[],"keys":[]}"#]
        {
            assert!(matches!(Jwks::parse(text.as_bytes()), Err(JwksError::Malformed { .. })), "{text}");
        }
        let deep = format!(r#"{{"keys":[{}"#, "[".repeat(10_000));
        assert!(matches!(Jwks::parse(deep.as_bytes()), Err(JwksError::Malformed { .. })));
        let mut long = br#"{"keys":[]}"#.to_vec();
        long.resize(MAX_JWKS, b' ');
        assert!(Jwks::parse(&long).is_ok());
        long.push(b' ');
        assert_eq!(Jwks::parse(&long).unwrap_err(), JwksError::TooLong { bytes: MAX_JWKS + 1 });
        let many = json!({ "keys": vec![json!({}); MAX_KEYS + 1] }).to_string();
        assert_eq!(Jwks::parse(many.as_bytes()).unwrap_err(), JwksError::TooMany { count: MAX_KEYS + 1 });
    }
}
