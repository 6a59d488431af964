//! `trent dev`: a server without configuration, for this machine only.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use iam::{Iam, Identities};
use kms::{AttestationRoot, Kms, Settings, SystemClock};
use server::{Hosts, Limits, LogFormat, Projects, Server, WebIdentities};
use tokio::net::lookup_host;
use tracing::debug;

use crate::mode::Mode;
use crate::start::{self, Data};
use crate::{Failure, hardening, log};

/// The partition of every ARN.
const PARTITION: &str = "aws";

const NOTES: &str = "The access key `test` with the secret `test` is the root of account 000000000000, and any 12-digit \
access key id with the secret `test` is the root of that account. IAM and STS answer at the same address: users and \
roles made there have secrets of their own. Every Region name is taken. Signatures are verified.

The same keys are there by the API of Huawei Cloud and Open Telekom Cloud: the access key (AK) `test` with the secret (SK) \
`test`, or Keystone at /v3 with the user, password and domain `test`. Every project id of 32 hexadecimal digits is account \
000000000000 in us-east-1.

Because anybody knows these secrets, the server cannot be reached from other machines (see `trent serve`), nor by web \
pages: it takes requests to localhost, to names under it and to loopback addresses, and to the names that --allow-host \
gives. Requests with an Origin or Sec-Fetch-Site header, which only browsers send, are refused, here and by `trent serve`.

Examples:
  trent dev --listen 127.0.0.1:8080 --data ./keys
  trent dev --allow-host trent --allow-host host.docker.internal    called by these names from containers";

/// Keys and their material are kept in the data folder, sealed, and are there again at the next start.
#[derive(clap::Args)]
#[command(after_help = NOTES)]
pub(crate) struct Args {
    /// Where to listen: a loopback address and a port (0: any free one)
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:4599")]
    listen: String,
    /// The folder of the data; made if it does not exist
    #[arg(long, value_name = "DIR", default_value = "./trent-data")]
    data: PathBuf,
    /// A further name that clients call this server by, without a port, such as that of a compose service; can be
    /// given several times
    #[arg(long, value_name = "NAME", value_parser = host_name)]
    allow_host: Vec<String>,
    /// The SHA-256 fingerprint of the root certificate that attestation documents must lead to, such as one made for
    /// tests; without this option, that of the AWS Nitro Enclaves root
    #[arg(long, value_name = "FINGERPRINT", value_parser = attestation_root)]
    attestation_root: Option<AttestationRoot>,
    /// How long a new replica key is Creating, and a key whose primary Region changed Updating: to test clients that
    /// have to wait
    #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=i64::from(server::MAX_SETTLING)))]
    settling_seconds: u16,
    /// What to log, to standard error: error, warn, info, debug or trace
    #[arg(long, value_name = "LEVEL", env = "TRENT_LOG", default_value = "info")]
    log: String,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    log::start(LogFormat::Text, &args.log)?;
    let address = loopback(&args.listen).await?;
    if let Err(reason) = hardening::lock_memory() {
        debug!("{reason}");
    }
    let listener = start::listen(address).await?;
    let data = start::open_or_create(&args.data, Mode::Dev).await?;
    let welcome = welcome(listener.local_addr()?, &data);
    let attestation_root = args.attestation_root.unwrap_or(AttestationRoot::AWS_NITRO_ENCLAVES_G1);
    let settings = Settings {
        partition: PARTITION.to_owned(),
        pkcs1_wrapping: true,
        settling_seconds: args.settling_seconds.into(),
        attestation_root,
        ..Settings::default()
    };
    let identities = Arc::new(Identities::dev(Arc::clone(&data.records), PARTITION));
    let server = Server {
        kms: Kms::new(Arc::clone(&data.records), Arc::new(SystemClock), settings),
        iam: Arc::new(Iam::new(data.records, Arc::clone(&identities))),
        identities,
        web_identities: WebIdentities::default(),
        clock: Arc::new(SystemClock),
        hosts: Hosts::ThisMachineAnd(args.allow_host),
        projects: Projects::dev(),
        tls: None,
        limits: Limits::default(),
        threads: start::cores(),
    };
    start::run(server, listener, || start::print(&welcome)).await
}

/// The address that `listen` names, if every address it may mean is one of this machine alone.
async fn loopback(listen: &str) -> Result<SocketAddr, Failure> {
    let found: Vec<_> = lookup_host(listen)
        .await
        .map_err(|error| {
            Failure::usage(format!(
                "--listen {listen}: {error}; give an address and a port, such as 127.0.0.1:4599"
            ))
        })?
        .collect();
    match found.first() {
        Some(address) if found.iter().all(|address| address.ip().is_loopback()) => Ok(*address),
        _ => Err(Failure::usage(format!(
            "--listen {listen}: other machines could reach this address, and everybody knows the secrets of the \
             development server. Use a loopback address such as 127.0.0.1:4599, or set up a real server: trent init --help"
        ))),
    }
}

/// A name as it stands in a `Host` header, without the port.
fn host_name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let name = text.trim_end_matches('.');
    if !name.is_empty() && name.chars().all(plain) {
        Ok(name.to_owned())
    } else {
        Err("give the name or IPv4 address alone, without http:// and without a port".to_owned())
    }
}

fn attestation_root(text: &str) -> Result<AttestationRoot, String> {
    let advice = "give the 64 hexadecimal digits of a SHA-256, with or without a colon after each two";
    AttestationRoot::parse(text).ok_or_else(|| advice.to_owned())
}

fn welcome(address: SocketAddr, data: &Data) -> String {
    let root_key = data.root_key.display();
    let new = if data.is_new {
        format!("A new root key is in {root_key}: without this file the keys made here are lost.\n")
    } else {
        format!("The root key is in {root_key}.\n")
    };
    // Both names of the Region: the AWS CLI 1 and boto3 read only the second.
    format!(
        "Trent is ready at http://{address}\n{new}\n\
         To use it, paste this in another terminal:\n\n  \
         export AWS_ENDPOINT_URL=http://{address} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test \
         AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1\n\n\
         (If AWS_SESSION_TOKEN or AWS_PROFILE is set there, unset it.) KMS, IAM and STS answer at this address,\n\
         and so does the KMS of Huawei Cloud and Open Telekom Cloud: AK and SK `test`, any project id of 32 hexadecimal digits;\n\
         for OpenStack clients OS_AUTH_URL=http://{address}/v3, user, password and domain `test`, region us-east-1.\n\n\
         Then try:\n\n  \
         aws kms create-key --origin EXTERNAL\n\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_alone() {
        for name in ["trent", "host.docker.internal", "my_service", "192.168.65.2"] {
            assert_eq!(host_name(name).as_deref(), Ok(name));
        }
        assert_eq!(host_name("trent.example.").as_deref(), Ok("trent.example"));
        for name in ["", "trent:4599", "http://trent", "a b", "*", "ü.example"] {
            assert!(host_name(name).is_err(), "{name}");
        }
    }

    #[tokio::test]
    async fn only_loopback_addresses_are_taken() {
        for listen in ["127.0.0.1:0", "127.0.0.2:4599", "[::1]:4599"] {
            assert!(loopback(listen).await.is_ok(), "{listen}");
        }
        for listen in
            ["0.0.0.0:4599", "[::]:4599", "10.0.0.1:4599", "127.0.0.1", "4599", "127.0.0.1:99999", ""]
        {
            assert!(loopback(listen).await.is_err(), "{listen}");
        }
    }
}
