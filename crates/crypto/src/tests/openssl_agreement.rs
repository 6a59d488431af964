//! Secrets agreed with OpenSSL, and keys of peers that are refused.

use super::der::*;
use super::openssl::Workplace;
use crate::*;

fn both_sides_agree(curve: Curve, name: &str) {
    let place = Workplace::new();
    let ours = Material::generate(KeySpec::Ecc(curve)).unwrap();
    place.file("ours.der", ours.public_key().unwrap());
    for form in ["uncompressed", "compressed"] {
        place.openssl(&format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:{name} -out key.pem"));
        place.openssl(&format!("ec -in key.pem -conv_form {form} -pubout -outform DER -out pub.der"));
        let theirs = place.openssl("pkeyutl -derive -inkey key.pem -peerkey ours.der -peerform DER");
        let secret = ours.agree(&place.read("pub.der")).unwrap();
        assert_eq!(secret.len(), curve.field_len());
        assert!(secret.same_as(&theirs), "{name} {form}");
    }
}

#[test]
fn p256() {
    both_sides_agree(Curve::P256, "P-256");
}

#[test]
fn p384() {
    both_sides_agree(Curve::P384, "P-384");
}

#[test]
fn p521() {
    both_sides_agree(Curve::P521, "P-521");
}

#[test]
fn peers_that_are_no_points_of_the_curve_are_refused() {
    let place = Workplace::new();
    let key = Material::generate(KeySpec::Ecc(Curve::P256)).unwrap();
    let refused = |peer: &[u8], why| assert_eq!(key.agree(peer).err(), Some(why));
    let peer = Material::generate(KeySpec::Ecc(Curve::P256)).unwrap().public_key().unwrap().to_vec();
    assert!(key.agree(&peer).is_ok());

    refused(&[], AgreementError::PeerEncoding);
    refused(b"not a key", AgreementError::PeerEncoding);
    refused(&peer[..peer.len() - 1], AgreementError::PeerEncoding);
    refused(&[&peer[..], &[0]].concat(), AgreementError::PeerEncoding);
    refused(key.to_bytes().expose(), AgreementError::PeerEncoding);

    for spec in [KeySpec::Ed25519, KeySpec::Rsa(RsaBits::B2048), KeySpec::MlKem(MlKemSet::K512)] {
        let other = Material::generate(spec).unwrap();
        refused(other.public_key().unwrap(), AgreementError::PeerAlgorithm);
    }
    for curve in [Curve::P384, Curve::P521, Curve::K256] {
        let other = Material::generate(KeySpec::Ecc(curve)).unwrap();
        refused(other.public_key().unwrap(), AgreementError::PeerCurve);
        assert!(other.agree(&peer).is_err());
    }
    place.openssl(
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit -out key.pem",
    );
    refused(&place.openssl("pkey -in key.pem -pubout -outform DER"), AgreementError::PeerCurve);
    refused(&spki("06072a8648ce3d0201", &peer[26..]), AgreementError::PeerCurve);

    let point = &peer[26..];
    assert_eq!((point[0], point.len()), (4, 65));
    let on_curve = |point: &[u8]| spki(EC_P256, point);
    assert_eq!(on_curve(point), peer);
    let mut off_curve = point.to_vec();
    off_curve[64] ^= 1;
    let hybrid = [&[6 | point[64] & 1], &point[1..]].concat();
    let beyond_the_field = [&[4][..], &[0xff; 64]].concat();
    for wrong in [&off_curve, &hybrid, &beyond_the_field, &[0][..], &[], &point[..64], &[4; 1], &[2; 1]] {
        refused(&on_curve(wrong), AgreementError::PeerPoint);
    }
}
