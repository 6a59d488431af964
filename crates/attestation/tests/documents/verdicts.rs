//! What is said of each document: those to be taken, and one for each way of being wrong, which must be refused for that
//! reason and no other.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use attestation::{Document, Error, Platform, Position, Root, verify};

/// 2026-01-01T00:00:00Z in milliseconds, when every document was made.
pub(crate) const NOW: u64 = 1_767_225_600_000;
const HOUR: u64 = 60 * 60 * 1000;

pub(crate) fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

pub(crate) fn document(name: &str) -> Vec<u8> {
    fs::read(vectors().join("documents").join(format!("{name}.cbor"))).unwrap()
}

/// The root of each document, by its name.
pub(crate) fn roots() -> BTreeMap<String, Root> {
    let text = fs::read_to_string(vectors().join("roots.txt")).unwrap();
    text.lines()
        .map(|line| {
            let (name, root) = line.split_once(' ').unwrap();
            (name.to_owned(), Root::parse(root).unwrap())
        })
        .collect()
}

fn verified(name: &str) -> Result<Document, Error> {
    verify(&document(name), &roots()[name], NOW)
}

#[test]
fn good_documents_are_taken() {
    for name in ["enclave", "tagged", "indefinite", "absent", "everything", "rsa_3072", "rsa_4096"] {
        let found = verified(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(found.platform, Platform::Enclave, "{name}");
        assert_eq!(found.pcrs.len(), 16, "{name}");
        assert_eq!(found.pcrs[&5], [5; 48], "{name}");
        assert!(found.public_key.starts_with(&[0x30, 0x82]), "{name}");
    }
    let tpm = verified("nitrotpm").unwrap();
    assert_eq!(tpm.platform, Platform::NitroTpm);
    assert_eq!(tpm.pcrs.keys().collect::<Vec<_>>(), [&4, &7]);
}

#[test]
fn wrong_certificates_are_refused() {
    use Position::{Bundle, Leaf};
    let expired = |certificate| Error::Expired { certificate };
    let usage = |certificate| Error::Usage { certificate };
    refused(&[
        ("root_expired", expired(Bundle(0))),
        ("region_expired", expired(Bundle(1))),
        ("leaf_expired", expired(Leaf)),
        ("leaf_not_yet_valid", Error::NotYetValid { certificate: Leaf }),
        ("root_reaches_too_short", usage(Bundle(0))),
        ("region_reaches_too_short", usage(Bundle(1))),
        ("root_no_authority", usage(Bundle(0))),
        ("zone_no_authority", usage(Bundle(2))),
        ("zone_signs_no_certificates", usage(Bundle(2))),
        ("leaf_an_authority", usage(Leaf)),
        ("leaf_signs_nothing", usage(Leaf)),
        ("zone_signed_by_another", Error::Path),
        ("leaf_signed_by_another", Error::Path),
        ("zone_on_p256", Error::Path),
        ("leaf_on_p256", Error::Signature),
        ("zone_missing", Error::Path),
        ("zone_twice", usage(Bundle(1))),
        ("root_alone", Error::Path),
        ("root_last", Error::UntrustedRoot),
        ("leaf_of_another", Error::Path),
        ("leaf_not_der", Error::Certificate { certificate: Leaf }),
        ("leaf_with_more", Error::Certificate { certificate: Leaf }),
    ]);
}

#[test]
fn wrong_structures_are_refused() {
    let malformed = |part| Error::Malformed { part };
    refused(&[
        ("signed_by_another", Error::Signature),
        ("payload_changed", Error::Signature),
        ("register_changed", Error::Signature),
        ("es256", Error::Algorithm),
        ("header_with_more", Error::Algorithm),
        ("unprotected", Error::UnprotectedHeader),
        ("cut", malformed("COSE_Sign1 structure")),
        ("bytes_after", Error::TrailingBytes { part: "COSE_Sign1 structure" }),
        ("bytes_after_payload", Error::TrailingBytes { part: "payload" }),
        ("payload_too_long", wrong("payload")),
        ("payload_empty", wrong("payload")),
        ("module_id_null", malformed("payload")),
        ("timestamp_text", malformed("payload")),
        ("cabundle_long", malformed("payload")),
    ]);
}

#[test]
fn wrong_members_are_refused() {
    refused(&[
        ("no_module_id", Error::MissingField { field: "module_id" }),
        ("no_digest", Error::MissingField { field: "digest" }),
        ("no_timestamp", Error::MissingField { field: "timestamp" }),
        ("no_pcrs", Error::MissingField { field: "pcrs" }),
        ("no_certificate", Error::MissingField { field: "certificate" }),
        ("no_cabundle", Error::MissingField { field: "cabundle" }),
        ("digest_twice", Error::DuplicateField { field: "digest" }),
        ("both_registers", Error::DuplicateField { field: "pcrs" }),
        ("register_twice", Error::DuplicateField { field: "a register" }),
        ("unknown_member", Error::UnknownField),
        ("module_id_empty", wrong("module_id")),
        ("sha256", wrong("digest")),
        ("timestamp_zero", wrong("timestamp")),
        ("stale", Error::Stale),
        ("future", Error::Future),
        ("pcrs_empty", wrong("pcrs")),
        ("register_32", wrong("pcrs")),
        ("register_short", wrong("pcrs")),
        ("cabundle_empty", wrong("cabundle")),
        ("certificate_long", wrong("certificate")),
        ("user_data_long", wrong("user_data")),
        ("nonce_long", wrong("nonce")),
    ]);
}

#[test]
fn unfit_public_keys_are_refused() {
    refused(&[
        ("key_absent", Error::NoPublicKey),
        ("key_null", Error::NoPublicKey),
        ("key_empty", wrong("public_key")),
        ("key_long", wrong("public_key")),
        ("key_no_der", Error::UnfitPublicKey),
        ("key_on_p256", Error::UnfitPublicKey),
        ("key_rsa_1024", Error::UnfitPublicKey),
        ("key_rsa_2560", Error::UnfitPublicKey),
        ("key_rsa_5120", Error::UnfitPublicKey),
        ("key_with_more", Error::UnfitPublicKey),
        ("key_pkcs1", Error::UnfitPublicKey),
    ]);
}

#[test]
fn every_document_is_in_a_test() {
    let tests = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents/verdicts.rs"))
        .unwrap();
    for name in roots().keys() {
        assert!(tests.contains(&format!("\"{name}\"")), "{name}");
    }
}

#[test]
fn only_the_trusted_root_counts() {
    let good = document("enclave");
    let roots = roots();
    assert_eq!(verify(&good, &roots["other_root"], NOW), Err(Error::UntrustedRoot));
    assert_eq!(verify(&good, &Root::AWS_NITRO_ENCLAVES_G1, NOW), Err(Error::UntrustedRoot));
    assert!(verify(&document("other_root"), &roots["other_root"], NOW).is_ok());
}

#[test]
fn the_default_root_is_the_certificate_that_aws_publishes() {
    let der = fs::read(vectors().join("aws-nitro-enclaves-root-g1.der")).unwrap();
    assert_eq!(Root(crypto::sha256(&der)), Root::AWS_NITRO_ENCLAVES_G1);
}

#[test]
fn time_is_what_the_caller_says() {
    let good = document("enclave");
    let root = roots()["enclave"];
    assert_eq!(verify(&good, &root, NOW + HOUR), Err(Error::Stale));
    assert_eq!(verify(&good, &root, NOW + 3 * HOUR), Err(Error::Expired { certificate: Position::Leaf }));
    assert_eq!(verify(&good, &root, 0), Err(Error::NotYetValid { certificate: Position::Bundle(0) }));
    assert!(verify(&good, &root, u64::MAX).is_err());
}

#[test]
fn no_length_is_too_long_to_refuse() {
    let root = roots()["enclave"];
    assert_eq!(verify(&vec![0x9f; 262_145], &root, NOW), Err(Error::TooLong { len: 262_145 }));
    for byte in [0x9f, 0xbf, 0x81, 0xa1, 0xd2, 0x5f] {
        assert!(verify(&vec![byte; 262_144], &root, NOW).is_err(), "{byte:x}");
    }
}

fn wrong(field: &'static str) -> Error {
    Error::Field { field, reason: "" }
}

/// The reason of a field is for people; the tests name the field.
fn refused(cases: &[(&str, Error)]) {
    for (name, expected) in cases {
        let error = match verified(name) {
            Err(Error::Field { field, .. }) => wrong(field),
            Err(error) => error,
            Ok(_) => panic!("{name} was taken"),
        };
        assert_eq!(error, *expected, "{name}");
    }
}
