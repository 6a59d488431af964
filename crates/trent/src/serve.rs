//! `trent serve`: a server as its configuration says.

use std::path::PathBuf;
use std::sync::Arc;

use iam::{Iam, Identities};
use kms::{Kms, Settings, SystemClock};
use server::{Config, Hosts, Limits, Server, WebIdentities, tls};
use tracing::{info, warn};

use crate::mode::Mode;
use crate::{Failure, hardening, log, start};

/// `trent init` makes the data and writes a configuration with every setting explained.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  trent serve --config /etc/trent/trent.toml")]
pub(crate) struct Args {
    /// The configuration
    #[arg(long, value_name = "FILE", env = "TRENT_CONFIG", default_value = "trent.toml")]
    config: PathBuf,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let config = Config::load(&args.config)?;
    log::start(config.log.format, &config.log.level)?;
    if let Err(reason) = hardening::lock_memory() {
        warn!("{reason}");
    }
    let encryption = match &config.tls {
        Some(files) => Some(tls(&files.certificate, &files.private_key)?),
        None => None,
    };
    let web_identities = WebIdentities::new(&config.web_identity)?;
    let listener = start::listen(config.listen).await?;
    let records = start::open_existing(&config.data, Mode::Serve).await?.records;
    let address = listener.local_addr()?;
    if encryption.is_none() && !address.ip().is_loopback() {
        warn!(
            "plaintexts of keys arrive here unencrypted (insecure_plaintext = true): is there TLS in front?"
        );
    }
    let (encrypted, folder) = (encryption.is_some(), config.data.clone());
    let settings = Settings {
        partition: config.partition.clone(),
        pkcs1_wrapping: config.import.rsaes_pkcs1_v1_5,
        regions: config.regions,
        settling_seconds: config.settling_seconds.into(),
        attestation_root: config.attestation.root,
        quotas: config.quotas,
        stock: config.stock,
    };
    let identities = Arc::new(Identities::new(Arc::clone(&records), &config.partition));
    let iam = Iam::new(Arc::clone(&records), Arc::clone(&identities)).with_issuers(web_identities.issuers());
    let server = Server {
        kms: Kms::new(records, Arc::new(SystemClock), settings),
        iam: Arc::new(iam),
        identities,
        web_identities,
        clock: Arc::new(SystemClock),
        hosts: Hosts::Any,
        projects: config.projects,
        tls: encryption,
        limits: Limits::default(),
        threads: start::cores(),
    };
    let announce = || {
        info!(%address, tls = encrypted, data = %folder.display(), "Trent is ready");
        Ok(())
    };
    start::run(server, listener, announce).await
}
