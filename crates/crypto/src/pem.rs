//! PEM, the text form of key files (RFC 7468).

use thiserror::Error;

use crate::secret::SecretBytes;

/// Longest text read, in bytes: many times a 4096-bit RSA key with its attributes.
const MAX_LEN: usize = 64 * 1024;
const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";
/// What OpenSSL writes in front of an elliptic curve key.
const PARAMETERS_LABEL: &str = "EC PARAMETERS";

/// Why a text gave no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PemError {
    /// Longer than any key file.
    #[error("the text is too long to be a PEM key file")]
    TooLong,
    /// There is no line `-----BEGIN ...-----` with its end.
    #[error("the text contains no complete PEM block (-----BEGIN ... to -----END ...)")]
    Missing,
    /// The block is protected by a passphrase.
    #[error("the PEM block is encrypted; decrypt it first, for example with `openssl pkey`")]
    Encrypted,
    /// The block is not base64 in lines of equal length.
    #[error("the PEM block is damaged: its content is not base64 in regular lines")]
    Content,
}

/// The first PEM block of `text`, apart from elliptic curve parameters: its label and its content.
pub fn pem_to_der(text: &str) -> Result<(String, SecretBytes), PemError> {
    if text.len() > MAX_LEN {
        return Err(PemError::TooLong);
    }
    let mut rest = text;
    loop {
        let (label, block, after) = next_block(rest).ok_or(PemError::Missing)?;
        if label == PARAMETERS_LABEL {
            rest = after;
            continue;
        }
        if label.starts_with("ENCRYPTED") || block.contains("Proc-Type:") {
            return Err(PemError::Encrypted);
        }
        let (_, der) = der::pem::decode_vec(block.as_bytes()).map_err(|_| PemError::Content)?;
        return Ok((label.to_owned(), SecretBytes::new(der)));
    }
}

/// Label, whole text of the next block, and what follows it.
fn next_block(text: &str) -> Option<(&str, &str, &str)> {
    let (_, block) = text.split_at_checked(text.find(BEGIN)?)?;
    let (label, _) = block.strip_prefix(BEGIN)?.split_once(DASHES)?;
    let end = format!("-----END {label}{DASHES}");
    let (block, after) = block.split_at_checked(block.find(&end)? + end.len())?;
    Some((label, block, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: &str = "-----BEGIN PRIVATE KEY-----\nAAECAw==\n-----END PRIVATE KEY-----\n";

    fn label_and_content(text: &str) -> Result<(String, Vec<u8>), PemError> {
        pem_to_der(text).map(|(label, der)| (label, der.expose().to_vec()))
    }

    #[test]
    fn the_first_key_is_found() {
        let expected = Ok(("PRIVATE KEY".to_owned(), vec![0, 1, 2, 3]));
        let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        assert_eq!(label_and_content(BLOCK), expected);
        assert_eq!(label_and_content(&BLOCK.replace('\n', "\r\n")), expected);
        assert_eq!(label_and_content(&format!("Bag Attributes\n  name: x\n{BLOCK}")), expected);
        assert_eq!(label_and_content(&format!("{parameters}{BLOCK}")), expected);
        assert_eq!(label_and_content(parameters), Err(PemError::Missing));
    }

    #[test]
    fn long_blocks_are_read_whole() {
        for lines in [1, 2, 40] {
            let body = format!("{}\n", "A".repeat(64)).repeat(lines);
            let text = format!("-----BEGIN X-----\n{body}-----END X-----");
            assert_eq!(label_and_content(&text), Ok(("X".to_owned(), vec![0; 48 * lines])));
        }
    }

    #[test]
    fn what_is_no_key_is_refused_for_what_it_is() {
        let encrypted = BLOCK.replace("PRIVATE", "ENCRYPTED PRIVATE");
        let old_encrypted =
            BLOCK.replace("AAECAw==", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAECAw==");
        let cases = [
            ("", PemError::Missing),
            ("AAECAw==", PemError::Missing),
            ("-----BEGIN PRIVATE KEY-----\nAAECAw==\n", PemError::Missing),
            ("-----BEGIN A-----\nAAECAw==\n-----END B-----\n", PemError::Missing),
            ("-----BEGIN A-----\nAAE!Aw==\n-----END A-----\n", PemError::Content),
            ("-----BEGIN A-----\nAAEC\nAw\n-----END A-----\n", PemError::Content),
            (encrypted.as_str(), PemError::Encrypted),
            (old_encrypted.as_str(), PemError::Encrypted),
        ];
        for (text, expected) in cases {
            assert_eq!(label_and_content(text), Err(expected), "{text}");
        }
        assert_eq!(label_and_content(&" ".repeat(MAX_LEN + 1)), Err(PemError::TooLong));
    }
}
