//! An attestation document.

/// What the documents of the corpus lead to.
const ROOT: &str = include_str!("../attestation-root.txt");
/// When they were made, in milliseconds since the epoch: 2026-01-01T00:00:00Z.
const MADE: u64 = 1_767_225_600_000;
/// Later than any of them is taken.
const TOO_LATE: u64 = MADE + 24 * 60 * 60 * 1000;

/// Takes the bytes for an attestation document. One that is believed must not be under another root, nor a day later.
pub fn attestation(data: &[u8]) {
    let root = attestation::Root::parse(ROOT.trim()).expect("the root is a fingerprint");
    if attestation::verify(data, &root, MADE).is_err() {
        return;
    }
    let other = attestation::Root::AWS_NITRO_ENCLAVES_G1;
    assert!(attestation::verify(data, &other, MADE).is_err(), "the root does not count");
    assert!(attestation::verify(data, &root, TOO_LATE).is_err(), "the time does not count");
}
