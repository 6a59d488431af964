//! Import of RSA keys: keys that only look right, and keys that look wrong and are.

use super::der::{
    EC_P256, INTEGER, OCTET_STRING, RSA_ENCRYPTION, SEQUENCE, children, content, element, hex, integer,
    long_element, open_element, pkcs8, sequence,
};
use crate::*;

const RSA: KeySpec = KeySpec::Rsa(RsaBits::B2048);
const P_COMPOSITE: &str = include_str!("vectors/rsa_2048_p_composite.hex");
const Q_COMPOSITE: &str = include_str!("vectors/rsa_2048_q_composite.hex");
const PRIMES_CLOSE: &str = include_str!("vectors/rsa_2048_primes_close.hex");
/// Either side of a multiple of 2^928: next to each other, with other leading bytes.
const PRIMES_ADJACENT: &str = include_str!("vectors/rsa_2048_primes_adjacent.hex");
const PRIMES_UNEVEN: &str = include_str!("vectors/rsa_2048_primes_uneven.hex");

fn import(spec: KeySpec, document: &[u8]) -> Result<Material, MaterialError> {
    Material::import(spec, &SecretBytes::copy_of(document))
}

#[track_caller]
fn refused(document: &[u8], expected: MaterialError) {
    assert_eq!(import(RSA, document).err(), Some(expected));
}

/// A good key and the nine integers of its `RSAPrivateKey`.
fn good() -> (Material, Vec<Vec<u8>>) {
    let key = Material::generate(RSA).unwrap();
    let document = key.to_bytes();
    let numbers = children(content(&children(document.expose())[2]));
    (key, numbers)
}

fn document(numbers: &[Vec<u8>]) -> Vec<u8> {
    pkcs8(RSA_ENCRYPTION, &element(SEQUENCE, &numbers.concat()))
}

#[test]
fn a_good_key_is_taken_in_der_and_ber() {
    let (key, numbers) = good();
    let inner = element(SEQUENCE, &numbers.concat());
    let pieces: Vec<u8> = inner.chunks(100).flat_map(|piece| element(OCTET_STRING, piece)).collect();
    let algorithm = sequence(&[&hex(RSA_ENCRYPTION)]);
    let loose_numbers: Vec<u8> = numbers.iter().flat_map(|n| long_element(INTEGER, content(n))).collect();
    let documents = [
        ("DER", document(&numbers)),
        ("no NULL in the algorithm", pkcs8("06092a864886f70d010101", &inner)),
        (
            "BER",
            open_element(SEQUENCE, &[integer(&[]), algorithm, open_element(OCTET_STRING, &pieces)].concat()),
        ),
        ("BER inside", pkcs8(RSA_ENCRYPTION, &open_element(SEQUENCE, &loose_numbers))),
    ];
    for (name, bytes) in documents {
        println!("{name}");
        let imported = import(RSA, &bytes).map_err(|error| error.to_string()).unwrap();
        assert!(imported.to_bytes().same_as(key.to_bytes().expose()));
        assert_eq!(imported.public_key(), key.public_key());
    }
}

#[test]
fn factors_that_are_not_prime_are_refused() {
    for (name, vector) in [("p", P_COMPOSITE), ("q", Q_COMPOSITE)] {
        let bytes = hex(vector);
        println!("{name}");
        // The library alone takes the key: its numbers are consistent.
        assert!(Material::from_bytes(RSA, &SecretBytes::copy_of(&bytes)).is_ok());
        refused(&bytes, MaterialError::NotPrime);
    }
}

#[test]
fn primes_close_to_each_other_or_of_uneven_length_are_refused() {
    refused(&hex(PRIMES_CLOSE), MaterialError::PrimesTooClose);
    refused(&hex(PRIMES_ADJACENT), MaterialError::PrimesTooClose);
    refused(&hex(PRIMES_UNEVEN), MaterialError::PrimeSize);
    let (_, mut numbers) = good();
    numbers[5] = numbers[4].clone();
    refused(&document(&numbers), MaterialError::PrimesTooClose);
}

#[test]
fn any_number_that_does_not_fit_is_refused() {
    let (_, numbers) = good();
    for (index, name) in ["n", "e", "d", "p", "q", "dP", "dQ", "qInv"].into_iter().enumerate() {
        let mut changed = numbers.clone();
        let last = changed[index + 1].last_mut().unwrap();
        *last ^= 4;
        println!("{name}");
        let expected = if name == "e" { MaterialError::PublicExponent } else { MaterialError::Inconsistent };
        refused(&document(&changed), expected);
    }
}

#[test]
fn sizes_exponents_and_versions_other_than_the_specs_are_refused() {
    let (_, numbers) = good();
    let wrong_size = MaterialError::ModulusSize { actual: 2048, expected: 3072 };
    assert_eq!(import(KeySpec::Rsa(RsaBits::B3072), &document(&numbers)).err(), Some(wrong_size));
    let with = |index: usize, number: Vec<u8>| {
        let mut changed = numbers.clone();
        changed[index] = number;
        document(&changed)
    };
    refused(&with(0, integer(&[1])), MaterialError::MultiPrime);
    refused(&with(0, integer(&[2])), MaterialError::Encoding);
    refused(&with(2, integer(&[3])), MaterialError::PublicExponent);
    refused(&with(2, integer(&[17])), MaterialError::PublicExponent);
    let short = &content(&numbers[1])[1..];
    refused(
        &with(1, integer(&short[1..])),
        MaterialError::ModulusSize { actual: bits(&short[1..]), expected: 2048 },
    );
    refused(&with(1, element(INTEGER, short)), MaterialError::Encoding);
    refused(&with(2, element(INTEGER, &[0, 1, 0, 1])), MaterialError::Encoding);
    refused(&with(3, element(INTEGER, &[])), MaterialError::Encoding);
}

fn bits(magnitude: &[u8]) -> usize {
    let zeros = magnitude.iter().take_while(|byte| **byte == 0).count();
    (magnitude.len() - zeros) * 8 - magnitude[zeros].leading_zeros() as usize
}

#[test]
fn bytes_left_over_are_refused_at_every_level() {
    let (_, numbers) = good();
    let extra: &[u8] = &[5, 0];
    let inner = element(SEQUENCE, &numbers.concat());
    let whole = document(&numbers);
    let cases = [
        ("after the document", [whole.as_slice(), extra].concat()),
        ("inside the document", sequence(&[content(&whole), extra])),
        ("inside the algorithm", pkcs8(&format!("{RSA_ENCRYPTION}0500"), &inner)),
        ("after the inner key", pkcs8(RSA_ENCRYPTION, &[inner.as_slice(), extra].concat())),
        ("inside the inner key", pkcs8(RSA_ENCRYPTION, &sequence(&[&numbers.concat(), extra]))),
    ];
    for (name, bad) in cases {
        println!("{name}");
        refused(&bad, MaterialError::TrailingData);
    }
    for cut in (0..whole.len()).step_by(7) {
        refused(&whole[..cut], MaterialError::Encoding);
    }
}

#[test]
fn keys_of_other_algorithms_are_refused() {
    let (_, numbers) = good();
    let inner = element(SEQUENCE, &numbers.concat());
    refused(&pkcs8(EC_P256, &inner), MaterialError::WrongAlgorithm);
    // id-RSASSA-PSS restricts the key to one use and is not rsaEncryption.
    refused(&pkcs8("06092a864886f70d01010a", &inner), MaterialError::WrongAlgorithm);
    refused(&pkcs8("06092a864886f70d0101013000", &inner), MaterialError::Encoding);
    refused(&inner, MaterialError::Encoding);
    refused(&[0x30; 32], MaterialError::Encoding);
}

#[test]
fn a_public_key_that_came_along_must_be_the_right_one() {
    let (key, numbers) = good();
    let (_, foreign) = good();
    let inner = element(SEQUENCE, &numbers.concat());
    let with_public = |public: &[Vec<u8>]| {
        let public = element(SEQUENCE, &[public[1].as_slice(), &public[2]].concat());
        sequence(&[
            &integer(&[1]),
            &sequence(&[&hex(RSA_ENCRYPTION)]),
            &element(OCTET_STRING, &inner),
            &element(0x81, &[&[0], public.as_slice()].concat()),
        ])
    };
    assert_eq!(import(RSA, &with_public(&numbers)).unwrap().public_key(), key.public_key());
    refused(&with_public(&foreign), MaterialError::PublicKeyMismatch);
}
