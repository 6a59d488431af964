//! Limits of an attestation document. Those of AWS are from its specification of the document ("Nitro Enclaves
//! Attestation Process", sections 2.2 and 3, and the guides of Nitro Enclaves and NitroTPM); the others are ours.

use std::ops::RangeInclusive;

/// Longest document in bytes: the longest that the API carries (AWS's model).
pub(crate) const MAX_DOCUMENT: usize = 262_144;
/// Longest payload of the signed structure in bytes (AWS).
pub(crate) const MAX_PAYLOAD: usize = 16_384;
/// Length of a certificate in bytes (AWS).
pub(crate) const CERTIFICATE: RangeInclusive<usize> = 1..=1024;
/// Most certificates above the one that signs (ours; AWS sends four, and gives no limit).
pub(crate) const MAX_CABUNDLE: usize = 7;
/// Most registers, which are numbered from 0 (AWS).
pub(crate) const MAX_PCRS: usize = 32;
/// Lengths of a register's content in bytes (AWS).
pub(crate) const PCR: [usize; 3] = [32, 48, 64];
/// Length of the public key in bytes (AWS).
pub(crate) const PUBLIC_KEY: RangeInclusive<usize> = 1..=1024;
/// Longest user data, and longest nonce, in bytes (AWS, where its documents disagree the longer).
pub(crate) const MAX_USER_DATA: usize = 1024;
/// Length of an ES384 signature in bytes: two numbers of 48 (RFC 9053, 2.1).
pub(crate) const SIGNATURE: usize = 96;
/// Sizes of the RSA key that answers are encrypted to, in bits (ours: AWS asks for 2048, and its libraries make all three).
pub(crate) const RSA_BITS: [usize; 3] = [2048, 3072, 4096];
/// How old a document may be, in milliseconds (ours: enclaves make a new one for each request, and AWS publishes no
/// limit but the three hours of the certificate).
pub(crate) const MAX_AGE_MS: u64 = 5 * 60 * 1000;
/// How far the clock of the document's maker and ours may be apart, in milliseconds (ours).
pub(crate) const CLOCK_TOLERANCE_MS: u64 = 60 * 1000;
