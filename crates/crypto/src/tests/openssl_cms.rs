//! Envelopes for a recipient are opened by OpenSSL.

use super::der::children;
use super::openssl::Workplace;
use crate::*;

/// Leaves `key.pem` in the workplace and returns the public key.
fn recipient(place: &Workplace, bits: usize) -> Vec<u8> {
    place.openssl(&format!("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:{bits} -out key.pem"));
    place.openssl("pkey -in key.pem -pubout -outform DER")
}

#[test]
fn openssl_opens_envelopes_of_every_size() {
    for bits in [2048, 3072, 4096] {
        let place = Workplace::new();
        let public = recipient(&place, bits);
        for len in [0, 1, 15, 16, 17, 32, 1024, 4096] {
            let plaintext = random::secret(len);
            place.file("envelope.der", &enveloped_data(&public, plaintext.expose()).unwrap());
            place.openssl("cms -decrypt -binary -inform DER -in envelope.der -inkey key.pem -out opened");
            assert!(plaintext.same_as(&place.read("opened")), "{bits} {len}");
        }
    }
}

#[test]
fn openssl_finds_the_recipient_by_the_identifier_in_his_certificate() {
    let place = Workplace::new();
    let public = recipient(&place, 2048);
    place.openssl("req -x509 -key key.pem -subj /CN=recipient -out certificate.pem");
    place.file("envelope.der", &enveloped_data(&public, b"secret").unwrap());
    let open = "cms -decrypt -binary -inform DER -in envelope.der -inkey key.pem -recip certificate.pem";
    assert_eq!(place.openssl(open), b"secret");

    let shown = String::from_utf8(place.openssl("cms -cmsout -print -inform DER -in envelope.der")).unwrap();
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
    let shown = words(&shown);
    for expected in [
        "contentType: pkcs7-envelopedData (1.2.840.113549.1.7.3)",
        "d.envelopedData: version: 2 originatorInfo: <ABSENT> recipientInfos: d.ktri: version: 2",
        "d.subjectKeyIdentifier:",
        "keyEncryptionAlgorithm: algorithm: rsaesOaep (1.2.840.113549.1.1.7)",
        "OBJECT :sha256",
        "OBJECT :mgf1",
        "contentType: pkcs7-data (1.2.840.113549.1.7.1)",
        "algorithm: aes-256-cbc (2.16.840.1.101.3.4.1.42)",
        "unprotectedAttrs: <ABSENT>",
    ] {
        assert!(shown.contains(expected), "{expected} is missing in: {shown}");
    }
}

#[test]
fn an_envelope_opens_for_its_recipient_only_and_is_never_the_same() {
    let (place, other) = (Workplace::new(), Workplace::new());
    let public = recipient(&place, 2048);
    recipient(&other, 2048);
    let envelope = enveloped_data(&public, b"a plaintext of more than one block").unwrap();
    other.file("envelope.der", &envelope);
    let open = "cms -decrypt -binary -inform DER -in envelope.der -inkey key.pem";
    // OpenSSL goes on with a random key if the right one does not come out, and the padding is then right by chance
    // once in 256 times: what must not happen is that the plaintext comes out.
    if other.openssl_accepts(open) {
        assert_ne!(other.openssl(open), b"a plaintext of more than one block");
    }
    let again = enveloped_data(&public, b"a plaintext of more than one block").unwrap();
    assert_eq!(again.len(), envelope.len());
    let content = |document: &[u8]| children(&children(&children(document)[1])[0])[2].clone();
    let [iv, ciphertext] = [1, 2].map(|field| {
        let fields = children(&content(&envelope));
        fields[field].clone()
    });
    let fields = children(&content(&again));
    assert!(fields[1] != iv && fields[2] != ciphertext);
    assert!(!envelope.windows(9).any(|window| window == b"plaintext"));
}

#[test]
fn other_recipients_are_refused() {
    let place = Workplace::new();
    let refused = |key: &[u8]| assert_eq!(enveloped_data(key, b"x"), Err(CmsError::RecipientKey));
    for bits in [1024, 2056, 3080] {
        refused(&recipient(&place, bits));
    }
    let good = recipient(&place, 2048);
    assert!(enveloped_data(&good, b"x").is_ok());
    refused(&[]);
    refused(&good[1..]);
    refused(&[&good[..], &[0]].concat());
    refused(&place.openssl("rsa -in key.pem -RSAPublicKey_out -outform DER"));
    refused(&place.openssl("pkcs8 -topk8 -nocrypt -in key.pem -outform DER"));
    for spec in [KeySpec::Ecc(Curve::P384), KeySpec::Ed25519, KeySpec::MlKem(MlKemSet::K768)] {
        refused(Material::generate(spec).unwrap().public_key().unwrap());
    }
    place.openssl("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out pss.pem");
    refused(&place.openssl("pkey -in pss.pem -pubout -outform DER"));
}
