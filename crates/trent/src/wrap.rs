//! `trent wrap`: the one step of an import that needs the key material, for a machine without a network.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use api::{AlgorithmSpec, KeySpec};
use client::ceremony;
use crypto::SecretBytes;
use serde::Serialize;

use crate::material::{self, Format, Plain};
use crate::{Failure, import, output};

const EXAMPLES: &str = "\
On a machine with a network, fetch a wrapping key and its token (good for 24 hours):
  aws kms get-parameters-for-import --key-id KEY --wrapping-algorithm RSAES_OAEP_SHA_256 \\
      --wrapping-key-spec RSA_4096 --output json > parameters.json
  jq -r .PublicKey   parameters.json > PublicKey.b64
  jq -r .ImportToken parameters.json | base64 -d > ImportToken.bin

Where the key material is:
  trent wrap --public-key PublicKey.b64 --wrapping-algorithm RSAES_OAEP_SHA_256 \\
      --material-file key.bin --key-spec SYMMETRIC_DEFAULT --out EncryptedKeyMaterial.bin

Back on the machine with a network:
  aws kms import-key-material --key-id KEY --import-token fileb://ImportToken.bin \\
      --encrypted-key-material fileb://EncryptedKeyMaterial.bin \\
      --expiration-model KEY_MATERIAL_DOES_NOT_EXPIRE";

/// Longest file of a public key read, in bytes. A 4096-bit key in PEM has about 800.
const MAX_PUBLIC_KEY: usize = 16 * 1024;

/// Wrap key material for an import, without a network
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The wrapping public key from GetParametersForImport: DER, base64 of DER, or PEM
    #[arg(long, value_name = "FILE")]
    public_key: PathBuf,

    /// The wrapping algorithm that was given to GetParametersForImport
    #[arg(long, value_name = "ALGORITHM", value_parser = import::one_of::<AlgorithmSpec>(AlgorithmSpec::NAMES))]
    wrapping_algorithm: AlgorithmSpec,

    /// The material: a file, or - for standard input
    #[arg(long, value_name = "FILE")]
    material_file: PathBuf,

    /// How the material is written in the file
    #[arg(long, value_enum, default_value = "auto")]
    format: Format,

    /// Check first that the material is one for a key of this spec
    #[arg(long, value_name = "SPEC", value_parser = import::one_of::<KeySpec>(KeySpec::NAMES))]
    key_spec: Option<KeySpec>,

    /// Where to write the wrapped material; a file that exists is not overwritten
    #[arg(long, value_name = "FILE", default_value = "EncryptedKeyMaterial.bin")]
    out: PathBuf,

    /// Print the result as one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Report {
    encrypted_key_material: String,
    bytes: usize,
    wrapping_algorithm: AlgorithmSpec,
    material_format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_for: Option<KeySpec>,
}

/// Runs the command.
#[expect(clippy::unused_async, reason = "commands are run alike")]
pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    output::print(&wrap(&args)?, args.json)
}

fn wrap(args: &Args) -> Result<Report, Failure> {
    let algorithm = ceremony::wrapping_algorithm(args.wrapping_algorithm)
        .map_err(|error| Failure::new(error.to_string()))?;
    let public_key = public_key(&args.public_key)?;
    let file = material::read(&args.material_file)?;
    let Plain { bytes, format } = material::decode(&file, args.format, args.key_spec)?;
    let bytes = match args.key_spec {
        Some(spec) => import::check(&bytes, spec).map(|material| material.to_bytes()).map_err(|reason| {
            Failure::new(format!("{} is no material for a key of spec {spec}: {reason}", file.name))
        })?,
        None => bytes,
    };
    let wrapped = crypto::wrap(algorithm, &public_key, bytes.expose())
        .map_err(|error| Failure::new(format!("{} was not wrapped: {error}", file.name)))?;
    write(&args.out, &wrapped)?;
    Ok(Report {
        encrypted_key_material: args.out.display().to_string(),
        bytes: wrapped.len(),
        wrapping_algorithm: args.wrapping_algorithm,
        material_format: format.name(),
        checked_for: args.key_spec,
    })
}

impl output::Report for Report {
    fn lines(&self) -> Vec<(&'static str, String)> {
        let checked = match self.checked_for {
            Some(spec) => format!("{}, good for {spec}", self.material_format),
            None => format!("{}, not checked (--key-spec checks it)", self.material_format),
        };
        vec![
            ("Wrapped", format!("{} ({} bytes)", self.encrypted_key_material, self.bytes)),
            ("Algorithm", self.wrapping_algorithm.to_string()),
            ("Material", checked),
            ("Next", "aws kms import-key-material, see trent wrap --help".to_owned()),
        ]
    }
}

/// The public key in DER, whichever way it was saved.
fn public_key(path: &Path) -> Result<Vec<u8>, Failure> {
    let name = path.display();
    let bytes = fs::read(path)
        .map_err(|error| Failure::new(format!("the public key in {name} cannot be read: {error}")))?;
    if bytes.len() > MAX_PUBLIC_KEY {
        return Err(Failure::new(format!(
            "{name} has more than {MAX_PUBLIC_KEY} bytes; no public key is that long"
        )));
    }
    let text = std::str::from_utf8(&bytes).unwrap_or_default().trim();
    if text.starts_with('{') {
        return Err(Failure::new(format!(
            "{name} is JSON. Take the public key out of it: jq -r .PublicKey {} > PublicKey.b64",
            output::quoted(&name.to_string())
        )));
    }
    if text.starts_with("-----BEGIN ") {
        let (label, der) =
            crypto::pem_to_der(text).map_err(|error| Failure::new(format!("{name}: {error}")))?;
        return match label.as_str() {
            "PUBLIC KEY" => Ok(der.expose().to_vec()),
            label => Err(Failure::new(format!("{name} is a {}, not a PUBLIC KEY", label.escape_debug()))),
        };
    }
    let compact: String = text.split_ascii_whitespace().collect();
    let from_base64 = material::base64_of(&SecretBytes::new(compact.into_bytes()));
    Ok(from_base64.map(|der| der.expose().to_vec()).filter(|der| !der.is_empty()).unwrap_or(bytes))
}

/// Writes a new file. One that exists may be the material itself.
fn write(path: &Path, wrapped: &[u8]) -> Result<(), Failure> {
    let name = path.display();
    let mut file = fs::File::create_new(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::new(format!("{name} exists already; remove it, or give another name to --out"))
        }
        _ => Failure::new(format!("{name} cannot be written: {error}")),
    })?;
    file.write_all(wrapped)
        .and_then(|()| file.sync_all())
        .map_err(|error| Failure::new(format!("{name} cannot be written: {error}")))
}

#[cfg(test)]
mod tests {
    use crypto::{RsaBits, WrappingKey};

    use super::*;

    fn args(folder: &Path, public_key: &Path) -> Args {
        Args {
            public_key: public_key.to_owned(),
            wrapping_algorithm: AlgorithmSpec::RsaesOaepSha256,
            material_file: folder.join("key.bin"),
            format: Format::Auto,
            key_spec: Some(KeySpec::SymmetricDefault),
            out: folder.join("wrapped.bin"),
            json: true,
        }
    }

    /// A folder of its own, removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            let name = format!("trent-wrap-{}", hex::encode(crypto::random::array::<8>()));
            let path = std::env::temp_dir().join(name);
            fs::create_dir(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn what_is_wrapped_unwraps_and_nothing_is_overwritten() {
        let folder = Folder::new();
        let key = WrappingKey::generate(RsaBits::B2048).unwrap();
        let base64 = serde_json::to_string(&api::Blob::new(key.public_key())).unwrap();
        let base64 = base64.trim_matches('"');
        let lines: Vec<_> = base64.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"));
        fs::write(folder.0.join("key.bin"), [200; 32]).unwrap();
        for (name, public_key) in
            [("der", key.public_key()), ("base64", format!("{base64}\n").as_bytes()), ("pem", pem.as_bytes())]
        {
            let path = folder.0.join(name);
            fs::write(&path, public_key).unwrap();
            let report = wrap(&args(&folder.0, &path)).unwrap();
            assert_eq!(report.bytes, RsaBits::B2048.bytes(), "{name}");
            let wrapped = fs::read(folder.0.join("wrapped.bin")).unwrap();
            let algorithm = ceremony::wrapping_algorithm(AlgorithmSpec::RsaesOaepSha256).unwrap();
            assert!(key.unwrap(algorithm, &wrapped).unwrap().same_as(&[200; 32]), "{name}");

            let again = format!("{:?}", wrap(&args(&folder.0, &path)).err().unwrap());
            assert!(again.contains("exists already"), "{again}");
            fs::remove_file(folder.0.join("wrapped.bin")).unwrap();
        }
    }

    #[test]
    fn what_cannot_be_wrapped() {
        let folder = Folder::new();
        fs::write(folder.0.join("key.bin"), [200; 32]).unwrap();
        for (name, public_key, text) in [
            ("json", &b"{\"PublicKey\":\"AA==\"}"[..], "jq -r .PublicKey"),
            ("no key", b"AAAA", "not an RSA public key"),
            (
                "private",
                b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                "not a PUBLIC KEY",
            ),
        ] {
            let path = folder.0.join("public");
            fs::write(&path, public_key).unwrap();
            let error = format!("{:?}", wrap(&args(&folder.0, &path)).err().unwrap());
            assert!(error.contains(text), "{name}: {error}");
            assert!(!folder.0.join("wrapped.bin").exists(), "{name}");
        }
    }
}
