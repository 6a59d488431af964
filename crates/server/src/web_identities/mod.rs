//! The keys that web identities are checked with, kept fresh: read from files, or fetched from where issuers publish
//! them.
//!
//! Only what the operator has configured is ever read or fetched; nothing in a token leads anywhere. Keys that cannot be
//! had leave the earlier ones as they are, so an issuer that is away for an hour locks nobody out.

mod fetch;
mod keep;
mod place;

use std::path::PathBuf;

use iam::web_identity::{IssuerError, Issuers};

use self::place::Place;
use crate::config::WebIdentity;

/// The issuers of web identities, and where their keys are. By default none.
#[derive(Default)]
pub struct WebIdentities {
    issuers: Issuers,
    places: Vec<(String, Place)>,
}

/// Why web identities cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebIdentityError {
    /// An issuer is none.
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    /// A certificate authority cannot be used.
    #[error("ca = {path:?} cannot be used: it must be a readable PEM file with a CERTIFICATE block")]
    Authority {
        /// The file.
        path: PathBuf,
    },
    /// The system's own authorities cannot be read.
    #[error(
        "the certificate authorities of this system cannot be read: give those of {url} with ca = \"file.pem\""
    )]
    NoAuthorities {
        /// Where the keys are.
        url: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl WebIdentities {
    /// Those of a configuration. Nothing is fetched yet.
    pub fn new(configured: &[WebIdentity]) -> Result<Self, WebIdentityError> {
        let issuers = Issuers::new(configured.iter().map(|one| one.issuer.as_str()))?;
        let places = configured.iter().map(|one| Ok((one.issuer.clone(), Place::new(one)?)));
        Ok(Self { issuers, places: places.collect::<Result<_, WebIdentityError>>()? })
    }

    /// The issuers, whose keys are those that are read here: for the engine that checks tokens.
    pub fn issuers(&self) -> Issuers {
        self.issuers.clone()
    }
}
