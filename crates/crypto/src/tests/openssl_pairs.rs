//! Key pairs that are given away are read by OpenSSL, and written by it as they are written here.

use super::openssl::Workplace;
use crate::*;

fn openssl_reads(spec: KeySpec) {
    let place = Workplace::new();
    let pair = Material::generate(spec).unwrap().key_pair().unwrap();
    place.file("key.der", pair.private.expose());
    let public = place.openssl("pkey -inform DER -in key.der -pubout -outform DER");
    assert_eq!(public, pair.public, "{spec:?}");
    assert_eq!(place.openssl("pkey -inform DER -in key.der -check -noout"), b"Key is valid\n", "{spec:?}");
    let written = place.openssl("pkcs8 -topk8 -nocrypt -inform DER -in key.der -outform DER");
    assert!(pair.private.same_as(&written), "{spec:?}");
    assert!(Material::import(spec, &pair.private).is_ok());

    let other = Material::generate(spec).unwrap().key_pair().unwrap();
    assert!(other.public != pair.public && !other.private.same_as(pair.private.expose()));
}

#[test]
fn rsa() {
    for bits in [RsaBits::B2048, RsaBits::B3072, RsaBits::B4096] {
        openssl_reads(KeySpec::Rsa(bits));
    }
}

#[test]
fn elliptic_curves() {
    for curve in [Curve::P256, Curve::P384, Curve::P521, Curve::K256] {
        openssl_reads(KeySpec::Ecc(curve));
    }
    openssl_reads(KeySpec::Ed25519);
}
