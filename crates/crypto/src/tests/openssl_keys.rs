//! Keys made by OpenSSL are imported; each side verifies what the other signed.

use super::openssl::Workplace;
use crate::*;

const MESSAGE: &[u8] = b"a message both sides know";

fn import(spec: KeySpec, document: &[u8]) -> Result<Material, MaterialError> {
    Material::import(spec, &SecretBytes::copy_of(document))
}

/// Makes a key, imports it, and leaves `key.pem`, `pub.pem` and `message` in the workplace.
fn make(place: &Workplace, spec: KeySpec, options: &str) -> Material {
    place.openssl(&format!("genpkey {options} -out key.pem"));
    place.openssl("pkey -in key.pem -pubout -out pub.pem");
    place.openssl("pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out key.der");
    place.file("message", MESSAGE);
    let key = import(spec, &place.read("key.der")).map_err(|error| error.to_string()).unwrap();
    assert_eq!(key.public_key(), Some(place.openssl("pkey -in key.pem -pubout -outform DER").as_slice()));
    key
}

/// Both directions with one algorithm; `options` are those of `openssl dgst`.
fn exchange(place: &Workplace, key: &Material, algorithm: SigningAlgorithm, options: &str) {
    println!("{algorithm:?}");
    let raw = Message::Raw(MESSAGE);
    place.file("ours", &key.sign(algorithm, raw).unwrap());
    let theirs = place.openssl(&format!("dgst {options} -sign key.pem message"));
    let verify = format!("dgst {options} -verify pub.pem -signature ours message");
    place.openssl(&verify);
    assert_eq!(key.verify(algorithm, raw, &theirs), Ok(()));

    let mut damaged = theirs.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(key.verify(algorithm, raw, &damaged), Err(SignError::Invalid));
    assert_eq!(key.verify(algorithm, raw, &theirs[1..]), Err(SignError::Invalid));
    assert_eq!(key.verify(algorithm, raw, &[]), Err(SignError::Invalid));
    assert_eq!(key.verify(algorithm, Message::Raw(b"another"), &theirs), Err(SignError::Invalid));
    place.file("message", b"another");
    assert!(!place.openssl_accepts(&verify));
    place.file("message", MESSAGE);
}

/// A digest made by the caller gives a signature of the message.
fn digest_is_the_message_hashed(place: &Workplace, key: &Material, algorithm: SigningAlgorithm, hash: &str) {
    let digest = place.openssl(&format!("dgst -{hash} -binary message"));
    let signature = key.sign(algorithm, Message::Digest(&digest)).unwrap();
    assert_eq!(key.verify(algorithm, Message::Raw(MESSAGE), &signature), Ok(()));
    assert_eq!(key.verify(algorithm, Message::Digest(&digest), &signature), Ok(()));
    let expected = digest.len();
    let short = Message::Digest(&digest[1..]);
    assert_eq!(key.sign(algorithm, short), Err(SignError::DigestLength { expected }));
    assert_eq!(key.verify(algorithm, short, &signature), Err(SignError::DigestLength { expected }));
    assert_eq!(key.sign(algorithm, Message::ExternalMu(&[0; 64])), Err(SignError::MessageType));
}

fn rsa(bits: RsaBits) {
    let place = Workplace::new();
    let spec = KeySpec::Rsa(bits);
    let key = make(&place, spec, &format!("-algorithm RSA -pkeyopt rsa_keygen_bits:{}", bits.bits()));
    for (hash, name) in [(Hash::Sha256, "sha256"), (Hash::Sha384, "sha384"), (Hash::Sha512, "sha512")] {
        let pss = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest";
        exchange(&place, &key, SigningAlgorithm::Pss(hash), &format!("-{name} {pss}"));
        exchange(&place, &key, SigningAlgorithm::Pkcs1V15(hash), &format!("-{name}"));
        digest_is_the_message_hashed(&place, &key, SigningAlgorithm::Pss(hash), name);
        digest_is_the_message_hashed(&place, &key, SigningAlgorithm::Pkcs1V15(hash), name);
    }
    let long_salt =
        "dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:max -sign key.pem message";
    let long_salt = place.openssl(long_salt);
    let pss = SigningAlgorithm::Pss(Hash::Sha256);
    assert_eq!(key.verify(pss, Message::Raw(MESSAGE), &long_salt), Err(SignError::Invalid));
    for wrong in [SigningAlgorithm::Ecdsa(Hash::Sha256), SigningAlgorithm::Ed25519, SigningAlgorithm::MlDsa] {
        assert_eq!(key.sign(wrong, Message::Raw(MESSAGE)), Err(SignError::WrongAlgorithm));
        assert_eq!(key.verify(wrong, Message::Raw(MESSAGE), &long_salt), Err(SignError::WrongAlgorithm));
    }
    let other = if bits == RsaBits::B2048 { RsaBits::B3072 } else { RsaBits::B2048 };
    let expected = MaterialError::ModulusSize { actual: bits.bits(), expected: other.bits() };
    assert_eq!(import(KeySpec::Rsa(other), &place.read("key.der")).err(), Some(expected));

    place.openssl("rsa -in key.pem -traditional -outform DER -out pkcs1.der");
    let rewritten = to_pkcs8(&SecretBytes::new(place.read("pkcs1.der"))).unwrap();
    assert!(rewritten.same_as(key.to_bytes().expose()));
    let (label, der) = pem_to_der(&String::from_utf8(place.read("key.pem")).unwrap()).unwrap();
    assert_eq!(label, "PRIVATE KEY");
    assert!(der.same_as(key.to_bytes().expose()));
}

#[test]
fn rsa_2048() {
    rsa(RsaBits::B2048);
}

#[test]
fn rsa_3072() {
    rsa(RsaBits::B3072);
}

#[test]
fn rsa_4096() {
    rsa(RsaBits::B4096);
}

#[test]
fn rsa_with_exponent_3_or_three_primes_is_refused() {
    let place = Workplace::new();
    let refusal = |options: &str| {
        place
            .openssl(&format!("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 {options} -out key.pem"));
        place.openssl("pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out key.der");
        import(KeySpec::Rsa(RsaBits::B2048), &place.read("key.der")).err()
    };
    assert_eq!(refusal("-pkeyopt rsa_keygen_pubexp:3"), Some(MaterialError::PublicExponent));
    assert_eq!(refusal("-pkeyopt rsa_keygen_primes:3"), Some(MaterialError::MultiPrime));
}

fn ecc(curve: Curve, name: &str, hash: Hash, digest: &str) {
    let place = Workplace::new();
    let spec = KeySpec::Ecc(curve);
    let key = make(&place, spec, &format!("-algorithm EC -pkeyopt ec_paramgen_curve:{name}"));
    exchange(&place, &key, SigningAlgorithm::Ecdsa(hash), &format!("-{digest}"));
    digest_is_the_message_hashed(&place, &key, SigningAlgorithm::Ecdsa(hash), digest);
    for wrong in [Hash::Sha256, Hash::Sha384, Hash::Sha512].into_iter().filter(|other| *other != hash) {
        let wrong = SigningAlgorithm::Ecdsa(wrong);
        assert_eq!(key.sign(wrong, Message::Raw(MESSAGE)), Err(SignError::WrongAlgorithm));
    }
    let pss = SigningAlgorithm::Pss(hash);
    assert_eq!(key.sign(pss, Message::Raw(MESSAGE)), Err(SignError::WrongAlgorithm));

    // Compressed or no point: OpenSSL writes these as SEC 1, which names the curve inside.
    let mut lengths = Vec::new();
    for options in ["-conv_form compressed", "-no_public", ""] {
        place.openssl(&format!("ec -in key.pem {options} -outform DER -out sec1.der"));
        let document = to_pkcs8(&SecretBytes::new(place.read("sec1.der"))).unwrap();
        lengths.push(document.len());
        let imported = Material::import(spec, &document).map_err(|error| error.to_string()).unwrap();
        assert!(imported.to_bytes().same_as(key.to_bytes().expose()), "{options}");
    }
    let field = curve.field_len();
    // Shorter by one coordinate, and perhaps by a byte of length here and there.
    assert!((field..field + 4).contains(&(lengths[2] - lengths[0])), "OpenSSL compressed the point");
    assert!(lengths[0] - lengths[1] > field, "OpenSSL left the point out");

    place.file("stored.der", key.to_bytes().expose());
    assert_eq!(place.openssl("pkey -inform DER -in stored.der -check -noout"), b"Key is valid\n");

    place.openssl(&format!(
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:{name} -pkeyopt ec_param_enc:explicit -out explicit.pem"
    ));
    place.openssl("pkcs8 -topk8 -nocrypt -in explicit.pem -outform DER -out explicit.der");
    assert_eq!(import(spec, &place.read("explicit.der")).err(), Some(MaterialError::ExplicitParameters));
    let other = KeySpec::Ecc(if curve == Curve::P256 { Curve::P384 } else { Curve::P256 });
    assert_eq!(import(other, &place.read("key.der")).err(), Some(MaterialError::WrongCurve));
}

#[test]
fn p256() {
    ecc(Curve::P256, "P-256", Hash::Sha256, "sha256");
}

#[test]
fn p384() {
    ecc(Curve::P384, "P-384", Hash::Sha384, "sha384");
}

#[test]
fn p521() {
    ecc(Curve::P521, "P-521", Hash::Sha512, "sha512");
}

#[test]
fn secp256k1() {
    ecc(Curve::K256, "secp256k1", Hash::Sha256, "sha256");
}

#[test]
fn ed25519() {
    let place = Workplace::new();
    let key = make(&place, KeySpec::Ed25519, "-algorithm ED25519");
    let raw = Message::Raw(MESSAGE);
    let ours = key.sign(SigningAlgorithm::Ed25519, raw).unwrap();
    place.file("ours", &ours);
    place.openssl("pkeyutl -verify -rawin -pubin -inkey pub.pem -in message -sigfile ours");
    assert_eq!(place.openssl("pkeyutl -sign -rawin -inkey key.pem -in message"), ours);
    assert_eq!(key.verify(SigningAlgorithm::Ed25519, raw, &ours), Ok(()));
    assert_eq!(key.verify(SigningAlgorithm::Ed25519, raw, &ours[..63]), Err(SignError::Invalid));
    let digest = Message::Digest(&[0; 64]);
    assert_eq!(key.sign(SigningAlgorithm::Ed25519, digest), Err(SignError::MessageType));
    assert!(key.to_bytes().same_as(&place.read("key.der")));
}
