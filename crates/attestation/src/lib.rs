//! Attestation documents of AWS Nitro Enclaves and NitroTPM: what an enclave shows of itself, signed by the
//! hypervisor under it. A document that [`verify`] returns is authentic, recent, and has an RSA key that only the
//! enclave has the private half of.
//!
//! What must hold here:
//! - nothing of a document is believed before its certificates lead to the trusted root and its signature is theirs;
//! - nothing in it is ignored: a header or member that is not known is a refusal;
//! - everything is bounded, and no bytes make it panic;
//! - the time is what the caller says it is.

mod cbor;
mod certificate;
mod chain;
mod cose;
mod error;
mod limits;
mod payload;
mod public_key;

use std::collections::BTreeMap;
use std::fmt;

pub use crate::error::{Error, Position};

use crate::cose::Sign1;
use crate::limits::{CLOCK_TOLERANCE_MS, MAX_AGE_MS, MAX_DOCUMENT};
use crate::payload::Payload;

/// The SHA-256 fingerprint (of the DER) of the root certificate that documents must lead to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Root(pub [u8; 32]);

impl Root {
    /// The AWS Nitro Enclaves Root-G1 certificate of the commercial partition, valid from 2019 to 2049; the fingerprint is
    /// published in AWS's guide ("Verifying the root of trust").
    pub const AWS_NITRO_ENCLAVES_G1: Self = Self([
        0x64, 0x1a, 0x03, 0x21, 0xa3, 0xe2, 0x44, 0xef, 0xe4, 0x56, 0x46, 0x31, 0x95, 0xd6, 0x06, 0x31, 0x7e,
        0xd7, 0xcd, 0xcc, 0x3c, 0x17, 0x56, 0xe0, 0x98, 0x93, 0xf3, 0xc6, 0x8f, 0x79, 0xbb, 0x5b,
    ]);

    /// Reads 64 hexadecimal digits, in either case; colons between bytes, as tools write them, are allowed.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = match text.len() {
            64 => text.to_owned(),
            95 => {
                let pairs: Vec<_> = text.split(':').collect();
                if pairs.iter().any(|pair| pair.len() != 2) {
                    return None;
                }
                pairs.concat()
            }
            _ => return None,
        };
        let mut fingerprint = [0; 32];
        hex::decode_to_slice(digits, &mut fingerprint).ok()?;
        Some(Self(fingerprint))
    }
}

/// As tools write it: `64:1A:…`.
impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            write!(f, "{}{byte:02X}", if index == 0 { "" } else { ":" })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Root({self})")
    }
}

/// What shows itself with a document; the registers mean different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// An AWS Nitro Enclave.
    Enclave,
    /// An instance with a NitroTPM.
    NitroTpm,
}

/// What a verified document says, as far as it decides anything: whom it shows, and what to encrypt for it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it speaks of.
    pub platform: Platform,
    /// The platform configuration registers by number, each a digest.
    pub pcrs: BTreeMap<u8, Vec<u8>>,
    /// The RSA key to encrypt answers to: a DER SubjectPublicKeyInfo.
    pub public_key: Vec<u8>,
}

/// Verifies a document against `root` at `now_ms`, in milliseconds since 1970.
pub fn verify(document: &[u8], root: &Root, now_ms: u64) -> Result<Document, Error> {
    if document.len() > MAX_DOCUMENT {
        return Err(Error::TooLong { len: document.len() });
    }
    let structure = Sign1::parse(document)?;
    let payload = Payload::parse(structure.payload)?;
    chain::verify(&structure, payload.certificate, &payload.cabundle, root, now_ms / 1000)?;
    check_age(payload.timestamp, now_ms)?;
    let public_key = payload.public_key.ok_or(Error::NoPublicKey)?;
    public_key::check(public_key)?;
    Ok(Document { platform: payload.platform, pcrs: payload.pcrs, public_key: public_key.to_owned() })
}

fn check_age(timestamp: u64, now: u64) -> Result<(), Error> {
    if timestamp > now.saturating_add(CLOCK_TOLERANCE_MS) {
        return Err(Error::Future);
    }
    if now.saturating_sub(timestamp) > MAX_AGE_MS + CLOCK_TOLERANCE_MS {
        return Err(Error::Stale);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_read_as_tools_write_them() {
        let root = Root::AWS_NITRO_ENCLAVES_G1;
        let text = root.to_string();
        assert!(text.starts_with("64:1A:03:") && text.ends_with(":79:BB:5B"), "{text}");
        for form in [text.clone(), text.to_lowercase(), text.replace(':', "")] {
            assert_eq!(Root::parse(&form), Some(root), "{form}");
        }
        let shifted = text.replacen("64:1A", "641:A", 1);
        for wrong in ["", "64", &text[1..], &text.replace('6', "g"), &text.replace(':', "-"), &shifted] {
            assert_eq!(Root::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn age_has_two_ends() {
        let now = 1_767_225_600_000;
        let oldest = now - MAX_AGE_MS - CLOCK_TOLERANCE_MS;
        let newest = now + CLOCK_TOLERANCE_MS;
        for (timestamp, expected) in [
            (now, Ok(())),
            (oldest, Ok(())),
            (oldest - 1, Err(Error::Stale)),
            (newest, Ok(())),
            (newest + 1, Err(Error::Future)),
            (u64::MAX, Err(Error::Future)),
            (1, Err(Error::Stale)),
        ] {
            assert_eq!(check_age(timestamp, now), expected, "{timestamp}");
        }
    }
}
