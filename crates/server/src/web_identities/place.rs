//! Where an issuer's keys are.

use std::path::PathBuf;
use std::time::Duration;
use std::{fs, io};

use http::Uri;
use iam::web_identity::MAX_JWKS;
use tokio::task::spawn_blocking;

use super::WebIdentityError;
use super::fetch::Fetcher;
use crate::config::{KeysAt, WebIdentity};

/// How often a file is read again.
const FILE_PERIOD: Duration = Duration::from_secs(10);
/// How often keys are fetched again.
const URL_PERIOD: Duration = Duration::from_hours(1);

/// A file, or a URL with what it takes to reach it.
pub(super) enum Place {
    File(PathBuf),
    Url(Uri, Box<Fetcher>),
}

impl Place {
    pub(super) fn new(configured: &WebIdentity) -> Result<Self, WebIdentityError> {
        Ok(match &configured.jwks {
            KeysAt::File(path) => Self::File(path.clone()),
            KeysAt::Url(url) => {
                let fetcher = Fetcher::new(url, configured.ca.as_deref())?;
                Self::Url(url.clone(), Box::new(fetcher))
            }
        })
    }

    /// How long what was read is taken for fresh.
    pub(super) fn period(&self) -> Duration {
        match self {
            Self::File(_) => FILE_PERIOD,
            Self::Url(..) => URL_PERIOD,
        }
    }

    /// What stands there now. The error says what is wrong.
    pub(super) async fn read(&self) -> Result<Vec<u8>, String> {
        match self {
            Self::File(path) => {
                let path = path.clone();
                let read = spawn_blocking(move || {
                    bounded(&path).map_err(|error| format!("{}: {error}", path.display()))
                });
                read.await.unwrap_or_else(|error| Err(error.to_string()))
            }
            Self::Url(url, fetcher) => fetcher.get(url).await.map_err(|reason| format!("{url}: {reason}")),
        }
    }
}

/// A file, if it has no more bytes than a key set may have.
fn bounded(path: &std::path::Path) -> io::Result<Vec<u8>> {
    use io::Read as _;
    let mut bytes = Vec::new();
    let most = MAX_JWKS as u64;
    fs::File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_JWKS {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it has more than {MAX_JWKS} bytes"),
        ));
    }
    Ok(bytes)
}
