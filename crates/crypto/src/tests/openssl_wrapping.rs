//! Material wrapped by OpenSSL is unwrapped here, and the other way round.

use super::openssl::Workplace;
use crate::*;

const OAEP_SHA1: &str = "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha1 -pkeyopt rsa_mgf1_md:sha1";
const OAEP_SHA256: &str =
    "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256";
const PKCS1: &str = "-pkeyopt rsa_padding_mode:pkcs1";

/// The wrapping key, with `pub.der` and `key.der` in the workplace.
fn wrapping_key(bits: RsaBits) -> (Workplace, WrappingKey) {
    let place = Workplace::new();
    let key = WrappingKey::generate(bits).unwrap();
    assert_eq!(key.bits(), bits);
    place.file("pub.der", key.public_key());
    place.file("key.der", key.to_pkcs8().expose());
    (place, key)
}

fn direct(bits: RsaBits) {
    let (place, key) = wrapping_key(bits);
    let modulus = bits.bytes();
    for (algorithm, options, capacity) in [
        (WrappingAlgorithm::RsaesOaep(OaepHash::Sha1), OAEP_SHA1, modulus - 42),
        (WrappingAlgorithm::RsaesOaep(OaepHash::Sha256), OAEP_SHA256, modulus - 66),
        (WrappingAlgorithm::RsaesPkcs1V15, PKCS1, modulus - 11),
    ] {
        assert_eq!(algorithm.capacity(bits), Some(capacity));
        for len in [1, 32, 138, capacity] {
            let material = random::secret(len);
            place.file("material", material.expose());
            let theirs = place.openssl(&format!(
                "pkeyutl -encrypt -pubin -keyform DER -inkey pub.der {options} -in material"
            ));
            assert!(
                key.unwrap(algorithm, &theirs).unwrap().same_as(material.expose()),
                "{algorithm:?} {len}"
            );
            place.file("ours", &wrap(algorithm, key.public_key(), material.expose()).unwrap());
            let unwrapped =
                place.openssl(&format!("pkeyutl -decrypt -keyform DER -inkey key.der {options} -in ours"));
            assert!(material.same_as(&unwrapped), "{algorithm:?} {len}");
            refuses_damage(&key, algorithm, &theirs);
        }
        let too_long = random::secret(capacity + 1);
        assert_eq!(
            wrap(algorithm, key.public_key(), too_long.expose()),
            Err(WrapError::TooLong { actual: capacity + 1, max: capacity })
        );
        assert_eq!(wrap(algorithm, key.public_key(), &[]), Err(WrapError::Empty));
    }
}

fn hybrid(bits: RsaBits) {
    let (place, key) = wrapping_key(bits);
    for (hash, options) in [(OaepHash::Sha1, OAEP_SHA1), (OaepHash::Sha256, OAEP_SHA256)] {
        let algorithm = WrappingAlgorithm::RsaAesKeyWrap(hash);
        assert_eq!(algorithm.capacity(bits), None);
        for len in [1, 7, 8, 9, 32, 1218, 2375, 4000] {
            let material = random::secret(len);
            let aes_key = random::secret(32);
            place.file("material", material.expose());
            place.file("aes", aes_key.expose());
            let mut theirs = place
                .openssl(&format!("pkeyutl -encrypt -pubin -keyform DER -inkey pub.der {options} -in aes"));
            theirs.extend(place.openssl(&format!(
                "enc -id-aes256-wrap-pad -iv A65959A6 -K {} -in material",
                hex::encode(aes_key.expose())
            )));
            assert!(
                key.unwrap(algorithm, &theirs).unwrap().same_as(material.expose()),
                "{algorithm:?} {len}"
            );

            let ours = wrap(algorithm, key.public_key(), material.expose()).unwrap();
            let (wrapped_key, wrapped_material) = ours.split_at(bits.bytes());
            place.file("wrapped-aes", wrapped_key);
            place.file("wrapped-material", wrapped_material);
            let opened = place
                .openssl(&format!("pkeyutl -decrypt -keyform DER -inkey key.der {options} -in wrapped-aes"));
            let unwrapped = place.openssl(&format!(
                "enc -d -id-aes256-wrap-pad -iv A65959A6 -K {} -in wrapped-material",
                hex::encode(opened)
            ));
            assert!(material.same_as(&unwrapped), "{algorithm:?} {len}");
            refuses_damage(&key, algorithm, &theirs);
        }
        refuses_foreign_keys_inside(&place, &key, hash, options);
    }
}

/// The key inside a hybrid wrap must be an AES-256 key, as AWS says, and not one of another size; AES-128 where it is
/// asked for.
fn refuses_foreign_keys_inside(place: &Workplace, key: &WrappingKey, hash: OaepHash, options: &str) {
    for (len, cipher) in [(16, "aes128"), (24, "aes192")] {
        let aes_key = random::secret(len);
        place.file("aes", aes_key.expose());
        let material = random::secret(32);
        place.file("material", material.expose());
        let mut wrapped =
            place.openssl(&format!("pkeyutl -encrypt -pubin -keyform DER -inkey pub.der {options} -in aes"));
        wrapped.extend(place.openssl(&format!(
            "enc -id-{cipher}-wrap-pad -iv A65959A6 -K {} -in material",
            hex::encode(aes_key.expose())
        )));
        assert_eq!(key.unwrap(WrappingAlgorithm::RsaAesKeyWrap(hash), &wrapped).err(), Some(UnwrapError));
        assert_eq!(key.unwrap_hybrid(hash, &[32], &wrapped).err(), Some(HybridError::KeyLength));
        match key.unwrap_hybrid(hash, &[16, 32], &wrapped) {
            Ok(opened) => assert!(len == 16 && material.same_as(opened.expose()), "{cipher}"),
            Err(error) => assert_eq!((len, error), (24, HybridError::KeyLength)),
        }
    }
}

#[test]
fn tells_which_step_of_the_hybrid_failed() {
    let key = WrappingKey::generate(RsaBits::B2048).unwrap();
    let (hash, block_len) = (OaepHash::Sha256, RsaBits::B2048.bytes());
    let material = random::secret(48);
    let wrapped = wrap(WrappingAlgorithm::RsaAesKeyWrap(hash), key.public_key(), material.expose()).unwrap();
    let changed = |index: usize| {
        let mut bytes = wrapped.clone();
        bytes[index] ^= 1;
        bytes
    };
    let fails = |bytes: &[u8]| key.unwrap_hybrid(hash, &[32], bytes).err();
    assert_eq!(fails(&wrapped), None);
    assert_eq!(fails(&[]), Some(HybridError::Block));
    assert_eq!(fails(&wrapped[..block_len - 1]), Some(HybridError::Block));
    assert_eq!(fails(&wrapped[..block_len]), Some(HybridError::MaterialMissing));
    assert_eq!(fails(&wrapped[..=block_len]), Some(HybridError::Material));
    assert_eq!(fails(&changed(block_len - 1)), Some(HybridError::Block));
    assert_eq!(fails(&changed(block_len)), Some(HybridError::Material));
    assert_eq!(key.unwrap_hybrid(OaepHash::Sha1, &[32], &wrapped).err(), Some(HybridError::Block));
    assert_eq!(fails(&vec![0; 16 * 1024 + 1]), Some(HybridError::Block));
}

/// Whatever is wrong, the answer is the same. PKCS#1 v1.5 has no integrity, so only its size is tried there.
fn refuses_damage(key: &WrappingKey, algorithm: WrappingAlgorithm, wrapped: &[u8]) {
    let refused = |bytes: &[u8]| assert_eq!(key.unwrap(algorithm, bytes).err(), Some(UnwrapError));
    let changed = |index: usize| {
        let mut bytes = wrapped.to_vec();
        bytes[index] ^= 1;
        bytes
    };
    refused(&[]);
    refused(&wrapped[1..]);
    refused(&wrapped[..wrapped.len() - 1]);
    refused(&[wrapped, &[0]].concat());
    refused(&vec![0xff; 16 * 1024 + 1]);
    if algorithm != WrappingAlgorithm::RsaesPkcs1V15 {
        refused(&changed(0));
        refused(&changed(key.bits().bytes() - 1));
        refused(&changed(wrapped.len() - 1));
    }
    match algorithm {
        WrappingAlgorithm::RsaAesKeyWrap(hash) => {
            refused(&wrapped[..key.bits().bytes()]);
            refused(&wrapped[..wrapped.len() - 8]);
            let other = if hash == OaepHash::Sha1 { OaepHash::Sha256 } else { OaepHash::Sha1 };
            assert!(key.unwrap(WrappingAlgorithm::RsaAesKeyWrap(other), wrapped).is_err());
            assert!(key.unwrap(WrappingAlgorithm::RsaesOaep(hash), wrapped).is_err());
        }
        WrappingAlgorithm::RsaesOaep(hash) => {
            let other = if hash == OaepHash::Sha1 { OaepHash::Sha256 } else { OaepHash::Sha1 };
            assert!(key.unwrap(WrappingAlgorithm::RsaesOaep(other), wrapped).is_err());
            assert!(key.unwrap(WrappingAlgorithm::RsaAesKeyWrap(hash), wrapped).is_err());
        }
        WrappingAlgorithm::RsaesPkcs1V15 => {
            assert!(key.unwrap(WrappingAlgorithm::RsaesOaep(OaepHash::Sha1), wrapped).is_err());
        }
    }
}

#[test]
fn direct_under_rsa_2048() {
    direct(RsaBits::B2048);
}

#[test]
fn direct_under_rsa_3072() {
    direct(RsaBits::B3072);
}

#[test]
fn direct_under_rsa_4096() {
    direct(RsaBits::B4096);
}

#[test]
fn hybrid_under_rsa_2048() {
    hybrid(RsaBits::B2048);
}

#[test]
fn hybrid_under_rsa_3072() {
    hybrid(RsaBits::B3072);
}

#[test]
fn hybrid_under_rsa_4096() {
    hybrid(RsaBits::B4096);
}

#[test]
fn a_wrapping_key_survives_storage_and_another_does_not_unwrap() {
    let (_, key) = wrapping_key(RsaBits::B2048);
    let again = WrappingKey::from_pkcs8(&key.to_pkcs8()).unwrap();
    assert_eq!((again.public_key(), again.bits()), (key.public_key(), key.bits()));
    let other = WrappingKey::generate(RsaBits::B2048).unwrap();
    for algorithm in
        [WrappingAlgorithm::RsaesOaep(OaepHash::Sha256), WrappingAlgorithm::RsaAesKeyWrap(OaepHash::Sha256)]
    {
        let wrapped = wrap(algorithm, key.public_key(), b"material").unwrap();
        assert!(again.unwrap(algorithm, &wrapped).unwrap().same_as(b"material"));
        assert_eq!(other.unwrap(algorithm, &wrapped).err(), Some(UnwrapError));
    }
    let refused =
        |bytes: &[u8]| WrappingKey::from_pkcs8(&SecretBytes::copy_of(bytes)).err() == Some(KeyError::Stored);
    assert!(refused(b"no key"));
    assert!(refused(&[key.to_pkcs8().expose(), &[0]].concat()));
    let algorithm = WrappingAlgorithm::RsaesOaep(OaepHash::Sha1);
    assert_eq!(wrap(algorithm, b"no key", b"material"), Err(WrapError::PublicKey));
    let curve_key = Material::generate(KeySpec::Ecc(Curve::P256)).unwrap();
    assert_eq!(wrap(algorithm, curve_key.public_key().unwrap(), b"material"), Err(WrapError::PublicKey));
}

#[test]
fn rsa_material_encrypts_for_openssl_and_decrypts_from_it() {
    let place = Workplace::new();
    let key = Material::generate(KeySpec::Rsa(RsaBits::B2048)).unwrap();
    place.file("pub.der", key.public_key().unwrap());
    place.file("key.der", key.to_bytes().expose());
    for (hash, options, max) in [(OaepHash::Sha1, OAEP_SHA1, 214), (OaepHash::Sha256, OAEP_SHA256, 190)] {
        for len in [0, 1, max] {
            let plaintext = random::secret(len);
            place.file("plain", plaintext.expose());
            let theirs = place
                .openssl(&format!("pkeyutl -encrypt -pubin -keyform DER -inkey pub.der {options} -in plain"));
            assert!(key.decrypt(hash, &theirs).unwrap().same_as(plaintext.expose()));
            place.file("ours", &key.encrypt(hash, plaintext.expose()).unwrap());
            let opened =
                place.openssl(&format!("pkeyutl -decrypt -keyform DER -inkey key.der {options} -in ours"));
            assert!(plaintext.same_as(&opened));
            let damaged: Vec<u8> = theirs.iter().map(|byte| byte ^ 0x10).collect();
            assert_eq!(key.decrypt(hash, &damaged).err(), Some(RsaError::Decryption));
            assert_eq!(key.decrypt(hash, &theirs[1..]).err(), Some(RsaError::Decryption));
        }
        let long = random::secret(max + 1);
        assert_eq!(key.encrypt(hash, long.expose()), Err(RsaError::TooLong { max }));
    }
    let other = Material::generate(KeySpec::Symmetric).unwrap();
    assert_eq!(other.encrypt(OaepHash::Sha256, b"x"), Err(RsaError::WrongKey));
    assert_eq!(other.decrypt(OaepHash::Sha256, b"x").err(), Some(RsaError::WrongKey));
}
