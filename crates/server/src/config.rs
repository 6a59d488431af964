//! What an operator writes: a TOML file, every key of which is here with its default.

mod projects;
mod web_identity;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use kms::{AttestationRoot, Quotas, StockSizes};
use serde::{Deserialize, Deserializer};
use tracing::level_filters::LevelFilter;

pub use self::web_identity::{KeysAt, WebIdentity};
use crate::Projects;

/// Longest time a key may be said to settle, in seconds.
pub const MAX_SETTLING: u16 = 3600;

/// The configuration of `trent serve`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `listen`: the address and port of the API. Default: `127.0.0.1:4599`.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// `data`: the folder with the root key and the database, relative to the configuration file. No default.
    pub data: PathBuf,
    /// `partition`: what stands after `arn:` in every ARN. Default: `aws`.
    #[serde(default = "default_partition")]
    pub partition: String,
    /// `regions`: the Region names that are taken in signatures. Default: none, which takes any.
    #[serde(default, deserialize_with = "names")]
    pub regions: Vec<String>,
    /// `insecure_plaintext`: take unencrypted connections from other machines, because something in front, such as a
    /// sidecar or a load balancer in the same trusted network, speaks TLS. To policies, such requests come unencrypted
    /// (`aws:SecureTransport`) and from the address of what is in front (`aws:SourceIp`). Default: `false`.
    #[serde(default)]
    pub insecure_plaintext: bool,
    /// `settling_seconds`: how long a new replica key is Creating, and a key whose primary Region changed Updating, at
    /// most an hour. Nothing here needs the time; it is for testing clients that have to wait. Default: 0.
    #[serde(default, deserialize_with = "settling")]
    pub settling_seconds: u16,
    /// `[tls]`: absent by default, which is allowed on a loopback address only.
    pub tls: Option<Tls>,
    /// `[import]`.
    #[serde(default)]
    pub import: Import,
    /// `[attestation]`.
    #[serde(default)]
    pub attestation: Attestation,
    /// `[[web_identity]]`: whose tokens are taken by `AssumeRoleWithWebIdentity`, one section an issuer. Default: nobody's.
    #[serde(default, deserialize_with = "web_identity::all")]
    pub web_identity: Vec<WebIdentity>,
    /// `[[project]]`: what clients of Huawei's API reach, one section a project. Default: nothing.
    #[serde(rename = "project", default, deserialize_with = "projects::all")]
    pub projects: Projects,
    /// `[quotas]`: the most keys and grants there may be.
    #[serde(default)]
    pub quotas: Quotas,
    /// `[stock]`: how many wrapping keys of a kind are kept ready, once one has been asked for.
    #[serde(default)]
    pub stock: StockSizes,
    /// `[log]`.
    #[serde(default)]
    pub log: Log,
}

/// `[tls]`: both are PEM files, relative to the configuration file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// `certificate`: the chain, the server's own certificate first.
    pub certificate: PathBuf,
    /// `private_key`: the key of the first certificate.
    pub private_key: PathBuf,
}

/// `[import]`: what is allowed when key material is imported.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// `rsaes_pkcs1_v1_5`: allow this wrapping algorithm, which AWS withdrew in 2023 and older clients still use.
    /// Default: `false`.
    #[serde(default)]
    pub rsaes_pkcs1_v1_5: bool,
}

/// `[attestation]`: whose attestation documents are believed when a request names a recipient.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// `root`: the SHA-256 fingerprint of the root certificate, 64 hexadecimal digits with or without colons. Default:
    /// that of the AWS Nitro Enclaves root.
    #[serde(default = "default_root", deserialize_with = "fingerprint")]
    pub root: AttestationRoot,
}

impl Default for Attestation {
    fn default() -> Self {
        Self { root: default_root() }
    }
}

/// `[log]`: written to standard error.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// `format`: `text` for people or `json`, one object a line. Default: `text`.
    #[serde(default)]
    pub format: LogFormat,
    /// `level`: `error`, `warn`, `info`, `debug` or `trace`. Default: `info`, a line for each request.
    #[serde(default = "default_level", deserialize_with = "level")]
    pub level: String,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines: one object a line.
    Json,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::default(), level: default_level() }
    }
}

/// Why a configuration is not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {path}; `trent init` writes one")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not TOML, or has a key or value that is not one of ours.
    #[error("{path}, line {line}: {reason}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The values are not allowed together.
    #[error("{path}: {reason}")]
    Value {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        reason: String,
    },
}

impl Config {
    /// Reads the file at `path`. Paths in it become relative to where this process is.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text =
            fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let mut config: Self = toml::from_str(text).map_err(|error| syntax(path, text, &error))?;
        config.check().map_err(|reason| ConfigError::Value { path: path.to_owned(), reason })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        config.data = folder.join(&config.data);
        if let Some(tls) = &mut config.tls {
            tls.certificate = folder.join(&tls.certificate);
            tls.private_key = folder.join(&tls.private_key);
        }
        for one in &mut config.web_identity {
            one.relative_to(folder);
        }
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        let is_name = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if !is_name(&self.partition) {
            return Err(format!("partition = {:?} is no partition: use one such as \"aws\"", self.partition));
        }
        if let Some(region) = self.regions.iter().find(|region| !is_name(region)) {
            return Err(format!(
                "regions has {region:?}, which is no Region: use names such as \"eu-central-1\""
            ));
        }
        let is_served = |region: &String| self.regions.is_empty() || self.regions.contains(region);
        if let Some(project) = self.projects.iter().find(|project| !is_served(&project.region)) {
            return Err(format!(
                "the project {} is in {}, which is none of regions: add it there, or correct the project",
                project.id, project.region
            ));
        }
        if self.tls.is_none() && !self.insecure_plaintext && !self.listen.ip().is_loopback() {
            return Err(format!(
                "listen = \"{}\" can be reached from other machines, and plaintexts of keys would cross the network \
                 unencrypted: add [tls] with certificate and private_key, or insecure_plaintext = true if something in \
                 front speaks TLS",
                self.listen
            ));
        }
        Ok(())
    }
}

fn syntax(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    ConfigError::Syntax { path: path.to_owned(), line, reason: error.message().to_owned() }
}

fn fingerprint<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AttestationRoot, D::Error> {
    let text = String::deserialize(deserializer)?;
    AttestationRoot::parse(&text).ok_or_else(|| {
        let reason = format!(
            "{text:?} is no SHA-256 fingerprint: give 64 hexadecimal digits, with or without a colon after each two"
        );
        serde::de::Error::custom(reason)
    })
}

fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let value = toml::Value::deserialize(deserializer)?;
    let name = |value: &toml::Value| value.as_str().map(str::to_owned);
    value.as_array().and_then(|list| list.iter().map(name).collect()).ok_or_else(|| {
        serde::de::Error::custom(format!("{value} is no list of names: write one such as [\"eu-central-1\"]"))
    })
}

fn settling<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let seconds = i64::deserialize(deserializer)?;
    u16::try_from(seconds).ok().filter(|seconds| *seconds <= MAX_SETTLING).ok_or_else(|| {
        serde::de::Error::custom(format!(
            "{seconds} is too short or too long: give 0 to {MAX_SETTLING} seconds"
        ))
    })
}

/// A level, or directives such as `info,kms=debug`, which are left to the reader of the log's lines.
fn level<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let is_word = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_word && text.parse::<LevelFilter>().is_err() {
        let reason = format!("{text:?} is no log level: use error, warn, info, debug or trace");
        return Err(serde::de::Error::custom(reason));
    }
    Ok(text)
}

fn default_root() -> AttestationRoot {
    AttestationRoot::AWS_NITRO_ENCLAVES_G1
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 4599))
}

fn default_partition() -> String {
    "aws".to_owned()
}

fn default_level() -> String {
    "info".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(Path::new("/etc/trent/trent.toml"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn defaults() {
        let config = parse("data = \"data\"").unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:4599");
        assert_eq!(config.data, Path::new("/etc/trent/data"));
        assert_eq!(config.partition, "aws");
        assert!(config.regions.is_empty() && config.tls.is_none() && config.web_identity.is_empty());
        assert!(!config.insecure_plaintext && !config.import.rsaes_pkcs1_v1_5);
        assert_eq!((config.projects.iter().count(), config.quotas), (0, Quotas::default()));
        assert_eq!(config.stock, StockSizes { rsa_2048: 64, rsa_3072: 16, rsa_4096: 8 });
        assert_eq!((config.log.format, config.log.level.as_str()), (LogFormat::Text, "info"));
        assert_eq!(config.attestation.root, AttestationRoot::AWS_NITRO_ENCLAVES_G1);
    }

    #[test]
    fn every_key() {
        let config = parse(
            "listen = \"[::]:443\"\ndata = \"/var/lib/trent\"\npartition = \"aws-cn\"\nregions = [\"cn-north-1\"]\n\
             insecure_plaintext = true\n[tls]\ncertificate = \"tls/cert.pem\"\nprivate_key = \"/run/key.pem\"\n\
             [import]\nrsaes_pkcs1_v1_5 = true\n[stock]\nRSA_2048 = 4096\nRSA_3072 = 0\nRSA_4096 = 1\n\
             [attestation]\nroot = \"0B:9F:5A:DC:61:FE:04:03:21:04:A8:DA:16:B9:30:69:AC:A3:68:18:E7:2D:A2:FE:FA:5B:A7:1C:62:C4:0F:50\"\n[log]\nformat = \"json\"\nlevel = \"debug\"\n",
        )
        .unwrap();
        let tls = config.tls.unwrap();
        assert_eq!(config.data, Path::new("/var/lib/trent"));
        assert_eq!(tls.certificate, Path::new("/etc/trent/tls/cert.pem"));
        assert_eq!(tls.private_key, Path::new("/run/key.pem"));
        assert_eq!(config.regions, ["cn-north-1"]);
        assert_eq!((config.log.format, config.log.level.as_str()), (LogFormat::Json, "debug"));
        assert!(config.import.rsaes_pkcs1_v1_5);
        assert_eq!(config.stock, StockSizes { rsa_2048: 4096, rsa_3072: 0, rsa_4096: 1 });
        assert_eq!(config.attestation.root.0[..4], [0x0b, 0x9f, 0x5a, 0xdc]);
    }

    #[test]
    fn errors_name_file_line_and_reason() {
        for (text, expected) in [
            ("", "line 1: missing field `data`"),
            ("data = \"d\"\nlisten = 5\n", "line 2: invalid type"),
            ("data = \"d\"\n\nlissen = \"127.0.0.1:1\"\n", "line 3: unknown field `lissen`"),
            ("data = \"d\"\n[tls]\ncertificate = \"c\"\n", "missing field `private_key`"),
            ("data = \"d\"\n[log]\nformat = \"xml\"\n", "line 3: unknown variant `xml`"),
            (
                "data = \"d\"\n[attestation]\nroot = \"64:1A\"\n",
                "line 3: \"64:1A\" is no SHA-256 fingerprint",
            ),
            ("data = \"d\"\n[attestation]\n\nroot = 5\n", "line 4: invalid type"),
            ("data = \"d\"\n[attestation]\nroots = \"64\"\n", "line 3: unknown field `roots`"),
            ("data = \"d", "line 1: "),
            ("data = \"d\"\nlisten = \"0.0.0.0:4599\"\n", "insecure_plaintext = true"),
            ("data = \"d\"\nregions = [\"EU\"]\n", "no Region"),
            ("data = \"d\"\nregions = \"eu-west-1\"\n", "line 2: \"eu-west-1\" is no list of names"),
            ("data = \"d\"\nregions = [1]\n", "line 2: [1] is no list of names"),
            (
                "data = \"d\"\nsettling_seconds = 3601\n",
                "line 2: 3601 is too short or too long: give 0 to 3600",
            ),
            ("data = \"d\"\nsettling_seconds = 70000\n", "line 2: 70000 is too"),
            ("data = \"d\"\nsettling_seconds = -1\n", "line 2: -1 is too"),
            ("data = \"d\"\nsettling_seconds = \"1\"\n", "line 2: invalid type"),
            ("data = \"d\"\n[log]\nlevel = \"foo\"\n", "line 3: \"foo\" is no log level: use error"),
            ("data = \"d\"\npartition = \"\"\n", "no partition"),
            ("data = \"d\"\n[stock]\nRSA_1024 = 1\n", "line 3: unknown field `RSA_1024`"),
            (
                "data = \"d\"\n[stock]\n\nRSA_2048 = 4097\n",
                "line 4: 4097 is no size of a stock: give 0 to 4096",
            ),
            ("data = \"d\"\n[stock]\nRSA_4096 = -1\n", "line 3: -1 is no size"),
            ("data = \"d\"\n[stock]\nRSA_4096 = \"8\"\n", "line 3: invalid type"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with("/etc/trent/trent.toml"), "{error}");
            assert!(error.contains(expected), "{text:?}: {error}");
        }
    }

    #[test]
    fn values_at_their_ends() {
        for (text, seconds) in [("0", 0), ("3600", 3600)] {
            let config = parse(&format!("data = \"d\"\nsettling_seconds = {text}\n")).unwrap();
            assert_eq!(config.settling_seconds, seconds);
        }
        for level in ["error", "trace", "info,kms=debug"] {
            let config = parse(&format!("data = \"d\"\n[log]\nlevel = \"{level}\"\n")).unwrap();
            assert_eq!(config.log.level, level);
        }
        assert!(parse("data = \"d\"\nregions = []\n").unwrap().regions.is_empty());
        let one = parse("data = \"d\"\n[stock]\nRSA_4096 = 0\n").unwrap().stock;
        assert_eq!(one, StockSizes { rsa_4096: 0, ..StockSizes::default() });
    }

    #[test]
    fn other_machines_are_served_with_tls_or_when_told_so() {
        let open = "data = \"d\"\nlisten = \"0.0.0.0:4599\"\n";
        assert!(parse(open).is_err());
        assert!(parse(&format!("{open}insecure_plaintext = true\n")).is_ok());
        assert!(parse(&format!("{open}[tls]\ncertificate = \"c\"\nprivate_key = \"k\"\n")).is_ok());
        assert!(parse("data = \"d\"\nlisten = \"[::1]:4599\"\n").is_ok());
    }
}
