//! The server around the product: it listens, speaks HTTP, finds out who is calling, hands the request to
//! [`kms`] or [`iam`], and answers in the words of the API that was used.
//!
//! Where things are: [`Server::run`] is the life of a server (`server.rs`), one connection is `connection.rs`, one
//! family of APIs is a folder of `fronts/`, the keys of web identities are kept fresh in `web_identities/`, and what an
//! operator writes is [`Config`]. What must hold: no client, whatever it sends or fails to send, holds more than the
//! limits of [`limits`] allow, sees another's answer, or stops the server; nothing is done for whoever has not proved who
//! they are, by a signature or by the token of an issuer that the operator configured.

mod admission;
mod body;
mod config;
mod connection;
mod contain;
mod fronts;
mod hosts;
pub mod limits;
mod no_room;
mod peers;
mod server;
mod sweeper;
mod tls;
mod watched;
mod web_identities;
mod workers;

pub use config::{Config, ConfigError, Import, KeysAt, Log, LogFormat, MAX_SETTLING, Tls, WebIdentity};
pub use fronts::{Project, ProjectError, Projects};
pub use hosts::Hosts;
pub use limits::Limits;
pub use server::Server;
pub use tls::{TlsError, tls};
pub use web_identities::{WebIdentities, WebIdentityError};
