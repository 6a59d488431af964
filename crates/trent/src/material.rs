//! Key material as it lies in a file: found, read and decoded, never shown.
//!
//! A wrong guess here would import a wrong key that works, and be noticed only when the right one is needed. So `auto`
//! takes what can be one thing only, and asks about the rest.

mod decode;
mod file;

use clap::ValueEnum;
use crypto::SecretBytes;

pub(crate) use self::decode::{base64_of, decode};
pub(crate) use self::file::{File, read};

/// How material is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Find out, where there is no doubt
    Auto,
    /// The bytes of the file, all of them
    Raw,
    /// Hexadecimal digits; line breaks are ignored
    Hex,
    /// Base64; line breaks are ignored
    Base64,
    /// A private key in PEM: PKCS#8, PKCS#1 or SEC 1, not encrypted
    Pem,
    /// A private key in DER or BER: PKCS#8, PKCS#1 or SEC 1, not encrypted
    Der,
}

impl Format {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Raw => "raw",
            Self::Hex => "hex",
            Self::Base64 => "base64",
            Self::Pem => "pem",
            Self::Der => "der",
        }
    }
}

/// Decoded material: raw bytes, or PKCS#8 DER of a private key.
pub(crate) struct Plain {
    pub(crate) bytes: SecretBytes,
    /// The format it was in; never `Auto`.
    pub(crate) format: Format,
}
