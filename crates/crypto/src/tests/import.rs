//! Import of elliptic curve, Edwards curve, ML-DSA and raw material: what is taken, and why the rest is refused.

use super::der::{
    BIT_STRING, CONSTRUCTED, EC_P256, EC_P384, ED25519, OCTET_STRING, SEQUENCE, children, content, element,
    hex, integer, long_element, open_element, pkcs8, sequence,
};
use crate::*;

const P256: KeySpec = KeySpec::Ecc(Curve::P256);

fn import(spec: KeySpec, document: &[u8]) -> Result<Material, MaterialError> {
    Material::import(spec, &SecretBytes::copy_of(document))
}

#[track_caller]
fn refused(spec: KeySpec, document: &[u8], expected: MaterialError) {
    assert_eq!(import(spec, document).err(), Some(expected));
}

#[track_caller]
fn same_key(spec: KeySpec, document: &[u8], original: &Material) {
    let imported = import(spec, document).map_err(|error| error.to_string()).unwrap();
    assert_eq!(hex::encode(imported.identity()), hex::encode(original.identity()));
    assert!(imported.to_bytes().same_as(original.to_bytes().expose()), "the stored form is canonical");
}

/// A P-256 key with its parts: scalar and uncompressed point.
fn p256() -> (Material, Vec<u8>, Vec<u8>) {
    let key = Material::generate(P256).unwrap();
    let document = key.to_bytes();
    let fields = children(document.expose());
    let inner = children(content(&fields[2]));
    let scalar = content(&inner[1]).to_vec();
    let point = content(content(&inner[2]))[1..].to_vec();
    (key, scalar, point)
}

fn ec_key(scalar: &[u8], rest: &[&[u8]]) -> Vec<u8> {
    sequence(&[&integer(&[1]), &element(OCTET_STRING, scalar), &rest.concat()])
}

fn point_field(point: &[u8]) -> Vec<u8> {
    element(0xa1, &element(BIT_STRING, &[&[0], point].concat()))
}

fn compressed(point: &[u8]) -> Vec<u8> {
    [&[2 | (point[64] & 1)], &point[1..33]].concat()
}

#[test]
fn raw_material_is_taken_by_length_alone() {
    let hmac = |hash| KeySpec::Hmac(hash);
    let cases = [
        (KeySpec::Symmetric, 32, 32),
        (hmac(HmacHash::Sha224), 28, 128),
        (hmac(HmacHash::Sha256), 32, 128),
        (hmac(HmacHash::Sha384), 48, 128),
        (hmac(HmacHash::Sha512), 64, 128),
    ];
    for (spec, min, max) in cases {
        for actual in [0, 1, min - 1, min, max, max + 1, 4096] {
            let bytes = random::secret(actual);
            match Material::import(spec, &bytes) {
                Ok(key) => {
                    assert!((min..=max).contains(&actual), "{spec:?} took {actual}");
                    assert!(key.to_bytes().same_as(bytes.expose()));
                    assert_eq!(key.identity(), bytes.expose());
                    assert_eq!(key.public_key(), None);
                }
                Err(error) => {
                    assert!(!(min..=max).contains(&actual), "{spec:?} refused {actual}");
                    assert_eq!(error, MaterialError::Length { actual, min, max });
                }
            }
        }
    }
}

#[test]
fn generated_keys_of_every_spec_survive_storage() {
    let specs = [
        KeySpec::Symmetric,
        KeySpec::Hmac(HmacHash::Sha224),
        KeySpec::Hmac(HmacHash::Sha256),
        KeySpec::Hmac(HmacHash::Sha384),
        KeySpec::Hmac(HmacHash::Sha512),
        KeySpec::Rsa(RsaBits::B2048),
        KeySpec::Rsa(RsaBits::B3072),
        KeySpec::Rsa(RsaBits::B4096),
        P256,
        KeySpec::Ecc(Curve::P384),
        KeySpec::Ecc(Curve::P521),
        KeySpec::Ecc(Curve::K256),
        KeySpec::Ed25519,
        KeySpec::MlDsa(MlDsaSet::D44),
        KeySpec::MlDsa(MlDsaSet::D65),
        KeySpec::MlDsa(MlDsaSet::D87),
        KeySpec::MlKem(MlKemSet::K512),
        KeySpec::MlKem(MlKemSet::K768),
        KeySpec::MlKem(MlKemSet::K1024),
    ];
    for spec in specs {
        let key = Material::generate(spec).unwrap();
        let bytes = key.to_bytes();
        let again = Material::from_bytes(spec, &bytes).unwrap();
        assert_eq!((key.spec(), again.spec()), (spec, spec));
        assert_eq!(again.identity(), key.identity());
        assert!(again.to_bytes().same_as(bytes.expose()), "{spec:?}");
        if key.public_key().is_some() {
            let longer = SecretBytes::new([bytes.expose(), &[0]].concat());
            assert_eq!(Material::from_bytes(spec, &longer).err(), Some(KeyError::Stored), "{spec:?}");
        }
        for other in specs {
            let raw = |spec| matches!(spec, KeySpec::Symmetric | KeySpec::Hmac(_));
            if other != spec && !(raw(spec) && raw(other)) && !matches!(other, KeySpec::Hmac(_)) {
                assert!(Material::from_bytes(other, &bytes).is_err(), "{spec:?} was read as {other:?}");
                assert!(Material::import(other, &bytes).is_err(), "{spec:?} was imported as {other:?}");
            }
        }
    }
}

#[test]
fn ec_points_may_be_absent_compressed_or_uncompressed() {
    let (key, scalar, point) = p256();
    let named = element(0xa0, &hex("06082a8648ce3d030107"));
    let forms: [(&str, Vec<Vec<u8>>); 6] = [
        ("absent", vec![]),
        ("uncompressed", vec![point_field(&point)]),
        ("compressed", vec![point_field(&compressed(&point))]),
        ("curve repeated inside", vec![named.clone()]),
        ("curve repeated, uncompressed", vec![named.clone(), point_field(&point)]),
        ("curve repeated, compressed", vec![named, point_field(&compressed(&point))]),
    ];
    for (form, fields) in forms {
        let fields: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
        println!("{form}");
        same_key(P256, &pkcs8(EC_P256, &ec_key(&scalar, &fields)), &key);
    }
}

#[test]
fn ec_scalars_with_missing_or_added_zeros_are_the_same_number() {
    let (_, mut scalar, _) = p256();
    scalar[0] = 0;
    let original = import(P256, &pkcs8(EC_P256, &ec_key(&scalar, &[]))).unwrap();
    same_key(P256, &pkcs8(EC_P256, &ec_key(&scalar[1..], &[])), &original);
    same_key(P256, &pkcs8(EC_P256, &ec_key(&[&[0], scalar.as_slice()].concat(), &[])), &original);
}

#[test]
fn a_foreign_ec_point_is_refused() {
    let (_, scalar, point) = p256();
    let (_, _, foreign) = p256();
    let mut other_sign = compressed(&point);
    other_sign[0] ^= 1;
    let mut hybrid = point.clone();
    hybrid[0] = 6 | (point[64] & 1);
    let wrong = [
        ("another key's", foreign.clone()),
        ("another key's, compressed", compressed(&foreign)),
        ("negated", other_sign),
        ("hybrid form", hybrid),
        ("infinity", vec![0]),
        ("empty", vec![]),
        ("cut short", point[..64].to_vec()),
        ("one byte more", [point.as_slice(), &[0]].concat()),
    ];
    for (name, given) in wrong {
        println!("{name}");
        let document = pkcs8(EC_P256, &ec_key(&scalar, &[&point_field(&given)]));
        refused(P256, &document, MaterialError::PublicKeyMismatch);
    }
    let outside = version_2(EC_P256, &ec_key(&scalar, &[]), &foreign);
    refused(P256, &outside, MaterialError::PublicKeyMismatch);
}

/// PKCS#8 version 2 (RFC 5958) with a public key.
fn version_2(algorithm: &str, key: &[u8], public: &[u8]) -> Vec<u8> {
    sequence(&[
        &integer(&[1]),
        &sequence(&[&hex(algorithm)]),
        &element(OCTET_STRING, key),
        &element(0x81, &[&[0], public].concat()),
    ])
}

#[test]
fn ec_scalars_outside_the_curve_are_refused() {
    // The order of P-256 (SP 800-186 3.2.1.3).
    let order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let mut above = order.clone();
    above[31] += 1;
    let mut below = order.clone();
    below[31] -= 1;
    for (name, scalar) in
        [("zero", vec![0; 32]), ("empty", vec![]), ("order", order), ("above", above), ("long", vec![1; 33])]
    {
        println!("{name}");
        refused(P256, &pkcs8(EC_P256, &ec_key(&scalar, &[])), MaterialError::ScalarRange);
    }
    assert!(import(P256, &pkcs8(EC_P256, &ec_key(&below, &[]))).is_ok());
    assert!(import(P256, &pkcs8(EC_P256, &ec_key(&[1], &[]))).is_ok());
}

#[test]
fn the_curve_must_be_named_and_right() {
    let (_, scalar, _) = p256();
    let key = ec_key(&scalar, &[]);
    refused(P256, &pkcs8(EC_P384, &key), MaterialError::WrongCurve);
    refused(KeySpec::Ecc(Curve::K256), &pkcs8(EC_P256, &key), MaterialError::WrongCurve);
    refused(P256, &pkcs8("06072a8648ce3d02013000", &key), MaterialError::ExplicitParameters);
    refused(P256, &pkcs8("06072a8648ce3d0201", &key), MaterialError::Encoding);
    refused(P256, &pkcs8("06072a8648ce3d02010500", &key), MaterialError::Encoding);
    let inside = |parameters| pkcs8(EC_P256, &ec_key(&scalar, &[&element(0xa0, &hex(parameters))]));
    refused(P256, &inside("06052b81040022"), MaterialError::WrongCurve);
    refused(P256, &inside("3000"), MaterialError::ExplicitParameters);
    refused(P256, &inside("0500"), MaterialError::Encoding);
    refused(P256, &pkcs8(ED25519, &key), MaterialError::WrongAlgorithm);
    // ECDH's own identifier names another use of the key.
    refused(P256, &pkcs8("06052b8104010c06082a8648ce3d030107", &key), MaterialError::WrongAlgorithm);
}

#[test]
fn ber_is_read_as_the_der_it_means() {
    let (key, scalar, point) = p256();
    let inner = ec_key(&scalar, &[&point_field(&point)]);
    let (version, algorithm) = (integer(&[]), sequence(&[&hex(EC_P256)]));
    let octets = |piece: &[u8]| element(OCTET_STRING, piece);
    let halves = [octets(&inner[..50]), octets(&inner[50..])].concat();
    let nested = [open_element(OCTET_STRING, &halves[..52]), halves[52..].to_vec(), octets(&[])].concat();
    let bits = [
        element(BIT_STRING, &[&[0], &point[..9]].concat()),
        element(BIT_STRING, &[&[0], &point[9..]].concat()),
    ];
    let scalar_pieces = [octets(&scalar[..1]), octets(&scalar[1..])].concat();
    let loose_inner = open_element(
        SEQUENCE,
        &[
            long_element(2, &[1]),
            open_element(OCTET_STRING, &scalar_pieces),
            open_element(0xa1, &open_element(BIT_STRING, &bits.concat())),
        ]
        .concat(),
    );
    let fields = |key: &[u8]| [version.as_slice(), &algorithm, key].concat();
    let documents = [
        ("lengths in long form", long_element(SEQUENCE, &fields(&long_element(OCTET_STRING, &inner)))),
        ("indefinite length", open_element(SEQUENCE, &fields(&octets(&inner)))),
        (
            "all indefinite",
            open_element(
                SEQUENCE,
                &[
                    version.clone(),
                    open_element(SEQUENCE, &hex(EC_P256)),
                    open_element(OCTET_STRING, &halves),
                ]
                .concat(),
            ),
        ),
        ("string in pieces", element(SEQUENCE, &fields(&element(OCTET_STRING | CONSTRUCTED, &halves)))),
        ("pieces of pieces", element(SEQUENCE, &fields(&open_element(OCTET_STRING, &nested)))),
        ("the inner key too", element(SEQUENCE, &fields(&octets(&loose_inner)))),
    ];
    for (name, document) in documents {
        println!("{name}");
        same_key(P256, &document, &key);
    }
}

#[test]
fn ber_without_end_or_with_too_much_of_it_is_refused() {
    let (_, scalar, _) = p256();
    let fields =
        [integer(&[]), sequence(&[&hex(EC_P256)]), element(OCTET_STRING, &ec_key(&scalar, &[]))].concat();
    let open = open_element(SEQUENCE, &fields);
    for cut in 0..open.len() {
        refused(P256, &open[..cut], MaterialError::Encoding);
    }
    refused(P256, &[open.as_slice(), &[0, 0]].concat(), MaterialError::TrailingData);
    let deep = (0..40).fold(fields.clone(), |inner, _| open_element(SEQUENCE, &inner));
    refused(P256, &deep, MaterialError::Encoding);
    let wide = element(SEQUENCE, &[fields.as_slice(), &element(0xa0, &vec![0; 20_000])].concat());
    refused(P256, &wide, MaterialError::Encoding);
    for (name, bad) in [
        ("nothing", vec![]),
        ("primitive of indefinite length", vec![0x04, 0x80, 0, 0]),
        ("reserved length", vec![0x30, 0xff, 0]),
        ("primitive sequence", element(0x10, &fields)),
        ("constructed integer", element(SEQUENCE, &element(0x22, &integer(&[])))),
        ("high tag number", element(SEQUENCE, &[0x1f, 0x81, 0x01, 0x00])),
        ("end where none is due", element(SEQUENCE, &[0, 0])),
        ("length of 2^64", [&[0x30, 0x89, 1], [0; 8].as_slice()].concat()),
        ("length beyond the end", vec![0x30, 0x84, 0xff, 0xff, 0xff, 0xff]),
        ("wrong piece", element(0x24, &element(BIT_STRING, &[0, 1]))),
        ("piece with unused bits", element(0x23, &element(BIT_STRING, &[4, 0x10]))),
    ] {
        println!("{name}");
        refused(P256, &bad, MaterialError::Encoding);
    }
}

#[test]
fn bytes_left_over_are_refused_at_every_level() {
    let (_, scalar, point) = p256();
    let extra: &[u8] = &[5, 0];
    let inner = ec_key(&scalar, &[]);
    let document = pkcs8(EC_P256, &inner);
    let with_point = |field: Vec<u8>| pkcs8(EC_P256, &ec_key(&scalar, &[&field]));
    let bits = element(BIT_STRING, &[&[0], point.as_slice()].concat());
    let cases = [
        ("after the document", [document.as_slice(), extra].concat()),
        ("a zero after the document", [document.as_slice(), &[0]].concat()),
        ("inside the document", sequence(&[content(&document), extra])),
        ("inside the algorithm", pkcs8(&format!("{EC_P256}0500"), &inner)),
        ("after the inner key", pkcs8(EC_P256, &[inner.as_slice(), extra].concat())),
        ("inside the inner key", pkcs8(EC_P256, &ec_key(&scalar, &[extra]))),
        ("inside the point's field", with_point(element(0xa1, &[bits.as_slice(), extra].concat()))),
        (
            "public key in version 1",
            sequence(&[content(&document), &element(0x81, &[&[0], point.as_slice()].concat())]),
        ),
    ];
    for (name, bad) in cases {
        println!("{name}");
        refused(P256, &bad, MaterialError::TrailingData);
    }
}

#[test]
fn attributes_are_ignored_if_well_formed() {
    let (key, scalar, _) = p256();
    let document = pkcs8(EC_P256, &ec_key(&scalar, &[]));
    // keyUsage (2.5.29.15) as some exporters add it.
    let attribute = hex("300d0603551d0f3106030405800300");
    let attribute = [&attribute[..2], &hex("0603551d0f"), &element(0x31, &hex("03020780"))].concat();
    let attribute = element(SEQUENCE, &attribute[2..]);
    same_key(P256, &sequence(&[content(&document), &element(0xa0, &attribute)]), &key);
    refused(P256, &sequence(&[content(&document), &element(0xa0, &[0x30, 9])]), MaterialError::Encoding);
}

#[test]
fn structures_with_a_wrong_field_are_refused() {
    let (_, scalar, _) = p256();
    let inner = ec_key(&scalar, &[]);
    let cases = [
        (
            "version 2 of the document",
            sequence(&[&integer(&[2]), &sequence(&[&hex(EC_P256)]), &element(4, &inner)]),
        ),
        (
            "version 0 of the key",
            pkcs8(EC_P256, &sequence(&[&integer(&[]), &element(OCTET_STRING, &scalar)])),
        ),
        (
            "negative version",
            sequence(&[&element(2, &[0xff]), &sequence(&[&hex(EC_P256)]), &element(4, &inner)]),
        ),
        ("no key", sequence(&[&integer(&[]), &sequence(&[&hex(EC_P256)])])),
        ("empty key", pkcs8(EC_P256, &[])),
        ("SEC 1 instead of PKCS#8", inner.clone()),
        ("a public key", Material::generate(P256).unwrap().public_key().unwrap().to_vec()),
        ("text", b"-----BEGIN PRIVATE KEY-----".to_vec()),
    ];
    for (name, bad) in cases {
        println!("{name}");
        refused(P256, &bad, MaterialError::Encoding);
    }
}

#[test]
fn ed25519_takes_both_versions_and_refuses_a_foreign_public_key() {
    let key = Material::generate(KeySpec::Ed25519).unwrap();
    let document = key.to_bytes();
    let curve_key = content(&children(document.expose())[2]).to_vec();
    let public = &content(key.public_key().unwrap())[content(key.public_key().unwrap()).len() - 32..];
    same_key(KeySpec::Ed25519, &version_2(ED25519, &curve_key, public), &key);
    let foreign = Material::generate(KeySpec::Ed25519).unwrap();
    let foreign_public = &foreign.public_key().unwrap()[12..];
    let refuse = |document: &[u8], error| refused(KeySpec::Ed25519, document, error);
    refuse(&version_2(ED25519, &curve_key, foreign_public), MaterialError::PublicKeyMismatch);
    refuse(&pkcs8(ED25519, &element(OCTET_STRING, &[7; 31])), MaterialError::Encoding);
    refuse(&pkcs8(ED25519, &element(OCTET_STRING, &[7; 33])), MaterialError::Encoding);
    refuse(&pkcs8(ED25519, &[0xff; 32]), MaterialError::Encoding);
    refuse(&pkcs8(ED25519, &[curve_key.as_slice(), &[0]].concat()), MaterialError::TrailingData);
    refuse(&[document.expose(), &[0]].concat(), MaterialError::TrailingData);
    refuse(&pkcs8(&format!("{ED25519}0500"), &curve_key), MaterialError::Encoding);
    // X25519 has the same structure.
    refuse(&pkcs8("06032b656e", &curve_key), MaterialError::WrongAlgorithm);
}

#[test]
fn ml_dsa_takes_the_seed_and_the_seed_with_its_expansion() {
    for (set, algorithm, expanded_len) in [
        (MlDsaSet::D44, "0609608648016503040311", 2560),
        (MlDsaSet::D65, "0609608648016503040312", 4032),
        (MlDsaSet::D87, "0609608648016503040313", 4896),
    ] {
        let spec = KeySpec::MlDsa(set);
        let key = Material::generate(spec).unwrap();
        let seed = content(content(&children(key.to_bytes().expose())[2])).to_vec();
        let Material::MlDsa(inside) = &key else { panic!("not ML-DSA") };
        let expanded = inside.expanded();
        assert_eq!((seed.len(), expanded.len()), (32, expanded_len));
        let both =
            |expanded: &[u8]| sequence(&[&element(OCTET_STRING, &seed), &element(OCTET_STRING, expanded)]);
        same_key(spec, &pkcs8(algorithm, &element(0x80, &seed)), &key);
        same_key(spec, &pkcs8(algorithm, &both(&expanded)), &key);
        let mut damaged = expanded.clone();
        damaged[200] ^= 1;
        refused(spec, &pkcs8(algorithm, &both(&damaged)), MaterialError::Inconsistent);
        refused(spec, &pkcs8(algorithm, &element(OCTET_STRING, &expanded)), MaterialError::SeedMissing);
        refused(spec, &pkcs8(algorithm, &element(0x80, &seed[..31])), MaterialError::Encoding);
        refused(spec, &pkcs8(algorithm, &element(0x30, &seed)), MaterialError::Encoding);
        refused(spec, &pkcs8(&format!("{algorithm}0500"), &element(0x80, &seed)), MaterialError::Encoding);
        refused(
            spec,
            &version_2(algorithm, &element(0x80, &seed), &[1; 32]),
            MaterialError::PublicKeyMismatch,
        );
        let other = KeySpec::MlDsa(if set == MlDsaSet::D44 { MlDsaSet::D65 } else { MlDsaSet::D44 });
        refused(other, &pkcs8(algorithm, &element(0x80, &seed)), MaterialError::WrongAlgorithm);
    }
}

#[test]
fn ml_kem_is_never_imported() {
    let spec = KeySpec::MlKem(MlKemSet::K768);
    let key = Material::generate(spec).unwrap();
    refused(spec, key.to_bytes().expose(), MaterialError::NotImportable);
}
