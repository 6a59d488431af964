//! What an operator writes: a TOML file, every key of which is here with its default.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Deserialize;

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
    #[serde(default)]
    pub regions: Vec<String>,
    /// `insecure_plaintext`: take unencrypted connections from other machines, because something in front, such as a
    /// sidecar or a load balancer in the same trusted network, speaks TLS. Default: `false`.
    #[serde(default)]
    pub insecure_plaintext: bool,
    /// `[tls]`: absent by default, which is allowed on a loopback address only.
    pub tls: Option<Tls>,
    /// `[import]`.
    #[serde(default)]
    pub import: Import,
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

/// `[log]`: written to standard error.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// `format`: `text` for people or `json`, one object a line. Default: `text`.
    #[serde(default)]
    pub format: LogFormat,
    /// `level`: `error`, `warn`, `info`, `debug` or `trace`. Default: `info`, a line for each request.
    #[serde(default = "default_level")]
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
        assert!(config.regions.is_empty() && config.tls.is_none());
        assert!(!config.insecure_plaintext && !config.import.rsaes_pkcs1_v1_5);
        assert_eq!((config.log.format, config.log.level.as_str()), (LogFormat::Text, "info"));
    }

    #[test]
    fn every_key() {
        let config = parse(
            "listen = \"[::]:443\"\ndata = \"/var/lib/trent\"\npartition = \"aws-cn\"\nregions = [\"cn-north-1\"]\n\
             insecure_plaintext = true\n[tls]\ncertificate = \"tls/cert.pem\"\nprivate_key = \"/run/key.pem\"\n\
             [import]\nrsaes_pkcs1_v1_5 = true\n[log]\nformat = \"json\"\nlevel = \"debug\"\n",
        )
        .unwrap();
        let tls = config.tls.unwrap();
        assert_eq!(config.data, Path::new("/var/lib/trent"));
        assert_eq!(tls.certificate, Path::new("/etc/trent/tls/cert.pem"));
        assert_eq!(tls.private_key, Path::new("/run/key.pem"));
        assert_eq!(config.regions, ["cn-north-1"]);
        assert_eq!((config.log.format, config.log.level.as_str()), (LogFormat::Json, "debug"));
        assert!(config.import.rsaes_pkcs1_v1_5);
    }

    #[test]
    fn errors_name_file_line_and_reason() {
        for (text, expected) in [
            ("", "line 1: missing field `data`"),
            ("data = \"d\"\nlisten = 5\n", "line 2: invalid type"),
            ("data = \"d\"\n\nlissen = \"127.0.0.1:1\"\n", "line 3: unknown field `lissen`"),
            ("data = \"d\"\n[tls]\ncertificate = \"c\"\n", "missing field `private_key`"),
            ("data = \"d\"\n[log]\nformat = \"xml\"\n", "line 3: unknown variant `xml`"),
            ("data = \"d", "line 1: "),
            ("data = \"d\"\nlisten = \"0.0.0.0:4599\"\n", "insecure_plaintext = true"),
            ("data = \"d\"\nregions = [\"EU\"]\n", "no Region"),
            ("data = \"d\"\npartition = \"\"\n", "no partition"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with("/etc/trent/trent.toml"), "{error}");
            assert!(error.contains(expected), "{text:?}: {error}");
        }
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
