//! From the bytes of a file to material.

use api::{Blob, KeySpec};
use crypto::{PemError, SecretBytes};
use serde::Deserialize as _;
use serde::de::value::{Error as ValueError, StrDeserializer};

use super::{File, Format, Plain};
use crate::Failure;

/// Length of the material of a symmetric key, in bytes.
const SYMMETRIC_LEN: usize = 32;
/// The first byte of every private key in DER: a SEQUENCE.
const SEQUENCE: u8 = 0x30;

/// What kind of material a key spec takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Exactly 32 bytes.
    Symmetric,
    /// Bytes of more than one possible length.
    Hmac,
    /// A private key.
    Pair,
    /// Not known: any of these.
    Any,
}

impl Kind {
    fn of(spec: Option<KeySpec>) -> Self {
        match spec {
            None => Self::Any,
            Some(KeySpec::SymmetricDefault) => Self::Symmetric,
            Some(KeySpec::Hmac224 | KeySpec::Hmac256 | KeySpec::Hmac384 | KeySpec::Hmac512) => Self::Hmac,
            Some(_) => Self::Pair,
        }
    }

    fn is_raw(self) -> bool {
        matches!(self, Self::Symmetric | Self::Hmac)
    }
}

/// Decodes the material in `file` for a key of `spec`; without a spec, for any key.
pub(crate) fn decode(file: &File, format: Format, spec: Option<KeySpec>) -> Result<Plain, Failure> {
    let kind = Kind::of(spec);
    let format = if format == Format::Auto { detect(file, kind, spec)? } else { format };
    let bytes = match format {
        Format::Pem => pem(file)?,
        Format::Der => private_key(&file.bytes, file)?,
        Format::Hex => binary(hex(file)?, kind, file)?,
        Format::Base64 => binary(base64(file)?, kind, file)?,
        Format::Raw | Format::Auto => SecretBytes::copy_of(file.bytes.expose()),
    };
    Ok(Plain { bytes, format })
}

/// The one format the file can be in, or why there is not one.
fn detect(file: &File, kind: Kind, spec: Option<KeySpec>) -> Result<Format, Failure> {
    let File { bytes, name } = file;
    let spec = spec.map_or("this key", KeySpec::as_str);
    match Look::at(bytes.expose()) {
        Look::Pem if kind.is_raw() => Err(Failure::new(format!(
            "{name} is a PEM file, which holds a private key, but a key of spec {spec} takes raw bytes.\nFor a key pair, \
             create a key of its own spec: --create --key-spec RSA_2048, ECC_NIST_P256, …"
        ))),
        Look::Pem => Ok(Format::Pem),
        Look::Text { hex_digits: Some(64) } if kind == Kind::Symmetric => Ok(Format::Hex),
        Look::Text { hex_digits } => Err(ask(file, hex_digits)),
        Look::Binary if kind == Kind::Symmetric && bytes.len() != SYMMETRIC_LEN => {
            Err(Failure::new(format!(
                "{name} has {} bytes, but a key of spec {spec} takes exactly {SYMMETRIC_LEN}",
                bytes.len()
            )))
        }
        Look::Binary if kind.is_raw() => Ok(Format::Raw),
        Look::Binary if is_private_key(bytes) => Ok(Format::Der),
        Look::Binary if kind == Kind::Any => Ok(Format::Raw),
        Look::Binary => Err(not_a_private_key(name)),
    }
}

/// Asks which of the possible readings of a text is meant.
fn ask(file: &File, hex_digits: Option<usize>) -> Failure {
    let File { bytes, name } = file;
    let from_hex = hex_digits.filter(|digits| digits % 2 == 0).map(|digits| digits / 2);
    let from_base64 = base64_of(&without_white_space(file)).map(|bytes| bytes.len());
    let what = hex_digits.map_or("text".to_owned(), |digits| format!("{digits} hexadecimal digits"));
    let line_break =
        if bytes.expose().ends_with(b"\n") { ", the line break at its end included" } else { "" };
    let readings = [
        from_hex.map(|len| format!("--format hex     the {len} bytes that the digits stand for")),
        from_base64.map(|len| format!("--format base64  the {len} bytes that the base64 stands for")),
        Some(format!("--format raw     the {} bytes of the file as they are{line_break}", bytes.len())),
    ];
    let readings: Vec<_> = readings.into_iter().flatten().collect();
    Failure::new(format!(
        "{name} is {what}, and can be meant in more than one way. Say which:\n  {}",
        readings.join("\n  ")
    ))
}

/// What bytes look like.
enum Look {
    Pem,
    Text {
        /// How many hexadecimal digits, if it is nothing else but they and white space at the ends.
        hex_digits: Option<usize>,
    },
    Binary,
}

impl Look {
    fn at(bytes: &[u8]) -> Self {
        const BEGIN: &[u8] = b"-----BEGIN ";
        if bytes.windows(BEGIN.len()).any(|window| window == BEGIN) {
            return Self::Pem;
        }
        if !bytes.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) {
            return Self::Binary;
        }
        let text = bytes.trim_ascii();
        let hex_digits = text.iter().all(u8::is_ascii_hexdigit).then_some(text.len());
        Self::Text { hex_digits }
    }
}

/// What encoded binary is: a private key where the spec asks for one, otherwise itself.
fn binary(bytes: SecretBytes, kind: Kind, file: &File) -> Result<SecretBytes, Failure> {
    match kind {
        Kind::Pair => private_key(&bytes, file),
        Kind::Any => Ok(crypto::to_pkcs8(&bytes).unwrap_or(bytes)),
        Kind::Symmetric | Kind::Hmac => Ok(bytes),
    }
}

fn is_private_key(bytes: &SecretBytes) -> bool {
    bytes.expose().first() == Some(&SEQUENCE) && crypto::to_pkcs8(bytes).is_some()
}

fn private_key(der: &SecretBytes, file: &File) -> Result<SecretBytes, Failure> {
    crypto::to_pkcs8(der).ok_or_else(|| not_a_private_key(&file.name))
}

fn not_a_private_key(name: &str) -> Failure {
    Failure::new(format!(
        "{name} is not a private key in PEM or in DER (PKCS#8, PKCS#1 or SEC 1, not encrypted).\nOpenSSL converts \
         what it can read: openssl pkey -in {} -outform DER -out key.der",
        crate::output::quoted(name)
    ))
}

fn pem(file: &File) -> Result<SecretBytes, Failure> {
    let File { bytes, name } = file;
    let text = std::str::from_utf8(bytes.expose())
        .map_err(|_| Failure::new(format!("{name} is not a PEM file: it has bytes that are not text")))?;
    let quoted = crate::output::quoted(name);
    if text.contains("-----BEGIN OPENSSH PRIVATE KEY-----") {
        return Err(Failure::new(format!(
            "{name} is a private key in the format of OpenSSH. Convert a copy of it: ssh-keygen -p -m PKCS8 -f COPY"
        )));
    }
    let (label, der) = crypto::pem_to_der(text).map_err(|error| match error {
        PemError::Encrypted => Failure::new(format!(
            "the private key in {name} is encrypted with a passphrase. Decrypt it into a pipe:\n  openssl pkey -in {quoted} \
             | trent … --material-file -"
        )),
        error => Failure::new(format!("{name}: {error}. Rewrite it: openssl pkey -in {quoted} -out new.pem")),
    })?;
    match label.as_str() {
        "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" => private_key(&der, file),
        _ => Err(Failure::new(format!(
            "{name} begins with a {}, not with a private key. Give a file with the private key alone.",
            label.escape_debug()
        ))),
    }
}

fn hex(file: &File) -> Result<SecretBytes, Failure> {
    let digits = without_white_space(file);
    // The decoder's own error would show a digit.
    let bytes = hex::decode(digits.expose()).map_err(|_| {
        Failure::new(format!("{} is not hexadecimal: an even number of digits 0 to 9 and a to f", file.name))
    })?;
    Ok(SecretBytes::new(bytes))
}

fn base64(file: &File) -> Result<SecretBytes, Failure> {
    base64_of(&without_white_space(file))
        .ok_or_else(|| Failure::new(format!("{} is not base64: standard alphabet, with padding", file.name)))
}

/// The bytes that base64 text stands for.
pub(crate) fn base64_of(text: &SecretBytes) -> Option<SecretBytes> {
    let text = std::str::from_utf8(text.expose()).ok()?;
    let blob = Blob::deserialize(StrDeserializer::<ValueError>::new(text)).ok()?;
    Some(SecretBytes::copy_of(blob.as_bytes()))
}

fn without_white_space(file: &File) -> SecretBytes {
    let mut text = Vec::with_capacity(file.bytes.len());
    text.extend(file.bytes.expose().iter().filter(|byte| !byte.is_ascii_whitespace()));
    SecretBytes::new(text)
}

#[cfg(test)]
mod tests {
    use crypto::Material;

    use super::*;

    fn file(bytes: &[u8]) -> File {
        File { bytes: SecretBytes::copy_of(bytes), name: "key".to_owned() }
    }

    fn auto(bytes: &[u8], spec: Option<KeySpec>) -> Result<(Format, Vec<u8>), String> {
        decode(&file(bytes), Format::Auto, spec)
            .map(|plain| (plain.format, plain.bytes.expose().to_vec()))
            .map_err(|failure| format!("{failure:?}"))
    }

    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const SYMMETRIC: Option<KeySpec> = Some(KeySpec::SymmetricDefault);
    const HMAC: Option<KeySpec> = Some(KeySpec::Hmac256);
    const P256: Option<KeySpec> = Some(KeySpec::EccNistP256);

    fn bytes_32() -> Vec<u8> {
        (0..32).collect()
    }

    fn private_key_der() -> Vec<u8> {
        let key = Material::generate(crypto::KeySpec::Ecc(crypto::Curve::P256)).unwrap();
        key.to_bytes().expose().to_vec()
    }

    fn pem_of(der: &[u8]) -> String {
        let json = serde_json::to_string(&Blob::new(der)).unwrap();
        let lines: Vec<_> =
            json.trim_matches('"').as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
    }

    #[test]
    fn what_is_in_no_doubt_is_found_out() {
        let der = private_key_der();
        let with_line_break = format!("{HEX}\r\n");
        let cases = [
            ("raw symmetric", bytes_32(), SYMMETRIC, Format::Raw, bytes_32()),
            ("hex symmetric", HEX.into(), SYMMETRIC, Format::Hex, bytes_32()),
            ("hex with a line break", with_line_break.into(), SYMMETRIC, Format::Hex, bytes_32()),
            ("raw hmac", vec![200; 77], HMAC, Format::Raw, vec![200; 77]),
            ("raw for any key", vec![200; 77], None, Format::Raw, vec![200; 77]),
            ("der", der.clone(), P256, Format::Der, der.clone()),
            ("der for any key", der.clone(), None, Format::Der, der.clone()),
            ("pem", pem_of(&der).into(), P256, Format::Pem, der.clone()),
            ("pem for any key", format!("Bag Attributes\n{}", pem_of(&der)).into(), None, Format::Pem, der),
        ];
        for (name, bytes, spec, format, plain) in cases {
            assert_eq!(auto(&bytes, spec), Ok((format, plain)), "{name}");
        }
    }

    #[test]
    fn doubt_is_told_and_nothing_of_the_material() {
        let der = private_key_der();
        let cases = [
            ("hex for hmac", HEX.as_bytes().to_vec(), HMAC, "--format hex     the 32 bytes"),
            ("hex for any key", HEX.into(), None, "--format raw     the 64 bytes"),
            ("half as much hex", HEX[..32].into(), SYMMETRIC, "--format hex     the 16 bytes"),
            (
                "base64",
                b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n".into(),
                SYMMETRIC,
                "--format base64  the 32",
            ),
            (
                "32 letters",
                b"correct horse battery staple abc".into(),
                SYMMETRIC,
                "--format raw     the 32 bytes",
            ),
            ("a password", b"hunter2!\n".into(), HMAC, "line break at its end"),
            ("31 bytes", vec![200; 31], SYMMETRIC, "exactly 32"),
            ("a private key for a symmetric key", pem_of(&der).into(), SYMMETRIC, "--key-spec RSA_2048"),
            ("random bytes for a pair", vec![200; 32], P256, "not a private key"),
            ("a truncated key", der[..der.len() - 1].into(), P256, "not a private key"),
            (
                "a certificate",
                pem_of(&der).replace("PRIVATE KEY", "CERTIFICATE").into(),
                P256,
                "begins with a CERTIFICATE",
            ),
            (
                "a key of OpenSSH",
                pem_of(&der).replace("PRIVATE", "OPENSSH PRIVATE").into(),
                P256,
                "ssh-keygen",
            ),
            (
                "an encrypted key",
                pem_of(&der).replace("PRIVATE", "ENCRYPTED PRIVATE").into(),
                P256,
                "passphrase",
            ),
        ];
        for (name, bytes, spec, text) in cases {
            let error = auto(&bytes, spec).unwrap_err();
            assert!(error.contains(text), "{name}: {error}");
            assert!(
                !["0001", "AAEC", "horse", "hunter"].iter().any(|secret| error.contains(secret)),
                "{name}: {error}"
            );
        }
    }

    #[test]
    fn formats_that_are_said() {
        let der = private_key_der();
        let hex_lines = format!("{}\n{}\n", &HEX[..20], &HEX[20..].to_uppercase());
        let good = [
            ("hex over lines", hex_lines.into_bytes(), Format::Hex, HMAC, bytes_32()),
            ("base64", b"AAECAwQF\nBgcI\n".to_vec(), Format::Base64, HMAC, (0..9).collect()),
            ("hex digits as they are", HEX.into(), Format::Raw, HMAC, HEX.into()),
            ("der in hex", hex::encode(&der).into(), Format::Hex, P256, der.clone()),
            ("der in hex for any key", hex::encode(&der).into(), Format::Hex, None, der.clone()),
        ];
        for (name, bytes, format, spec, plain) in good {
            let decoded = decode(&file(&bytes), format, spec).map(|plain| plain.bytes);
            assert_eq!(decoded.map(|bytes| bytes.expose().to_vec()).ok(), Some(plain), "{name}");
        }
        let bad = [
            ("odd hex", &b"abc"[..], Format::Hex),
            ("no hex", b"zz", Format::Hex),
            ("base64 without padding", b"AAE", Format::Base64),
            ("no text", b"\xff\xff", Format::Pem),
            ("no pem", b"hello", Format::Pem),
            ("no der", b"hello", Format::Der),
        ];
        for (name, bytes, format) in bad {
            assert!(decode(&file(bytes), format, None).is_err(), "{name}");
        }
    }
}
